import { expect } from "chai";
import fc from "fast-check";
import type { ISortCamera } from "../../loader/framePacket.js";
import { SplatSorter } from "../../loader/splatSorter.js";
import { randomNumbers } from "../support/makeFrame.js";

/** Depths closer than the range of the bounds divided by this may be in any order. */
const DEPTH_STEPS = 2 ** 20 - 1;

interface ICloud {
    positions: Float32Array;
    alive: Uint8Array;
    bounds: Float32Array;
}

function makeCloud(count: number, seed: number, aliveShare = 0.8): ICloud {
    const next = randomNumbers(seed);
    const positions = Float32Array.from({ length: 3 * count }, () => 20 * next() - 10);
    const bounds = [0, 1, 2].map((c) => positions.filter((_, i) => i % 3 === c));
    return {
        positions,
        alive: Uint8Array.from({ length: count }, () => (next() < aliveShare ? 1 : 0)),
        bounds: Float32Array.of(...bounds.map((axis) => axis.reduce((a, b) => Math.min(a, b), 0)), ...bounds.map((axis) => axis.reduce((a, b) => Math.max(a, b), 0))),
    };
}

function cameraOf(...forward: [number, number, number]): ISortCamera {
    return { forward, position: [0, 0, 0], version: 1 };
}

function sort({ positions, alive, bounds }: ICloud, camera: ISortCamera, sorter = new SplatSorter(alive.length)): number[] {
    const out = new Uint32Array(alive.length + 3).fill(0xffffffff);
    const count = sorter.sort(positions, alive, alive.length, bounds, camera, out);
    expect(out.subarray(count).every((slot) => slot === 0xffffffff)).to.equal(true);
    return [...out.subarray(0, count)];
}

function live({ alive }: ICloud): number[] {
    return Array.from(alive.keys()).filter((slot) => alive[slot] === 1);
}

const direction = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }));

describe("SplatSorter", () => {
    it("gives every live slot once, farthest first, equal depths in the order of slots", () => {
        fc.assert(
            fc.property(fc.nat(400), fc.integer(), direction, (count, seed, [x, y, z]) => {
                const cloud = makeCloud(count, seed);
                const order = sort(cloud, cameraOf(x, y, z));
                expect([...order].sort((a, b) => a - b)).to.deep.equal(live(cloud));
                const { positions: p, bounds } = cloud;
                const depth = (slot: number): number => x * p[3 * slot] + y * p[3 * slot + 1] + z * p[3 * slot + 2];
                const range = [x, y, z].reduce((sum, value, c) => sum + Math.abs(value) * (bounds[3 + c] - bounds[c]), 0);
                for (let i = 1; i < order.length; i++) {
                    const nearer = depth(order[i - 1]) - depth(order[i]);
                    expect(nearer).to.be.at.least(-1.01 * (range / DEPTH_STEPS));
                    if (nearer === 0) {
                        expect(order[i]).to.be.above(order[i - 1]);
                    }
                }
            }),
            { numRuns: 60 },
        );
    });

    it("keeps the order of slots where all depths are the same", () => {
        const cloud = makeCloud(100, 1);
        cloud.positions.forEach((_, i) => (cloud.positions[i] = i % 3 === 2 ? 4 : cloud.positions[i]));
        expect(sort(cloud, cameraOf(0, 0, 1))).to.deep.equal(live(cloud));
        expect(sort(cloud, cameraOf(0, 0, 0))).to.deep.equal(live(cloud));
        cloud.bounds.fill(0);
        expect(sort(cloud, cameraOf(1, 2, 3))).to.deep.equal(live(cloud));
    });

    it("tells apart depths in all of its digits", () => {
        // One splat a step of a few digits, in a mixed order of slots.
        const count = 4096;
        const slotOf = Array.from({ length: count }, (_, i) => (i * 2777) % count);
        const cloud = { positions: new Float32Array(3 * count), alive: new Uint8Array(count).fill(1), bounds: Float32Array.of(0, 0, 0, 0, 0, count - 1) };
        slotOf.forEach((slot, rank) => (cloud.positions[3 * slot + 2] = count - 1 - rank));
        expect(sort(cloud, cameraOf(0, 0, 1))).to.deep.equal(slotOf);
        expect(sort(cloud, cameraOf(0, 0, -2))).to.deep.equal([...slotOf].reverse());
    });

    it("takes nothing, only the dead, and one", () => {
        expect(sort(makeCloud(0, 1), cameraOf(0, 0, 1))).to.deep.equal([]);
        expect(sort(makeCloud(50, 1, 0), cameraOf(0, 0, 1))).to.deep.equal([]);
        expect(sort(makeCloud(1, 1, 1), cameraOf(0, 0, 1))).to.deep.equal([0]);
    });

    it("counts what is outside the bounds as at the border, and takes what is not a number", () => {
        const cloud = makeCloud(6, 1, 1);
        [0, 5, -100, 100, NaN, 3].forEach((z, slot) => (cloud.positions[3 * slot + 2] = z));
        cloud.bounds.set([-10, -10, 0, 10, 10, 5]);
        const order = sort(cloud, cameraOf(0, 0, 1));
        expect(order.filter((slot) => slot !== 4)).to.deep.equal([1, 3, 5, 0, 2]);
        expect([...sort(cloud, cameraOf(NaN, 0, 1))].sort()).to.deep.equal([0, 1, 2, 3, 4, 5]);
        expect([...sort(cloud, cameraOf(Infinity, 0, 1))].sort()).to.deep.equal([0, 1, 2, 3, 4, 5]);
    });

    it("forgets one sort in the next", () => {
        const sorter = new SplatSorter(300);
        const clouds = [makeCloud(300, 1), makeCloud(20, 2), makeCloud(300, 3, 0.1)];
        for (const i of [0, 1, 2, 1, 0]) {
            expect(sort(clouds[i], cameraOf(1, -2, 3), sorter)).to.deep.equal(sort(clouds[i], cameraOf(1, -2, 3)));
        }
    });
});
