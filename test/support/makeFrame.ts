import { allocateFrame } from "../../encoder/readers/frameArrays.js";
import type { ISplatFrame, ShDegree } from "../../encoder/splatFrame.js";

/**
 * A generator of numbers from 0 to 1 that gives the same for the same seed (mulberry32).
 * @param seed any integer
 */
export function randomNumbers(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

/**
 * A frame of random splats in a cube of two units around the origin.
 * @param count number of splats
 * @param shDegree degree of its spherical harmonics
 * @param seed same seed, same frame
 */
export function makeFrame(count: number, shDegree: ShDegree = 0, seed = 1): ISplatFrame {
    const next = randomNumbers(seed);
    const frame = allocateFrame(count, shDegree);
    const fill = (values: Float32Array, low: number, high: number): void => {
        for (let i = 0; i < values.length; i++) {
            values[i] = low + (high - low) * next();
        }
    };
    fill(frame.positions, -1, 1);
    fill(frame.rotations, -1, 1);
    fill(frame.scales, 0.002, 0.05);
    fill(frame.opacities, 0.05, 1);
    fill(frame.colors, 0, 1);
    fill(frame.sh, -0.4, 0.4);
    return frame;
}
