import { expect } from "chai";
import fc from "fast-check";
import { CHUNK_TYPES, fourCc } from "../../format/chunk.js";
import type { FrameState } from "../../format/frameState.js";
import type { FvvErrorCode } from "../../format/fvvError.js";
import { resolveLimits } from "../../format/limits.js";
import { SegmentDecoder } from "../../format/segmentDecoder.js";
import { PLAIN_CODING, readSegmentHeader, writeSegmentHeader, type IGroupCoding, type ISegmentHeader } from "../../format/segmentHeader.js";
import { SegmentWriter } from "../../format/segmentWriter.js";
import { chunkBytes, spliced } from "../support/chunkTools.js";
import { DocumentedDecoder } from "../support/documentedDecoder.js";
import { expectErrorAsync } from "../support/expectError.js";
import type { IExpectedState } from "../support/referenceModel.js";
import { makeClipHeader, makeQuantization, makeRandomSegment, type IRandomSegment, type IRandomSegmentOptions } from "../support/randomSegment.js";

const OPTIONS: fc.Arbitrary<IRandomSegmentOptions> = fc
    .record({
        slotCount: fc.nat(70),
        activeShare: fc.constantFrom(0, 0.3, 1),
        frameCount: fc.integer({ min: 1, max: 7 }),
        shDegree: fc.constantFrom<0 | 1 | 2 | 3>(0, 1, 2, 3),
        seed: fc.integer(),
        firstFrame: fc.nat(1000),
    })
    .map(({ activeShare, ...options }) => ({ ...options, activeSlotCount: Math.floor(activeShare * options.slotCount) }));

function expectState(state: FrameState, { alive, codes }: IExpectedState): void {
    expect(state.liveCount).to.equal(alive.filter((lives) => lives === 1).length);
    expect([...state.alive.subarray(0, state.slotCount)]).to.deep.equal([...alive]);
    // Those of dead slots too: they predict what is born there.
    codes.forEach((channel, c) => expect([...state.codes[c].subarray(0, state.slotCount)], `channel ${c}`).to.deep.equal([...channel]));
}

function expectDecodes(decoder: SegmentDecoder, { bytes, entry, targets }: IRandomSegment): void {
    decoder.begin(bytes, entry);
    targets.forEach((target, i) => {
        expect(decoder.nextFrame).to.equal(entry.firstFrame + i);
        expect(decoder.decodeFrame()).to.equal(entry.firstFrame + i);
        expectState(decoder.state, target);
    });
    expect(decoder.hasNext).to.equal(false);
}

const EXAMPLE: IRandomSegmentOptions = { slotCount: 40, activeSlotCount: 30, frameCount: 4, shDegree: 1, seed: 3 };

/** Byte offsets of the segment header, the frames and the end. */
function chunkOffsets({ bytes, frameByteLengths }: IRandomSegment): number[] {
    const offsets = [0, bytes.length - frameByteLengths.reduce((sum, length) => sum + length, 0)];
    frameByteLengths.forEach((length) => offsets.push(offsets[offsets.length - 1] + length));
    return offsets;
}

describe("SegmentWriter and SegmentDecoder", () => {
    it("decode random states, births and deaths to identical codes", () => {
        fc.assert(
            fc.property(OPTIONS, (options) => {
                const segment = makeRandomSegment(options);
                expectDecodes(new SegmentDecoder(segment.header), segment);
            }),
            { numRuns: 40 },
        );
    });

    it("write what a decoder made from docs/FORMAT.md alone decodes to the same codes", () => {
        fc.assert(
            fc.property(OPTIONS, (options) => {
                const segment = makeRandomSegment(options);
                const offsets = chunkOffsets(segment).slice(1);
                const head = new SegmentDecoder(segment.header).begin(segment.bytes, segment.entry);
                const decoder = new DocumentedDecoder(head, options.shDegree);
                segment.targets.forEach((target, frame) => {
                    expect(decoder.next(segment.bytes.subarray(offsets[frame] + 12, offsets[frame + 1]))).to.deep.equal(target);
                });
            }),
            { numRuns: 40 },
        );
    });

    it("need nothing of the segments decoded before", () => {
        fc.assert(
            fc.property(fc.array(OPTIONS, { minLength: 2, maxLength: 4 }), fc.array(fc.nat(3), { minLength: 2, maxLength: 5 }), (list, order) => {
                const segments = list.map((options) => makeRandomSegment({ ...options, shDegree: 1 }));
                const capacity = Math.max(...segments.map(({ header }) => header.capacity));
                const decoder = new SegmentDecoder({ ...segments[0].header, capacity });
                order.forEach((i) => expectDecodes(decoder, segments[i % segments.length]));
            }),
            { numRuns: 10 },
        );
    });

    it("decode any prefix that ends between frames, then say that the file is cut", async () => {
        const segment = makeRandomSegment(EXAMPLE);
        const offsets = chunkOffsets(segment);
        const decoder = new SegmentDecoder(segment.header);
        for (let length = 0; length < segment.bytes.length; length++) {
            const cut = segment.bytes.subarray(0, length);
            if (length < offsets[1]) {
                await expectErrorAsync(() => decoder.begin(cut, segment.entry), "TRUNCATED");
                continue;
            }
            decoder.begin(cut, segment.entry);
            const whole = offsets.filter((offset) => offset <= length).length - 2;
            for (let frame = 0; frame < whole; frame++) {
                decoder.decodeFrame();
            }
            if (whole > 0) {
                expectState(decoder.state, segment.targets[whole - 1]);
            }
            await expectErrorAsync(() => decoder.decodeFrame(), "TRUNCATED");
        }
    });

    it("write the same bytes for the same states", () => {
        expect(makeRandomSegment(EXAMPLE).bytes).to.deep.equal(makeRandomSegment(EXAMPLE).bytes);
    });

    it("say how long each frame is and where the key frame ends", () => {
        const segment = makeRandomSegment(EXAMPLE);
        const offsets = chunkOffsets(segment);
        expect(offsets[2]).to.equal(segment.keyByteLength);
        const decoder = new SegmentDecoder(segment.header);
        expect([...decoder.begin(segment.bytes, segment.entry).frameByteLengths]).to.deep.equal([...segment.frameByteLengths]);
        const key = new SegmentDecoder(segment.header);
        key.begin(segment.bytes.subarray(0, segment.keyByteLength), segment.entry);
        key.decodeFrame();
        expectState(key.state, segment.targets[0]);
    });

    it("take next to nothing for frames in which nothing happens", () => {
        const still = makeRandomSegment({ ...EXAMPLE, frameCount: 1 });
        const writer = new SegmentWriter(
            {
                firstFrame: 0,
                slotCount: 40,
                activeSlotCount: 40,
                bounds: new Float32Array(6),
                quantization: makeQuantization(1),
                clusterCount: 0,
                codings: Array.from({ length: 6 }, () => PLAIN_CODING),
            },
            1,
        );
        for (let i = 0; i < 5; i++) {
            writer.addFrame({ ...still.contents[0], masks: new Uint8Array(40) });
        }
        const { frameByteLengths } = writer.finish();
        frameByteLengths.slice(2).forEach((length) => expect(length).to.be.below(48));
    });

    it("refuse to decode further frames than there are, and go on with the next segment", async () => {
        const segment = makeRandomSegment(EXAMPLE);
        const decoder = new SegmentDecoder(segment.header);
        await expectErrorAsync(() => decoder.segment, "INTERNAL");
        await expectErrorAsync(() => decoder.decodeFrame(), "INTERNAL");
        expectDecodes(decoder, segment);
        await expectErrorAsync(() => decoder.decodeFrame(), "INTERNAL");
        expectDecodes(decoder, segment);
    });

    it("decode nothing more of a segment after an error, and the next one whole", async () => {
        const segment = makeRandomSegment(EXAMPLE);
        const damaged = new Uint8Array(segment.bytes);
        damaged[chunkOffsets(segment)[3] - 1] ^= 1;
        const decoder = new SegmentDecoder(segment.header);
        decoder.begin(damaged, segment.entry);
        decoder.decodeFrame();
        await expectErrorAsync(() => decoder.decodeFrame(), "CRC_MISMATCH");
        expect(decoder.hasNext).to.equal(false);
        await expectErrorAsync(() => decoder.decodeFrame(), "INTERNAL");
        expectDecodes(decoder, segment);
    });

    it("skip chunks that they may skip, and refuse the others by name", async () => {
        const segment = makeRandomSegment(EXAMPLE);
        let bytes = segment.bytes;
        for (const offset of chunkOffsets(segment).slice(1, -1).reverse()) {
            bytes = spliced(bytes, offset, 0, chunkBytes(fourCc("xtra"), Uint8Array.of(1, 2)));
        }
        expectDecodes(new SegmentDecoder(segment.header), { ...segment, bytes });
        const unknown = spliced(segment.bytes, chunkOffsets(segment)[1], 0, chunkBytes(fourCc("XTRA")));
        const decoder = new SegmentDecoder(segment.header);
        decoder.begin(unknown, segment.entry);
        expect((await expectErrorAsync(() => decoder.decodeFrame(), "UNSUPPORTED_FEATURE")).message).to.include("XTRA");
    });

    it("refuse chunks in the wrong place", async () => {
        const segment = makeRandomSegment(EXAMPLE);
        const [, key, residual, , , end] = chunkOffsets(segment);
        const decoder = new SegmentDecoder(segment.header);
        await expectErrorAsync(() => decoder.begin(segment.bytes.subarray(key), segment.entry), "BAD_SEGMENT");
        decoder.begin(spliced(segment.bytes, key, residual - key), segment.entry);
        await expectErrorAsync(() => decoder.decodeFrame(), "BAD_SEGMENT");
        decoder.begin(spliced(segment.bytes, residual, 0, segment.bytes.subarray(key, residual)), segment.entry);
        decoder.decodeFrame();
        await expectErrorAsync(() => decoder.decodeFrame(), "BAD_SEGMENT");
        for (const next of [chunkBytes(CHUNK_TYPES.end), segment.bytes.subarray(0, key)]) {
            // An index that claims bytes of what follows the segment.
            decoder.begin(spliced(segment.bytes, residual, end - residual, next), segment.entry);
            decoder.decodeFrame();
            await expectErrorAsync(() => decoder.decodeFrame(), "BAD_SEGMENT");
        }
    });

    it("refuse a segment of other frames than the index says", async () => {
        const segment = makeRandomSegment({ ...EXAMPLE, firstFrame: 8 });
        const decoder = new SegmentDecoder(segment.header);
        await expectErrorAsync(() => decoder.begin(segment.bytes, { ...segment.entry, firstFrame: 7 }), "BAD_SEGMENT");
        await expectErrorAsync(() => decoder.begin(segment.bytes, { ...segment.entry, frameCount: 5 }), "BAD_SEGMENT");
        decoder.begin(segment.bytes, { ...segment.entry, frameCount: 2 });
        decoder.decodeFrame();
        decoder.decodeFrame();
        expect(decoder.hasNext).to.equal(false);
    });

    it("refuse a residual frame without the entropy tables of the first", async () => {
        const segment = makeRandomSegment(EXAMPLE);
        const [, , first, second, third] = chunkOffsets(segment);
        // The second residual frame in place of the first, with its number.
        const frame = segment.bytes.slice(second + 12, third);
        new DataView(frame.buffer).setUint32(0, 1, true);
        const decoder = new SegmentDecoder(segment.header);
        decoder.begin(spliced(segment.bytes, first, second - first, chunkBytes(CHUNK_TYPES.residualFrame, frame)), segment.entry);
        decoder.decodeFrame();
        await expectErrorAsync(() => decoder.decodeFrame(), "BAD_FRAME");
    });

    const frameRefusals: [string, (frame: DataView) => void, FvvErrorCode][] = [
        ["another number", (frame) => frame.setUint32(0, 9, true), "BAD_FRAME"],
        ["more splats than slots", (frame) => frame.setUint32(4, 41, true), "BAD_FRAME"],
        ["another number of splats than it decodes to", (frame) => frame.setUint32(4, 1, true), "BAD_FRAME"],
        ["another entropy coder", (frame) => frame.setUint8(8, 2), "UNSUPPORTED_FEATURE"],
        ["a predictor that there is not", (frame) => frame.setInt32(10 + 4 * 3, -2, true), "BAD_FRAME"],
        ["a predictor beyond the codes", (frame) => frame.setInt32(10 + 4 * 3, 4096, true), "BAD_FRAME"],
        ["a flag that there is not", (frame) => frame.setUint8(9, 5), "UNSUPPORTED_FEATURE"],
        ["no entropy tables", (frame) => frame.setUint8(9, 0), "BAD_FRAME"],
        ["another state at the end of its symbols", (frame) => frame.setUint8(frame.byteLength - 1, frame.getUint8(frame.byteLength - 1) ^ 1), "BAD_FRAME"],
    ];
    for (const [what, change, code] of frameRefusals) {
        it(`refuse a key frame with ${what}`, async () => {
            const segment = makeRandomSegment(EXAMPLE);
            const [, key, residual] = chunkOffsets(segment);
            const payload = segment.bytes.slice(key + 12, residual);
            change(new DataView(payload.buffer));
            const decoder = new SegmentDecoder(segment.header);
            decoder.begin(spliced(segment.bytes, key, residual - key, chunkBytes(CHUNK_TYPES.keyFrame, payload)), segment.entry);
            await expectErrorAsync(() => decoder.decodeFrame(), code);
        });
    }
});

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
        bounds: Float32Array.of(-1, -2, -3, 1, 2, 3),
        quantization: makeQuantization(2),
        clusterCount: 1024,
        codings: [
            coding({ predictor: 3, residualShift: 2, residualLifting: [1, -2, 3] }),
            coding({ predictor: 2, keyShift: 12, keyLifting: [-2048, 2048, 32767] }),
            PLAIN_CODING,
            coding({ keyShift: 1, residualShift: 12 }),
            coding({ predictor: 1, keyLifting: [256, 0, 0], residualLifting: [0, 0, -32768] }),
            PLAIN_CODING,
        ],
        frameByteLengths: Uint32Array.of(100, 20, 30),
    };
    /** Byte offset of the first attribute group: four counts, bounds, number of groups. */
    const GROUPS = 16 + 24 + 1;

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
        ["bounds that are not finite", () => read((view) => view.setFloat32(16, -Infinity, true)), "BAD_SEGMENT"],
        ["the attribute groups of another degree", () => read(() => {}, 0), "BAD_SEGMENT"],
        ["attribute groups out of order", () => read((view) => view.setUint8(GROUPS, 1)), "BAD_SEGMENT"],
        ["an unknown latent decoder", () => read((view) => view.setUint8(GROUPS + 1, 2)), "UNSUPPORTED_FEATURE"],
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
            expect(error.where.offset).to.be.within(1000, 1000 + 200);
        });
    }

    it("says where a bad step is", async () => {
        const error = await expectErrorAsync(() => read((view) => view.setFloat64(GROUPS + 4, -1, true)), "BAD_SEGMENT");
        expect(error.where.offset).to.equal(1000 + GROUPS + 4 + 8);
    });

    it("has no limit of slots but the reader's", () => {
        const header = makeClipHeader(10, 2, 33);
        expect(
            new SegmentDecoder(header, { splats: 10 }).begin(chunkBytes(CHUNK_TYPES.segment, writeSegmentHeader(HEADER, 2)), {
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
