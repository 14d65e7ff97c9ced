import { expect } from "chai";
import { MemoryClipSource, type IClipSource } from "../../loader/clipSource.js";
import { ClipStream } from "../../loader/clipStream.js";
import { changed, findChunk, withoutIndex } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeMovingFrames } from "../support/movingFrames.js";

/** A clip in memory that notes what is read of it. */
class NotedSource extends MemoryClipSource {
    public readonly reads: [number, number | undefined][] = [];
    public readonly signals: AbortSignal[] = [];

    public override readAsync(start: number, end?: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
        this.reads.push([start, end]);
        this.signals.push(signal!);
        return super.readAsync(start, end);
    }
}

describe("ClipStream", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let longHead: Uint8Array<ArrayBuffer>;

    before(async () => {
        const { frames } = makeMovingFrames({ count: 30, frames: 7 });
        clip = (await encodeFramesAsync(frames, { segmentLength: 3, tracked: true })).bytes;
        longHead = (await encodeFramesAsync(frames, { segmentLength: 3, tracked: true, metadata: { notes: "x".repeat(200000) } })).bytes;
    });

    it("reads the head, then segments by their place in the index", async () => {
        const source = new NotedSource(clip, "clip.fvv");
        const stream = await ClipStream.OpenAsync(source);
        expect(source.reads).to.deep.equal([[0, 65536]]);
        expect([stream.frameCount, stream.segments.length, stream.head.header.frameCount]).to.deep.equal([7, 3, 7]);
        for (const [i, { offset, byteLength }] of stream.segments.entries()) {
            expect(await stream.readSegmentAsync(i)).to.deep.equal(clip.slice(offset, offset + byteLength));
            expect(source.reads[i + 1]).to.deep.equal([offset, offset + byteLength]);
        }
    });

    it("reads a head that is longer than its first read", async () => {
        const source = new NotedSource(longHead, "clip.fvv");
        const stream = await ClipStream.OpenAsync(source);
        expect(stream.frameCount).to.equal(7);
        expect((stream.head.metadata.notes as string).length).to.equal(200000);
        expect(source.reads.length).to.be.at.most(4);
    });

    it("finds the segments of a file without an index", async () => {
        for (const bytes of [withoutIndex(clip), withoutIndex(longHead)]) {
            const stream = await ClipStream.OpenAsync(new MemoryClipSource(bytes, "clip.fvv"));
            expect(stream.head.segments).to.equal(undefined);
            expect(stream.segments.map(({ firstFrame, frameCount }) => [firstFrame, frameCount])).to.deep.equal([
                [0, 3],
                [3, 3],
                [6, 1],
            ]);
            const { offset, byteLength } = stream.segments[1];
            expect(await stream.readSegmentAsync(1)).to.deep.equal(bytes.slice(offset, offset + byteLength));
        }
    });

    it("plays what is whole of a cut file without an index", async () => {
        const live = withoutIndex(clip);
        const cut = live.subarray(0, findChunk(live, "RESF", 3).end - 1);
        expect((await ClipStream.OpenAsync(new MemoryClipSource(cut, "clip.fvv"))).frameCount).to.equal(5);
    });

    it("opens a cut file with an index, and gives the bytes that there are", async () => {
        const { offset, end } = findChunk(clip, "KEYF", 1);
        const stream = await ClipStream.OpenAsync(new MemoryClipSource(clip.subarray(0, end), "clip.fvv"));
        expect(stream.frameCount).to.equal(7);
        const bytes = await stream.readSegmentAsync(1);
        expect(bytes.length).to.equal(end - stream.segments[1].offset);
        expect(offset).to.be.above(stream.segments[1].offset);
        const error = await expectErrorAsync(() => stream.readSegmentAsync(2), "TRUNCATED");
        expect(error.where).to.include({ source: "clip.fvv", segment: 2 });
    });

    it("refuses a file that is cut in its head or before its first frame, and one that is no clip", async () => {
        const open = (bytes: Uint8Array): Promise<ClipStream> => ClipStream.OpenAsync(new MemoryClipSource(bytes, "clip.fvv"));
        await expectErrorAsync(() => open(new Uint8Array(0)), "NOT_FVV");
        await expectErrorAsync(() => open(new TextEncoder().encode("<!doctype html><title>404</title>")), "NOT_FVV");
        for (const length of [4, 12, findChunk(clip, "HEAD").end - 1, findChunk(clip, "HEAD").end, findChunk(clip, "INDX").end - 1]) {
            await expectErrorAsync(() => open(clip.subarray(0, length)), "TRUNCATED");
        }
        const live = withoutIndex(clip);
        await expectErrorAsync(() => open(live.subarray(0, findChunk(live, "KEYF").end - 1)), "TRUNCATED");
        await expectErrorAsync(() => open(longHead.subarray(0, 100000)), "TRUNCATED");
    });

    it("holds its limits", async () => {
        await expectErrorAsync(() => ClipStream.OpenAsync(new MemoryClipSource(clip, "clip.fvv"), { segments: 2 }), "LIMIT_EXCEEDED");
        await expectErrorAsync(() => ClipStream.OpenAsync(new MemoryClipSource(longHead, "clip.fvv"), { chunkBytes: 1000 }), "LIMIT_EXCEEDED");
        const hostile = changed(clip, (view, copy) => view.setUint32(findChunk(copy, "HEAD").start + 12, 0xffffffff, true));
        await expectErrorAsync(() => ClipStream.OpenAsync(new MemoryClipSource(hostile, "clip.fvv")), "LIMIT_EXCEEDED");
    });

    it("passes on what the source says", async () => {
        const told: number[][] = [];
        const source: IClipSource = {
            name: "clip.fvv",
            readAsync: (start, end, _signal, onProgress) => {
                onProgress?.(5, 10);
                return Promise.resolve(clip.slice(start, end));
            },
        };
        const stream = await ClipStream.OpenAsync(source, {}, (...progress) => told.push(progress));
        await stream.readSegmentAsync(0, (...progress) => told.push(progress));
        expect(told).to.deep.equal([
            [5, 10],
            [5, 10],
        ]);
    });

    it("aborts its reads when it is disposed of", async () => {
        const source = new NotedSource(clip, "clip.fvv");
        const stream = await ClipStream.OpenAsync(source);
        await stream.readSegmentAsync(0);
        expect(source.signals[1].aborted).to.equal(false);
        stream.dispose();
        stream.dispose();
        expect(source.signals[1].aborted).to.equal(true);
    });
});
