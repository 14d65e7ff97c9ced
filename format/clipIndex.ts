import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { readBounds } from "./clipHeader.js";
import { checkLimit, type IFvvLimits } from "./limits.js";

/** Where a segment is in the file and which frames it holds. */
export interface ISegmentEntry {
    /** Byte offset of its SEGM chunk from the start of the file. */
    offset: number;
    /** Bytes of the segment, all its chunks included. */
    byteLength: number;
    /** Bytes from `offset` to the end of its key frame: enough to show its first frame. */
    keyByteLength: number;
    /** First frame. */
    firstFrame: number;
    /** Number of frames, at least 1. */
    frameCount: number;
    /** min x, y, z, max x, y, z of its splats, 3-sigma extents included. */
    bounds: Float32Array;
    /** How many segments back the one is whose key frame this one's key frame is coded against; 0, the default: none. */
    referenceDistance?: number;
}

/** Bytes of an entry in the file. */
export const INDEX_ENTRY_BYTES = 52;

/** Writes the payload of an INDX chunk. */
export function writeClipIndex(segments: readonly ISegmentEntry[]): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(4 + INDEX_ENTRY_BYTES * segments.length);
    out.u32(segments.length);
    for (const segment of segments) {
        out.u64(segment.offset);
        out.u32(segment.byteLength);
        out.u32(segment.keyByteLength);
        out.u32(segment.firstFrame);
        out.u32(segment.frameCount);
        segment.bounds.forEach((value) => out.f32(value));
        out.u32(segment.referenceDistance ?? 0);
    }
    return out.toBytes();
}

/**
 * Reads the payload of an INDX chunk. Segments must follow one another in frames and in bytes, without overlap.
 * @param payload payload
 * @param origin its byte offset in the file
 * @param limits limits for the counts
 */
export function readClipIndex(payload: Uint8Array, origin: number, limits: IFvvLimits): ISegmentEntry[] {
    const reader = new ByteReader(payload, origin, "The segment index", "BAD_INDEX");
    const count = reader.u32();
    checkLimit(limits, "segments", count, origin);
    if (reader.remaining < count * INDEX_ENTRY_BYTES) {
        throw reader.error(`is too short for its ${count} segments`);
    }
    const segments: ISegmentEntry[] = [];
    let nextFrame = 0;
    let nextOffset = origin + payload.length;
    for (let i = 0; i < count; i++) {
        const segment: ISegmentEntry = {
            offset: reader.u64(),
            byteLength: reader.u32(),
            keyByteLength: reader.u32(),
            firstFrame: reader.u32(),
            frameCount: reader.u32(),
            bounds: readBounds(reader),
            referenceDistance: reader.u32(),
        };
        checkLimit(limits, "segmentBytes", segment.byteLength, reader.offset);
        checkLimit(limits, "segmentFrames", segment.frameCount, reader.offset);
        if (segment.firstFrame !== nextFrame || segment.frameCount === 0 || segment.offset < nextOffset || segment.keyByteLength > segment.byteLength) {
            throw reader.error(`has an entry ${i} that does not follow the one before it`);
        }
        if (segment.referenceDistance && !isReference(segments[i - segment.referenceDistance])) {
            throw reader.error(`has an entry ${i} that refers to no key frame that stands alone`);
        }
        nextFrame += segment.frameCount;
        nextOffset = segment.offset + segment.byteLength;
        segments.push(segment);
    }
    checkLimit(limits, "frames", nextFrame, origin);
    return segments;
}

/** Whether the key frame of a segment stands alone. */
function isReference(segment: ISegmentEntry | undefined): boolean {
    return segment?.referenceDistance === 0;
}

/**
 * The segment whose key frame must be known before a segment can be decoded.
 * @param segments the index
 * @param segment number of the segment
 * @returns its number, or -1 when there is none
 */
export function referenceOf(segments: readonly ISegmentEntry[], segment: number): number {
    const distance = segments[segment].referenceDistance ?? 0;
    return distance > 0 ? segment - distance : -1;
}
