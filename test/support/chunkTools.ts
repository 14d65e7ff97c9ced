import { ByteWriter } from "../../format/byteWriter.js";
import { CHUNK_HEADER_BYTES, chunkTypeName, FVV_SIGNATURE_BYTES, readChunkHeader, writeChunk } from "../../format/chunk.js";
import { crc32 } from "../../format/crc32.js";

/** Where a chunk is in a file. */
export interface IChunkPlace {
    /** Its four letters. */
    name: string;
    /** Byte offset of its header. */
    offset: number;
    /** Byte offset of its payload. */
    start: number;
    /** Byte offset after its payload. */
    end: number;
}

/**
 * Lists the chunks of a file, as far as they are whole.
 * @param bytes the file
 */
export function listChunks(bytes: Uint8Array): IChunkPlace[] {
    const chunks: IChunkPlace[] = [];
    for (let offset = FVV_SIGNATURE_BYTES; bytes.length - offset >= CHUNK_HEADER_BYTES;) {
        const { type, length } = readChunkHeader(bytes, offset);
        const start = offset + CHUNK_HEADER_BYTES;
        if (start + length > bytes.length) {
            break;
        }
        chunks.push({ name: chunkTypeName(type), offset, start, end: start + length });
        offset = start + length;
    }
    return chunks;
}

/**
 * The chunk of a name.
 * @param bytes the file
 * @param name its four letters
 * @param number which of them, from 0
 */
export function findChunk(bytes: Uint8Array, name: string, number = 0): IChunkPlace {
    const place = listChunks(bytes).filter((chunk) => chunk.name === name)[number];
    if (!place) {
        throw new Error(`The file has no chunk ${name} number ${number}`);
    }
    return place;
}

/**
 * Makes the CRC of every whole chunk right, so that what is damaged gets as far as it can.
 * @param bytes the file; changed in place
 */
export function repairCrcs<T extends Uint8Array>(bytes: T): T {
    for (const { offset, start, end } of listChunks(bytes)) {
        const crc = crc32(bytes.subarray(start, end), crc32(bytes.subarray(offset, offset + 8)));
        new DataView(bytes.buffer, bytes.byteOffset).setUint32(offset + 8, crc, true);
    }
    return bytes;
}

/**
 * A copy of a file with a change, its CRCs made right again.
 * @param bytes the file
 * @param change changes the copy
 */
export function changed(bytes: Uint8Array, change: (view: DataView, copy: Uint8Array) => void): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(bytes);
    change(new DataView(copy.buffer), copy);
    return repairCrcs(copy);
}

/**
 * A copy of bytes with some taken out and others put in their place.
 * @param bytes the bytes
 * @param at where
 * @param removed how many to take out
 * @param inserted what to put in
 */
export function spliced(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(bytes.length + inserted.length);
    out.bytes(bytes.subarray(0, at));
    out.bytes(inserted);
    out.bytes(bytes.subarray(at + removed));
    return out.toBytes();
}

/**
 * A chunk as bytes.
 * @param type number of its type
 * @param payload its content
 */
export function chunkBytes(type: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(CHUNK_HEADER_BYTES + payload.length);
    writeChunk(out, type, payload);
    return out.toBytes();
}

/**
 * A copy of a clip without its index, as a live one is.
 * @param bytes the clip
 */
export function withoutIndex(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const { offset, end } = findChunk(bytes, "INDX");
    return spliced(bytes, offset, end - offset);
}
