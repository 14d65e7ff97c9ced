import type { FrameState } from "./frameState.js";
import { LIFTING_SHIFT, type Lifting } from "./segmentHeader.js";

/** Rounds a lifting to the nearest. */
export const HALF_WEIGHT = 1 << (LIFTING_SHIFT - 1);

/** Weights and differences of the channels before channel c of a group, within its three. */
export function liftingOf({ differences }: FrameState, c: number, lifting: Lifting): { w0: number; w1: number; d0: Int32Array; d1: Int32Array } {
    const [d0, d1] = differences;
    const place = c % 3;
    return place === 1 ? { w0: lifting[0], w1: 0, d0, d1 } : place === 2 ? { w0: lifting[1], w1: lifting[2], d0, d1 } : { w0: 0, w1: 0, d0, d1 };
}

/** 0, -1, 1, -2, 2 ... become 0, 1, 2, 3, 4 ... */
export function zigzag(value: number): number {
    return (value << 1) ^ (value >> 31);
}

/** The inverse of {@link zigzag}. */
export function unzigzag(value: number): number {
    return (value >>> 1) ^ -(value & 1);
}
