import { fork } from "node:child_process";
import type { IByteFigures } from "./compareCoders.js";
import type { IDecodeFigures } from "./decodeSequence.js";
import type { IDecode200k } from "./decode200k.js";
import type { IEncodeFigures } from "./encodeSequence.js";
import type { IStillResult } from "./stills.js";

/** What can be done in a process of its own, and what each answers. */
export interface ITasks {
    encode: IEncodeFigures;
    decode: IDecodeFigures;
    compare: IByteFigures;
    encode200k: void;
    decode200k: IDecode200k;
    stills: IStillResult[];
}

/**
 * Does a task in a process of its own, so that neither what ran before it nor other tasks' memory shows in its figures.
 * @param task the task
 * @param sequence name of the sequence, where the task is about one
 */
export async function runTaskAsync<T extends keyof ITasks>(task: T, sequence = ""): Promise<ITasks[T]> {
    const child = fork(new URL("./taskProcess.ts", import.meta.url), [task, sequence]);
    return await new Promise((resolve, reject) => {
        child.once("message", (answer) => resolve(answer as ITasks[T]));
        child.once("exit", (code) => reject(new Error(`The process for ${task} ${sequence} ended with code ${code} and no figures`)));
    });
}
