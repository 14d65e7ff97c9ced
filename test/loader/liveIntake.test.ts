import { expect } from "chai";
import fc from "fast-check";
import { LiveIntake } from "../../loader/liveIntake.js";
import { Rendition } from "../../loader/rendition.js";
import { StreamClipSource } from "../../loader/sources/streamClipSource.js";
import { listChunks, spliced } from "../support/chunkTools.js";
import { expectErrorAsync } from "../support/expectError.js";
import { encodeLiveAsync } from "../support/liveFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const { signal: NEVER } = new AbortController();

describe("LiveIntake", () => {
    let clip: Uint8Array;
    /** Where each segment begins, and the end of the last one. */
    let borders: number[];

    before(async () => {
        clip = await encodeLiveAsync(makeMovingFrames({ count: 12, frames: 12 }).frames, { segmentLength: 3, tracked: true, keyWindow: 1 });
        const chunks = listChunks(clip);
        borders = [...chunks.filter(({ name }) => name === "SEGM").map(({ offset }) => offset), chunks.find(({ name }) => name === "FEND")!.offset];
    });

    /** Takes in bytes that come in parts cut at some places. */
    async function takeAsync(bytes: Uint8Array, cuts: readonly number[]): Promise<{ frames: number[]; segments: Uint8Array[]; ended: Promise<void> }> {
        const places = [0, ...[...new Set(cuts)].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const stream = new ReadableStream<Uint8Array>({
            start: (controller) => {
                places.slice(1).forEach((end, i) => controller.enqueue(bytes.slice(places[i], end)));
                controller.close();
            },
        });
        const rendition = await Rendition.OpenAsync(new StreamClipSource(stream, "live"), {}, NEVER);
        const frames: number[] = [];
        const segments: Uint8Array[] = [];
        const intake = new LiveIntake(rendition, {}, (segment, { firstFrame, frameCount }, own) => {
            expect(segment).to.equal(segments.length);
            expect(rendition.segments.length).to.equal(segment + 1);
            segments.push(own.slice());
            frames.push(...Array.from({ length: frameCount }, (_, i) => firstFrame + i));
        });
        const ended = intake.runAsync(NEVER);
        await ended.catch(() => {});
        return { frames, segments, ended };
    }

    it("finds all segments, however the bytes are cut into parts", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(fc.nat(clip.length), { maxLength: 40 }), async (cuts) => {
                const { frames, segments, ended } = await takeAsync(clip, cuts);
                await ended;
                expect(frames).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
                segments.forEach((bytes, i) => expect(Buffer.compare(bytes, clip.subarray(borders[i], borders[i + 1]))).to.equal(0));
            }),
            { numRuns: 60 },
        );
        const { frames } = await takeAsync(clip, [...clip.keys()]);
        expect(frames.length).to.equal(12);
    });

    it("takes a clip that is joined late, or in which segments are missing", async () => {
        const late = spliced(clip, borders[0], borders[2] - borders[0]);
        expect((await takeAsync(late, [100, borders[0] + 5])).frames).to.deep.equal([6, 7, 8, 9, 10, 11]);
        const gap = spliced(clip, borders[1], borders[3] - borders[1]);
        expect((await takeAsync(gap, [borders[1] + 1])).frames).to.deep.equal([0, 1, 2, 9, 10, 11]);
    });

    it("tells where it breaks off, and keeps what was whole", async () => {
        for (const length of [borders[2] - 1, borders[2], borders[2] + 30, clip.length - 1]) {
            const { frames, ended } = await takeAsync(clip.subarray(0, length), [borders[1]]);
            await expectErrorAsync(() => ended, "NETWORK");
            const ends = borders.slice(1).filter((border) => border <= length);
            expect(frames.length, `cut after ${length}`).to.equal(3 * ends.length);
        }
    });

    it("tells of damage", async () => {
        const damaged = clip.slice();
        damaged[borders[1] + 20] ^= 1;
        const { frames, ended } = await takeAsync(damaged, [borders[1]]);
        await expectErrorAsync(() => ended, "CRC_MISMATCH");
        expect(frames).to.deep.equal([0, 1, 2]);
    });
});
