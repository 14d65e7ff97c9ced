import { expect } from "chai";
import fc from "fast-check";
import { readClipHead, writeClipEnd, writeClipHead, type IClipHead, type IndexedSegment } from "../../format/clipHead.js";
import { INDEX_ENTRY_BYTES, referenceOf } from "../../format/clipIndex.js";
import { framesPerSecond, UNKNOWN_COUNT, UP_AXES, type IClipHeader } from "../../format/clipHeader.js";
import { FVV_DEFAULT_LIMITS, resolveLimits } from "../../format/limits.js";
import { changed, chunkBytes, findChunk, spliced } from "../support/chunkTools.js";
import { expectErrorAsync } from "../support/expectError.js";
import { fourCc } from "../../format/chunk.js";

const FLOAT = fc.float({ noNaN: true, noDefaultInfinity: true });
const POSITIVE = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0 });
const BOUNDS = fc.array(FLOAT, { minLength: 6, maxLength: 6 }).map((values) => Float32Array.from(values));

const HEADER: fc.Arbitrary<IClipHeader> = fc.record({
    fpsNumerator: fc.integer({ min: 1, max: 60000 }),
    fpsDenominator: fc.integer({ min: 60, max: 100000 }),
    frameCount: fc.constant(UNKNOWN_COUNT),
    capacity: fc.nat(FVV_DEFAULT_LIMITS.splats),
    shDegree: fc.constantFrom<0 | 1 | 2 | 3>(0, 1, 2, 3),
    up: fc.constantFrom(...UP_AXES),
    handedness: fc.constantFrom<"right" | "left">("right", "left"),
    antialiased: fc.boolean(),
    metresPerUnit: POSITIVE,
    bounds: BOUNDS,
    errorBounds: fc.record({ position: POSITIVE, scale: POSITIVE, rotation: POSITIVE, opacity: POSITIVE, color: POSITIVE, sh: POSITIVE }),
});

const SEGMENTS: fc.Arbitrary<IndexedSegment[]> = fc
    .array(
        fc.record({
            byteLength: fc.integer({ min: 1, max: 5000 }),
            frameCount: fc.integer({ min: 1, max: 4096 }),
            bounds: BOUNDS,
            key: fc.double({ min: 0, max: 1, noNaN: true }),
            refers: fc.boolean(),
        }),
        {
            maxLength: 8,
        },
    )
    .map((segments) => {
        let firstFrame = 0;
        let reference = 0;
        return segments.map(({ key, refers, ...segment }, i) => {
            reference = refers ? reference : i;
            const entry = { ...segment, firstFrame, keyByteLength: Math.floor(key * segment.byteLength), referenceDistance: i - reference };
            firstFrame += segment.frameCount;
            return entry;
        });
    });

const EXAMPLE: IClipHeader = {
    fpsNumerator: 30,
    fpsDenominator: 1,
    frameCount: 12,
    capacity: 100,
    shDegree: 1,
    up: "-y",
    handedness: "right",
    antialiased: false,
    metresPerUnit: 0,
    bounds: Float32Array.of(-1, -1, -1, 1, 1, 1),
    errorBounds: { position: 0.5, scale: 0.25, rotation: 0.125, opacity: 0.5, color: 0.5, sh: 0.5 },
};
const EXAMPLE_SEGMENTS: IndexedSegment[] = [
    { byteLength: 40, keyByteLength: 30, firstFrame: 0, frameCount: 10, bounds: EXAMPLE.bounds },
    { byteLength: 20, keyByteLength: 20, firstFrame: 10, frameCount: 2, bounds: EXAMPLE.bounds },
];

function read(bytes: Uint8Array, limits = {}): IClipHead {
    const head = readClipHead(bytes, resolveLimits(limits), true);
    expect(head).to.be.an("object");
    return head as IClipHead;
}

describe("Clip head", () => {
    it("reads back what was written", () => {
        fc.assert(
            fc.property(HEADER, fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()), fc.option(SEGMENTS), (header, metadata, segments) => {
                const bytes = writeClipHead(header, metadata, segments ?? undefined);
                const head = read(bytes);
                expect(head.header).to.deep.equal(header);
                expect(head.metadata).to.deep.equal(JSON.parse(JSON.stringify(metadata)));
                expect(head.byteLength).to.equal(bytes.length);
                let offset = bytes.length;
                const expected = segments?.map((segment) => {
                    const entry = { ...segment, offset, referenceDistance: segment.referenceDistance ?? 0 };
                    offset += segment.byteLength;
                    return entry;
                });
                expect(head.segments).to.deep.equal(expected);
                expected?.forEach(({ referenceDistance }, i) => expect(referenceOf(expected, i)).to.equal(referenceDistance ? i - referenceDistance : -1));
                expect(framesPerSecond(head.header)).to.equal(header.fpsNumerator / header.fpsDenominator);
            }),
        );
    });

    it("asks for exactly the bytes it needs while a file arrives", () => {
        const head = writeClipHead(EXAMPLE, { title: "A clip" }, EXAMPLE_SEGMENTS);
        const bytes = spliced(head, head.length, 0, writeClipEnd(12));
        let length = 0;
        for (let reads = 0; ; reads++) {
            expect(reads).to.be.below(12);
            const result = readClipHead(bytes.subarray(0, length), FVV_DEFAULT_LIMITS, false);
            if (typeof result !== "number") {
                expect(result.byteLength).to.equal(head.length);
                expect(result.segments?.length).to.equal(2);
                break;
            }
            expect(result).to.be.above(length).and.at.most(bytes.length);
            length = result;
        }
    });

    it("cut at any byte of a chunk is TRUNCATED", async () => {
        const bytes = writeClipHead(EXAMPLE, { title: "A clip" }, EXAMPLE_SEGMENTS);
        const ends = ["HEAD", "meta", "INDX"].map((name) => findChunk(bytes, name).end);
        for (let length = 1; length < bytes.length; length++) {
            // Between two chunks nothing is missing: such a head has no index.
            if (!ends.includes(length)) {
                await expectErrorAsync(() => read(bytes.subarray(0, length)), "TRUNCATED");
            }
        }
        expect(read(bytes.subarray(0, ends[1])).segments).to.equal(undefined);
    });

    it("is not read from other files or versions before and after", async () => {
        const bytes = writeClipHead(EXAMPLE, {});
        await expectErrorAsync(() => read(new Uint8Array(0)), "NOT_FVV");
        await expectErrorAsync(() => read(new TextEncoder().encode("ply\nformat binary_little_endian 1.0")), "NOT_FVV");
        for (let i = 0; i < 8; i++) {
            const error = await expectErrorAsync(() => read(changed(bytes, (_, copy) => (copy[i] ^= 0x80))), "NOT_FVV");
            expect(error.where.offset).to.equal(i);
        }
        for (const version of [0, 1, 3, 257]) {
            await expectErrorAsync(() => read(changed(bytes, (view) => view.setUint16(8, version, true))), "UNSUPPORTED_VERSION");
        }
        expect(read(changed(bytes, (view) => view.setUint16(10, 7, true))).header).to.deep.equal(EXAMPLE);
    });

    it("skips chunks that it does not know if it may", async () => {
        const bytes = writeClipHead(EXAMPLE, {}, EXAMPLE_SEGMENTS);
        const { end } = findChunk(bytes, "HEAD");
        const skippable = chunkBytes(fourCc("note"), Uint8Array.of(1, 2, 3));
        // Offsets of the index count from the start of the file.
        const moved = changed(spliced(bytes, end, 0, skippable), (view, copy) => {
            const { start } = findChunk(copy, "INDX");
            [0, 1].forEach((i) => view.setUint32(start + 4 + INDEX_ENTRY_BYTES * i, view.getUint32(start + 4 + INDEX_ENTRY_BYTES * i, true) + skippable.length, true));
        });
        expect(read(moved).segments?.[0].offset).to.equal(moved.length);
        const error = await expectErrorAsync(() => read(spliced(bytes, end, 0, chunkBytes(fourCc("NOTE")))), "UNSUPPORTED_FEATURE");
        expect(error.message).to.include("NOTE");
    });

    it("begins with HEAD", async () => {
        const bytes = writeClipHead(EXAMPLE, { title: "A clip" });
        const { offset, end } = findChunk(bytes, "HEAD");
        await expectErrorAsync(() => read(spliced(bytes, offset, end - offset)), "BAD_HEADER");
        await expectErrorAsync(() => read(spliced(bytes, offset, end - offset, writeClipEnd(0))), "BAD_HEADER");
    });

    const headerRefusals: [string, (view: DataView, at: number) => void, Parameters<typeof expectErrorAsync>[1]][] = [
        ["no frames a second", (view, at) => view.setUint32(at, 0, true), "BAD_HEADER"],
        ["a division of the frame rate by zero", (view, at) => view.setUint32(at + 4, 0, true), "BAD_HEADER"],
        ["over 1000 frames a second", (view, at) => view.setUint32(at, 1001, true), "BAD_HEADER"],
        ["too many frames", (view, at) => view.setUint32(at + 8, 1_000_001, true), "LIMIT_EXCEEDED"],
        ["too many splats", (view, at) => view.setUint32(at + 12, 4_194_305, true), "LIMIT_EXCEEDED"],
        ["spherical harmonics of degree 4", (view, at) => view.setUint8(at + 16, 4), "BAD_HEADER"],
        ["an unknown up axis", (view, at) => view.setUint8(at + 17, 6), "BAD_HEADER"],
        ["an unknown handedness", (view, at) => view.setUint8(at + 18, 2), "BAD_HEADER"],
        ["bounds that are not finite", (view, at) => view.setFloat32(at + 24, NaN, true), "BAD_HEADER"],
        ["fewer frames than its index", (view, at) => view.setUint32(at + 8, 11, true), "BAD_INDEX"],
    ];
    for (const [what, change, code] of headerRefusals) {
        it(`refuses a header with ${what}`, async () => {
            const bytes = writeClipHead(EXAMPLE, {}, EXAMPLE_SEGMENTS);
            await expectErrorAsync(() => read(changed(bytes, (view, copy) => change(view, findChunk(copy, "HEAD").start))), code);
        });
    }

    it("refuses a header that is too short, and ignores what is added to it", async () => {
        const bytes = writeClipHead(EXAMPLE, {});
        const { offset, start, end } = findChunk(bytes, "HEAD");
        const payload = bytes.subarray(start, end);
        await expectErrorAsync(() => read(spliced(bytes, offset, end - offset, chunkBytes(fourCc("HEAD"), payload.subarray(0, payload.length - 1)))), "BAD_HEADER");
        const longer = spliced(payload, payload.length, 0, Uint8Array.of(9, 9));
        expect(read(spliced(bytes, offset, end - offset, chunkBytes(fourCc("HEAD"), longer))).header).to.deep.equal(EXAMPLE);
    });

    const indexRefusals: [string, (view: DataView, entry: number) => void, Parameters<typeof expectErrorAsync>[1]][] = [
        ["more segments than fit", (view, entry) => view.setUint32(entry - 4 - INDEX_ENTRY_BYTES, 3, true), "BAD_INDEX"],
        ["too many segments", (view, entry) => view.setUint32(entry - 4 - INDEX_ENTRY_BYTES, 262_145, true), "LIMIT_EXCEEDED"],
        ["segments that overlap", (view, entry) => view.setUint32(entry, view.getUint32(entry, true) - 1, true), "BAD_INDEX"],
        ["an offset over 2^53", (view, entry) => view.setUint32(entry + 4, 0xffffffff, true), "BAD_INDEX"],
        ["a segment of too many bytes", (view, entry) => view.setUint32(entry + 8, 512 * 1024 * 1024 + 1, true), "LIMIT_EXCEEDED"],
        ["a key frame longer than its segment", (view, entry) => view.setUint32(entry + 12, 21, true), "BAD_INDEX"],
        ["a gap in the frames", (view, entry) => view.setUint32(entry + 16, 11, true), "BAD_INDEX"],
        ["a segment without frames", (view, entry) => view.setUint32(entry + 20, 0, true), "BAD_INDEX"],
        ["a segment of too many frames", (view, entry) => view.setUint32(entry + 20, 4097, true), "LIMIT_EXCEEDED"],
        ["bounds that are not finite", (view, entry) => view.setFloat32(entry + 24, Infinity, true), "BAD_INDEX"],
        ["a reference before the first segment", (view, entry) => view.setUint32(entry + 48, 2, true), "BAD_INDEX"],
        ["a reference far before the first segment", (view, entry) => view.setUint32(entry + 48, 0xffffffff, true), "BAD_INDEX"],
        ["a first segment that refers to another", (view, entry) => view.setUint32(entry - 4, 1, true), "BAD_INDEX"],
        ["a reference to a segment that refers to another", (view, entry) => [-4, 48].forEach((at) => view.setUint32(entry + at, 1, true)), "BAD_INDEX"],
    ];
    for (const [what, change, code] of indexRefusals) {
        it(`refuses an index with ${what}`, async () => {
            const bytes = writeClipHead(EXAMPLE, {}, EXAMPLE_SEGMENTS);
            // The second entry.
            await expectErrorAsync(() => read(changed(bytes, (view, copy) => change(view, findChunk(copy, "INDX").start + 4 + INDEX_ENTRY_BYTES))), code);
        });
    }

    it("refuses more frames in all than the limit", async () => {
        const header = { ...EXAMPLE, frameCount: UNKNOWN_COUNT };
        await expectErrorAsync(() => read(writeClipHead(header, {}, EXAMPLE_SEGMENTS), { frames: 11 }), "LIMIT_EXCEEDED");
        expect(read(writeClipHead(header, {}, EXAMPLE_SEGMENTS), { frames: 12 }).segments?.length).to.equal(2);
    });

    it("refuses a chunk over the limit before it is there", async () => {
        const bytes = writeClipHead(EXAMPLE, { title: "x".repeat(100) });
        const { start } = findChunk(bytes, "meta");
        await expectErrorAsync(() => readClipHead(bytes.subarray(0, start), resolveLimits({ chunkBytes: 99 }), false), "LIMIT_EXCEEDED");
    });

    it("refuses metadata that is not a JSON object", async () => {
        const bytes = writeClipHead(EXAMPLE, { a: 1 });
        const { offset, end } = findChunk(bytes, "meta");
        for (const text of ["", "{", "[1]", "null", "7", "[".repeat(100000)]) {
            const damaged = spliced(bytes, offset, end - offset, chunkBytes(fourCc("meta"), new TextEncoder().encode(text)));
            await expectErrorAsync(() => read(damaged), "BAD_HEADER");
        }
        const notText = spliced(bytes, offset, end - offset, chunkBytes(fourCc("meta"), Uint8Array.of(0x7b, 0xff, 0x7d)));
        await expectErrorAsync(() => read(notText), "BAD_HEADER");
    });
});
