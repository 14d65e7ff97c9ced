import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { CHUNK_HEADER_BYTES, CHUNK_TYPES, isSkippable, readChunk, writeChunk } from "./chunk.js";
import { unexpectedChunk } from "./clipHead.js";
import type { ISegmentEntry } from "./clipIndex.js";
import { FvvError } from "./fvvError.js";

/**
 * Gives the frames of a segment other numbers; the CRCs follow. Of payloads it knows only that those of SEGM, KEYF and RESF begin with a
 * frame number: all else, chunks that a reader may skip included, stays as it is, and so do all lengths.
 * @param bytes all chunks of the segment; not changed
 * @param entry its entry in the index that it was found by
 * @param firstFrame number that its first frame gets
 * @returns the segment with its new numbers
 */
export function renumberSegment(bytes: Uint8Array, entry: ISegmentEntry, firstFrame: number): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(bytes.length);
    let frames = 0;
    for (let at = 0; at < bytes.length;) {
        const { type, offset, payload } = readChunk(bytes, at, entry.offset);
        const isFrame = type === CHUNK_TYPES.keyFrame || type === CHUNK_TYPES.residualFrame;
        if (isFrame || type === CHUNK_TYPES.segment) {
            checkNumber(payload, offset, entry.firstFrame + frames);
            writeChunk(out, type, withNumber(payload, firstFrame + frames));
        } else if (isSkippable(type)) {
            writeChunk(out, type, payload);
        } else {
            throw unexpectedChunk(type, offset);
        }
        frames += isFrame ? 1 : 0;
        at += CHUNK_HEADER_BYTES + payload.length;
    }
    if (frames !== entry.frameCount) {
        throw new FvvError("BAD_SEGMENT", `The segment has ${frames} frames, the index ${entry.frameCount}; the file is damaged, encode it again`, {
            offset: entry.offset,
        });
    }
    return out.toBytes();
}

function checkNumber(payload: Uint8Array, offset: number, expected: number): void {
    const reader = new ByteReader(payload, offset + CHUNK_HEADER_BYTES, "A chunk", "BAD_SEGMENT");
    const number = reader.u32();
    if (number !== expected) {
        throw new FvvError("BAD_SEGMENT", `Frame ${number} stands where frame ${expected} belongs; the file is damaged, encode it again`, { offset });
    }
}

function withNumber(payload: Uint8Array, number: number): Uint8Array {
    const copy = new Uint8Array(payload);
    new DataView(copy.buffer).setUint32(0, number, true);
    return copy;
}
