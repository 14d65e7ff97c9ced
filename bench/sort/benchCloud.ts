import type { SortCloud } from "../../loader/sortCloud.js";

/** Codes of positions, as a decoder has them, and their bounds. */
export interface IBenchCloud {
    count: number;
    codes: readonly [Int32Array, Int32Array, Int32Array];
    positionStep: number;
    positionBase: [number, number, number];
    bounds: Float32Array;
}

const STEP = 0.0005;
/** Splats of a patch; patches lie side by side in a capture, and so do their splats in the order of slots. */
const PATCH = 500;

/**
 * Makes a cloud of flat patches of several sizes about a middle.
 * @param count splats
 * @param outliers the share of splats that lie as far as a hundred times the rest
 */
export function makeBenchCloud(count: number, outliers: number): IBenchCloud {
    const next = randomNumbers(count);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const positions = new Float64Array(3 * count);
    const middle = [0, 0, 0];
    const sizes = [0, 0, 0];
    for (let i = 0; i < count; i++) {
        if (i % PATCH === 0) {
            for (let c = 0; c < 3; c++) {
                middle[c] = 1.5 * normal();
                sizes[c] = 0.5 * next();
            }
            sizes[i % 3] *= 0.05;
        }
        const far = next() < outliers ? 100 * next() : 1;
        for (let c = 0; c < 3; c++) {
            positions[3 * i + c] = far * (middle[c] + sizes[c] * normal());
        }
    }
    return quantize(positions);
}

function quantize(positions: Float64Array): IBenchCloud {
    const count = positions.length / 3;
    const bounds = Float32Array.of(Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity);
    positions.forEach((value, i) => {
        bounds[i % 3] = Math.min(bounds[i % 3], value);
        bounds[3 + (i % 3)] = Math.max(bounds[3 + (i % 3)], value);
    });
    const base = (c: number): number => Math.floor(bounds[c] / STEP);
    const codesOf = (c: number): Int32Array => Int32Array.from({ length: count }, (_, i) => Math.round(positions[3 * i + c] / STEP) - base(c));
    return { count, codes: [codesOf(0), codesOf(1), codesOf(2)], positionStep: STEP, positionBase: [base(0), base(1), base(2)], bounds };
}

/** Puts a cloud where it is sorted. */
export function fillSortCloud({ count, codes, positionStep, positionBase, bounds }: IBenchCloud, cloud: SortCloud): void {
    cloud.positions.forEach((positions, c) => positions.set(codes[c]));
    cloud.alive.fill(1, 0, count);
    cloud.slotCount = count;
    cloud.quantization = { positionStep, positionBase };
    cloud.bounds.set(bounds);
}

/** Positions as core has them: four values a splat. */
export function corePositions({ count, codes, positionStep, positionBase }: IBenchCloud): Float32Array {
    const positions = new Float32Array(4 * count).fill(1);
    codes.forEach((channel, c) => channel.forEach((code, i) => (positions[4 * i + c] = positionStep * (positionBase[c] + code))));
    return positions;
}

function randomNumbers(seed: number): () => number {
    let state = seed >>> 0;
    return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
