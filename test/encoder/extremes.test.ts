import { expect } from "chai";
import fc from "fast-check";
import { FvvError, type IClipEncoderOptions, type ISplatFrame } from "../../encoder/index.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectHoldsAsync } from "../support/expectClip.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeFrame } from "../support/makeFrame.js";

/** A frame with a change. */
function frameWith(count: number, change: (frame: ISplatFrame) => void, shDegree: 0 | 1 = 0): ISplatFrame {
    const frame = makeFrame(count, shDegree);
    change(frame);
    return frame;
}

async function expectHolds(frames: readonly ISplatFrame[], options: IClipEncoderOptions = {}): Promise<void> {
    await expectHoldsAsync(await encodeFramesAsync(frames, options), frames);
}

describe("Extreme values", () => {
    it("in any attribute are within their bounds or refused by name", async () => {
        const value = fc.float({ noNaN: true, noDefaultInfinity: true });
        const names = ["positions", "rotations", "scales", "opacities", "colors", "sh"] as const;
        const change = fc.record({ frame: fc.nat(2), name: fc.constantFrom(...names), row: fc.nat(5), value });
        await fc.assert(
            fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
                const frames = [0, 1, 2].map(() => makeFrame(6, 1));
                changes.forEach(({ frame, name, row, value }) => {
                    const size = frames[frame][name].length / 6;
                    const extreme = name === "scales" ? Math.abs(value) : name === "opacities" ? Math.min(1, Math.abs(value)) : value;
                    frames[frame][name].fill(extreme, row * size, row * size + 1);
                });
                try {
                    await expectHolds(frames, { tracked: true });
                } catch (error) {
                    if (!(error instanceof FvvError)) {
                        throw error;
                    }
                    expect(error.code, error.message).to.equal("RANGE_EXCEEDED");
                }
            }),
            { numRuns: 40 },
        );
    });

    it("far from the origin hold while float32 can tell them apart", async () => {
        await expectHolds([frameWith(20, ({ positions }) => positions.forEach((p, i) => (positions[i] = 4000 + p)))]);
        await expectHolds([frameWith(20, ({ positions }) => positions.forEach((p, i) => (positions[i] = 1e6 + p)))], { positionError: 1 });
        for (const far of [1e6, 1e12, 3e38]) {
            await expectErrorAsync(() => encodeFramesAsync([frameWith(20, ({ positions }) => (positions[7] = far))]), "RANGE_EXCEEDED");
        }
    });

    it("far from one another take a larger bound", async () => {
        // So far out float32 takes half of the bound: steps are so small that 2^23 do not reach.
        const frame = frameWith(20, ({ positions }) => {
            positions[7] = 9000;
            positions[10] = -9000;
        });
        const error = await expectErrorAsync(() => encodeFramesAsync([frame]), "RANGE_EXCEEDED");
        const factor = Number(/raise positionError \(--pos-error\) ([\d.]+) times/.exec(error.message)?.[1]);
        await expectHolds([frame], { positionError: 0.002 * factor });
    });

    it("in a later frame are refused as in the first", async () => {
        const near = makeFrame(20);
        for (const far of [1e6, 1e12, 3e38]) {
            await expectErrorAsync(() => encodeFramesAsync([near, frameWith(20, ({ positions }) => (positions[7] = far))], { tracked: true }), "RANGE_EXCEEDED");
        }
    });

    it("close together, at one place and all at the origin", async () => {
        await expectHolds([frameWith(20, ({ positions }) => positions.forEach((p, i) => (positions[i] = 1e-7 * p)))], { positionError: 1e-9 });
        await expectHolds([frameWith(20, ({ positions }) => positions.fill(2.5)), makeFrame(20)]);
        await expectHolds([frameWith(20, ({ positions }) => positions.fill(0)), frameWith(20, ({ positions }) => positions.fill(0))]);
        await expectHolds([frameWith(20, ({ positions }) => positions.fill(1e-45))]);
    });

    it("scales: zero, tiny and huge together", async () => {
        await expectHolds([frameWith(20, ({ scales }) => scales.set([0, 0, 0, 1e-30, 1e-12, 1, 1e6, 0.1, 3e38]))]);
        await expectHolds([frameWith(20, ({ scales }) => scales.fill(0))]);
        // Within the bound above these there is no float32.
        const largest = (2 - 2 ** -23) * 2 ** 127;
        await expectHolds([frameWith(20, ({ scales }) => scales.forEach((_, i) => (scales[i] = i < 50 ? largest * (1 - i / 2500) : 0.01)))]);
    });

    it("rotations: zero, not of unit length, negative, with two or four components alike", async () => {
        const h = Math.SQRT1_2;
        const list = [
            [0, 0, 0, 0],
            [-1, 0, 0, 0],
            [1e-30, 0, 0, 0],
            [1e30, -1e30, 0, 0],
            [h, h, 0, 0],
            [0, 0, -h, h],
            [0.5, -0.5, 0.5, -0.5],
            [0, 0, 0, -7],
            [1e-45, 0, 0, 0],
            [3e38, 3e38, 3e38, 3e38],
        ];
        for (const rotationError of [1 / 510, 1 / 256, 0.25]) {
            const turned = list.map((_, shift) => frameWith(list.length, ({ rotations }) => rotations.set(list.flatMap((__, i) => list[(i + shift) % list.length]))));
            await expectHolds(turned, { rotationError, tracked: true });
        }
    });

    it("opacities of 0 and 1, at every bound", async () => {
        const frames = [0, 1, 2].map((shift) => frameWith(20, ({ opacities }) => opacities.forEach((_, i) => (opacities[i] = [0, 1, 1e-6, 0.999999][(i + shift) % 4]))));
        for (const opacityError of [0.125, 1, 4, 100, 128]) {
            await expectHolds(frames, { opacityError, tracked: true });
        }
    });

    it("spherical harmonics that take all codes", async () => {
        const shError = 0.01;
        const frames = [0, 1].map((shift) => frameWith(20, ({ sh }) => sh.forEach((_, i) => (sh[i] = ((i + shift) % 3) * 127.49 * 2 * shError)), 1));
        await expectHolds(frames, { shError, tracked: true });
    });

    it("colours outside 0..1, and refused where they are too many", async () => {
        await expectHolds([frameWith(20, ({ colors }) => colors.set([-3, 8, 0, 1, 0.5, 12]))]);
        for (const color of [1000, -1e6, 1e12, 3e38]) {
            await expectErrorAsync(() => encodeFramesAsync([frameWith(20, ({ colors }) => (colors[7] = color))]), "RANGE_EXCEEDED");
        }
        await expectErrorAsync(() => encodeFramesAsync([frameWith(20, ({ sh }) => (sh[7] = 20), 1)]), "RANGE_EXCEEDED");
    });
});
