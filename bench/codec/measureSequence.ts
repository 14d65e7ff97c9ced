import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { IByteFigures } from "./compareCoders.js";
import type { IDecodeFigures } from "./decodeSequence.js";
import type { IEncodeFigures } from "./encodeSequence.js";
import { clipPath, type IBenchSequence } from "./sequences.js";
import { runTaskAsync } from "./tasks.js";

/** The figures of a sequence. */
export interface ISequenceResult extends IEncodeFigures, IDecodeFigures, IByteFigures {
    name: string;
    /** The smaller one of the rival's sizes; null where it is not known. */
    rivalBest: number | null;
    /** Our bytes to the rival's. */
    ratio: number | null;
}

/**
 * Measures a sequence; encoding, decoding and comparing each in a process of its own.
 * @param sequence the sequence
 */
export async function measureSequenceAsync(sequence: IBenchSequence): Promise<ISequenceResult> {
    const { name, rivalBytes } = sequence;
    // What must be made first is not to show in the encoder's memory.
    await sequence.openAsync();
    mkdirSync(dirname(clipPath(name)), { recursive: true });
    const encoded = await runTaskAsync("encode", name);
    const decoded = await runTaskAsync("decode", name);
    const compared = await runTaskAsync("compare", name);
    const rivalBest = rivalBytes ? Math.min(...rivalBytes) : null;
    return { name, rivalBest, ratio: rivalBest && encoded.bytes / rivalBest, ...encoded, ...decoded, ...compared };
}
