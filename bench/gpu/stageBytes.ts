import { KEY_DIGITS } from "../../shaders/wgsl/radixKernels.js";

/** Bytes of the state of a splat and of what is projected of it, of a key, and of a place in the order. */
export const STATE_BYTES = 24;
const CACHE_BYTES = 32;
const KEY_BYTES = 4;
export const PLACE_BYTES = 4;

/** Bytes that the kernels and the draw move at least. */
export interface IKernelBytes {
    project: number;
    sort: number;
    draw: number;
}

/**
 * What a frame moves where each value is read and written once a pass.
 * @param splats slots of the state
 * @param drawn those that the view draws
 */
export function kernelBytes(splats: number, drawn: number): IKernelBytes {
    // A pass counts keys, then moves keys and places. The first takes keys of all slots and makes the places; the last writes no keys.
    const pass = 3 * KEY_BYTES + 2 * PLACE_BYTES;
    const first = splats * 2 * KEY_BYTES + drawn * (KEY_BYTES + PLACE_BYTES);
    const last = drawn * (pass - KEY_BYTES);
    return {
        project: splats * (STATE_BYTES + KEY_BYTES) + drawn * CACHE_BYTES,
        sort: first + (KEY_DIGITS - 2) * drawn * pass + last,
        draw: drawn * (CACHE_BYTES + PLACE_BYTES),
    };
}
