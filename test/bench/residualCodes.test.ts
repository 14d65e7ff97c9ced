import { expect } from "chai";
import { bytePlanes, ResidualCodes } from "../../bench/codec/residualCodes.js";
import { FrameState } from "../../format/frameState.js";
import { PLAIN_CODING } from "../../format/segmentHeader.js";
import { makeQuantization } from "../support/randomSegment.js";

describe("Residual codes of the codec bench", () => {
    it("are the differences of the slots alive in both frames, the nearer way round", () => {
        const state = new FrameState(3, 0);
        state.beginSegment({
            slotCount: 3,
            activeSlotCount: 3,
            codings: Array.from({ length: 5 }, () => PLAIN_CODING),
            clusterCount: 0,
            quantization: makeQuantization(0),
        });
        state.alive.set([1, 1, 0]);
        state.codes[3].set([1, 4095, 9]);
        const residuals = new ResidualCodes();
        residuals.keep(state);
        state.alive.set([1, 1, 1]);
        state.codes[3].set([4095, 0, 30]);
        expect([...residuals.take(state)[3]]).to.deep.equal([3, 2]);
        state.codes[3].set([4095, 0, 31]);
        expect([...residuals.take(state)[3]]).to.deep.equal([0, 0, 2]);
    });

    it("come apart into as many planes of bytes as their channel needs", () => {
        expect(bytePlanes(Uint32Array.of(1, 3), 3).map((plane) => [...plane])).to.deep.equal([[1, 3]]);
        const planes = bytePlanes(Uint32Array.of(0x123456, 0xff), (1 << 23) - 1);
        expect(planes.map((plane) => [...plane])).to.deep.equal([
            [0x56, 0xff],
            [0x34, 0],
            [0x12, 0],
        ]);
    });
});
