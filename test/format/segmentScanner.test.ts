import { expect } from "chai";
import fc from "fast-check";
import { CHUNK_TYPES, fourCc } from "../../format/chunk.js";
import { readClipHead, writeClipEnd, writeClipHead, type IClipHead } from "../../format/clipHead.js";
import type { ISegmentEntry } from "../../format/clipIndex.js";
import { resolveLimits, type IFvvLimits } from "../../format/limits.js";
import { SegmentScanner } from "../../format/segmentScanner.js";
import { ByteWriter } from "../../format/byteWriter.js";
import { chunkBytes, findChunk, listChunks, spliced, withoutIndex } from "../support/chunkTools.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeRandomSegment } from "../support/randomSegment.js";

/** A clip of three segments of 3, 1 and 2 frames. */
function makeClip(): Uint8Array<ArrayBuffer> {
    let firstFrame = 0;
    const segments = [3, 1, 2].map((frameCount, seed) => {
        const segment = makeRandomSegment({ slotCount: 12, activeSlotCount: 8, frameCount, shDegree: 0, seed, firstFrame });
        firstFrame += frameCount;
        return segment;
    });
    const out = new ByteWriter();
    const head = { ...segments[0].header, frameCount: firstFrame };
    out.bytes(
        writeClipHead(
            head,
            { title: "Three segments" },
            segments.map(({ entry: { offset: _, ...entry } }) => entry),
        ),
    );
    segments.forEach(({ bytes }) => out.bytes(bytes));
    out.bytes(writeClipEnd(firstFrame));
    return out.toBytes();
}

function headOf(bytes: Uint8Array): IClipHead {
    return readClipHead(bytes, resolveLimits(), true) as IClipHead;
}

function scannerOf(bytes: Uint8Array, limits: Partial<IFvvLimits> = {}): SegmentScanner {
    const { header, byteLength } = headOf(bytes);
    return new SegmentScanner(header, resolveLimits(limits), byteLength);
}

const CLIP = makeClip();
const LIVE = withoutIndex(CLIP);
const INDEX_BYTES = CLIP.length - LIVE.length;
/** The segments of the index, where they are without it. */
const SEGMENTS = headOf(CLIP).segments!.map((segment) => ({ ...segment, offset: segment.offset - INDEX_BYTES }));

/** What a scan must find of the live file cut after some bytes: whole frames. */
function expectedOf(length: number): ISegmentEntry[] {
    const chunks = listChunks(LIVE).filter(({ end }) => end <= length);
    return SEGMENTS.map((segment) => {
        const frames = chunks.filter(
            ({ name, offset }) => (name === "KEYF" || name === "RESF") && offset > segment.offset && offset < segment.offset + segment.byteLength,
        );
        const end = frames.length > 0 ? frames[frames.length - 1].end : segment.offset;
        return { ...segment, frameCount: frames.length, byteLength: end - segment.offset };
    }).filter(({ frameCount }) => frameCount > 0);
}

describe("SegmentScanner", () => {
    it("finds the segments that the index lists", () => {
        const scanner = scannerOf(LIVE);
        expect(scanner.scan(LIVE, true)).to.deep.equal(SEGMENTS);
        expect(scanner.isEnded).to.equal(true);
        expect(scanner.scan(LIVE, true)).to.deep.equal([]);
    });

    it("finds the whole frames of a file that is cut anywhere", () => {
        const { byteLength } = headOf(LIVE);
        for (let length = byteLength; length < LIVE.length; length++) {
            const scanner = scannerOf(LIVE);
            expect(scanner.scan(LIVE.subarray(0, length), true)).to.deep.equal(expectedOf(length));
            expect(scanner.isEnded).to.equal(false);
        }
    });

    it("finds the same however the bytes arrive", () => {
        const { byteLength } = headOf(LIVE);
        fc.assert(
            fc.property(fc.array(fc.integer({ min: byteLength, max: LIVE.length }), { maxLength: 20 }), (cuts) => {
                const scanner = scannerOf(LIVE);
                const found = cuts.sort((a, b) => a - b).flatMap((length) => scanner.scan(LIVE.subarray(0, length), false));
                found.push(...scanner.scan(LIVE, true));
                expect(found).to.deep.equal(SEGMENTS);
            }),
        );
    });

    it("gives a segment as soon as its last frame is there, and forgets what came before", () => {
        const scanner = scannerOf(LIVE);
        for (const segment of SEGMENTS) {
            const from = scanner.neededFrom;
            const end = segment.offset + segment.byteLength;
            expect(scanner.scan(LIVE.subarray(from, end - 1), false, from)).to.deep.equal([]);
            expect(scanner.neededFrom).to.be.at.least(from).and.at.most(segment.offset);
            expect(scanner.scan(LIVE.subarray(scanner.neededFrom, end), false, scanner.neededFrom)).to.deep.equal([segment]);
        }
        expect(scanner.isEnded).to.equal(false);
        scanner.scan(LIVE.subarray(scanner.neededFrom), true, scanner.neededFrom);
        expect(scanner.isEnded).to.equal(true);
    });

    it("takes frame numbers from the segments: a viewer may have come late, or missed some", async () => {
        const late = spliced(LIVE, SEGMENTS[0].offset, SEGMENTS[0].byteLength);
        expect(
            scannerOf(late)
                .scan(late, true)
                .map(({ firstFrame, frameCount }) => [firstFrame, frameCount]),
        ).to.deep.equal([
            [3, 1],
            [4, 2],
        ]);
        const gap = spliced(LIVE, SEGMENTS[1].offset, SEGMENTS[1].byteLength);
        expect(
            scannerOf(gap)
                .scan(gap, true)
                .map(({ firstFrame }) => firstFrame),
        ).to.deep.equal([0, 4]);
        const again = spliced(LIVE, SEGMENTS[1].offset, 0, LIVE.slice(SEGMENTS[0].offset, SEGMENTS[1].offset));
        await expectErrorAsync(() => Promise.resolve().then(() => scannerOf(again).scan(again, true)), "BAD_SEGMENT");
    });

    it("keeps chunks that it does not know with their segment, and refuses those that it must not skip", async () => {
        const { end } = findChunk(LIVE, "KEYF");
        const extra = chunkBytes(fourCc("xtra"), new Uint8Array(5));
        const [first] = scannerOf(LIVE).scan(spliced(LIVE, end, 0, extra), true);
        expect(first).to.deep.equal({ ...SEGMENTS[0], byteLength: SEGMENTS[0].byteLength + extra.length });
        await expectErrorAsync(() => scannerOf(LIVE).scan(spliced(LIVE, end, 0, chunkBytes(fourCc("XTRA"))), true), "UNSUPPORTED_FEATURE");
        await expectErrorAsync(() => scannerOf(LIVE).scan(spliced(LIVE, end, 0, chunkBytes(CHUNK_TYPES.header)), true), "BAD_SEGMENT");
    });

    it("refuses a frame outside a segment", async () => {
        const { offset, end } = findChunk(LIVE, "SEGM");
        const { header } = headOf(LIVE);
        const scanner = new SegmentScanner(header, resolveLimits(), offset);
        await expectErrorAsync(() => scanner.scan(spliced(LIVE, offset, end - offset), true), "BAD_SEGMENT");
    });

    it("refuses a damaged segment header", async () => {
        const damaged = new Uint8Array(LIVE);
        damaged[findChunk(LIVE, "SEGM").start + 20] ^= 4;
        await expectErrorAsync(() => scannerOf(LIVE).scan(damaged, true), "CRC_MISMATCH");
    });

    it("holds the limits", async () => {
        const refused: Partial<IFvvLimits>[] = [{ frames: 5 }, { segments: 2 }, { segmentFrames: 2 }, { segmentBytes: SEGMENTS[0].byteLength - 1 }, { splats: 11 }];
        for (const limits of refused) {
            await expectErrorAsync(() => scannerOf(LIVE, limits).scan(LIVE, true), "LIMIT_EXCEEDED");
        }
        const allowed = { frames: 6, segments: 3, segmentFrames: 3, segmentBytes: Math.max(...SEGMENTS.map(({ byteLength }) => byteLength)), splats: 12 };
        expect(scannerOf(LIVE, allowed).scan(LIVE, true).length).to.equal(3);
    });

    it("refuses a chunk over the limit before its bytes are there", async () => {
        const endless = new Uint8Array(LIVE);
        new DataView(endless.buffer).setUint32(findChunk(LIVE, "KEYF").offset + 4, 0xfffffff0, true);
        await expectErrorAsync(() => scannerOf(LIVE).scan(endless, false), "LIMIT_EXCEEDED");
    });
});
