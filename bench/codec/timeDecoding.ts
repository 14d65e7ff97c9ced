import { ClipReader } from "../../encoder/index.js";
import { SegmentDecoder } from "../../format/segmentDecoder.js";

/** Passes that are not measured: the compiler of the runtime is at work. */
const WARM_UP_PASSES = 3;

/**
 * Decodes all segments of a clip several times and gives the time of each residual frame, ms. To be run in a process that has
 * neither encoded nor counted symbols: encoder and decoder share code, of which the runtime's compiler makes less the more kinds of coders it sees.
 * @param bytes the clip
 * @param leastSamples how many times at least; whole passes
 * @param onResidualFrame told each residual frame decoded after warming up, outside of the time measured
 */
export function timeResidualFrames(bytes: Uint8Array, leastSamples: number, onResidualFrame?: (decoder: SegmentDecoder, sample: number, ms: number) => void): number[] {
    const clip = new ClipReader(bytes);
    const decoder = new SegmentDecoder(clip.header);
    const samples: number[] = [];
    for (let pass = 0; pass < WARM_UP_PASSES || samples.length < leastSamples; pass++) {
        for (const entry of clip.segments) {
            decoder.begin(bytes.subarray(entry.offset, entry.offset + entry.byteLength), entry);
            decoder.decodeFrame();
            while (decoder.hasNext) {
                const start = performance.now();
                decoder.decodeFrame();
                const ms = performance.now() - start;
                if (pass >= WARM_UP_PASSES) {
                    samples.push(ms);
                    onResidualFrame?.(decoder, samples.length - 1, ms);
                }
            }
        }
        if (samples.length === 0 && pass >= WARM_UP_PASSES) {
            break;
        }
    }
    return samples;
}
