import { expect } from "chai";
import fc from "fast-check";
import { CLIP_ENCODER_DEFAULTS, ClipEncoder, ClipReader, errorBoundsOf, MemoryClipOutput, resolveEncoderOptions, type IClipEncoderOptions } from "../../encoder/index.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeFrame } from "../support/makeFrame.js";

describe("Encoder options", () => {
    it("are the defaults but for those that are set", () => {
        expect(resolveEncoderOptions({})).to.deep.equal(CLIP_ENCODER_DEFAULTS);
        expect(resolveEncoderOptions({ fps: 24, tracked: undefined })).to.deep.equal({ ...CLIP_ENCODER_DEFAULTS, fps: 24 });
    });

    const bad: Record<string, unknown[]> = {
        fps: [0, -1, NaN, Infinity, 1001, "30", null],
        segmentLength: [0, 1.5, -3, 4097, NaN],
        positionError: [0, -0.1, NaN, Infinity],
        scaleError: [0, 0.6, NaN],
        rotationError: [0, 1 / 512, 0.3, NaN],
        colorError: [0, 129, NaN],
        opacityError: [0, 0.12, 129, NaN],
        shError: [0, 5, NaN],
        metresPerUnit: [-1, NaN, Infinity],
        up: ["y", "up", 1, null],
        handedness: ["Right", "", null],
    };
    for (const [name, values] of Object.entries(bad)) {
        for (const value of values) {
            it(`${name} is not ${typeof value === "string" ? `"${value}"` : String(value)}`, async () => {
                const options = { [name]: value } as IClipEncoderOptions;
                const error = await expectErrorAsync(() => new ClipEncoder(options, new MemoryClipOutput()), "BAD_OPTION");
                expect(error.where.source).to.equal(name);
                expect(error.message).to.include(name);
            });
        }
    }

    it("give bounds in the units of the file, never larger than asked for", () => {
        const error = (most: number): fc.Arbitrary<number> => fc.double({ min: 0.05, max: most, noNaN: true });
        fc.assert(
            fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), error(128), (positionError, colorError) => {
                const bounds = errorBoundsOf(resolveEncoderOptions({ positionError, colorError }));
                for (const [bound, asked] of [
                    [bounds.position, positionError],
                    [bounds.color, colorError / 255],
                ]) {
                    expect(bound).to.equal(Math.fround(bound));
                    expect(bound)
                        .to.be.at.most(asked)
                        .and.at.least(asked * (1 - 2 ** -22));
                }
            }),
        );
        expect(errorBoundsOf(resolveEncoderOptions({ opacityError: 51 })).opacity).to.be.closeTo(0.2, 1e-7);
    });

    const rates: [number, number, number][] = [
        [30, 30, 1],
        [23.976, 24000, 1001],
        [29.97, 30000, 1001],
        [59.94, 60000, 1001],
        [12.5, 12500, 1000],
        [0.01, 10, 1000],
        [1000, 1000, 1],
        [999.9999, 1000000, 1000],
    ];
    for (const [fps, numerator, denominator] of rates) {
        it(`write ${fps} frames a second as ${numerator}/${denominator}`, async () => {
            const { header } = new ClipReader((await encodeFramesAsync([makeFrame(1)], { fps })).bytes);
            expect([header.fpsNumerator, header.fpsDenominator]).to.deep.equal([numerator, denominator]);
        });
    }
});
