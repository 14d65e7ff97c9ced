import type { ISplatFrame, ShDegree } from "../../encoder/index.js";
import { allocateFrame } from "../../encoder/readers/frameArrays.js";
import { randomNumbers } from "./makeFrame.js";

/** What a wild sequence is like. */
export interface IWildOptions {
    /** Splats that there ever are. */
    count: number;
    /** Number of frames. */
    frames: number;
    /** Degree of the spherical harmonics. */
    shDegree: ShDegree;
    /** Same seed, same sequence. */
    seed: number;
    /** How likely a splat is there in a frame. */
    presence: number;
    /** How likely a splat has another value of an attribute in the next frame. */
    jumps: number;
}

/**
 * Splats that come, go and come back, jump and spin, with opacities at 0 and 1 and sizes of all magnitudes. Splats have ids; their order changes.
 * @param options what they are like
 */
export function makeWildFrames({ count, frames, shDegree, seed, presence, jumps }: IWildOptions): ISplatFrame[] {
    const next = randomNumbers(seed);
    const pick = (...values: number[]): number => values[Math.floor(values.length * next())];
    const makers = {
        positions: () => pick(0, 5, -5, 10 * next() - 5, 1e-5 * next()),
        rotations: () => pick(0, 1, -1, next() - 0.5, next() - 0.5, next() - 0.5),
        scales: () => pick(0, 1e-9, 1e-3, 0.1, 1, 10 ** (6 * next() - 4)),
        opacities: () => pick(0, 1, next(), 1e-4, 0.9999),
        colors: () => pick(0, 1, -0.3, 1.6, next()),
        sh: () => pick(0, 2 * next() - 1),
    };
    const names = Object.keys(makers) as (keyof typeof makers)[];
    const splats = allocateFrame(count, shDegree);
    names.forEach((name) => splats[name].forEach((_, i) => (splats[name][i] = makers[name]())));
    const drift = names.map(() => (next() < 0.5 ? 0 : 0.01));
    return Array.from({ length: frames }, (_, t) => {
        names.forEach((name, n) => {
            const values = splats[name];
            values.forEach((value, i) => {
                const moved = name === "opacities" ? value : value * (1 + drift[n] * (next() - 0.3));
                values[i] = t > 0 && next() < jumps ? makers[name]() : moved;
            });
        });
        const rows = Array.from({ length: count }, (_value, i) => i).filter(() => next() < presence);
        const shift = Math.floor(next() * (rows.length + 1));
        const order = [...rows.slice(shift), ...rows.slice(0, shift)];
        const frame = allocateFrame(order.length, shDegree);
        for (const name of names) {
            const size = count > 0 ? splats[name].length / count : 0;
            order.forEach((row, i) => frame[name].set(splats[name].subarray(row * size, (row + 1) * size), i * size));
        }
        return { ...frame, ids: Int32Array.from(order) };
    });
}
