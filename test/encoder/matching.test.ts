import { expect } from "chai";
import { allocateFrame, takeRows } from "../../encoder/readers/frameArrays.js";
import type { ISplatFrame } from "../../encoder/index.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectHoldsAsync } from "../support/expectClip.js";
import { makeFrame, randomNumbers } from "../support/makeFrame.js";

const SPLATS = 3000;
/** Half an axis of the body. */
const AXES = [1, 0.7, 0.45];

/** Splats on a body that tells its sides apart, each with a size of its own. */
function makeBody(seed: number): ISplatFrame {
    const next = randomNumbers(seed);
    const frame = makeFrame(SPLATS, 0, seed);
    for (let i = 0; i < SPLATS; i++) {
        const point = [next() - 0.5, next() - 0.5, next() - 0.5];
        const length = Math.hypot(...point);
        point.forEach((value, c) => (frame.positions[3 * i + c] = (AXES[c] * value) / length + (c === 0 && value > 0 ? 0.3 : 0)));
    }
    return frame;
}

/** The body, turned about the y axis, grown and in another order of rows. */
function pose(body: ISplatFrame, angle: number, size: number, seed: number): ISplatFrame {
    const next = randomNumbers(seed);
    const keys = Float64Array.from({ length: body.count }, next);
    const rows = Uint32Array.from({ length: body.count }, (_, i) => i).sort((a, b) => keys[a] - keys[b]);
    const posed = { ...takeRows(body, rows), sourceIndices: undefined, droppedCount: 0 };
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const [w, y] = [Math.cos(angle / 2), Math.sin(angle / 2)];
    for (let i = 0; i < body.count; i++) {
        const [px, py, pz] = posed.positions.subarray(3 * i, 3 * i + 3);
        posed.positions.set([size * (cos * px + sin * pz), size * py, size * (cos * pz - sin * px)], 3 * i);
        const [a, b, c, d] = posed.rotations.subarray(4 * i, 4 * i + 4);
        posed.rotations.set([w * a - y * c, w * b + y * d, w * c + y * a, w * d - y * b], 4 * i);
        for (let s = 3 * i; s < 3 * i + 3; s++) {
            posed.scales[s] *= size;
        }
    }
    return posed;
}

/** Splats of all sorts in one place. */
function makeCrowd(count: number): ISplatFrame {
    const frame = makeFrame(count);
    frame.positions.fill(1);
    return frame;
}

describe("Matching", () => {
    it("finds all splats of a body that turns by several times their spacing, and grows", async () => {
        const body = makeBody(5);
        const frames = [0, 1, 2, 3, 4].map((t) => pose(body, 0.2 * t, 1.02 ** t, 50 + t));
        const encoded = await encodeFramesAsync(frames);
        await expectHoldsAsync(encoded, frames);
        expect(encoded.report.segments.length).to.equal(1);
        expect(encoded.report.capacity).to.be.at.most(1.002 * SPLATS);
    });

    it("begins a segment where another body takes the place of the first", async () => {
        const bodies = [makeBody(5), makeBody(6)];
        const frames = [0, 1, 2, 3].map((t) => pose(bodies[t >> 1], 0.2 * t, 1, 50 + t));
        const { report } = await encodeFramesAsync(frames);
        expect(report.segments.map(({ firstFrame }) => firstFrame)).to.deep.equal([0, 2]);
    });

    it("finds splats that lie in one place by what they look like", async () => {
        const crowd = makeCrowd(2000);
        const frames = [crowd, pose(crowd, 0, 1, 9)];
        const encoded = await encodeFramesAsync(frames);
        await expectHoldsAsync(encoded, frames);
        expect(encoded.report.segments.length).to.equal(1);
        expect(encoded.report.capacity).to.equal(2000);
    });

    it("finds splats that are all the same", async () => {
        const same = allocateFrame(5000, 0);
        same.scales.fill(0.1);
        const { report } = await encodeFramesAsync([same, same, same]);
        expect(report.segments.length).to.equal(1);
        expect(report.capacity).to.equal(5000);
    });

    it("takes time in proportion to the splats that lie in one place", async () => {
        const secondsAsync = async (count: number): Promise<number> => {
            const crowd = makeCrowd(count);
            const start = performance.now();
            await encodeFramesAsync([crowd, crowd]);
            return performance.now() - start;
        };
        await secondsAsync(4000);
        const [few, many] = [await secondsAsync(4000), await secondsAsync(32000)];
        // Eight times the splats; each with each would be 64 times.
        expect(many / few).to.be.below(24);
    });
});
