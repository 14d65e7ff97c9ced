import { ClipEncoder, ClipReader, MemoryClipOutput } from "../../encoder/index.js";
import { findSequence } from "../codec/sequences.js";
import type { PictureJudge } from "./pictureJudge.js";

/** A clip: how large it is and how well it looks. */
export interface IRatePoint {
    name: string;
    bytes: number;
    /** PSNR of the pictures, dB: mean, and of the worst view and frame. */
    mean: number;
    worst: number;
}

/** What splat4d makes of the same frames at most effort, by its bounds, in the same pictures. */
export const RIVAL_POINTS: readonly IRatePoint[] = [
    { name: "splat4d, defaults", bytes: 4583584, mean: 45.4, worst: 42.3 },
    { name: "splat4d, 5 mm", bytes: 60 * 56280, mean: 39.2, worst: 38.0 },
    { name: "splat4d, 10 mm", bytes: 60 * 41563, mean: 34.6, worst: 32.6 },
];

/**
 * Encodes the sequence `yellow` at some qualities and judges the pictures.
 * @param qualities 0 to 100
 * @param judge who looks at the pictures
 */
export async function* ratePoints(qualities: readonly number[], judge: PictureJudge): AsyncGenerator<IRatePoint> {
    const source = await findSequence("yellow").openAsync();
    await judge.useSourceAsync(source);
    for (const quality of qualities) {
        const output = new MemoryClipOutput();
        const encoder = new ClipEncoder({ fps: source.fps, tracked: true, quality }, output);
        for (let frame = 0; frame < source.frameCount; frame++) {
            await encoder.addFrameAsync(await source.readFrameAsync(frame));
        }
        await encoder.finishAsync();
        const clip = output.toBytes();
        yield { name: `quality ${quality}`, bytes: clip.length, ...(await judge.judgeAsync(new ClipReader(clip))) };
    }
}
