import { readFileSync, writeFileSync } from "node:fs";
import { compareCodersAsync } from "./compareCoders.js";
import { encode200kAsync, measureDecode200kAsync } from "./decode200k.js";
import { decodeSequence } from "./decodeSequence.js";
import { encodeSequenceAsync, type IEncodeFigures } from "./encodeSequence.js";
import { clipPath, findSequence } from "./sequences.js";
import { measureStillsAsync } from "./stills.js";
import type { ITasks } from "./tasks.js";

const TASKS: { [T in keyof ITasks]: (sequence: string) => ITasks[T] | Promise<ITasks[T]> } = {
    encode: encodeAsync,
    decode: (sequence) => decodeSequence(readFileSync(clipPath(sequence))),
    compare: (sequence) => compareCodersAsync(readFileSync(clipPath(sequence))),
    encode200k: async () => writeFileSync(clipPath("decode200k"), await encode200kAsync()),
    decode200k: () => measureDecode200kAsync(readFileSync(clipPath("decode200k"))),
    stills: measureStillsAsync,
};

async function encodeAsync(sequence: string): Promise<IEncodeFigures> {
    const found = findSequence(sequence);
    const { clip, figures } = await encodeSequenceAsync(await found.openAsync(), found.options ?? { tracked: true });
    writeFileSync(clipPath(sequence), clip);
    return figures;
}

const [task, sequence] = process.argv.slice(2);
process.send?.((await TASKS[task as keyof ITasks](sequence)) ?? null);
process.disconnect();
