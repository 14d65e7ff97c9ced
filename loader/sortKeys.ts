import type { SortCloud } from "./sortCloud.js";

/** Most bits of a digit: two passes sort a depth of twenty bits. */
export const DIGIT_BITS = 10;

/**
 * Places the keys of a sort: that of a slot at codes (x, y, z) is `k[0] - k[1] * x - k[2] * y - k[3] * z`, cut to 0 .. maxKey and to the integer below, 0 the farthest. The range
 * comes from the bounds of the segment, not from the splats of the moment, so that keys do not shift from frame to frame.
 * @param cloud what is sorted
 * @param forward direction to sort along
 * @param maxKey the key of the nearest depth that there is
 * @param k four numbers
 */
export function placeKeys({ bounds, quantization }: SortCloud, forward: readonly number[], maxKey: number, k: Float64Array): void {
    let nearest = 0;
    let farthest = 0;
    for (let c = 0; c < 3; c++) {
        const a = forward[c] * bounds[c];
        const b = forward[c] * bounds[3 + c];
        nearest += Math.min(a, b);
        farthest += Math.max(a, b);
    }
    const scale = farthest > nearest ? maxKey / (farthest - nearest) : 0;
    k[0] = farthest * scale;
    for (let c = 0; c < 3; c++) {
        k[1 + c] = forward[c] * scale * quantization.positionStep;
        k[0] -= k[1 + c] * quantization.positionBase[c];
    }
}
