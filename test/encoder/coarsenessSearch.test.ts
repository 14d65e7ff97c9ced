import { expect } from "chai";
import { findCoarseness } from "../../encoder/coarsenessSearch.js";
import { PictureTrial } from "../../encoder/pictureTrial.js";
import { roughenFrame } from "../../encoder/roughFrame.js";
import { findSceneBox } from "../../encoder/sceneBox.js";
import { makeMovingFrames } from "../support/movingFrames.js";

describe("Coarseness of a segment", () => {
    const [frame] = makeMovingFrames({ count: 400, frames: 1, seed: 2 }).frames;
    const trial = new PictureTrial(frame, findSceneBox(frame), "-y");
    const judge = (coarseness: number): number => trial.judge(roughenFrame(frame, () => 0.01 * coarseness));

    it("makes the pictures as good as wanted", () => {
        for (const wanted of [30, 40]) {
            expect(judge(findCoarseness(wanted, judge)), `${wanted} dB`).to.be.within(wanted - 1, wanted + 1);
        }
    });

    it("ends where nothing shows", () => {
        expect(findCoarseness(40, () => 100)).to.be.within(1, 64);
    });

    it("takes pictures without errors as equal, and finds the same errors every time", () => {
        expect(trial.judge(roughenFrame(frame, () => 0))).to.equal(100);
        expect(judge(1)).to.equal(judge(1)).and.be.below(60);
    });

    it("leaves splats alone that are not visible", () => {
        const hidden = { ...frame, opacities: new Float32Array(frame.count) };
        expect(roughenFrame(hidden, () => 1).opacities).to.deep.equal(hidden.opacities);
    });
});
