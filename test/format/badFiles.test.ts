import { expect } from "chai";
import { ClipReader, type FvvErrorCode, type IFvvLimits } from "../../encoder/index.js";
import { CHUNK_TYPES, fourCc } from "../../format/chunk.js";
import { chunkBytes, changed, findChunk, listChunks, spliced, withoutIndex, type IChunkPlace } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";

/** Opens a clip and decodes all of its frames; returns their number. */
function decodeAll(bytes: Uint8Array, limits: Partial<IFvvLimits> = {}): number {
    const clip = new ClipReader(bytes, limits);
    for (let frame = 0; frame < clip.frameCount; frame++) {
        clip.decodeFrame(frame);
    }
    return clip.frameCount;
}

describe("Bad files", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let chunks: IChunkPlace[];

    before(async () => {
        const moving = makeMovingFrames({ count: 60, frames: 7, shDegree: 1, turnover: 0.05, seed: 2 });
        clip = (await encodeFramesAsync(withIds(moving), { segmentLength: 4, metadata: { title: "Small" } })).bytes;
        chunks = listChunks(clip);
    });

    it("are all made from a good one", () => {
        expect(decodeAll(clip)).to.equal(7);
        expect(chunks.map(({ name }) => name).join(" ")).to.equal("HEAD meta INDX SEGM KEYF RESF RESF RESF SEGM KEYF RESF RESF FEND");
    });

    it("with a second header or index", async () => {
        for (const [name, code] of [
            ["HEAD", "BAD_HEADER"],
            ["INDX", "BAD_INDEX"],
        ] as const) {
            const { offset, end } = findChunk(clip, name);
            const { offset: segments } = findChunk(clip, "SEGM");
            await expectErrorAsync(() => decodeAll(spliced(clip, segments, 0, clip.slice(offset, end))), code);
        }
    });

    const cuts: [string, (place: (name: string, number?: number) => IChunkPlace) => number, FvvErrorCode][] = [
        ["before its first byte", () => 0, "NOT_FVV"],
        ["inside the magic", () => 5, "TRUNCATED"],
        ["inside the version", () => 10, "TRUNCATED"],
        ["after the version", () => 12, "TRUNCATED"],
        ["inside the header", (place) => place("HEAD").start + 10, "TRUNCATED"],
        ["inside the metadata", (place) => place("meta").start + 3, "TRUNCATED"],
        ["inside the index", (place) => place("INDX").end - 1, "TRUNCATED"],
        ["after the index", (place) => place("INDX").end, "TRUNCATED"],
        ["inside the header of a segment", (place) => place("SEGM").end - 1, "TRUNCATED"],
        ["inside a key frame", (place) => place("KEYF").start + 20, "TRUNCATED"],
        ["inside a residual frame", (place) => place("RESF", 1).end - 1, "TRUNCATED"],
        ["inside the last segment", (place) => place("RESF", 4).end - 1, "TRUNCATED"],
    ];
    for (const [where, at, code] of cuts) {
        it(`cut ${where}: ${code}`, async () => {
            await expectErrorAsync(
                () =>
                    decodeAll(
                        clip.subarray(
                            0,
                            at((name, number) => findChunk(clip, name, number)),
                        ),
                    ),
                code,
            );
        });
    }

    it("cut anywhere: NOT_FVV or TRUNCATED, and nothing else", async () => {
        const { offset } = findChunk(clip, "FEND");
        for (let length = 0; length < offset; length += 3) {
            await expectErrorAsync(() => decodeAll(clip.subarray(0, length)), length === 0 ? "NOT_FVV" : "TRUNCATED");
        }
        // What ends a clip is not needed where there is an index.
        expect(decodeAll(clip.subarray(0, offset))).to.equal(7);
    });

    for (const [name, number] of [
        ["HEAD", 0],
        ["meta", 0],
        ["INDX", 0],
        ["SEGM", 1],
        ["KEYF", 1],
        ["RESF", 2],
    ] as const) {
        it(`a flipped bit in ${name}: CRC_MISMATCH`, async () => {
            const { offset, start, end } = findChunk(clip, name, number);
            for (const at of [offset + 8, start, Math.floor((start + end) / 2), end - 1]) {
                const flipped = new Uint8Array(clip);
                flipped[at] ^= 0x10;
                const error = await expectErrorAsync(() => decodeAll(flipped), "CRC_MISMATCH");
                expect(error.where.offset).to.equal(offset);
            }
        });
    }

    it("a newer or an older version: UNSUPPORTED_VERSION, and what to do", async () => {
        for (const [major, advice] of [
            [3, "update babylon-fvv"],
            [1, "encode it again"],
            [0, "encode it again"],
        ] as const) {
            const error = await expectErrorAsync(() => decodeAll(changed(clip, (view) => view.setUint16(8, major, true))), "UNSUPPORTED_VERSION");
            expect(error.message).to.include(`version ${major}`).and.include("version 2").and.include(advice);
        }
    });

    it("changed on the way by a transfer as text: NOT_FVV", async () => {
        const newlines = clip.findIndex((byte, at) => byte === 0x0d && clip[at + 1] === 0x0a);
        expect(newlines).to.be.below(8);
        await expectErrorAsync(() => decodeAll(spliced(clip, newlines, 1)), "NOT_FVV");
        await expectErrorAsync(() => decodeAll(clip.map((byte) => byte & 0x7f)), "NOT_FVV");
    });

    const limits: [keyof IFvvLimits, number][] = [
        ["splats", 50],
        ["frames", 6],
        ["segments", 1],
        ["segmentFrames", 3],
        ["segmentBytes", 500],
        ["chunkBytes", 60],
    ];
    for (const [name, most] of limits) {
        it(`${name} over the limit: LIMIT_EXCEEDED, until the limit is raised`, async () => {
            const error = await expectErrorAsync(() => decodeAll(clip, { [name]: most }), "LIMIT_EXCEEDED");
            expect(error.message).to.include(`limits.${name}`);
            expect(decodeAll(clip, { [name]: 1e9 })).to.equal(7);
        });
    }

    const counts: [string, (view: DataView, copy: Uint8Array) => void][] = [
        ["splats in the header", (view, copy) => view.setUint32(findChunk(copy, "HEAD").start + 12, 0xffffffff, true)],
        ["frames in the header", (view, copy) => view.setUint32(findChunk(copy, "HEAD").start + 8, 0xfffffffe, true)],
        ["segments in the index", (view, copy) => view.setUint32(findChunk(copy, "INDX").start, 0xffffffff, true)],
        ["bytes of a segment in the index", (view, copy) => view.setUint32(findChunk(copy, "INDX").start + 12, 0xffffffff, true)],
        ["frames of a segment in the index", (view, copy) => view.setUint32(findChunk(copy, "INDX").start + 24, 0xffffffff, true)],
        ["frames of a segment in its header", (view, copy) => view.setUint32(findChunk(copy, "SEGM").start + 4, 0xffffffff, true)],
        ["slots of a segment", (view, copy) => view.setUint32(findChunk(copy, "SEGM").start + 8, 0xffffffff, true)],
    ];
    for (const [what, change] of counts) {
        it(`more ${what} than any limit: LIMIT_EXCEEDED`, async () => {
            await expectErrorAsync(() => decodeAll(changed(clip, change)), "LIMIT_EXCEEDED");
        });
    }

    it("a length over the limit in front of the index: LIMIT_EXCEEDED", async () => {
        const long = new Uint8Array(clip);
        new DataView(long.buffer).setUint32(findChunk(clip, "meta").offset + 4, 0xffffffff, true);
        await expectErrorAsync(() => decodeAll(long), "LIMIT_EXCEEDED");
    });

    it("an unknown chunk in front of the segments, between them or among the frames: UNSUPPORTED_FEATURE, unless it may be skipped", async () => {
        const live = withoutIndex(clip);
        for (const [name, number] of [
            ["SEGM", 0],
            ["SEGM", 1],
            ["KEYF", 0],
            ["RESF", 1],
            ["FEND", 0],
        ] as const) {
            const { offset } = findChunk(live, name, number);
            await expectErrorAsync(() => decodeAll(spliced(live, offset, 0, chunkBytes(fourCc("BIGF"), Uint8Array.of(1)))), "UNSUPPORTED_FEATURE");
            expect(decodeAll(spliced(live, offset, 0, chunkBytes(fourCc("bigf"), Uint8Array.of(1))))).to.equal(7);
        }
    });

    it("a frame in front of the first segment: BAD_SEGMENT", async () => {
        const live = withoutIndex(clip);
        await expectErrorAsync(() => decodeAll(spliced(live, findChunk(live, "SEGM").offset, 0, chunkBytes(CHUNK_TYPES.residualFrame))), "BAD_SEGMENT");
    });

    it("segments in another order: BAD_SEGMENT", async () => {
        const live = withoutIndex(clip);
        const [first, second] = [findChunk(live, "SEGM").offset, findChunk(live, "SEGM", 1).offset];
        const swapped = spliced(spliced(live, first, second - first), findChunk(live, "FEND").offset - (second - first), 0, live.subarray(first, second));
        await expectErrorAsync(() => decodeAll(swapped), "BAD_SEGMENT");
    });

    it("a frame of nonsense: BAD_FRAME", async () => {
        for (const [name, number] of [
            ["KEYF", 0],
            ["RESF", 0],
            ["RESF", 4],
        ] as const) {
            const { start, end } = findChunk(clip, name, number);
            const damaged = changed(clip, (_, copy) => copy.fill(0x55, Math.floor((start + end) / 2), end));
            await expectErrorAsync(() => decodeAll(damaged), "BAD_FRAME");
        }
    });

    it("a damaged frame leaves the frames before it and the other segments as they are", async () => {
        const { start, end } = findChunk(clip, "RESF", 1);
        const damaged = new ClipReader(changed(clip, (_, copy) => copy.fill(0x55, Math.floor((start + end) / 2), end)));
        const good = new ClipReader(clip);
        for (const frame of [1, 2, 1, 0, 2, 5, 3, 4]) {
            if (frame === 2 || frame === 3) {
                await expectErrorAsync(() => damaged.decodeFrame(frame), "BAD_FRAME");
            } else {
                expect(await damaged.readFrameAsync(frame)).to.deep.equal(await good.readFrameAsync(frame));
            }
        }
    });

    it("a damaged segment leaves the other segments as they are", async () => {
        const reader = new ClipReader(changed(clip, (view, copy) => view.setFloat64(findChunk(copy, "SEGM", 1).start + 45, -1, true)));
        const good = new ClipReader(clip);
        for (const frame of [3, 4, 3, 5, 0, 6, 1]) {
            if (frame >= 4) {
                await expectErrorAsync(() => reader.decodeFrame(frame), "BAD_SEGMENT");
            } else {
                expect(await reader.readFrameAsync(frame)).to.deep.equal(await good.readFrameAsync(frame));
            }
        }
    });
});
