import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ClipEncoder, ClipReader, MemoryClipOutput, writeSplat } from "../../encoder/index.js";
import { MovingCloud } from "../movingCloud.js";

/** Where the files are that pages read. */
export const FILES = resolve(".cache/bench-files");

/** Frames that core is fed with in turn. */
const CORE_FRAMES = 4;
/** Splats of all frames of a clip, at most, and frames, at most and at least: large ones would take minutes to encode. */
const CLIP_SPLATS = 2_400_000;
const MOST_FRAMES = 30;
const LEAST_FRAMES = 4;

/** A clip to be played, by its addresses below {@link FILES}. */
export interface IClipFiles {
    splats: number;
    frameCount: number;
    clip: string;
    /** Bytes of a residual frame, mean. */
    residualBytes: number;
    /** The first frames in the format that core loads. */
    coreFrames: string[];
}

/** Encodes a cloud of which half the splats move in every frame. */
export async function makeClipAsync(splats: number): Promise<IClipFiles> {
    mkdirSync(FILES, { recursive: true });
    const frameCount = Math.min(MOST_FRAMES, Math.max(LEAST_FRAMES, Math.floor(CLIP_SPLATS / splats)));
    const cloud = new MovingCloud(splats, frameCount);
    const output = new MemoryClipOutput();
    const encoder = new ClipEncoder({ tracked: true, up: "+y" }, output);
    for (let index = 0; index < frameCount; index++) {
        await encoder.addFrameAsync(await cloud.readFrameAsync(index));
    }
    const { segments } = await encoder.finishAsync();
    const bytes = output.toBytes();
    const clip = `cloud_${splats}.fvv`;
    writeFileSync(join(FILES, clip), bytes);
    const reader = new ClipReader(bytes);
    const coreFrames = Array.from({ length: CORE_FRAMES }, (_, index) => `cloud_${splats}_${index}.splat`);
    for (let index = 0; index < CORE_FRAMES; index++) {
        writeFileSync(join(FILES, coreFrames[index]), writeSplat(await reader.readFrameAsync(index)));
    }
    const residuals = segments.reduce((sum, { byteLength, keyByteLength }) => sum + byteLength - keyByteLength, 0);
    return { splats, frameCount, clip, residualBytes: residuals / (frameCount - segments.length), coreFrames };
}
