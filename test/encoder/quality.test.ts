import { expect } from "chai";
import { BoundsChecker } from "../../encoder/boundsChecker.js";
import {
    bytesOfBitrate,
    ClipReader,
    findQualityAsync,
    FVV_DEFAULT_QUALITY,
    promisesBounds,
    resolveEncoderOptions,
    verifyClipAsync,
    type IClipEncoderOptions,
    type IFrameSource,
    type ISplatFrame,
} from "../../encoder/index.js";
import { chooseGroupScales } from "../../encoder/groupScale.js";
import { SplatTolerance } from "../../encoder/splatTolerance.js";
import type { ITrackedFrame } from "../../encoder/trackedFrame.js";
import { GROUP_OPACITY } from "../../format/attributeGroups.js";
import { FrameState } from "../../format/frameState.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { makeQuantization } from "../support/randomSegment.js";
import { runFvvAsync } from "../support/runFvv.js";

function sourceOf(frames: readonly ISplatFrame[]): IFrameSource {
    return { frameCount: frames.length, frameName: (index) => `frame ${index}`, readFrameAsync: (index) => Promise.resolve(frames[index]) };
}

/** Worst error of the positions of decoded frames, for splats of a kind. */
async function worstShiftAsync(
    frames: readonly ISplatFrame[],
    options: IClipEncoderOptions,
    counts = (_frame: ISplatFrame, _index: number): boolean => true,
): Promise<number> {
    const { bytes, permutations } = await encodeFramesAsync(frames, options);
    const clip = new ClipReader(bytes);
    let worst = 0;
    for (let number = 0; number < frames.length; number++) {
        const decoded = await clip.readFrameAsync(number);
        permutations[number].forEach((row, i) => {
            for (let c = 0; c < 3 && counts(frames[number], row); c++) {
                worst = Math.max(worst, Math.abs(decoded.positions[3 * i + c] - frames[number].positions[3 * row + c]));
            }
        });
    }
    return worst;
}

describe("Quality", () => {
    const { frames } = makeMovingFrames({ count: 600, frames: 10, seed: 5 });

    it("makes larger clips with smaller errors the higher it is", async () => {
        let bytes = 0;
        let worst = Infinity;
        for (const quality of [0, 30, 60, 100]) {
            const { report } = await encodeFramesAsync(frames, { quality, tracked: true });
            expect(report.byteLength, `bytes at ${quality}`).to.be.above(bytes);
            expect(report.worstErrors.position, `error at ${quality}`).to.be.below(worst);
            bytes = report.byteLength;
            worst = report.worstErrors.position;
        }
    });

    it("promises no bounds, and says so", async () => {
        const { bytes, report } = await encodeFramesAsync(frames, { quality: FVV_DEFAULT_QUALITY, tracked: true });
        const clip = new ClipReader(bytes);
        expect(promisesBounds(clip.header.errorBounds)).to.equal(false);
        expect(promisesBounds(new ClipReader((await encodeFramesAsync(frames.slice(0, 1))).bytes).header.errorBounds)).to.equal(true);
        const verified = await verifyClipAsync(clip, sourceOf(frames));
        expect(verified.splatCount).to.equal(6000);
        expect(verified.worstErrors.color).to.be.above(0);
        expect(report.worstErrors.position).to.be.above(0);
    });

    it("needs a source of as many splats to measure a clip", async () => {
        const { bytes } = await encodeFramesAsync(frames, { quality: 50, tracked: true });
        const fewer = makeMovingFrames({ count: 599, frames: 10 }).frames;
        await expectErrorAsync(() => verifyClipAsync(new ClipReader(bytes), sourceOf(fewer)), "VERIFY_MISMATCH");
    });

    it("holds splats that are in front more closely than those that are hidden", async () => {
        const hidden = (frame: ISplatFrame, index: number): boolean => Math.hypot(...frame.positions.subarray(3 * index, 3 * index + 3)) < 0.2;
        const ball = frames.map((frame) => inBall(frame));
        const outside = await worstShiftAsync(ball, { quality: 60, tracked: true }, (frame, index) => !hidden(frame, index));
        const inside = await worstShiftAsync(ball, { quality: 60, tracked: true }, hidden);
        expect(inside).to.be.above(outside);
    });

    it("spends next to nothing on splats that are not visible", async () => {
        const visible = await encodeFramesAsync(frames, { quality: 70, tracked: true });
        const none = frames.map((frame) => ({ ...frame, opacities: new Float32Array(frame.count).fill(0.001) }));
        const invisible = await encodeFramesAsync(none, { quality: 70, tracked: true });
        expect(invisible.report.byteLength).to.be.below(0.1 * visible.report.byteLength);
        const clip = new ClipReader(invisible.bytes);
        for (let number = 0; number < frames.length; number++) {
            const decoded = await clip.readFrameAsync(number);
            expect(decoded.count).to.equal(600);
            expect(Math.max(...decoded.opacities)).to.be.below(1 / 255);
        }
    });

    it("keeps splats right that appear and disappear", async () => {
        const blinking = frames.map((frame, number) => ({ ...frame, opacities: frame.opacities.map((value, i) => ((i + number) % 7 < 3 ? 0 : 0.2 + 0.8 * value)) }));
        const seen = await worstShiftAsync(blinking, { quality: 80, tracked: true }, (frame, index) => frame.opacities[index] > 0);
        const all = await worstShiftAsync(blinking, { quality: 80, tracked: true });
        expect(seen).to.be.below(0.1).and.below(all);
    });

    it("works for spherical harmonics, matched splats and many segments", async () => {
        const { frames: moving } = makeMovingFrames({ count: 200, frames: 12, shDegree: 2, turnover: 0.02, isShuffled: true, seed: 3 });
        for (const quality of [0, 50, 100]) {
            const { report } = await encodeFramesAsync(moving, { quality, segmentLength: 4, keyWindow: 2 });
            expect(report.frameCount).to.equal(12);
        }
    });

    it("finds splats that are farther from their source than they may be", () => {
        const [frame] = frames;
        const tolerances = new SplatTolerance([trackAll(frame)], 70, "-y");
        const q = makeQuantization(0);
        const codes = new FrameState(1, 0).codes;
        for (let index = 0; index < 20; index++) {
            const checker = new BoundsChecker({ position: 1e9, scale: 1e9, rotation: 1e9, opacity: 0.01, color: 1e9, sh: 1e9 }, tolerances);
            const allowed = 0.01 * tolerances.factorOf(GROUP_OPACITY, 0.01, frame, index);
            const check = (opacity: number): void => {
                codes[10][0] = Math.round(opacity / q.opacityStep) - q.opacityBase;
                checker.check(codes, 0, q, frame, index, 0);
            };
            const inside = frame.opacities[index] > 0.5 ? -1 : 1;
            expect(() => check(frame.opacities[index] + inside * (allowed - 0.005))).not.to.throw();
            expect(() => check(frame.opacities[index] + inside * (allowed + 0.005))).to.throw("opacity");
        }
    });

    it("leaves room for coarse codes beyond the least and the largest opacity", () => {
        const { least, most } = new SplatTolerance([trackAll(frames[0])], 70, "-y");
        for (let levels = 0.5; levels < 4; levels *= 1.03) {
            const { step, bases, largestCode } = chooseGroupScales({ ...least, opacity: levels / 255 }, frames, { ...most, opacity: 0.25 })[GROUP_OPACITY];
            const [low, high] = [Math.min, Math.max].map((pick) => pick(...frames.map(({ opacities }) => pick(...opacities))));
            expect((low - 0.25) / step - bases[0], `${levels} of 255`).to.be.at.least(-1);
            expect((high + 0.25) / step - bases[0], `${levels} of 255`).to.be.at.most(largestCode + 1);
        }
    });

    it("excludes error bounds", async () => {
        for (const name of ["positionError", "scaleError", "rotationError", "colorError", "opacityError", "shError"] as const) {
            const error = await expectErrorAsync(() => resolveEncoderOptions({ quality: 50, [name]: 0.1 }), "BAD_OPTION");
            expect(error.message).to.include("quality").and.include(name);
        }
        for (const quality of [-1, 101, NaN, "70"]) {
            await expectErrorAsync(() => resolveEncoderOptions({ quality } as IClipEncoderOptions), "BAD_OPTION");
        }
    });
});

describe("Encoding to a size", () => {
    const { frames } = makeMovingFrames({ count: 150, frames: 12, seed: 9 });
    const options = { tracked: true, segmentLength: 2 };

    it("finds the best quality that fits, within 5 %", async () => {
        const [small, large] = [await encodeFramesAsync(frames, { ...options, quality: 20 }), await encodeFramesAsync(frames, { ...options, quality: 90 })];
        for (const share of [0.2, 0.7]) {
            const maxBytes = Math.round(small.bytes.length + share * (large.bytes.length - small.bytes.length));
            const { quality, byteLength } = await findQualityAsync(sourceOf(frames), options, maxBytes);
            const { bytes } = await encodeFramesAsync(frames, { ...options, quality });
            expect(bytes.length).to.equal(byteLength);
            expect(byteLength)
                .to.be.at.most(maxBytes)
                .and.at.least(0.95 * maxBytes);
        }
    });

    it("takes quality 100 where all fits", async () => {
        expect((await findQualityAsync(sourceOf(frames), options, 1e9)).quality).to.equal(100);
    });

    it("says when nothing fits", async () => {
        const error = await expectErrorAsync(() => findQualityAsync(sourceOf(frames), options, 500), "TARGET_UNREACHABLE");
        expect(error.message).to.include("quality 0");
        await expectErrorAsync(() => findQualityAsync(sourceOf(frames), options, NaN), "BAD_OPTION");
    });

    it("counts a bit rate in bytes", () => {
        expect(bytesOfBitrate(8, 60, 30)).to.equal(2e6);
    });

    it("is refused on the command line together with anything that says otherwise", async () => {
        for (const words of [
            ["--max-bytes", "1000", "--bitrate", "1"],
            ["--max-bytes", "1000", "--quality", "50"],
            ["--bitrate", "1", "--color-error", "8"],
            ["--bitrate", "1", "--follow"],
            ["--max-bytes", "0"],
            ["--quality", "50", "--pos-error", "0.1"],
        ]) {
            const { code, err } = await runFvvAsync(["encode", "nowhere", "-o", "clip.fvv", ...words]);
            expect(code, words.join(" ")).to.equal(2);
            expect(err).to.include("BAD_OPTION");
        }
    });
});

/** A frame whose splats have slots of the same numbers. */
function trackAll(frame: ISplatFrame): ITrackedFrame {
    return { frame, slotOf: Int32Array.from({ length: frame.count }, (_, i) => i), slotCount: frame.count };
}

/** Opaque splats around a middle that they hide. */
function inBall(frame: ISplatFrame): ISplatFrame {
    const positions = frame.positions.slice();
    for (let i = 0; i < frame.count; i++) {
        const length = Math.hypot(...positions.subarray(3 * i, 3 * i + 3)) || 1;
        const radius = i % 4 === 0 ? 0.1 : 1;
        for (let c = 0; c < 3; c++) {
            positions[3 * i + c] *= radius / length;
        }
    }
    return { ...frame, positions, scales: new Float32Array(3 * frame.count).fill(0.12), opacities: new Float32Array(frame.count).fill(0.99) };
}
