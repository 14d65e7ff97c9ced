import { AUDIO_PLACE_CHUNK_BYTES, readAudioPlace, writeAudioPlace, type IAudioTrack } from "./audioTrack.js";
import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import {
    CHUNK_HEADER_BYTES,
    CHUNK_TYPES,
    chunkTypeName,
    FVV_MAGIC,
    FVV_SIGNATURE_BYTES,
    FVV_VERSION_MAJOR,
    FVV_VERSION_MINOR,
    isSkippable,
    readChunk,
    readChunkHeader,
    writeChunk,
} from "./chunk.js";
import { readClipHeader, UNKNOWN_COUNT, writeClipHeader, type IClipHeader } from "./clipHeader.js";
import { INDEX_ENTRY_BYTES, readClipIndex, writeClipIndex, type ISegmentEntry } from "./clipIndex.js";
import type { ICuePoint } from "./cuePoints.js";
import { FvvError, type FvvErrorCode } from "./fvvError.js";
import { checkLimit, type IFvvLimits } from "./limits.js";

/** Free-form information about a clip: any JSON. These names have a meaning. */
export interface IClipMetadata {
    /** Title to show. */
    title?: string;
    /** Who made it. */
    author?: string;
    /** Licence of the content. */
    licence?: string;
    /** Program that wrote the file. */
    encoder?: string;
    /** A good first view: camera position and target, in the clip's coordinates, and vertical field of view in radians. */
    camera?: { position: [number, number, number]; target: [number, number, number]; fov?: number };
    /** Named moments. */
    cues?: ICuePoint[];
    [name: string]: unknown;
}

/** Everything in front of a clip's first segment. */
export interface IClipHead {
    /** The header chunk. */
    header: IClipHeader;
    /** The metadata chunk; empty where there is none. */
    metadata: IClipMetadata;
    /** The audio track; undefined where there is none, or one of a later version. */
    audio: IAudioTrack | undefined;
    /** The index; undefined in a live or cut file. */
    segments: ISegmentEntry[] | undefined;
    /** Byte offset of the first segment. */
    byteLength: number;
}

/** A segment as it goes into the index, without its place. */
export type IndexedSegment = Omit<ISegmentEntry, "offset"> & {
    /** Bytes of skippable chunks in front of it that belong to no segment. Default 0. */
    gapByteLength?: number;
};

/**
 * Writes everything in front of the first segment.
 * @param header the header chunk
 * @param metadata the metadata chunk
 * @param segments the segments that follow, in order; without them the file has no index (live)
 * @param audio the audio track, whose chunk comes right after the last segment
 */
export function writeClipHead(
    header: IClipHeader,
    metadata: IClipMetadata,
    segments?: readonly IndexedSegment[],
    audio?: Omit<IAudioTrack, "offset">,
): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(1024);
    out.bytes(FVV_MAGIC);
    out.u16(FVV_VERSION_MAJOR);
    out.u16(FVV_VERSION_MINOR);
    writeChunk(out, CHUNK_TYPES.header, writeClipHeader(header));
    if (Object.keys(metadata).length > 0) {
        writeChunk(out, CHUNK_TYPES.metadata, new TextEncoder().encode(JSON.stringify(metadata)));
    }
    if (segments) {
        let offset = out.length + (audio ? AUDIO_PLACE_CHUNK_BYTES : 0) + CHUNK_HEADER_BYTES + 4 + INDEX_ENTRY_BYTES * segments.length;
        const entries = segments.map(({ gapByteLength = 0, ...segment }) => {
            const entry = { ...segment, offset: offset + gapByteLength };
            offset = entry.offset + segment.byteLength;
            return entry;
        });
        if (audio) {
            writeChunk(out, CHUNK_TYPES.audioPlace, writeAudioPlace({ ...audio, offset }));
        }
        writeChunk(out, CHUNK_TYPES.index, writeClipIndex(entries));
    }
    return out.toBytes();
}

/** Writes the chunk that ends a clip: a file that stops without it was cut. */
export function writeClipEnd(frameCount: number): Uint8Array<ArrayBuffer> {
    const payload = new ByteWriter(4);
    payload.u32(frameCount);
    const out = new ByteWriter(CHUNK_HEADER_BYTES + 4);
    writeChunk(out, CHUNK_TYPES.end, payload.toBytes());
    return out.toBytes();
}

/**
 * Checks magic and version.
 * @param bytes first bytes of the file, at least FVV_SIGNATURE_BYTES unless the file is shorter
 */
export function checkSignature(bytes: Uint8Array): void {
    for (let i = 0; i < FVV_MAGIC.length; i++) {
        if (i >= bytes.length || bytes[i] !== FVV_MAGIC[i]) {
            if (i > 0 && i >= bytes.length) {
                break;
            }
            throw new FvvError("NOT_FVV", "This is not an .fvv file (its first bytes are wrong); check the address, or encode the clip with `fvv encode`", { offset: i });
        }
    }
    if (bytes.length < FVV_SIGNATURE_BYTES) {
        throw new FvvError("TRUNCATED", "The file ends inside its first bytes; fetch or encode it again", { offset: bytes.length });
    }
    const major = bytes[8] | (bytes[9] << 8);
    if (major !== FVV_VERSION_MAJOR) {
        throw new FvvError(
            "UNSUPPORTED_VERSION",
            `The file has format version ${major}, this version of babylon-fvv reads version ${FVV_VERSION_MAJOR}; ${major < FVV_VERSION_MAJOR ? "encode it again" : "update babylon-fvv"}`,
            {
                offset: 8,
            },
        );
    }
}

/**
 * Reads everything in front of the first segment.
 * @param bytes the first bytes of the file
 * @param limits limits for the counts
 * @param isWhole whether these are all bytes of the file
 * @returns the head, or how many bytes from the start of the file are needed to go on
 */
export function readClipHead(bytes: Uint8Array, limits: IFvvLimits, isWhole: boolean): IClipHead | number {
    if (bytes.length < FVV_SIGNATURE_BYTES && !isWhole) {
        return FVV_SIGNATURE_BYTES + CHUNK_HEADER_BYTES;
    }
    checkSignature(bytes);
    const found: IFoundHead = { metadata: {} };
    for (let at = FVV_SIGNATURE_BYTES; ;) {
        const needed = missingBytes(bytes, at, limits);
        if (needed > bytes.length && !isWhole) {
            return needed;
        }
        if (at === bytes.length && found.header) {
            return finishHead(found, at);
        }
        const type = bytes.length - at >= 4 ? readType(bytes, at) : 0;
        if (found.header && (type === CHUNK_TYPES.segment || type === CHUNK_TYPES.end)) {
            return finishHead(found, at);
        }
        const { payload } = readChunk(bytes, at, 0);
        takeHeadChunk(found, type, payload, at, limits);
        at += CHUNK_HEADER_BYTES + payload.length;
    }
}

/** What was read of a head so far. */
interface IFoundHead {
    header?: IClipHeader;
    metadata: IClipMetadata;
    audio?: IAudioTrack;
    hasAudio?: boolean;
    segments?: ISegmentEntry[];
}

function takeHeadChunk(found: IFoundHead, type: number, payload: Uint8Array, at: number, limits: IFvvLimits): void {
    const origin = at + CHUNK_HEADER_BYTES;
    if (!found.header && type !== CHUNK_TYPES.header) {
        throw new FvvError("BAD_HEADER", `The first chunk is ${chunkTypeName(type)}, not HEAD; the file is damaged, fetch or encode it again`, { offset: at });
    }
    if (type === CHUNK_TYPES.header) {
        checkOnce(found.header, type, "BAD_HEADER", at);
        found.header = readClipHeader(payload, origin, limits);
    } else if (type === CHUNK_TYPES.metadata) {
        found.metadata = readMetadata(payload, origin);
    } else if (type === CHUNK_TYPES.audioPlace) {
        checkOnce(found.hasAudio, type, "BAD_AUDIO", at);
        found.hasAudio = true;
        found.audio = readAudioPlace(payload, origin, limits);
    } else if (type === CHUNK_TYPES.index) {
        checkOnce(found.segments, type, "BAD_INDEX", at);
        found.segments = readClipIndex(payload, origin, limits);
    } else if (!isSkippable(type)) {
        throw unexpectedChunk(type, at);
    }
}

function checkOnce(known: unknown, type: number, code: FvvErrorCode, offset: number): void {
    if (known) {
        throw new FvvError(code, `The file has a second ${chunkTypeName(type)} chunk; it is damaged, encode it again`, { offset });
    }
}

/** The error for a chunk that a reader must not skip: one that it does not know, or knows in another place. */
export function unexpectedChunk(type: number, offset: number): FvvError {
    if (Object.values<number>(CHUNK_TYPES).includes(type)) {
        return new FvvError("BAD_SEGMENT", `Chunk ${chunkTypeName(type)} stands where it does not belong; the file is damaged, encode it again`, { offset });
    }
    return new FvvError("UNSUPPORTED_FEATURE", `The clip needs the chunk ${chunkTypeName(type)}, which this version of babylon-fvv does not have; update it`, { offset });
}

/** End of the chunk at a place, or of its header while that is not there; a segment's chunks are not waited for. */
function missingBytes(bytes: Uint8Array, at: number, limits: IFvvLimits): number {
    const headerEnd = at + CHUNK_HEADER_BYTES;
    if (bytes.length < headerEnd) {
        return headerEnd;
    }
    const { type, length } = readChunkHeader(bytes, at);
    if (type === CHUNK_TYPES.segment || type === CHUNK_TYPES.end) {
        return headerEnd;
    }
    checkLimit(limits, "chunkBytes", length, at + 4);
    return headerEnd + length;
}

function readType(bytes: Uint8Array, at: number): number {
    return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}

function finishHead({ header, metadata, audio, segments }: IFoundHead, byteLength: number): IClipHead {
    const last = segments?.at(-1);
    if (last && header?.frameCount !== UNKNOWN_COUNT && last.firstFrame + last.frameCount !== header?.frameCount) {
        throw new FvvError(
            "BAD_INDEX",
            `The index has ${last.firstFrame + last.frameCount} frames, the header ${header?.frameCount}; the file is damaged, encode it again`,
        );
    }
    const bodyEnd = last ? last.offset + last.byteLength : byteLength;
    if (audio && audio.offset < bodyEnd) {
        throw new FvvError("BAD_AUDIO", "The audio is said to be where the head or the segments are; the file is damaged, encode it again", { offset: audio.offset });
    }
    return { header: header as IClipHeader, metadata, audio, segments, byteLength };
}

function readMetadata(payload: Uint8Array, origin: number): IClipMetadata {
    const reader = new ByteReader(payload, origin, "The metadata", "BAD_HEADER");
    let value: unknown;
    try {
        value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    } catch {
        throw reader.error("is not JSON in UTF-8");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw reader.error("is not a JSON object");
    }
    return value as IClipMetadata;
}
