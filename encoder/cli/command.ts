import type { ICliIo } from "./cliIo.js";
import type { ICliArguments, ICliOption } from "./options.js";

/** A command of `fvv`. */
export interface ICommand {
    /** Its name. */
    name: string;
    /** What follows the name. */
    usage: string;
    /** One line on what it does. */
    summary: string;
    /** Its options. */
    options: readonly ICliOption[];
    /**
     * Does it.
     * @param args what the user gave
     * @param io where words go
     */
    runAsync(args: ICliArguments, io: ICliIo): Promise<void>;
}
