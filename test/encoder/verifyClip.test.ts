import { expect } from "chai";
import { ClipReader, verifyClipAsync, type ISplatFrame } from "../../encoder/index.js";
import { changed, findChunk } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeFrame } from "../support/makeFrame.js";
import { makeMovingFrames, sourceOf, withIds } from "../support/movingFrames.js";

/** Byte offset of the first error bound, that of positions, in the header. */
const POSITION_BOUND = 48;

describe("verifyClipAsync", () => {
    let frames: ISplatFrame[];
    let bytes: Uint8Array<ArrayBuffer>;

    before(async () => {
        const moving = makeMovingFrames({ count: 60, frames: 5, shDegree: 1, turnover: 0.1, isShuffled: true });
        ({ frames } = moving);
        ({ bytes } = await encodeFramesAsync(withIds(moving), { segmentLength: 3 }));
    });

    it("pairs every splat with its source, though rows are shuffled and no ids are given", async () => {
        const told: number[] = [];
        const clip = new ClipReader(bytes);
        const report = await verifyClipAsync(clip, sourceOf(frames), (frame) => told.push(frame));
        expect(told).to.deep.equal([0, 1, 2, 3, 4]);
        expect(report.frameCount).to.equal(5);
        expect(report.splatCount).to.equal(frames.reduce((sum, { count }) => sum + count, 0));
        expect(report.worstErrors.position).to.be.above(0).and.at.most(clip.header.errorBounds.position);
    });

    it("pairs splats that are at one place", async () => {
        const alike = makeFrame(40);
        alike.positions.fill(1);
        alike.colors.fill(0.5);
        alike.scales.fill(0.01);
        alike.rotations.fill(0.5);
        alike.opacities.forEach((_, i) => (alike.opacities[i] = 0.3 + 0.01 * i));
        const encoded = await encodeFramesAsync([alike]);
        expect((await verifyClipAsync(new ClipReader(encoded.bytes), sourceOf([alike]))).splatCount).to.equal(40);
    });

    const refusals: [string, () => ISplatFrame[]][] = [
        ["fewer frames", () => frames.slice(1)],
        ["a splat less", () => [{ ...frames[0], count: frames[0].count - 1 }, ...frames.slice(1)]],
        ["other spherical harmonics", () => frames.map(({ count }) => makeFrame(count, 2))],
        ["another order of frames", () => [...frames].reverse()],
        [
            "one splat that moved",
            () => {
                const moved = structuredClone(frames);
                moved[3].positions[30] += 0.01;
                return moved;
            },
        ],
        [
            "one colour that changed",
            () => {
                const changedColor = structuredClone(frames);
                changedColor[4].colors[7] += 0.1;
                return changedColor;
            },
        ],
    ];
    for (const [what, source] of refusals) {
        it(`finds that the source has ${what}`, async () => {
            await expectErrorAsync(() => verifyClipAsync(new ClipReader(bytes), sourceOf(source())), "VERIFY_MISMATCH");
        });
    }

    for (const bound of [0, -1, 1e-30, 1e-9, NaN]) {
        it(`ends where the header has a bound of ${bound} for positions`, async () => {
            const strict = changed(bytes, (view, copy) => view.setFloat32(findChunk(copy, "HEAD").start + POSITION_BOUND, bound, true));
            await expectErrorAsync(() => verifyClipAsync(new ClipReader(strict), sourceOf(frames)), "VERIFY_MISMATCH");
        });
    }

    it("ends where the header has a bound for positions that all splats are within", async () => {
        const loose = changed(bytes, (view, copy) => view.setFloat32(findChunk(copy, "HEAD").start + POSITION_BOUND, 3e38, true));
        expect((await verifyClipAsync(new ClipReader(loose), sourceOf(frames))).frameCount).to.equal(5);
    });
});
