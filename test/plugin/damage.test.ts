import { expect } from "chai";
import { readClipHead, type IClipHead } from "../../format/clipHead.js";
import type { ISegmentEntry } from "../../format/clipIndex.js";
import { resolveLimits } from "../../format/limits.js";
import { listChunks, type IChunkPlace } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { errorsOf, expectGenuine, expectPlaysAsync, playThroughAsync } from "../support/faultDriver.js";
import { digestsOf, HeadlessPlayer, type FrameDigest } from "../support/headlessPlayer.js";
import { randomNumbers } from "../support/makeFrame.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { servePlayerAsync } from "../support/servedPlayer.js";

const FRAMES = 20;
const SEGMENT_FRAMES = 4;

describe("A player whose clip is damaged", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let digests: FrameDigest[];
    let segments: readonly ISegmentEntry[];
    let headEnd: number;
    /** Chunks of each frame. */
    let frames: IChunkPlace[];

    before(async () => {
        clip = (await encodeFramesAsync(withIds(makeMovingFrames({ count: 12, frames: FRAMES, turnover: 0.1 })), { segmentLength: SEGMENT_FRAMES })).bytes;
        digests = digestsOf(clip);
        const head = readClipHead(clip, resolveLimits(), true) as IClipHead;
        segments = head.segments!;
        headEnd = head.byteLength;
        frames = listChunks(clip).filter(({ name }) => name === "KEYF" || name === "RESF");
    });

    async function openAsync(bytes: Uint8Array): Promise<HeadlessPlayer> {
        return await HeadlessPlayer.OpenAsync(bytes);
    }

    /** Plays a clip of which some frames cannot be had; expects all others, and an error for each segment that has such. */
    async function expectAllButAsync(headless: HeadlessPlayer, isLost: (frame: number) => boolean, code: RegExp): Promise<void> {
        const all = Array.from({ length: FRAMES }, (_, frame) => frame);
        const healthy = all.filter((frame) => !isLost(frame));
        await headless.tickUntilAsync(() => headless.frame === 0);
        await playThroughAsync(headless);
        expect(headless.shown.map(({ frame }) => frame)).to.deep.equal(healthy);
        const damaged = new Set(all.filter(isLost).map((frame) => Math.floor(frame / SEGMENT_FRAMES)));
        expect(headless.errors.map(({ where }) => where.segment)).to.deep.equal([...damaged]);
        headless.errors.forEach(({ code: told, severity }) => expect(`${told} ${severity}`).to.match(code));
        // Of what is known nobody is told again.
        const told = headless.errors.length;
        for (const frame of [healthy.at(-1), 0, healthy[healthy.length >> 1]]) {
            expect(await headless.seekAsync(frame), `seek to ${frame}`).to.equal(true);
        }
        const lost = all.find(isLost);
        if (lost !== undefined) {
            expect(await headless.seekAsync(lost), `seek to ${lost}`).to.equal(false);
        }
        await expectPlaysAsync(headless, 0, Math.min(2, (lost ?? FRAMES) - 1));
        expect(headless.errors.length).to.equal(told);
        expectGenuine(headless, digests);
    }

    /** Borders of chunks and the bytes beside them, and some others. */
    function offsets(from: number): number[] {
        const random = randomNumbers(7);
        const borders = listChunks(clip).flatMap(({ offset, start, end }) => [offset, offset + 1, start, start + 1, end - 1]);
        const others = Array.from({ length: 60 }, () => Math.floor(random() * clip.length));
        return [...new Set([...borders, ...others])].filter((offset) => offset >= from && offset < clip.length);
    }

    it("cut in its head, it is TRUNCATED, or no clip", async () => {
        for (let length = 0; length < headEnd + 4; length++) {
            // A head without anything after it is whole, and so is one with the name of a chunk after it.
            if (length !== headEnd) {
                await expectErrorAsync(() => openAsync(clip.subarray(0, length)), length === 0 ? "NOT_FVV" : "TRUNCATED");
            }
        }
    });

    it("cut before its first frame is whole, it has one error, and nothing is shown", async () => {
        for (const length of [headEnd, ...offsets(headEnd + 4)].filter((offset) => offset < frames[0].end)) {
            const headless = await openAsync(clip.subarray(0, length));
            await headless.tickUntilAsync(() => headless.errors.length > 0);
            await headless.tickAsync(20);
            expect(headless.errors.map(({ code, severity }) => `${code} ${severity}`)).to.deep.equal(["TRUNCATED fatal"]);
            expect(headless.shown).to.deep.equal([]);
            headless.dispose();
        }
    });

    it("cut anywhere else, it shows all that is whole", async () => {
        for (const length of offsets(frames[0].end)) {
            const headless = await openAsync(clip.subarray(0, length));
            await expectAllButAsync(headless, (frame) => frames[frame].end > length, /^TRUNCATED recoverable$/);
            headless.dispose();
        }
    });

    it("cut on a server, while it plays, it shows all that is whole", async () => {
        for (const { offset, start, end } of frames.slice(4, 12)) {
            for (const length of [offset, start + 1, end]) {
                const served = await servePlayerAsync(clip, {
                    script: (_, number) => (number === 0 ? {} : { file: clip.subarray(0, length), headers: { ETag: null, "Content-Range": null } }),
                });
                await expectAllButAsync(served.headless, (frame) => frames[frame].end > length, /^TRUNCATED recoverable$/);
                served.headless.dispose();
            }
        }
    });

    it("with a flipped bit anywhere in its head, does not open or plays as ever", async () => {
        for (let at = 0; at < headEnd; at++) {
            const bytes = flipped(clip, at);
            let headless: HeadlessPlayer | undefined;
            try {
                headless = await openAsync(bytes);
            } catch (error) {
                expect((error as { category?: string }).category).to.be.oneOf(["format", "limit"]);
            }
            if (headless) {
                await playThroughAsync(headless);
                expectGenuine(headless, digests);
                headless.dispose();
            }
        }
    });

    it("with a flipped bit in a frame, passes over the frames up to the next key frame, with one error", async () => {
        for (const [frame, { offset, start, end }] of frames.entries()) {
            if (frame === 0) {
                continue;
            }
            const random = randomNumbers(frame);
            for (const at of [offset, offset + 4, offset + 8, start, end - 1, start + Math.floor(random() * (end - start))]) {
                const headless = await openAsync(flipped(clip, at));
                const segmentEnd = SEGMENT_FRAMES * (Math.floor(frame / SEGMENT_FRAMES) + 1);
                await expectAllButAsync(headless, (other) => other >= frame && other < segmentEnd, /^[A-Z_]+ recoverable$/);
                headless.dispose();
            }
        }
    });

    it("with a flipped bit in a segment's header, passes over the segment, with one error", async () => {
        for (const [segment, { offset, firstFrame, frameCount }] of segments.entries()) {
            for (const at of segment === 0 ? [] : [offset, offset + 5, offset + 9, offset + 12, offset + 40]) {
                const headless = await openAsync(flipped(clip, at));
                await expectAllButAsync(headless, (frame) => frame >= firstFrame && frame < firstFrame + frameCount, /^[A-Z_]+ recoverable$/);
                headless.dispose();
            }
        }
    });

    it("with a flipped bit in the key frame that others refer to, plays what does not need it", async () => {
        const headless = await openAsync(flipped(clip, frames[0].start + 20));
        await headless.tickUntilAsync(() => headless.errors.length > 0);
        await headless.tickAsync(20);
        expect(headless.errors.map(({ severity }) => severity)).to.deep.equal(["fatal"]);
        // Segments 1 to 3 are coded against it, segment 4 begins the next window.
        await expectPlaysAsync(headless, 16, 19);
        expect(await headless.seekAsync(5)).to.equal(false);
        expect(await headless.seekAsync(18)).to.equal(true);
        expectGenuine(headless, digests);
        headless.dispose();
    });

    it("reads again, where it was the network that damaged a segment", async () => {
        const { offset, byteLength } = segments[2];
        const served = await servePlayerAsync(clip, { script: ({ start }) => (start === offset ? { file: flipped(clip, offset + byteLength - 5) } : {}) });
        await served.headless.tickUntilAsync(() => served.headless.frame === 0);
        await playThroughAsync(served.headless);
        expect(errorsOf(served).length).to.equal(1);
        expect(errorsOf(served)[0]).to.match(/ recoverable$/);
        expectGenuine(served.headless, digests);
        served.headless.dispose();
    });
});

/** A copy with a bit of a byte changed. */
function flipped(bytes: Uint8Array, at: number): Uint8Array<ArrayBuffer> {
    const copy = Uint8Array.from(bytes);
    copy[at] ^= 1 << (at % 8);
    return copy;
}
