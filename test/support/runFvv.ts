import { runCliAsync } from "../../encoder/cli/main.js";

/** What a run of the command line did. */
export interface IFvvRun {
    code: number;
    out: string;
    err: string;
}

/**
 * Runs `fvv` in this process, as in a pipe.
 * @param args words after `fvv`
 * @param signal stops it
 */
export async function runFvvAsync(args: readonly string[], signal: AbortSignal = new AbortController().signal): Promise<IFvvRun> {
    let out = "";
    let err = "";
    const code = await runCliAsync(args, { out: (text) => (out += text), err: (text) => (err += text), isTerminal: false, signal });
    return { code, out, err };
}
