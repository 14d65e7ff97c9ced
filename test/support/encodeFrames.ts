import { ClipEncoder, MemoryClipOutput, type IClipEncoderOptions, type IEncodeReport, type ISplatFrame } from "../../encoder/index.js";

/** A clip in memory, and what its encoder told. */
export interface IEncodedFrames {
    bytes: Uint8Array<ArrayBuffer>;
    report: IEncodeReport;
    /** Row of each decoded splat, by frame. */
    permutations: Uint32Array[];
}

/**
 * Encodes frames in memory.
 * @param frames the frames
 * @param options of the encoder
 */
export async function encodeFramesAsync(frames: readonly ISplatFrame[], options: IClipEncoderOptions = {}): Promise<IEncodedFrames> {
    const output = new MemoryClipOutput();
    const permutations: Uint32Array[] = [];
    const encoder = new ClipEncoder(options, output, { onFramePermutation: (frame, rows) => (permutations[frame] = rows) });
    for (const frame of frames) {
        await encoder.addFrameAsync(frame);
    }
    const report = await encoder.finishAsync();
    return { bytes: output.toBytes(), report, permutations };
}
