import { expect } from "chai";
import { ClipStream } from "../../loader/clipStream.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { openStageAsync, type IStreamStage } from "../support/streamDriver.js";

/** 16 segments of a tenth of a second. */
const FRAMES = 48;

describe("ClipStream", () => {
    let clip: Uint8Array<ArrayBuffer>;

    before(async () => {
        clip = (await encodeFramesAsync(makeMovingFrames({ count: 120, frames: FRAMES }).frames, { segmentLength: 3, tracked: true })).bytes;
    });

    /** Bytes of a segment in the file. */
    function bytesOf({ stream }: IStreamStage, segment: number, isKeyOnly = false): number[] {
        const { offset, byteLength, keyByteLength } = stream.segments[segment];
        return [...clip.subarray(offset, offset + (isKeyOnly ? keyByteLength : byteLength))];
    }

    /** Segments whose bytes are all in memory. */
    function stored({ stream }: IStreamStage): number[] {
        return [...stream.segments.keys()].filter((segment) => stream.store.get(0, segment)?.available === stream.segments[segment].byteLength);
    }

    it("fetches nothing but the head before somebody plays, and has the first segment then", async () => {
        const stage = await openStageAsync(clip);
        await stage.passAsync(100);
        expect([stage.asked(), stored(stage), stage.stream.isIdle]).to.deep.equal([[], [0], true]);
        const { reader, listener } = stage.read();
        stage.need(reader, 0);
        expect(listener.of(0)).to.deep.equal(bytesOf(stage, 0));
    });

    it("gives a reader the bytes of the segment that it needs, whole segments at a time", async () => {
        const stage = await openStageAsync(clip, { buffer: { aheadSeconds: 0 } });
        const { reader, listener } = stage.read();
        stage.need(reader, 9);
        await stage.passAsync(100);
        expect(listener.of(9)).to.deep.equal(bytesOf(stage, 9));
        const { offset, byteLength } = stage.stream.segments[9];
        expect(stage.asked()).to.deep.equal([[offset, offset + byteLength]]);
        expect(reader.needs).to.deep.equal([]);
    });

    it("fetches the key frame alone where that is enough, and the rest when it is not", async () => {
        const stage = await openStageAsync(clip, { buffer: { aheadSeconds: 0 } });
        const { reader, listener } = stage.read();
        stage.need(reader, 9, { isKeyOnly: true });
        await stage.passAsync(100);
        expect(listener.of(9)).to.deep.equal(bytesOf(stage, 9, true));
        stage.need(reader, 9);
        await stage.passAsync(100);
        expect(listener.of(9)).to.deep.equal(bytesOf(stage, 9));
        const { offset, byteLength, keyByteLength } = stage.stream.segments[9];
        expect(stage.asked()).to.deep.equal([
            [offset, offset + keyByteLength],
            [offset + keyByteLength, offset + byteLength],
        ]);
    });

    it("fetches ahead as many seconds as it is told to, in the direction of play and at its speed", async () => {
        for (const [position, expected] of [
            [{ frame: 15 }, [5, 6, 7, 8]],
            [{ frame: 17, direction: -1 as const }, [2, 3, 4, 5]],
            [{ frame: 15, framesPerSecond: 60 }, [5, 6, 7, 8, 9, 10, 11]],
            [{ frame: 42 }, [14, 15]],
            [{ frame: 15, from: 12, to: 20 }, [5, 6]],
            [{ frame: 42, isLooping: true, from: 0, to: 48 }, [0, 1, 14, 15]],
        ] as const) {
            const stage = await openStageAsync(clip, { buffer: { aheadSeconds: 0.35 } });
            stage.stream.store.clear();
            const { reader } = stage.read();
            Object.assign(reader.position, { framesPerSecond: 30, isLooping: false, from: 0, to: FRAMES }, position);
            reader.move(true);
            await stage.passAsync(200);
            expect(stored(stage), JSON.stringify(position)).to.deep.equal(expected);
        }
    });

    it("asks for at most three segments at once, those ahead only when nobody waits", async () => {
        const stage = await openStageAsync(clip, {}, { bytesPerSecond: 20_000, partBytes: 100 });
        const { reader, listener } = stage.read();
        let most = 0;
        const underWay = (): number => stage.server.requests.slice(1).filter(({ sent, isAborted, start, end }) => !isAborted && sent < end! - start).length;
        reader.position.frame = 30;
        reader.move(true);
        // What the playhead is in comes first, alone.
        for (let i = 0; i < 100; i++) {
            await stage.passAsync(10);
            most = Math.max(most, underWay());
        }
        expect(most).to.equal(3);
        stage.need(reader, 5);
        await stage.passAsync(10);
        // What nobody waits for is given up for what somebody waits for; what came of it stays.
        expect(underWay()).to.equal(1);
        expect(stage.server.requests.at(-1).start).to.equal(stage.stream.segments[5].offset);
        expect(stage.stream.store.get(0, 10)!.available).to.be.above(0);
        await stage.passAsync(2000);
        expect(listener.of(5)).to.deep.equal(bytesOf(stage, 5));
    });

    it("ends what nobody wants any more when the playhead goes elsewhere, and goes on where it was", async () => {
        const stage = await openStageAsync(clip, { buffer: { aheadSeconds: 0.05 } }, { bytesPerSecond: 10_000, partBytes: 50 });
        const { reader, listener } = stage.read();
        reader.position.frame = 30;
        stage.need(reader, 10);
        await stage.passAsync(50);
        reader.flush();
        reader.position.frame = 15;
        stage.need(reader, 5);
        const [first] = stage.server.requests.slice(1);
        expect([first.isAborted, first.sent > 0, first.sent < first.end! - first.start]).to.deep.equal([true, true, true]);
        await stage.passAsync(500);
        expect(listener.of(5)).to.deep.equal(bytesOf(stage, 5));
        reader.position.frame = 30;
        stage.need(reader, 10);
        await stage.passAsync(500);
        expect(listener.of(10)).to.deep.equal(bytesOf(stage, 10));
        const again = stage.server.requests.filter(({ start }) => start >= first.start && start < first.end!);
        expect(again.at(-1).start).to.be.above(first.start);
    });

    it("never holds more than it may, however long it plays", async () => {
        const largest = Math.max(...(await openStageAsync(clip)).stream.segments.map(({ byteLength }) => byteLength));
        const maxBytes = 4 * largest;
        const stage = await openStageAsync(clip, { buffer: { maxBytes } }, { bytesPerSecond: 2_000_000 });
        const { reader } = stage.read();
        Object.assign(reader.position, { isLooping: true, from: 0, to: FRAMES });
        for (let round = 0; round < 4; round++) {
            for (let segment = 0; segment < 16; segment++) {
                reader.position.frame = 3 * segment;
                reader.move(true);
                stage.need(reader, segment);
                await stage.passAsync(40);
                expect(stage.stream.store.get(0, 0)?.available, "the first segment of a loop stays").to.equal(stage.stream.segments[0].byteLength);
            }
        }
        expect(stage.stream.store.peakByteLength).to.be.within(maxBytes - largest, maxBytes);
    });

    it("holds a single segment that is larger than all memory it may take", async () => {
        const stage = await openStageAsync(clip, { buffer: { maxBytes: 100 } });
        const { reader, listener } = stage.read();
        for (const segment of [4, 11]) {
            stage.need(reader, segment);
            await stage.passAsync(100);
            expect(listener.of(segment)).to.deep.equal(bytesOf(stage, segment));
        }
        expect(stored(stage)).to.deep.equal([11]);
    });

    it("feeds two readers from one fetch, and ends with the last of them", async () => {
        const stage = await openStageAsync(clip, { buffer: { aheadSeconds: 0 } }, { bytesPerSecond: 50_000 });
        const [a, b] = [stage.read(), stage.read()];
        stage.need(a.reader, 7);
        stage.need(b.reader, 7);
        stage.need(b.reader, 8);
        await stage.passAsync(300);
        expect([a.listener.of(7), b.listener.of(7), b.listener.of(8), a.listener.of(8)]).to.deep.equal([bytesOf(stage, 7), bytesOf(stage, 7), bytesOf(stage, 8), []]);
        expect(stage.asked().length).to.equal(2);
        stage.need(a.reader, 12);
        stage.need(b.reader, 13);
        stage.stream.removeReader(a.reader);
        stage.stream.removeReader(b.reader);
        await stage.passAsync(300);
        expect(stage.server.requests.slice(-2).map(({ isAborted }) => isAborted)).to.deep.equal([true, true]);
        expect(stage.stream.store.byteLength).to.equal(0);
    });

    it("tells those who wait what cannot be had, and tries again when it is needed again", async () => {
        const stage = await openStageAsync(clip, { buffer: { aheadSeconds: 0 } }, { status: 404 });
        const { reader, listener } = stage.read();
        stage.need(reader, 6);
        await stage.passAsync(50);
        expect(listener.failed.map(({ segment, error }) => [segment, error.code, error.where.status, error.where.segment])).to.deep.equal([[6, "NETWORK", 404, 6]]);
        stage.server.script = () => ({});
        stage.need(reader, 6);
        await stage.passAsync(50);
        expect(listener.of(6)).to.deep.equal(bytesOf(stage, 6));
    });

    it("says which frames are there, and how many from one on", async () => {
        const stage = await openStageAsync(clip, { buffer: { aheadSeconds: 0 } });
        const { reader } = stage.read();
        const { stream } = stage;
        [6, 7, 10].forEach((segment) => stage.need(reader, segment));
        await stage.passAsync(100);
        expect(stream.bufferedRanges).to.deep.equal([
            { from: 0, to: 3 },
            { from: 18, to: 24 },
            { from: 30, to: 33 },
        ]);
        expect([18, 20, 23, 24, 31].map((frame) => stream.framesAhead({ frame, direction: 1 }))).to.deep.equal([6, 4, 1, 0, 2]);
        expect([18, 20, 23, 24].map((frame) => stream.framesAhead({ frame, direction: -1 }))).to.deep.equal([1, 3, 6, 0]);
    });

    it("ends its reads when it is disposed of", async () => {
        const stage = await openStageAsync(clip, {}, { stallsAfter: 10 });
        const { reader } = stage.read();
        stage.need(reader, 3);
        await stage.passAsync(20);
        stage.stream.dispose();
        stage.stream.dispose();
        await stage.passAsync(20_000);
        expect(stage.server.requests.slice(1).every(({ isAborted }) => isAborted)).to.equal(true);
        expect(stage.server.requests.length).to.be.at.most(4);
    });

    it("plays what is in memory", async () => {
        const stream = await ClipStream.OpenAsync(new MemoryClipSource(clip, "clip.fvv"));
        expect([stream.frameCount, stream.firstFrame, stream.isLive, stream.segmentOf(4), stream.segmentOf(48)]).to.deep.equal([FRAMES, 0, false, 1, -1]);
    });
});
