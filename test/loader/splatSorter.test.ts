import { expect } from "chai";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { createSplatSorter } from "../../loader/createSplatSorter.js";
import type { SortCloud } from "../../loader/sortCloud.js";
import { SplatSorter, type ISplatSorter } from "../../loader/splatSorter.js";
import { WASM_SORTER_SLOTS, WasmSplatSorter } from "../../loader/wasmSplatSorter.js";
import { compileWasmAsync, WASM_MODULES } from "../../scripts/compileWasm.js";
import { randomNumbers } from "../support/makeFrame.js";

type Direction = [number, number, number];

/** Depths closer than the range of the bounds divided by this may be in any order. */
const DEPTH_STEPS = 2 ** 20 - 1;
const STEP = 0.25;
const BASE: Direction = [-500, 3, 4000];

interface ICloud {
    codes: [number[], number[], number[]];
    alive: number[];
    bounds: number[];
}

function makeCloud(count: number, seed: number, aliveShare = 0.8, most = 2 ** 22): ICloud {
    const next = randomNumbers(seed);
    const channel = (): number[] => Array.from({ length: count }, () => Math.floor(most * next()));
    const codes: ICloud["codes"] = [channel(), channel(), channel()];
    // Runs of the dead, and some among the living.
    const isDead = Array.from({ length: Math.ceil(count / 8) }, () => next() > aliveShare);
    const alive = Array.from({ length: count }, (_, slot) => (isDead[slot >> 3] || (slot % 5 === 2 && next() > aliveShare) ? 0 : 1));
    const extremes = (pick: (...values: number[]) => number): number[] =>
        codes.map((values, c) => STEP * (BASE[c] + values.reduce((a, b) => pick(a, b), values[0] ?? 0)));
    return { codes, alive, bounds: [...extremes(Math.min), ...extremes(Math.max)] };
}

function fill(cloud: SortCloud, { codes, alive, bounds }: ICloud): void {
    codes.forEach((values, c) => cloud.positions[c].set(values));
    cloud.alive.fill(0);
    cloud.alive.set(alive);
    cloud.slotCount = alive.length;
    cloud.quantization = { positionStep: STEP, positionBase: BASE };
    cloud.bounds.set(bounds);
}

function sort(sorter: ISplatSorter, cloud: ICloud, forward: Direction): number[] {
    fill(sorter.clouds[0], cloud);
    const out = new Uint32Array(cloud.alive.length + 1000);
    const count = sorter.sort(sorter.clouds[0], forward, out);
    return [...out.subarray(0, count)];
}

function live({ alive }: ICloud): number[] {
    return Array.from(alive.keys()).filter((slot) => alive[slot] === 1);
}

const number = fc.integer({ min: -9, max: 9 });
const direction = fc.oneof(
    fc.tuple(number, number, number),
    fc.tuple(fc.double(), fc.double(), fc.double()),
    fc.constantFrom<Direction>([0, 0, 0], [NaN, 0, 1], [Infinity, 0, 1]),
);

const kinds: [string, (capacity: number) => ISplatSorter][] = [
    ["SplatSorter", (capacity) => new SplatSorter(capacity, 1)],
    ["WasmSplatSorter", (capacity) => createSplatSorter(capacity, 1)],
];

for (const [name, make] of kinds) {
    describe(name, () => {
        it("gives every live slot once, farthest first, splats in one place in the order of slots", () => {
            fc.assert(
                fc.property(fc.nat(400), fc.integer(), fc.constantFrom(8, 1000, 2 ** 23), fc.tuple(number, number, number), (count, seed, most, [x, y, z]) => {
                    const cloud = makeCloud(count, seed, 0.8, most);
                    const order = sort(make(count), cloud, [x, y, z]);
                    expect([...order].sort((a, b) => a - b)).to.deep.equal(live(cloud));
                    const [xs, ys, zs] = cloud.codes;
                    const depth = (slot: number): number => STEP * (x * xs[slot] + y * ys[slot] + z * zs[slot]);
                    const range = [x, y, z].reduce((sum, value, c) => sum + Math.abs(value) * (cloud.bounds[3 + c] - cloud.bounds[c]), 0);
                    for (let i = 1; i < order.length; i++) {
                        const nearer = depth(order[i - 1]) - depth(order[i]);
                        expect(nearer).to.be.at.least(-1.01 * (range / DEPTH_STEPS));
                        if (cloud.codes.every((values) => values[order[i]] === values[order[i - 1]])) {
                            expect(order[i]).to.be.above(order[i - 1]);
                        }
                    }
                }),
                { numRuns: 60 },
            );
        });

        it("keeps the order of slots where all depths are the same", () => {
            const cloud = makeCloud(100, 1);
            cloud.codes[2].fill(77);
            expect(sort(make(100), cloud, [0, 0, 1])).to.deep.equal(live(cloud));
            expect(sort(make(100), cloud, [0, 0, 0])).to.deep.equal(live(cloud));
            cloud.bounds.fill(0);
            expect(sort(make(100), cloud, [1, 2, 3])).to.deep.equal(live(cloud));
        });

        it("tells apart depths in all of its digits", () => {
            // One splat a step of a few digits, in a mixed order of slots.
            const count = 4096;
            const slotOf = Array.from({ length: count }, (_, i) => (i * 2777) % count);
            const zeros = new Array<number>(count).fill(0);
            const depths = new Array<number>(count);
            slotOf.forEach((slot, rank) => (depths[slot] = count - 1 - rank));
            const cloud: ICloud = {
                codes: [zeros, zeros, depths],
                alive: new Array<number>(count).fill(1),
                bounds: [0, 0, STEP * BASE[2], 0, 0, STEP * (BASE[2] + count - 1)],
            };
            expect(sort(make(count), cloud, [0, 0, 1])).to.deep.equal(slotOf);
            expect(sort(make(count), cloud, [0, 0, -2])).to.deep.equal([...slotOf].reverse());
        });

        it("takes nothing, only the dead, and one", () => {
            expect(sort(make(0), makeCloud(0, 1), [0, 0, 1])).to.deep.equal([]);
            expect(sort(make(50), makeCloud(50, 1, 0), [0, 0, 1])).to.deep.equal([]);
            expect(sort(make(1), makeCloud(1, 1, 1), [0, 0, 1])).to.deep.equal([0]);
        });

        it("counts what is outside the bounds as at the border", () => {
            const cloud = makeCloud(6, 1, 1);
            [0, 50, -100, 1000, 20, 30].forEach((z, slot) => (cloud.codes[2][slot] = z));
            cloud.bounds.splice(0, 6, -10, -10, STEP * BASE[2], 10, 10, STEP * (BASE[2] + 50));
            expect(sort(make(6), cloud, [0, 0, 1])).to.deep.equal([1, 3, 5, 4, 0, 2]);
        });

        it("forgets one sort in the next", () => {
            const sorter = make(300);
            const clouds = [makeCloud(300, 1), makeCloud(20, 2), makeCloud(300, 3, 0.1)];
            for (const i of [0, 1, 2, 1, 0]) {
                expect(sort(sorter, clouds[i], [1, -2, 3])).to.deep.equal(sort(make(300), clouds[i], [1, -2, 3]));
            }
        });
    });
}

describe("createSplatSorter", () => {
    it("makes what is fastest, and what is left where that cannot be", () => {
        expect(createSplatSorter(100, 2)).to.be.instanceOf(WasmSplatSorter);
        expect(createSplatSorter(WASM_SORTER_SLOTS + 1, 0)).to.be.instanceOf(SplatSorter);
        const { Instance } = WebAssembly;
        try {
            WebAssembly.Instance = class {
                public constructor() {
                    throw new Error("refused");
                }
            } as unknown as typeof WebAssembly.Instance;
            expect(createSplatSorter(100, 2)).to.be.instanceOf(SplatSorter);
        } finally {
            WebAssembly.Instance = Instance;
        }
    });

    it("gives the same order either way", () => {
        fc.assert(
            fc.property(fc.nat(300), fc.integer(), fc.constantFrom(4, 5000, 2 ** 23), direction, fc.boolean(), (count, seed, most, forward, isOutside) => {
                const cloud = makeCloud(count, seed, 0.7, most);
                if (isOutside) {
                    cloud.bounds = [-1, -1, -1, 900, 900, 1100];
                }
                const [here, there] = kinds.map(([, make]) => sort(make(count), cloud, forward));
                expect(there).to.deep.equal(here);
            }),
            { numRuns: 200 },
        );
    });

    it("has memory for each of its frames", () => {
        for (const sorter of [new SplatSorter(1001, 3), createSplatSorter(1001, 3)]) {
            const clouds = [1, 2, 3].map((seed) => makeCloud(1001, seed));
            clouds.forEach((cloud, i) => fill(sorter.clouds[i], cloud));
            clouds.forEach((cloud, i) => {
                const out = new Uint32Array(1001);
                const count = sorter.sort(sorter.clouds[i], [3, 1, 2], out);
                expect([...out.subarray(0, count)]).to.deep.equal(sort(new SplatSorter(1001, 1), cloud, [3, 1, 2]));
            });
        }
    });

    it("sorts more slots than half a word holds beside a key", () => {
        const count = WASM_SORTER_SLOTS + 9;
        const sorter = new SplatSorter(count, 1);
        const [cloud] = sorter.clouds;
        cloud.positions[0].forEach((_, slot, codes) => (codes[slot] = slot & 7));
        cloud.alive.fill(1, count - 20, count);
        cloud.slotCount = count;
        cloud.bounds.set([0, 0, 0, 7, 0, 0]);
        const out = new Uint32Array(count);
        expect(sorter.sort(cloud, [1, 0, 0], out)).to.equal(20);
        const slots = Array.from({ length: 20 }, (_, i) => count - 20 + i);
        expect([...out.subarray(0, 20)]).to.deep.equal(slots.sort((a, b) => (b & 7) - (a & 7) || a - b));
    });

    it("is what its source compiles to", async () => {
        const [, module] = WASM_MODULES;
        expect(await compileWasmAsync(module)).to.equal(readFileSync(module.file, "utf8"));
    });
});
