import { stat } from "node:fs/promises";
import { FvvError } from "../../format/fvvError.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { FolderServer } from "./folderServer.js";
import type { ICliArguments } from "./options.js";

/** `fvv serve`. */
export const serveCommand: ICommand = {
    name: "serve",
    usage: "FOLDER",
    summary: "serves clips by HTTP, and passes on live ones that are pushed to /live/NAME.fvv; for tests and local networks",
    options: [
        { name: "port", value: "N", help: "port to listen on; 0: any that is free (8080)" },
        { name: "host", value: "NAME", help: "interface to listen on; 0.0.0.0: all, and then whoever reaches it may publish (localhost)" },
    ],
    runAsync: serveAsync,
};

async function serveAsync(args: ICliArguments, io: ICliIo): Promise<void> {
    const [folder, ...others] = args.inputs;
    if (folder === undefined || others.length > 0) {
        throw new FvvError("BAD_OPTION", "serve needs one folder; `fvv serve --help` lists the options");
    }
    const port = args.number("port");
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
        throw new FvvError("BAD_OPTION", `--port is ${port}; give a whole number from 0 to 65535`, { source: "--port" });
    }
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory()) {
        throw new FvvError("UNREADABLE_INPUT", "There is no such folder; check the path", { source: folder });
    }
    const server = await FolderServer.OpenAsync(folder, { port, host: args.text("host") });
    io.err(`serving ${folder} at ${server.url}/, live clips at ${server.url}/live/NAME.fvv; Ctrl+C stops\n`);
    await new Promise<void>((resolve) => {
        io.onInterrupt?.(resolve);
        io.signal.addEventListener("abort", () => resolve());
    });
    await server.closeAsync();
}
