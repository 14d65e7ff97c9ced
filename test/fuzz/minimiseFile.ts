import { CHUNK_HEADER_BYTES } from "../../format/chunk.js";
import { chunkBytes, listChunks, repairCrcs, spliced } from "../support/chunkTools.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that are cleared together. */
const CLEARED = 16;

/**
 * Makes a file that breaks something small: takes chunks out, shortens payloads, clears what they hold, for as long as it still breaks.
 * @param bytes the file
 * @param isBroken whether a file breaks the same
 */
export function minimiseFile(bytes: Bytes, isBroken: (candidate: Bytes) => boolean): Bytes {
    let best = bytes;
    for (let before: Bytes | undefined; before !== best;) {
        before = best;
        // A chunk or a block that cannot go now may go in the next round, when others have gone.
        for (const change of [withoutChunk, shortened, cleared]) {
            for (let place = 0; place < best.length; place++) {
                const candidates = change(best, place);
                best = candidates.find((candidate) => !isSame(candidate, best) && isBroken(candidate)) ?? best;
            }
        }
    }
    return best;
}

/** The file without a chunk. */
function withoutChunk(bytes: Bytes, place: number): Bytes[] {
    const chunk = listChunks(bytes)[place];
    return chunk ? [spliced(bytes, chunk.offset, chunk.end - chunk.offset)] : [];
}

/** The file with the payload of a chunk ending earlier, by half of it down to one byte. */
function shortened(bytes: Bytes, place: number): Bytes[] {
    const chunk = listChunks(bytes)[place];
    const candidates: Bytes[] = [];
    for (let cut = chunk ? (chunk.end - chunk.start) >> 1 : 0; chunk && cut > 0; cut >>= 1) {
        const type = new DataView(bytes.buffer, bytes.byteOffset).getUint32(chunk.offset, true);
        const shorter = chunkBytes(type, bytes.subarray(chunk.start, chunk.end - cut));
        candidates.push(spliced(bytes, chunk.offset, CHUNK_HEADER_BYTES + chunk.end - chunk.start, shorter));
    }
    return candidates;
}

/** The file with a block of zeros. */
function cleared(bytes: Bytes, place: number): Bytes[] {
    const at = CLEARED * place;
    return at < bytes.length ? [repairCrcs(bytes.map((byte, i) => (i >= at && i < at + CLEARED ? 0 : byte)))] : [];
}

function isSame(a: Bytes, b: Bytes): boolean {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
