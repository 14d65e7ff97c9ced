import { ClipEncoder, MemoryClipOutput, type IClipEncoderOptions, type IFrameSource } from "../../encoder/index.js";

/** What encoding took. */
export interface IEncodeFigures {
    bytes: number;
    frameCount: number;
    /** Splats, over all frames. */
    splatCount: number;
    /** Time of the encoder, verification included and reading of the source not, ms. */
    encodeMs: number;
    /** 32 bytes, those of a splat in a `.splat` file, for each splat of each frame, by that time. */
    encodeMBs: number;
    /** Most memory that the process held, MB: source, encoder and runtime (about 100 MB) together. */
    peakMemoryMB: number;
}

/**
 * Encodes a sequence in this thread. The encoder decodes every segment again and compares each splat of each frame with its source; it throws where a bound is broken.
 * @param source the frames
 * @param options options of the encoder
 */
export async function encodeSequenceAsync(source: IFrameSource, options: IClipEncoderOptions): Promise<{ clip: Uint8Array; figures: IEncodeFigures }> {
    const output = new MemoryClipOutput();
    const encoder = new ClipEncoder(options, output);
    let encodeMs = 0;
    let splatCount = 0;
    const timeAsync = async (work: () => Promise<unknown>): Promise<void> => {
        const start = performance.now();
        await work();
        encodeMs += performance.now() - start;
    };
    for (let index = 0; index < source.frameCount; index++) {
        const frame = await source.readFrameAsync(index);
        splatCount += frame.count;
        await timeAsync(() => encoder.addFrameAsync(frame));
    }
    await timeAsync(() => encoder.finishAsync());
    const clip = output.toBytes();
    const figures = {
        bytes: clip.length,
        frameCount: source.frameCount,
        splatCount,
        encodeMs,
        encodeMBs: (32 * splatCount) / (1000 * encodeMs),
        peakMemoryMB: (process.resourceUsage().maxRSS * 1024) / 1e6,
    };
    return { clip, figures };
}
