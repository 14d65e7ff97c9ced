import { spawn } from "node:child_process";
import { runCliAsync } from "../../encoder/cli/main.js";

/** What a run of the command line did. */
export interface IFvvRun {
    code: number;
    out: string;
    err: string;
}

/** What a test does while `fvv` runs. */
export interface IFvvWatch {
    /** Told each line of standard error as it comes. */
    onLine?: (line: string) => void;
    /** Given what the first interrupt is to do. */
    onInterrupt?: (handler: () => void) => void;
}

/**
 * Runs `fvv` in this process, as in a pipe.
 * @param args words after `fvv`
 * @param signal stops it
 * @param watch what is done meanwhile
 */
export async function runFvvAsync(args: readonly string[], signal: AbortSignal = new AbortController().signal, watch: IFvvWatch = {}): Promise<IFvvRun> {
    let out = "";
    let err = "";
    const onErr = (text: string): void => {
        err += text;
        watch.onLine?.(text);
    };
    const code = await runCliAsync(args, { out: (text) => (out += text), err: onErr, isTerminal: false, onInterrupt: watch.onInterrupt, signal });
    return { code, out, err };
}

/** `fvv` in a process of its own. */
export interface IFvvProcess {
    /** Sends it a signal. */
    kill(signal: NodeJS.Signals): void;
    /** Its exit code, or the signal that ended it. */
    exited: Promise<number | NodeJS.Signals | null>;
}

/**
 * Starts `fvv` from the sources in a process of its own.
 * @param args words after `fvv`
 * @param onLine told what comes on standard error
 */
export function startFvv(args: readonly string[], onLine: (text: string, fvv: IFvvProcess) => void): IFvvProcess {
    const child = spawn(process.execPath, ["--import", "tsx", "encoder/cli/fvv.ts", ...args], { stdio: ["ignore", "ignore", "pipe"] });
    const fvv: IFvvProcess = {
        kill: (signal) => child.kill(signal),
        exited: new Promise((resolve, reject) => child.once("error", reject).once("exit", (code, signal) => resolve(code ?? signal))),
    };
    child.stderr.setEncoding("utf8").on("data", (text: string) => onLine(text, fvv));
    return fvv;
}
