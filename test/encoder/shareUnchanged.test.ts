import { expect } from "chai";
import { shareUnchanged } from "../../encoder/shareUnchanged.js";
import type { ISplatFrame } from "../../encoder/splatFrame.js";

function frameAt(x: number, count = 1): ISplatFrame {
    return {
        count,
        shDegree: 0,
        positions: new Float32Array(3 * count).fill(x),
        rotations: new Float32Array(4 * count).fill(1),
        scales: new Float32Array(3 * count).fill(0.1),
        opacities: new Float32Array(count).fill(0.5),
        colors: new Float32Array(3 * count).fill(0.5),
        sh: new Float32Array(0),
        ids: Int32Array.from({ length: count }, (_, i) => i),
    };
}

describe("shareUnchanged", () => {
    it("takes what is the same from the frame before, and leaves both frames as they are", () => {
        const before = frameAt(1);
        const frame = frameAt(2);
        const shared = shareUnchanged(frame, before);
        expect(shared).to.deep.equal(frame);
        expect(shared.scales).to.equal(before.scales);
        expect(shared.ids).to.equal(before.ids);
        expect(shared.positions).to.equal(frame.positions);
        expect(frame.scales).not.to.equal(before.scales);
    });

    it("takes nothing from a frame of other splats", () => {
        const frame = frameAt(1, 2);
        expect(shareUnchanged(frame, frameAt(1))).to.equal(frame);
    });
});
