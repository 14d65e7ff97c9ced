import { expect } from "chai";
import fc from "fast-check";
import { attributeGroups, channelCount, channelMask, FIRST_SH_CHANNEL, GROUP_NAMES } from "../../format/attributeGroups.js";
import { dequantizeRotation, opacityFromCode, rotationFromComponents, scaleFromCode } from "../../format/dequantize.js";
import { ROTATION_BIAS, type ISegmentQuantization } from "../../format/quantization.js";

const Q: ISegmentQuantization = {
    positionStep: 0.5,
    positionBase: [0, 0, 0],
    rotationStep: 1 / 2048,
    scaleStep: 0.25,
    scaleBase: -8,
    opacityStep: 1 / 64,
    opacityBase: -16,
    colorStep: 1,
    colorBase: 0,
    shStep: 1,
    shBase: 0,
};

describe("Attribute groups", () => {
    it("follow one another and fill all channels", () => {
        for (const [degree, count] of [
            [0, 14],
            [1, 23],
            [2, 38],
            [3, 59],
        ]) {
            const groups = attributeGroups(degree);
            let next = 0;
            groups.forEach((group, id) => {
                expect(group.id).to.equal(id);
                expect(group.firstChannel).to.equal(next);
                next += group.channelCount;
            });
            expect(next).to.equal(count);
            expect(channelCount(degree)).to.equal(count);
            expect(groups.length).to.equal(degree > 0 ? GROUP_NAMES.length : GROUP_NAMES.length - 1);
        }
    });

    it("have the bits that the GPU's words have room for", () => {
        const bits = attributeGroups(1).flatMap((group) =>
            Array.from({ length: group.channelCount }, (_, c) => Math.log2(channelMask(group, group.firstChannel + c) + 1)),
        );
        expect(bits.slice(0, FIRST_SH_CHANNEL)).to.deep.equal([23, 23, 23, 12, 12, 12, 2, 13, 13, 13, 10, 12, 12, 12]);
        expect(new Set(bits.slice(FIRST_SH_CHANNEL))).to.deep.equal(new Set([8]));
    });
});

describe("Dequantisation", () => {
    it("makes a unit quaternion of any three components", () => {
        const component = fc.double({ min: -1, max: 1, noNaN: true });
        fc.assert(
            fc.property(component, component, component, fc.nat(3), (a, b, c, largest) => {
                const out = new Float64Array(4);
                rotationFromComponents(a, b, c, largest, out);
                expect(Math.hypot(...out)).to.be.closeTo(1, 1e-12);
                expect(out[largest]).to.be.at.least(0);
                const rest = [...out].filter((_, i) => i !== largest);
                const norm = Math.max(1, Math.hypot(a, b, c));
                [a, b, c].forEach((value, i) => expect(rest[i]).to.be.closeTo(value / norm, 1e-12));
            }),
        );
    });

    it("reads a rotation out of its channels", () => {
        const codes = Array.from({ length: FIRST_SH_CHANNEL }, () => new Int32Array(2));
        [ROTATION_BIAS + 1024, ROTATION_BIAS - 512, ROTATION_BIAS, 1].forEach((code, c) => (codes[3 + c][1] = code));
        const out = new Float64Array(4);
        dequantizeRotation(codes, 1, Q, out);
        expect([...out]).to.deep.equal([0.5, Math.sqrt(1 - 0.25 - 0.0625), -0.25, 0]);
    });

    it("makes scales of logarithms and limits the opacity", () => {
        expect(scaleFromCode(8, Q)).to.equal(1);
        expect(scaleFromCode(0, Q)).to.equal(Math.exp(-2));
        expect(opacityFromCode(48, Q)).to.equal(0.5);
        expect(opacityFromCode(0, Q)).to.equal(0);
        expect(opacityFromCode(1023, Q)).to.equal(1);
    });
});
