import { CHUNK_TYPES, chunkTypeName } from "../../format/chunk.js";
import { readClipHead, type IClipHead } from "../../format/clipHead.js";
import { crc32 } from "../../format/crc32.js";
import { resolveLimits } from "../../format/limits.js";
import { SegmentDecoder } from "../../format/segmentDecoder.js";
import { readSegmentHeader } from "../../format/segmentHeader.js";
import { ClipEncoder, LiveClipOutput, resolveEncoderOptions, type IClipEncoderOptions, type ISplatFrame } from "../../encoder/index.js";
import { listChunks } from "./chunkTools.js";

/** What a viewer has of a live clip. */
export interface ILiveFrames {
    /** A checksum of all codes of each frame, by the number that its publisher gave it. */
    frames: Map<number, number>;
    /** Whether the chunk that ends a clip is there. */
    isEnded: boolean;
}

/**
 * Decodes what a viewer of a live clip got. Its first frame may have any number, and later frames may be missing.
 * @param bytes what it got, whole chunks
 */
export function decodeLive(bytes: Uint8Array): ILiveFrames {
    const { header } = readClipHead(bytes, resolveLimits(), true) as IClipHead;
    const decoder = new SegmentDecoder(header);
    const frames = new Map<number, number>();
    const chunks = listChunks(bytes);
    const nameOfEnd = chunkTypeName(CHUNK_TYPES.end);
    chunks.forEach(({ name, offset, start, end }, i) => {
        if (name !== "SEGM") {
            return;
        }
        const others = chunks.slice(i + 1);
        const next = others.findIndex((chunk) => chunk.name === "SEGM" || chunk.name === nameOfEnd);
        const own = next < 0 ? others : others.slice(0, next);
        const frameCount = own.filter((chunk) => chunk.name === "KEYF" || chunk.name === "RESF").length;
        const { firstFrame, bounds } = readSegmentHeader(bytes.subarray(start, end), 0, resolveLimits(), header.shDegree, header.capacity);
        const byteLength = (own.at(-1)?.end ?? end) - offset;
        decoder.begin(bytes.subarray(offset, offset + byteLength), { offset, byteLength, keyByteLength: 0, firstFrame, frameCount, bounds });
        for (let frame = 0; frame < frameCount; frame++) {
            frames.set(decoder.decodeFrame(), checksum(decoder));
        }
    });
    return { frames, isEnded: chunks.at(-1)?.name === nameOfEnd };
}

function checksum({ state }: SegmentDecoder): number {
    const { codes, alive, slotCount } = state;
    const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return codes.reduce((sum, channel) => crc32(bytesOf(channel.slice(0, slotCount)), sum), crc32(bytesOf(alive.slice(0, slotCount))));
}

/**
 * A live clip in memory: no index, no number of frames.
 * @param frames its frames
 * @param options of the encoder
 */
export async function encodeLiveAsync(frames: readonly ISplatFrame[], options: IClipEncoderOptions): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    const output = new LiveClipOutput(resolveEncoderOptions(options), (bytes) => Promise.resolve(void parts.push(bytes)));
    const encoder = new ClipEncoder(options, output);
    for (const frame of frames) {
        await encoder.addFrameAsync(frame);
    }
    await encoder.finishAsync();
    return Uint8Array.from(Buffer.concat(parts));
}
