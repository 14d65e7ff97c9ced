import type { ByteWriter } from "./byteWriter.js";
import { crc32 } from "./crc32.js";
import { FvvError } from "./fvvError.js";

/** First eight bytes of a file: like PNG's, they show a transfer that changed line ends or cleared the eighth bit. */
export const FVV_MAGIC = Uint8Array.of(0x89, 0x46, 0x56, 0x56, 0x0d, 0x0a, 0x1a, 0x0a);
/** Version that this library writes and the newest major version that it reads. */
export const FVV_VERSION_MAJOR = 2;
export const FVV_VERSION_MINOR = 0;
/** Bytes of the magic and the version. */
export const FVV_SIGNATURE_BYTES = 12;
/** Bytes in front of a chunk's payload: type, length, CRC. */
export const CHUNK_HEADER_BYTES = 12;

/**
 * The known chunk types. As in PNG, a reader skips an unknown type whose first letter is lower case and refuses any other.
 */
export const CHUNK_TYPES = {
    header: fourCc("HEAD"),
    metadata: fourCc("meta"),
    index: fourCc("INDX"),
    audioPlace: fourCc("audp"),
    segment: fourCc("SEGM"),
    keyFrame: fourCc("KEYF"),
    residualFrame: fourCc("RESF"),
    audio: fourCc("audi"),
    end: fourCc("FEND"),
} as const;

/** The four letters as a little-endian u32. */
export function fourCc(letters: string): number {
    return (letters.charCodeAt(0) | (letters.charCodeAt(1) << 8) | (letters.charCodeAt(2) << 16) | (letters.charCodeAt(3) << 24)) >>> 0;
}

/** The letters of a chunk type; what is not printable shows as "?". */
export function chunkTypeName(type: number): string {
    return [0, 8, 16, 24]
        .map((shift) => String.fromCharCode((type >>> shift) & 255))
        .map((letter) => (letter >= " " && letter <= "~" ? letter : "?"))
        .join("");
}

/** Whether a reader may skip a chunk that it does not know. */
export function isSkippable(type: number): boolean {
    return ((type >>> 5) & 1) === 1;
}

/** A chunk found in a file. */
export interface IChunk {
    /** Type, see {@link CHUNK_TYPES}. */
    type: number;
    /** Byte offset of the chunk's header in the file. */
    offset: number;
    /** Payload, a view; its CRC is right. */
    payload: Uint8Array;
}

/** Type, payload length and CRC of a chunk, before its payload is there. */
export interface IChunkHeader {
    type: number;
    length: number;
    crc: number;
}

/**
 * Reads a chunk's header.
 * @param bytes at least CHUNK_HEADER_BYTES bytes from `at`
 * @param at where the chunk starts in `bytes`
 */
export function readChunkHeader(bytes: Uint8Array, at: number): IChunkHeader {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, CHUNK_HEADER_BYTES);
    return { type: view.getUint32(0, true), length: view.getUint32(4, true), crc: view.getUint32(8, true) };
}

/**
 * Whether a chunk has come, of bytes that are still coming.
 * @param bytes room for all bytes
 * @param at where the chunk starts in `bytes`
 * @param available how many bytes of `bytes` have come
 */
export function hasChunk(bytes: Uint8Array, at: number, available: number): boolean {
    if (available - at < CHUNK_HEADER_BYTES) {
        return false;
    }
    const end = at + CHUNK_HEADER_BYTES + readChunkHeader(bytes, at).length;
    // One that says it ends where no byte will come is damaged: whoever reads it finds out.
    return end <= available || end > bytes.length;
}

/**
 * Reads the chunk at a place and checks its CRC.
 * @param bytes bytes that hold the whole chunk
 * @param at where the chunk starts in `bytes`
 * @param origin byte offset of `bytes` in the file, for messages
 */
export function readChunk(bytes: Uint8Array, at: number, origin: number): IChunk {
    const offset = origin + at;
    if (bytes.length - at < CHUNK_HEADER_BYTES) {
        throw new FvvError("TRUNCATED", "The file ends inside a chunk header; fetch or encode it again", { offset });
    }
    const { type, length, crc } = readChunkHeader(bytes, at);
    const start = at + CHUNK_HEADER_BYTES;
    if (length > bytes.length - start) {
        throw new FvvError("TRUNCATED", `Chunk ${chunkTypeName(type)} of ${length} bytes is not complete; fetch or encode the file again`, { offset });
    }
    const payload = bytes.subarray(start, start + length);
    if (chunkCrc(bytes.subarray(at, at + 8), payload) !== crc) {
        throw new FvvError("CRC_MISMATCH", `Chunk ${chunkTypeName(type)} is damaged (wrong CRC-32); fetch or encode the file again`, { offset });
    }
    return { type, offset, payload };
}

/**
 * Appends a chunk.
 * @param out where to
 * @param type see {@link CHUNK_TYPES}
 * @param payload its content
 */
export function writeChunk(out: ByteWriter, type: number, payload: Uint8Array): void {
    const head = new Uint8Array(8);
    const view = new DataView(head.buffer);
    view.setUint32(0, type, true);
    view.setUint32(4, payload.length, true);
    out.bytes(head);
    out.u32(chunkCrc(head, payload));
    out.bytes(payload);
}

/** The CRC covers type, length and payload, so that a flipped bit in any of them shows. */
function chunkCrc(typeAndLength: Uint8Array, payload: Uint8Array): number {
    return crc32(payload, crc32(typeAndLength));
}
