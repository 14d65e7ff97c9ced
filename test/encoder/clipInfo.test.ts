import { expect } from "chai";
import { ClipReader, describeClip } from "../../encoder/index.js";
import { INDEX_ENTRY_BYTES } from "../../format/clipIndex.js";
import { changed, findChunk, listChunks, spliced, withoutIndex } from "../support/chunkTools.js";
import { encodeFramesAsync, type IEncodedFrames } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";

describe("ClipReader and describeClip", () => {
    let encoded: IEncodedFrames;

    before(async () => {
        const moving = makeMovingFrames({ count: 40, frames: 7, shDegree: 2, turnover: 0.1 });
        encoded = await encodeFramesAsync(withIds(moving), { segmentLength: 3, fps: 25 });
    });

    it("account for every byte", () => {
        const { bytes, report } = encoded;
        const info = describeClip(bytes);
        const chunks = listChunks(bytes);
        const lengthOf = (name: string): number => chunks.filter((chunk) => chunk.name === name).reduce((sum, { offset, end }) => sum + end - offset, 0);
        expect(Object.values(info.bytesByGroup).reduce((sum, part) => sum + part, 0)).to.equal(bytes.length);
        expect(Math.min(...Object.values(info.bytesByGroup))).to.be.at.least(0);
        expect(info.keyFrames).to.deep.equal({ count: 3, bytes: lengthOf("KEYF"), share: lengthOf("KEYF") / bytes.length });
        expect(info.residualFrames).to.deep.equal({ count: 4, bytes: lengthOf("RESF"), share: lengthOf("RESF") / bytes.length });
        expect(info.segments.map(({ frameBytes }) => frameBytes.length)).to.deep.equal([3, 3, 1]);
        expect(info.splats).to.deep.equal({ capacity: report.capacity, minLive: report.minLive, maxLive: report.maxLive });
        expect([info.fps, info.duration, info.hasIndex]).to.deep.equal([25, 7 / 25, true]);
    });

    it("read a clip without an index the same", () => {
        const live = describeClip(withoutIndex(encoded.bytes));
        const { segments, splats, keyFrames } = describeClip(encoded.bytes);
        expect(live.hasIndex).to.equal(false);
        expect(live.splats).to.deep.equal(splats);
        expect(live.keyFrames.bytes).to.equal(keyFrames.bytes);
        expect(live.segments.map(({ bytes }) => bytes)).to.deep.equal(segments.map(({ bytes }) => bytes));
    });

    it("read the whole frames of a cut clip without an index", () => {
        const live = withoutIndex(encoded.bytes);
        const cut = live.subarray(0, findChunk(live, "RESF", 2).end - 1);
        expect(describeClip(cut).segments.map(({ frameCount }) => frameCount)).to.deep.equal([3, 1]);
    });

    it("give the same frame in whatever order frames are asked for", async () => {
        const clip = new ClipReader(encoded.bytes);
        const inOrder = [];
        for (let frame = 0; frame < clip.frameCount; frame++) {
            inOrder.push(await clip.readFrameAsync(frame));
        }
        for (const frame of [6, 5, 5, 0, 2, 1, 4, 3, 6, 0]) {
            expect(await clip.readFrameAsync(frame)).to.deep.equal(inOrder[frame]);
        }
    });

    it("refuse frames that there are not", async () => {
        const clip = new ClipReader(encoded.bytes);
        for (const frame of [-1, 7, 0.5, NaN]) {
            await expectErrorAsync(() => clip.decodeFrame(frame), "FRAME_OUT_OF_RANGE");
        }
    });

    it("refuse a clip that was cut before its first frame", async () => {
        await expectErrorAsync(() => new ClipReader(encoded.bytes.subarray(0, findChunk(encoded.bytes, "HEAD").end)), "TRUNCATED");
    });

    it("are not led astray by bytes behind the last frame of a segment", () => {
        const { offset } = findChunk(encoded.bytes, "FEND");
        const { start } = findChunk(encoded.bytes, "INDX");
        const lengthOfLast = start + 4 + 2 * INDEX_ENTRY_BYTES + 8;
        const longer = changed(encoded.bytes, (view) => view.setUint32(lengthOfLast, view.getUint32(lengthOfLast, true) + 5, true));
        const cut = spliced(longer, offset + 5, longer.length - offset - 5);
        expect(describeClip(cut).segments[2].frameBytes.length).to.equal(1);
    });
});
