import { CHANNEL_ROTATION_LARGEST } from "./attributeGroups.js";
import type { ChannelCodes } from "./frameState.js";
import { ROTATION_BIAS, type ISegmentQuantization } from "./quantization.js";

/**
 * Reconstructs a unit quaternion from three components and the index of the one left out, which is not negative.
 * @param a first component that is there, in the order w, x, y, z
 * @param b second
 * @param c third
 * @param largest index of the component left out
 * @param out 4 values: w, x, y, z
 */
export function rotationFromComponents(a: number, b: number, c: number, largest: number, out: Float64Array): void {
    const sum = a * a + b * b + c * c;
    // Rounding can make three components longer than a unit quaternion; then the fourth is zero and the rest is shortened.
    const norm = sum > 1 ? 1 / Math.sqrt(sum) : 1;
    out[0] = a * norm;
    out[1] = largest > 0 ? b * norm : 0;
    out[2] = largest > 1 ? c * norm : 0;
    if (largest < 3) {
        out[3] = c * norm;
    }
    if (largest < 2) {
        out[2] = b * norm;
    }
    if (largest < 1) {
        out[1] = a * norm;
    }
    out[largest] = sum > 1 ? 0 : Math.sqrt(1 - sum);
}

/**
 * Reads the rotation of a slot.
 * @param codes codes by channel and slot
 * @param slot the slot
 * @param q scales of the segment
 * @param out 4 values: w, x, y, z
 */
export function dequantizeRotation(codes: readonly ChannelCodes[], slot: number, q: ISegmentQuantization, out: Float64Array): void {
    rotationFromComponents(
        q.rotationStep * (codes[CHANNEL_ROTATION_LARGEST - 3][slot] - ROTATION_BIAS),
        q.rotationStep * (codes[CHANNEL_ROTATION_LARGEST - 2][slot] - ROTATION_BIAS),
        q.rotationStep * (codes[CHANNEL_ROTATION_LARGEST - 1][slot] - ROTATION_BIAS),
        codes[CHANNEL_ROTATION_LARGEST][slot],
        out,
    );
}

const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** A code of a log scale becomes a scale, which is finite as float32 too. */
export function scaleFromCode(code: number, q: ISegmentQuantization): number {
    return Math.min(LARGEST_FLOAT32, Math.exp(q.scaleStep * (q.scaleBase + code)));
}

/** An opacity code becomes an opacity, 0 to 1. */
export function opacityFromCode(code: number, q: ISegmentQuantization): number {
    return Math.min(1, Math.max(0, q.opacityStep * (q.opacityBase + code)));
}
