import { FvvError } from "../../format/fvvError.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { concatCommand } from "./concatCommand.js";
import { decodeCommand } from "./decodeCommand.js";
import { encodeCommand } from "./encodeCommand.js";
import { infoCommand } from "./infoCommand.js";
import { ladderCommand } from "./ladderCommand.js";
import { describeOptions, readArguments } from "./options.js";
import { serveCommand } from "./serveCommand.js";
import { verifyCommand } from "./verifyCommand.js";

const COMMANDS: readonly ICommand[] = [encodeCommand, ladderCommand, concatCommand, verifyCommand, infoCommand, decodeCommand, serveCommand];

/** Exit codes of `fvv`. */
export const EXIT_OK = 0;
/** A bound or a verification does not hold. */
export const EXIT_BOUNDS = 1;
/** Bad use or bad input. */
export const EXIT_INPUT = 2;
/** The user stopped the command. */
export const EXIT_ABORTED = 130;

/**
 * Runs the command line.
 * @param argv words after `fvv`
 * @param io where words go
 * @returns the exit code
 */
export async function runCliAsync(argv: readonly string[], io: ICliIo): Promise<number> {
    const [name, ...rest] = argv;
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
        (name === undefined ? io.err : io.out)(overview());
        return name === undefined ? EXIT_INPUT : EXIT_OK;
    }
    try {
        const command = COMMANDS.find((candidate) => candidate.name === name);
        if (!command) {
            throw new FvvError("BAD_OPTION", `There is no command "${name}"; give ${COMMANDS.map((candidate) => candidate.name).join(", ")}`);
        }
        if (rest.includes("--help") || rest.includes("-h")) {
            io.out(`fvv ${command.name} ${command.usage}\n${command.summary}\n\n${describeOptions(command.options)}\n`);
            return EXIT_OK;
        }
        await command.runAsync(readArguments(rest, command.options), io);
        return EXIT_OK;
    } catch (error) {
        return report(error, io);
    }
}

function report(error: unknown, io: ICliIo): number {
    if (io.signal.aborted) {
        const what = error instanceof FvvError && error.code === "ABORTED" ? error.detail : "stopped, nothing was left behind";
        io.err(`${io.isTerminal ? "\n" : ""}fvv: ${what}\n`);
        return EXIT_ABORTED;
    }
    const known = FvvError.From(error, "INTERNAL", "An error that fvv did not expect; please report it");
    io.err(`${io.isTerminal ? "\n" : ""}fvv: ${known.code}: ${known.message.replace(/\s*\n\s*/g, " ")}\n`);
    return known.category === "bounds" ? EXIT_BOUNDS : EXIT_INPUT;
}

function overview(): string {
    const width = Math.max(...COMMANDS.map(({ name, usage }) => name.length + usage.length)) + 3;
    const lines = COMMANDS.map(({ name, usage, summary }) => `  fvv ${`${name} ${usage}`.padEnd(width)}${summary}\n`);
    return `Clips of moving 3D Gaussian splats (.fvv).\n\n${lines.join("")}\n\`fvv COMMAND --help\` lists the options of a command. Exit codes: 0, 1 (bounds or verification), 2 (bad use or bad input).\n`;
}
