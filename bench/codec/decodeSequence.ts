import { median, percentile } from "./statistics.js";
import { timeResidualFrames } from "./timeDecoding.js";

/** Least number of frames decoded: enough for a 99th percentile. */
const LEAST_SAMPLES = 300;

/** How long decoding takes. */
export interface IDecodeFigures {
    /** Time of a residual frame, from its bytes to the integer state, ms. */
    decodeMedianMs: number;
    decodeP99Ms: number;
}

/**
 * Times the decoding of a clip's residual frames.
 * @param bytes the clip
 */
export function decodeSequence(bytes: Uint8Array): IDecodeFigures {
    const samples = timeResidualFrames(bytes, LEAST_SAMPLES);
    return { decodeMedianMs: median(samples), decodeP99Ms: percentile(samples, 99) };
}
