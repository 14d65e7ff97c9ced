import { expect } from "chai";
import { CHUNK_TYPES } from "../../format/chunk.js";
import { changed, findChunk, spliced, withoutIndex } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const SEGMENT = 4;
const SEGMENTS = 3;

describe("FvvPlayer with damaged clips", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let headless: HeadlessPlayer | undefined;

    before(async () => {
        const { frames } = makeMovingFrames({ count: 30, frames: SEGMENT * SEGMENTS });
        clip = (await encodeFramesAsync(frames, { segmentLength: SEGMENT, keyWindow: 1, tracked: true, effort: "fast" })).bytes;
    });

    afterEach(() => headless?.dispose());

    async function openAsync(bytes: Uint8Array<ArrayBuffer>): Promise<HeadlessPlayer> {
        return (headless = await HeadlessPlayer.OpenAsync(bytes));
    }

    /** Plays to the end; tells which frames were shown. */
    async function playThroughAsync(opened: HeadlessPlayer): Promise<number[]> {
        let ends = 0;
        opened.player.onEndObservable.add(() => ends++);
        opened.player.loop = false;
        opened.player.play();
        await opened.tickUntilAsync(() => ends > 0);
        return opened.shown.map(({ frame }) => frame);
    }

    it("answers each seek to a frame that cannot be had, not only the first", async () => {
        const { start } = findChunk(clip, "RESF", SEGMENT);
        const opened = await openAsync(clip.map((byte, at) => (at === start + 9 ? byte ^ 1 : byte)));
        const lost = SEGMENT + 2;
        await opened.seekAsync(SEGMENT);
        expect([await opened.seekAsync(lost), await opened.seekAsync(lost), await opened.seekAsync(SEGMENT)]).to.deep.equal([false, false, true]);
        expect(opened.errors.map(({ code, severity }) => [code, severity])).to.deep.equal([["CRC_MISMATCH", "recoverable"]]);
        expect(opened.frame).to.equal(SEGMENT);
    });

    it("sees that a segment has fewer frames than the index says, and does not wait for them", async () => {
        const { offset } = findChunk(clip, "RESF", 2 * (SEGMENT - 1) - 1);
        const opened = await openAsync(changed(clip, (view) => view.setUint32(offset, CHUNK_TYPES.metadata, true)));
        expect(await playThroughAsync(opened)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11]);
        expect(opened.errors.map(({ code, severity }) => [code, severity])).to.deep.equal([["TRUNCATED", "recoverable"]]);
    });

    it("plays over frames between segments that no segment has", async () => {
        const live = withoutIndex(clip);
        const { offset } = findChunk(live, "SEGM", 1);
        const opened = await openAsync(spliced(live, offset, findChunk(live, "SEGM", 2).offset - offset));
        expect(await playThroughAsync(opened)).to.deep.equal([0, 1, 2, 3, 8, 9, 10, 11]);
        expect(opened.errors).to.deep.equal([]);
        expect([await opened.seekAsync(5), await opened.seekAsync(8)]).to.deep.equal([false, true]);
        opened.player.play();
        await opened.tickUntilAsync(() => opened.frame === 11);
    });
});
