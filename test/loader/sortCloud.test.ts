import { expect } from "chai";
import type { FrameState } from "../../format/frameState.js";
import { paddedSlots } from "../../loader/sortCloud.js";
import type { SortCloud } from "../../loader/sortCloud.js";
import { SplatSorter } from "../../loader/splatSorter.js";
import { makeQuantization } from "../support/randomSegment.js";

const SEGMENT = { quantization: makeQuantization(0), bounds: [-1, -2, -3, 4, 5, 6] };

function stateOf(codes: number[], alive: number[], activeSlotCount: number): FrameState {
    return {
        codes: [0, 1, 2].map((c) => Int32Array.from(codes, (code) => code + 100 * c)),
        alive: Uint8Array.from(alive),
        slotCount: codes.length,
        activeSlotCount,
    } as unknown as FrameState;
}

function copy(cloud: SortCloud, state: FrameState, segment: number): void {
    cloud.copy(state, SEGMENT, segment, state.alive);
}

describe("SortCloud", () => {
    it("copies a frame, and of the same segment only what can change", () => {
        const [cloud] = new SplatSorter(6, 1).clouds;
        const read = (): number[][] => [...cloud.positions, cloud.alive].map((values) => [...values]);
        copy(cloud, stateOf([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], 2), 7);
        expect(read()).to.deep.equal([
            [1, 2, 3, 4, 5, 0, 0, 0],
            [101, 102, 103, 104, 105, 0, 0, 0],
            [201, 202, 203, 204, 205, 0, 0, 0],
            [1, 1, 0, 1, 1, 0, 0, 0],
        ]);
        expect([cloud.slotCount, cloud.quantization, [...cloud.bounds]]).to.deep.equal([5, SEGMENT.quantization, SEGMENT.bounds]);
        copy(cloud, stateOf([11, 12, 13, 14, 15], [0, 1, 0, 1, 1], 2), 7);
        expect([read()[0], read()[3]]).to.deep.equal([
            [11, 12, 3, 4, 5, 0, 0, 0],
            [0, 1, 0, 1, 1, 0, 0, 0],
        ]);
        copy(cloud, stateOf([21, 22, 23], [1, 1, 1], 0), 8);
        expect(read()[0].slice(0, 3)).to.deep.equal([21, 22, 23]);
        expect([cloud.slotCount, read()[3]]).to.deep.equal([3, [1, 1, 1, 0, 0, 0, 0, 0]]);
    });

    it("has room for groups of four", () => {
        expect([0, 1, 4, 5].map(paddedSlots)).to.deep.equal([0, 4, 4, 8]);
    });
});
