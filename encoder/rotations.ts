import type { ISplatFrame } from "./splatFrame.js";

/** Smallest scale that is told from zero. */
export const SMALLEST_SCALE = 1e-20;

/**
 * Largest difference of a component between two unit quaternions, up to their sign.
 * @param a w, x, y, z
 * @param b w, x, y, z
 */
export function rotationError(a: Float64Array, b: Float64Array): number {
    const sign = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3] < 0 ? -1 : 1;
    return Math.max(Math.abs(a[0] - sign * b[0]), Math.abs(a[1] - sign * b[1]), Math.abs(a[2] - sign * b[2]), Math.abs(a[3] - sign * b[3]));
}

/**
 * Reads the rotation of a source splat as a unit quaternion; zero is no rotation.
 * @param frame source
 * @param index splat
 * @param out 4 values: w, x, y, z
 * @param at where in `out`
 */
export function readRotation(frame: ISplatFrame, index: number, out: Float64Array, at = 0): void {
    const r = frame.rotations;
    const w = r[4 * index];
    const x = r[4 * index + 1];
    const y = r[4 * index + 2];
    const z = r[4 * index + 3];
    const length = Math.sqrt(w * w + x * x + y * y + z * z);
    const scale = length > 0 ? 1 / length : 0;
    out[at] = length > 0 ? w * scale : 1;
    out[at + 1] = x * scale;
    out[at + 2] = y * scale;
    out[at + 3] = z * scale;
}
