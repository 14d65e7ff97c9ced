import { expect } from "chai";
import { CHUNK_TYPES } from "../../format/chunk.js";
import type { FvvErrorCode } from "../../format/fvvError.js";
import { resolveLimits } from "../../format/limits.js";
import { SegmentDecoder } from "../../format/segmentDecoder.js";
import { PLAIN_CODING, readSegmentHeader, writeSegmentHeader, type IGroupCoding, type ISegmentHeader } from "../../format/segmentHeader.js";
import { chunkBytes } from "../support/chunkTools.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeClipHeader, makeQuantization } from "../support/randomSegment.js";

function coding(parts: Partial<IGroupCoding>): IGroupCoding {
    return { ...PLAIN_CODING, ...parts };
}

describe("Segment header", () => {
    const LIMITS = resolveLimits();
    const HEADER: ISegmentHeader = {
        firstFrame: 30,
        frameCount: 3,
        slotCount: 10,
        activeSlotCount: 4,
        referenceFrames: 30,
        isReference: false,
        bounds: Float32Array.of(-1, -2, -3, 1, 2, 3),
        quantization: makeQuantization(2),
        clusterCount: 1024,
        codings: [
            coding({ predictor: 3, residualShift: 2, residualLifting: [1, -2, 3] }),
            coding({ predictor: 2, keyShift: 12, keyLifting: [-2048, 2048, 32767] }),
            PLAIN_CODING,
            coding({ keyShift: 1, residualShift: 12 }),
            coding({ predictor: 1, keyLifting: [256, 0, 0], residualLifting: [0, 0, -32768] }),
            coding({ keyShift: 1, paletteSize: 4096 }),
        ],
        frameByteLengths: Uint32Array.of(100, 20, 30),
    };
    /** Byte offset of the first attribute group: five counts, flags, bounds, number of groups. */
    const GROUPS = 20 + 1 + 24 + 1;

    /** Byte offset of an attribute group; of what is behind the last. */
    function groupOffset(group: number): number {
        const view = new DataView(writeSegmentHeader(HEADER, 2).buffer);
        let at = GROUPS;
        for (let i = 0; i < group; i++) {
            at += 4 + view.getUint8(at + 3);
        }
        return at;
    }

    function read(change: (view: DataView) => void, shDegree = 2, capacity = 10): ISegmentHeader {
        const payload = writeSegmentHeader(HEADER, 2);
        change(new DataView(payload.buffer));
        return readSegmentHeader(payload, 1000, LIMITS, shDegree, capacity);
    }

    it("reads back what was written", () => {
        expect(read(() => {})).to.deep.equal(HEADER);
        const live = { ...HEADER, frameCount: 0, frameByteLengths: new Uint32Array(0), quantization: makeQuantization(0), codings: HEADER.codings.slice(0, 5) };
        expect(readSegmentHeader(writeSegmentHeader(live, 0), 0, LIMITS, 0, 10)).to.deep.equal(live);
    });

    const refusals: [string, () => unknown, FvvErrorCode][] = [
        ["more slots than the clip", () => read(() => {}, 2, 9), "BAD_SEGMENT"],
        ["more active slots than slots", () => read((view) => view.setUint32(12, 11, true)), "BAD_SEGMENT"],
        ["too many slots", () => read((view) => view.setUint32(8, 4_194_305, true), 2, 5_000_000), "LIMIT_EXCEEDED"],
        ["too many frames", () => read((view) => view.setUint32(4, 4097, true)), "LIMIT_EXCEEDED"],
        ["more frames than lengths", () => read((view) => view.setUint32(4, 4, true)), "BAD_SEGMENT"],
        ["bounds that are not finite", () => read((view) => view.setFloat32(21, -Infinity, true)), "BAD_SEGMENT"],
        ["the attribute groups of another degree", () => read(() => {}, 0), "BAD_SEGMENT"],
        ["attribute groups out of order", () => read((view) => view.setUint8(GROUPS, 1)), "BAD_SEGMENT"],
        ["an unknown latent decoder", () => read((view) => view.setUint8(groupOffset(5) + 1, 3)), "UNSUPPORTED_FEATURE"],
        ["a palette of positions", () => read((view) => view.setUint8(GROUPS + 1, 2)), "UNSUPPORTED_FEATURE"],
        ["a palette without vectors", () => read((view) => view.setUint16(groupOffset(6) - 2, 0, true)), "BAD_SEGMENT"],
        ["a palette of too many vectors", () => read((view) => view.setUint16(groupOffset(6) - 2, 4097, true)), "BAD_SEGMENT"],
        ["a reference before the clip", () => read((view) => view.setUint32(16, 31, true)), "BAD_SEGMENT"],
        ["a reference, and itself one", () => read((view) => view.setUint8(20, 1)), "BAD_SEGMENT"],
        ["an unknown predictor", () => read((view) => view.setUint8(GROUPS + 2, 4)), "UNSUPPORTED_FEATURE"],
        ["clusters that move scales", () => read((view) => view.setUint8(groupOffset(2) + 2, 2)), "UNSUPPORTED_FEATURE"],
        ["a velocity of spherical harmonics", () => read((view) => view.setUint8(groupOffset(5) + 2, 1)), "UNSUPPORTED_FEATURE"],
        ["a key shift that is too large", () => read((view) => view.setUint8(GROUPS + 4 + 20, 13)), "BAD_SEGMENT"],
        ["a residual shift that is too large", () => read((view) => view.setUint8(GROUPS + 4 + 21, 13)), "BAD_SEGMENT"],
        ["a lifting without its weights", () => read((view) => view.setUint8(groupOffset(2) + 1, 1)), "BAD_SEGMENT"],
        ["too many clusters", () => read((view) => view.setUint16(groupOffset(6), 1025, true)), "BAD_SEGMENT"],
        ["a record that is too short", () => read((view) => view.setUint8(GROUPS + 3, 7)), "BAD_SEGMENT"],
        ["a record past the end", () => read((view) => view.setUint8(GROUPS + 3, 255)), "BAD_SEGMENT"],
        ["a step of zero", () => read((view) => view.setFloat64(GROUPS + 4, 0, true)), "BAD_SEGMENT"],
        ["a step that is not a number", () => read((view) => view.setFloat64(GROUPS + 4, NaN, true)), "BAD_SEGMENT"],
        ["a step without end", () => read((view) => view.setFloat64(GROUPS + 4, Infinity, true)), "BAD_SEGMENT"],
    ];
    for (const [what, run, code] of refusals) {
        it(`is refused with ${what}`, async () => {
            const error = await expectErrorAsync(run, code);
            expect(error.where.offset).to.be.within(1000, 1000 + 210);
        });
    }

    it("says where a bad step is", async () => {
        const error = await expectErrorAsync(() => read((view) => view.setFloat64(GROUPS + 4, -1, true)), "BAD_SEGMENT");
        expect(error.where.offset).to.equal(1000 + GROUPS + 4 + 8);
    });

    it("has no limit of slots but the reader's", () => {
        const header = makeClipHeader(10, 2, 33);
        expect(
            new SegmentDecoder(header, { splats: 10 }).begin(chunkBytes(CHUNK_TYPES.segment, writeSegmentHeader({ ...HEADER, referenceFrames: 0 }, 2)), {
                offset: 0,
                byteLength: 0,
                keyByteLength: 0,
                firstFrame: 30,
                frameCount: 3,
                bounds: header.bounds,
            }).slotCount,
        ).to.equal(10);
    });
});
