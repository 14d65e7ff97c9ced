import { expect } from "chai";
import type { ISplatFrame } from "../../encoder/index.js";
import { SampleScene } from "../../samples/scene/sampleScene.js";

const ARRAYS = ["positions", "rotations", "scales", "opacities", "colors", "ids"] as const;
const GEOMETRY = ["positions", "rotations", "scales"] as const;

/** Identities are small numbers. */
const ID_LIMIT = 110_000;

/** Row of each identity in a frame, -1 where it is not there. */
function rowsOf(frame: ISplatFrame): Int32Array {
    const rows = new Int32Array(ID_LIMIT).fill(-1);
    idsOf(frame).forEach((id, row) => (rows[id] = row));
    return rows;
}

function idsOf(frame: ISplatFrame): Int32Array {
    return frame.ids as Int32Array;
}

/** How many splats have the same numbers, bit for bit, in another frame. */
function countSame(frame: ISplatFrame, other: ISplatFrame, name: (typeof GEOMETRY)[number] | "colors"): number {
    const [values, others] = [frame, other].map((each) => new Int32Array(each[name].buffer));
    const [width, rows, ids] = [values.length / frame.count, rowsOf(other), idsOf(frame)];
    let same = 0;
    for (let row = 0; row < frame.count; row++) {
        const from = rows[ids[row]] * width;
        let k = from < 0 ? -1 : 0;
        while (k >= 0 && k < width && values[row * width + k] === others[from + k]) {
            k++;
        }
        same += k === width ? 1 : 0;
    }
    return same;
}

/** Longest way that a splat goes from one frame to the other, metres. */
function longestStep({ ids, positions }: ISplatFrame, other: ISplatFrame): number {
    const rows = rowsOf(other);
    let longest = 0;
    ids?.forEach((id, row) => {
        const [a, b] = [3 * row, 3 * rows[id]];
        if (b >= 0) {
            const [x, y, z] = [0, 1, 2].map((k) => positions[a + k] - other.positions[b + k]);
            longest = Math.max(longest, x * x + y * y + z * z);
        }
    });
    return Math.sqrt(longest);
}

describe("SampleScene", () => {
    const scene = new SampleScene();
    let frames: ISplatFrame[];

    before(async () => {
        frames = await Promise.all(Array.from({ length: scene.frameCount }, (_, index) => scene.readFrameAsync(index)));
    });

    it("is three seconds of 60 000 to 100 000 splats a frame", () => {
        expect(scene.frameCount / scene.fps).to.equal(3);
        for (const { count } of frames) {
            expect(count).to.be.within(60_000, 100_000);
        }
    });

    it("has half as many splats where they are farther apart, on the same stage", async () => {
        const coarse = await Promise.all([0, 37].map((index) => new SampleScene(1.5).readFrameAsync(index)));
        for (const [i, index] of [0, 37].entries()) {
            expect(coarse[i].count / frames[index].count).to.be.within(0.4, 0.55);
            expect(coarse[i].positions.reduce((high, value, k) => (k % 3 === 1 ? Math.max(high, value) : high), 0)).to.be.closeTo(2.5, 0.3);
        }
        expect(countSame(coarse[0], coarse[1], "positions"), "the stage stands").to.be.above(13_000);
    });

    it("has whole arrays of sound numbers", () => {
        for (const frame of frames) {
            const { count } = frame;
            expect(ARRAYS.map((name) => frame[name]?.length)).to.deep.equal([3 * count, 4 * count, 3 * count, count, 3 * count, count]);
            expect(frame.positions.every(Number.isFinite)).to.equal(true);
            expect(frame.scales.every((value) => value > 0 && value < 0.1)).to.equal(true);
            expect(frame.opacities.every((value) => value > 0 && value <= 1)).to.equal(true);
            expect(frame.colors.every((value) => value >= 0 && value <= 1)).to.equal(true);
        }
    });

    it("has rotations of length 1", () => {
        for (const { count, rotations } of frames) {
            let worst = 0;
            for (let i = 0; i < 4 * count; i += 4) {
                worst = Math.max(worst, Math.abs(1 - Math.hypot(rotations[i], rotations[i + 1], rotations[i + 2], rotations[i + 3])));
            }
            expect(worst).to.be.below(1e-5);
        }
    });

    it("has each identity once in a frame", () => {
        for (const { ids, count } of frames) {
            expect(new Set(ids).size).to.equal(count);
        }
    });

    it("is the same each time it is made", async () => {
        const again = await new SampleScene().readFrameAsync(37);
        for (const name of ARRAYS) {
            expect(again[name]).to.deep.equal(frames[37][name]);
        }
    });

    it("goes on with its first frame after its last", async () => {
        const after = await scene.readFrameAsync(scene.frameCount);
        for (const name of ARRAYS) {
            expect(after[name]).to.deep.equal(frames[0][name]);
        }
    });

    it("has no jump, not at the seam either", () => {
        const steps = frames.map((frame, index) => longestStep(frame, frames[(index + 1) % frames.length]));
        // Nothing in the scene is faster than 7 m/s.
        expect(Math.max(...steps)).to.be.below(7 / scene.fps);
        expect(steps[frames.length - 1]).to.be.at.most(1.05 * Math.max(...steps.slice(0, -1)));
    });

    it("has a round floor without holes", () => {
        const { positions, count } = frames[0];
        for (const radius of [0.7, 1.4, 2.05]) {
            for (let angle = 0; angle < 2 * Math.PI; angle += 0.1) {
                const [x, z] = [radius * Math.cos(angle), radius * Math.sin(angle)];
                let nearest = Infinity;
                for (let i = 0; i < 3 * count; i += 3) {
                    nearest = positions[i + 1] === 0 ? Math.min(nearest, (positions[i] - x) ** 2 + (positions[i + 2] - z) ** 2) : nearest;
                }
                expect(Math.sqrt(nearest), `${radius} m from the middle at ${angle.toFixed(1)} rad`).to.be.below(0.015);
            }
        }
    });

    it("leaves most splats where they are, bit for bit, and the colour of many", () => {
        for (let index = 1; index < frames.length; index++) {
            for (const name of GEOMETRY) {
                expect(countSame(frames[index - 1], frames[index], name), name).to.be.above(0.4 * frames[index].count);
            }
            expect(countSame(frames[index - 1], frames[index], "colors")).to.be.above(0.2 * frames[index].count);
        }
    });

    it("has sparks that are born and die, in every frame", () => {
        for (let index = 1; index < frames.length; index++) {
            const [before, now] = [rowsOf(frames[index - 1]), rowsOf(frames[index])];
            expect(idsOf(frames[index]).some((id) => before[id] < 0)).to.equal(true);
            expect(idsOf(frames[index - 1]).some((id) => now[id] < 0)).to.equal(true);
        }
    });

    it("gives an identity to one life only", () => {
        const births = new Map<number, number>();
        frames.forEach((frame, index) => {
            const before = rowsOf(frames[(index + frames.length - 1) % frames.length]);
            for (const id of idsOf(frame)) {
                if (before[id] < 0) {
                    births.set(id, (births.get(id) ?? 0) + 1);
                }
            }
        });
        expect(births.size).to.be.above(500);
        expect(Math.max(...births.values())).to.equal(1);
    });
});
