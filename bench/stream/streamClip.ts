import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ClipEncoder, concatClipsAsync, MemoryClipOutput, type IByteSource, type IClipEncoderOptions } from "../../encoder/index.js";
import { FVV_VERSION_MAJOR, FVV_VERSION_MINOR } from "../../format/chunk.js";
import { readClipHead } from "../../format/clipHead.js";
import type { ISegmentEntry } from "../../format/clipIndex.js";
import { FVV_DEFAULT_LIMITS } from "../../format/limits.js";
import { MovingCloud } from "../movingCloud.js";

/** Where the clips are kept: encoding one takes minutes. */
const FOLDER = resolve(".cache/stream");
const FPS = 30;
/** Frames that are encoded, and how often they follow one another: 60 s. */
const FRAMES = 120;
const REPEATS = 15;
/** What it is encoded with: the default error bounds. */
const OPTIONS: IClipEncoderOptions = { fps: FPS, segmentLength: 30, keyWindow: 4, tracked: true, up: "+y" };

/** A clip to be streamed. */
export interface IStreamClip {
    bytes: Uint8Array;
    splats: number;
    seconds: number;
    /** Bytes in front of the first segment. */
    headBytes: number;
    segments: readonly ISegmentEntry[];
    /** Means: bytes a frame, and of the key frames that stand alone and of the others. */
    frameBytes: number;
    referenceKeyBytes: number;
    otherKeyBytes: number;
}

/**
 * A clip of 60 s of which half the splats move in each frame: a loop of 4 s, encoded once and repeated, kept by its settings.
 * @param splats splats of a frame
 */
export async function makeStreamClipAsync(splats: number): Promise<IStreamClip> {
    const settings = { splats, FRAMES, REPEATS, OPTIONS, version: [FVV_VERSION_MAJOR, FVV_VERSION_MINOR] };
    const hash = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 12);
    const path = join(FOLDER, `cloud_${splats}_${hash}.fvv`);
    if (!existsSync(path)) {
        console.error(`encoding ${FRAMES} frames of ${splats} splats, which takes minutes the first time ...`);
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(`${path}.tmp`, await repeatAsync(await encodeLoopAsync(splats)));
        renameSync(`${path}.tmp`, path);
    }
    return describe(readFileSync(path), splats);
}

async function encodeLoopAsync(splats: number): Promise<Uint8Array> {
    const cloud = new MovingCloud(splats, FRAMES);
    const output = new MemoryClipOutput();
    const encoder = new ClipEncoder(OPTIONS, output);
    for (let index = 0; index < FRAMES; index++) {
        await encoder.addFrameAsync(await cloud.readFrameAsync(index));
    }
    await encoder.finishAsync();
    return output.toBytes();
}

async function repeatAsync(loop: Uint8Array): Promise<Uint8Array> {
    const source: IByteSource = { name: "loop", byteLength: loop.length, readAsync: (offset, length) => Promise.resolve(loop.subarray(offset, offset + length)) };
    const parts: Uint8Array[] = [];
    await concatClipsAsync(
        Array.from({ length: REPEATS }, () => source),
        (bytes) => Promise.resolve(void parts.push(bytes)),
    );
    return Buffer.concat(parts);
}

function describe(bytes: Uint8Array, splats: number): IStreamClip {
    const head = readClipHead(bytes, FVV_DEFAULT_LIMITS, true);
    if (typeof head === "number" || !head.segments) {
        throw new Error("the clip of the bench is damaged; delete .cache/stream");
    }
    const { segments, byteLength } = head;
    const frames = FRAMES * REPEATS;
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const keyBytes = (isReference: boolean): number =>
        mean(segments.filter(({ referenceDistance }) => (referenceDistance === 0) === isReference).map(({ keyByteLength }) => keyByteLength));
    return {
        bytes,
        splats,
        seconds: frames / FPS,
        headBytes: byteLength,
        segments,
        frameBytes: bytes.length / frames,
        referenceKeyBytes: keyBytes(true),
        otherKeyBytes: keyBytes(false),
    };
}
