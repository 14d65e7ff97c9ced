import { expect } from "chai";
import type { IKeySnapshot } from "../../format/frameState.js";
import { KeyStates } from "../../loader/keyStates.js";

function makeState(firstFrame: number, slotCount: number): IKeySnapshot {
    return { firstFrame, slotCount, alive: new Uint8Array(slotCount), codes: [new Int32Array(slotCount)], levels: [] };
}

describe("KeyStates", () => {
    it("keep what was used last, up to a number of bytes, and always the newest", () => {
        const states = new KeyStates(150);
        [0, 4, 8].forEach((frame) => states.add(0, makeState(frame, 10)));
        expect(states.get(0, 0)?.firstFrame).to.equal(0);
        states.add(0, makeState(12, 10));
        expect([0, 4, 8, 12].map((frame) => states.get(0, frame) !== undefined)).to.deep.equal([true, false, true, true]);
        states.add(0, makeState(16, 1000));
        expect([0, 8, 12, 16].map((frame) => states.get(0, frame) !== undefined)).to.deep.equal([false, false, false, true]);
    });

    it("tell renditions apart, and take nothing twice", () => {
        const states = new KeyStates(100);
        const state = makeState(4, 10);
        states.add(0, state);
        states.add(0, makeState(4, 10));
        states.add(1, makeState(4, 10));
        expect(states.get(0, 4)).to.equal(state);
        expect(states.get(1, 4)).to.not.equal(undefined).and.not.equal(state);
        expect(states.get(2, 4)).to.equal(undefined);
    });
});
