import { halfToFloat } from "./halfFloat.js";

const SPZ_MAGIC = 0x5053474e;
const HEADER_BYTES = 16;

/** A version 1 file as one of version 2, and the positions that version 2 could not hold exactly. */
export interface ISpzVersion1 {
    /** The file as version 2, all its positions zero. */
    version2: Uint8Array;
    /** 3 a splat: x, y, z. */
    positions: Float32Array;
}

/**
 * Reads what is special about an SPZ file of version 1: its positions are three binary16 numbers; all else is as in version 2.
 * @param bytes the file as it is, compressed
 * @returns undefined where the file is of another version or is no SPZ file at all
 */
export async function readSpzVersion1Async(bytes: Uint8Array): Promise<ISpzVersion1 | undefined> {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
        return undefined;
    }
    const raw = await gunzipAsync(bytes);
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    if (raw.length < HEADER_BYTES || view.getUint32(0, true) !== SPZ_MAGIC || view.getUint32(4, true) !== 1) {
        return undefined;
    }
    const count = view.getUint32(8, true);
    const restAt = HEADER_BYTES + 6 * count;
    if (raw.length < restAt) {
        throw new RangeError("the file ends inside its positions");
    }
    const positions = Float32Array.from({ length: 3 * count }, (_, i) => halfToFloat(view.getUint16(HEADER_BYTES + 2 * i, true)));
    const version2 = new Uint8Array(HEADER_BYTES + 9 * count + raw.length - restAt);
    version2.set(raw.subarray(0, HEADER_BYTES));
    version2[4] = 2;
    version2.set(raw.subarray(restAt), HEADER_BYTES + 9 * count);
    return { version2, positions };
}

async function gunzipAsync(bytes: Uint8Array): Promise<Uint8Array> {
    const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}
