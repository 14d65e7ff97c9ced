import { expect } from "chai";
import fc from "fast-check";
import type { IKeyPredictor } from "../../format/absoluteModel.js";
import { CHUNK_TYPES, fourCc } from "../../format/chunk.js";
import { buildTables } from "../../format/entropyTables.js";
import { KEY_CONTEXTS } from "../../format/frameContexts.js";
import { writeFramePayload } from "../../format/framePayload.js";
import { FrameState } from "../../format/frameState.js";
import type { FvvErrorCode } from "../../format/fvvError.js";
import { codeKeyFrame } from "../../format/keyModel.js";
import { RANS_MAX_SYMBOLS } from "../../format/rans.js";
import { SegmentDecoder } from "../../format/segmentDecoder.js";
import { PLAIN_CODING, writeSegmentHeader } from "../../format/segmentHeader.js";
import { SegmentWriter } from "../../format/segmentWriter.js";
import { SymbolRecorder } from "../../format/symbolRecorder.js";
import { chunkBytes, spliced } from "../support/chunkTools.js";
import { DocumentedDecoder } from "../support/documentedDecoder.js";
import { expectErrorAsync } from "../support/expectError.js";
import { randomNumbers } from "../support/makeFrame.js";
import type { IExpectedState } from "../support/referenceModel.js";
import { makeQuantization, makeRandomSegment, type IRandomSegment, type IRandomSegmentOptions } from "../support/randomSegment.js";

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

/** A segment that begins some frames after another and refers to it. */
function makeReferring(refersTo: IRandomSegment, options: IRandomSegmentOptions, framesLater: number, moreSlots = 0): IRandomSegment {
    const slotCount = options.slotCount + moreSlots;
    return makeRandomSegment({ ...options, slotCount, seed: options.seed + 1, firstFrame: refersTo.entry.firstFrame + framesLater, isReference: false, refersTo });
}

/** The payload of the key frame with other predictors than the writer's. */
function keyPayload({ head, header, contents }: IRandomSegment, keyPredictors: readonly IKeyPredictor[], reference?: IRandomSegment): Uint8Array {
    const state = new FrameState(head.slotCount, header.shDegree);
    const recorder = new SymbolRecorder(head.slotCount);
    state.beginSegment(head, reference?.snapshot);
    codeKeyFrame(recorder, state, keyPredictors, contents[0]);
    const symbols = recorder.take();
    const histograms = Array.from({ length: KEY_CONTEXTS }, () => new Uint32Array(RANS_MAX_SYMBOLS));
    symbols.symbols.forEach((symbol, i) => histograms[symbols.contexts[i]][symbol]++);
    const tables = buildTables(
        histograms.map((histogram) => (histogram.some((count) => count > 0) ? histogram : undefined)),
        KEY_CONTEXTS,
    );
    return writeFramePayload({ frame: head.firstFrame, liveCount: state.liveCount, hasFlips: false, keyPredictors, symbols }, tables, true);
}

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
            fc.property(OPTIONS, fc.option(fc.nat(20)), (options, moreSlots) => {
                const first = moreSlots === null ? undefined : makeRandomSegment({ ...options, isReference: true });
                const segment = first ? makeReferring(first, options, 3, moreSlots ?? 0) : makeRandomSegment(options);
                const offsets = chunkOffsets(segment).slice(1);
                const reader = new SegmentDecoder(segment.header);
                reader.reference = first?.snapshot;
                const head = reader.begin(segment.bytes, segment.entry);
                const decoder = new DocumentedDecoder(head, options.shDegree, first?.targets[0]);
                segment.targets.forEach((target, frame) => {
                    expect(decoder.next(segment.bytes.subarray(offsets[frame] + 12, offsets[frame + 1]))).to.deep.equal(target);
                });
            }),
            { numRuns: 40 },
        );
    });

    it("code a key frame with any predictors, against another one or alone", () => {
        fc.assert(
            fc.property(OPTIONS, fc.boolean(), fc.integer(), (options, refers, seed) => {
                const first = makeRandomSegment({ ...options, isReference: true });
                const segment = refers ? makeReferring(first, options, 5) : first;
                const next = randomNumbers(seed);
                const predictors = first.targets[0].codes.map((_, channel) => ({
                    mean: Math.floor(next() * (channel === 6 ? 4 : channel < 3 ? 2 ** 23 : 256)),
                    weight: Math.floor(257 * next()),
                    rate: Math.floor(5 * next()),
                }));
                const payload = keyPayload(segment, predictors, refers ? first : undefined);
                const head = { ...segment.head, frameCount: 1, frameByteLengths: Uint32Array.of(12 + payload.length) };
                const bytes = new Uint8Array([
                    ...chunkBytes(CHUNK_TYPES.segment, writeSegmentHeader(head, options.shDegree)),
                    ...chunkBytes(CHUNK_TYPES.keyFrame, payload),
                ]);
                const decoder = new SegmentDecoder(segment.header);
                decoder.reference = refers ? first.snapshot : undefined;
                decoder.begin(bytes, { ...segment.entry, frameCount: 1 });
                decoder.decodeFrame();
                expectState(decoder.state, segment.targets[0]);
                expect(new DocumentedDecoder(head, options.shDegree, refers ? first.targets[0] : undefined).next(payload)).to.deep.equal(segment.targets[0]);
            }),
            { numRuns: 40 },
        );
    });

    it("need nothing of the segments decoded before but the key frame that they refer to", async () => {
        await fc.assert(
            fc.asyncProperty(OPTIONS, fc.array(fc.tuple(fc.nat(20), fc.integer()), { minLength: 1, maxLength: 3 }), async (options, later) => {
                const first = makeRandomSegment({ ...options, isReference: true });
                const others = later.map(([moreSlots, seed], i) => makeReferring(first, { ...options, seed }, 10 * (i + 1), moreSlots));
                const capacity = Math.max(...others.map(({ header }) => header.capacity));
                const decoder = new SegmentDecoder({ ...first.header, capacity });
                for (const other of others) {
                    await expectErrorAsync(() => decoder.begin(other.bytes, other.entry), "BAD_SEGMENT");
                }
                decoder.begin(first.bytes, first.entry);
                decoder.decodeFrame();
                expect(decoder.reference?.firstFrame).to.equal(first.entry.firstFrame);
                [...others, ...others].reverse().forEach((other) => expectDecodes(decoder, other));
                const alone = makeRandomSegment({ ...options, isReference: true, firstFrame: first.entry.firstFrame + 1 });
                expectDecodes(decoder, alone);
                for (const other of others) {
                    const error = await expectErrorAsync(() => decoder.begin(other.bytes, other.entry), "BAD_SEGMENT");
                    expect(error.message).to.include("needs a key frame");
                }
            }),
            { numRuns: 20 },
        );
    });

    it("take next to nothing for a key frame that is as another one", () => {
        const first = makeRandomSegment({ ...EXAMPLE, slotCount: 500, isReference: true });
        const head = { ...first.head, firstFrame: 4, isReference: false, referenceFrames: 4 };
        const codings = head.codings.map((coding) => ({ ...coding, paletteSize: 0 }));
        const writer = new SegmentWriter({ ...head, codings }, 1, first.snapshot);
        writer.addFrame({ ...first.contents[0], codes: first.targets[0].codes, palette: undefined });
        const { frameByteLengths } = writer.finish();
        expect(frameByteLengths[0])
            .to.be.below(250)
            .and.below(first.frameByteLengths[0] / 20);
    });

    it("refuse a reference of more slots", async () => {
        const first = makeRandomSegment({ ...EXAMPLE, isReference: true });
        const other = makeReferring(first, EXAMPLE, 4);
        const decoder = new SegmentDecoder({ ...other.header, capacity: 50 });
        decoder.reference = { ...first.snapshot, slotCount: 41, alive: new Uint8Array(41) };
        await expectErrorAsync(() => decoder.begin(other.bytes, other.entry), "BAD_SEGMENT");
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
                referenceFrames: 0,
                isReference: false,
                bounds: new Float32Array(6),
                quantization: makeQuantization(1),
                clusterCount: 0,
                codings: Array.from({ length: 6 }, () => PLAIN_CODING),
            },
            1,
        );
        for (let i = 0; i < 5; i++) {
            writer.addFrame({ ...still.contents[0], masks: new Uint8Array(40), palette: undefined });
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
        ["a mean below the codes", (frame) => frame.setInt32(10 + 7 * 3, -1, true), "BAD_FRAME"],
        ["a mean beyond the codes", (frame) => frame.setInt32(10 + 7 * 3, 4096, true), "BAD_FRAME"],
        ["a weight over 1", (frame) => frame.setUint16(10 + 7 * 3 + 4, 257, true), "BAD_FRAME"],
        ["a rate over 4", (frame) => frame.setUint8(10 + 7 * 3 + 6, 5), "BAD_FRAME"],
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
