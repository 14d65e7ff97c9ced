import { expect } from "chai";
import type { IFvvLimits } from "../../format/limits.js";
import { Rendition } from "../../loader/rendition.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { StreamClipSource } from "../../loader/sources/streamClipSource.js";
import type { IReadOptions } from "../../loader/sources/clipSource.js";
import { changed, findChunk, withoutIndex } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const { signal: NEVER } = new AbortController();

/** A clip in memory that notes what is read of it. */
class NotedSource extends MemoryClipSource {
    public readonly reads: [number, number | undefined][] = [];

    public override readAsync(start: number, end: number | undefined, options: IReadOptions): Promise<void> {
        this.reads.push([start, end]);
        return super.readAsync(start, end, options);
    }
}

describe("Rendition", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let longHead: Uint8Array<ArrayBuffer>;

    before(async () => {
        const { frames } = makeMovingFrames({ count: 30, frames: 7 });
        clip = (await encodeFramesAsync(frames, { segmentLength: 3, tracked: true })).bytes;
        longHead = (await encodeFramesAsync(frames, { segmentLength: 3, tracked: true, metadata: { notes: "x".repeat(200000) } })).bytes;
    });

    function openAsync(bytes: Uint8Array, limits: Partial<IFvvLimits> = {}): Promise<Rendition> {
        return Rendition.OpenAsync(new MemoryClipSource(bytes, "clip.fvv"), limits, NEVER);
    }

    it("reads the head at once, and keeps what comes with it", async () => {
        const source = new NotedSource(clip, "clip.fvv");
        const rendition = await Rendition.OpenAsync(source, {}, NEVER);
        expect(source.reads).to.deep.equal([[0, 65536]]);
        expect(rendition.firstBytes).to.deep.equal(clip.subarray(0, 65536));
        expect([rendition.head.header.frameCount, rendition.segments.length, rendition.isLive]).to.deep.equal([7, 3, false]);
    });

    it("reads a head that is longer than its first read, and tells how far it is", async () => {
        const source = new NotedSource(longHead, "clip.fvv");
        const told: [number, number][] = [];
        const { head } = await Rendition.OpenAsync(source, {}, NEVER, (...progress) => told.push(progress));
        expect((head.metadata.notes as string).length).to.equal(200000);
        expect(source.reads.length).to.be.within(2, 4);
        expect(told.length).to.be.at.least(2);
        told.forEach(([loaded, total]) => expect(loaded).to.be.at.most(total));
    });

    it("finds the segments of a file without an index", async () => {
        for (const bytes of [withoutIndex(clip), withoutIndex(longHead)]) {
            const { head, segments } = await openAsync(bytes);
            expect(head.segments).to.equal(undefined);
            expect(segments.map(({ firstFrame, frameCount }) => [firstFrame, frameCount])).to.deep.equal([
                [0, 3],
                [3, 3],
                [6, 1],
            ]);
        }
    });

    it("takes what is whole of a cut file without an index", async () => {
        const live = withoutIndex(clip);
        const { segments } = await openAsync(live.subarray(0, findChunk(live, "RESF", 3).end - 1));
        expect(segments.map(({ frameCount }) => frameCount)).to.deep.equal([3, 2]);
    });

    it("opens a cut file with an index", async () => {
        expect((await openAsync(clip.subarray(0, findChunk(clip, "KEYF", 1).end))).segments.length).to.equal(3);
    });

    it("reads no more of a live one than its head takes", async () => {
        const live = withoutIndex(clip);
        let isCancelled = false;
        const stream = new ReadableStream<Uint8Array>({
            start: (controller) => controller.enqueue(live.slice(0, findChunk(live, "KEYF").start)),
            cancel: () => void (isCancelled = true),
        });
        const source = new StreamClipSource(stream, "live");
        const { isLive, segments, head } = await Rendition.OpenAsync(source, {}, NEVER);
        expect([isLive, segments, isCancelled]).to.deep.equal([true, [], false]);
        expect(head.byteLength).to.equal(findChunk(live, "SEGM").offset);
    });

    it("refuses a file that is cut in its head or before its first frame, and one that is no clip", async () => {
        await expectErrorAsync(() => openAsync(new Uint8Array(0)), "NOT_FVV");
        await expectErrorAsync(() => openAsync(new TextEncoder().encode("<!doctype html><title>404</title>")), "NOT_FVV");
        for (const length of [4, 12, findChunk(clip, "HEAD").end - 1, findChunk(clip, "HEAD").end, findChunk(clip, "INDX").end - 1]) {
            await expectErrorAsync(() => openAsync(clip.subarray(0, length)), "TRUNCATED");
        }
        const live = withoutIndex(clip);
        await expectErrorAsync(() => openAsync(live.subarray(0, findChunk(live, "KEYF").end - 1)), "TRUNCATED");
        await expectErrorAsync(() => openAsync(longHead.subarray(0, 100000)), "TRUNCATED");
    });

    it("holds its limits", async () => {
        await expectErrorAsync(() => openAsync(clip, { segments: 2 }), "LIMIT_EXCEEDED");
        await expectErrorAsync(() => openAsync(longHead, { chunkBytes: 1000 }), "LIMIT_EXCEEDED");
        const hostile = changed(clip, (view, copy) => view.setUint32(findChunk(copy, "HEAD").start + 12, 0xffffffff, true));
        await expectErrorAsync(() => openAsync(hostile), "LIMIT_EXCEEDED");
    });
});
