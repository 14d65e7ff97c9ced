import { expect } from "chai";
import fc from "fast-check";
import { ClipReader, type ISplatFrame, type ShDegree } from "../../encoder/index.js";
import { changed, findChunk, withoutIndex } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectHoldsAsync } from "../support/expectClip.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeFrame } from "../support/makeFrame.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { makeWildFrames } from "../support/wildFrames.js";

const WINDOWS = fc.record({
    count: fc.constantFrom(1, 5, 40),
    frames: fc.integer({ min: 2, max: 12 }),
    shDegree: fc.constantFrom<ShDegree>(0, 1, 3),
    seed: fc.integer(),
    presence: fc.constantFrom(0.5, 0.95, 1),
    jumps: fc.constantFrom(0, 0.1, 1),
    segmentLength: fc.integer({ min: 1, max: 4 }),
    keyWindow: fc.integer({ min: 1, max: 5 }),
});

/** What a decoder holds. */
function stateOf({ decoder: { state } }: ClipReader): unknown[] {
    const { slotCount } = state;
    return [slotCount, state.liveCount, ...[state.alive, ...state.codes].map((values) => [...values.subarray(0, slotCount)])];
}

describe("Key frames that refer to others", () => {
    it("decode from the start of any segment to what playing from the start gives, with and without an index", async () => {
        await fc.assert(
            fc.asyncProperty(WINDOWS, async ({ segmentLength, keyWindow, ...options }) => {
                const frames = makeWildFrames(options);
                const encoded = await encodeFramesAsync(frames, { segmentLength, keyWindow });
                await expectHoldsAsync(encoded, frames);
                const played = new ClipReader(encoded.bytes);
                const states = frames.map((_, frame) => {
                    played.decodeFrame(frame);
                    return stateOf(played);
                });
                for (const bytes of [encoded.bytes, withoutIndex(encoded.bytes)]) {
                    const { segments } = new ClipReader(bytes);
                    expect(segments.map(({ referenceDistance }) => referenceDistance)).to.deep.equal(played.segments.map(({ referenceDistance }) => referenceDistance));
                    expect(Math.max(...segments.map(({ referenceDistance = 0 }) => referenceDistance))).to.be.below(keyWindow);
                    for (const { firstFrame, frameCount } of [...segments].reverse()) {
                        const seeking = new ClipReader(bytes);
                        for (const frame of [firstFrame, firstFrame + frameCount - 1]) {
                            seeking.decodeFrame(frame);
                            expect(stateOf(seeking)).to.deep.equal(states[frame]);
                        }
                    }
                }
            }),
            { numRuns: 25 },
        );
    });

    it("take a fraction of those that stand alone, where little changes", async () => {
        const frames = withIds(makeMovingFrames({ count: 500, frames: 8, stillShare: 0.9, turnover: 0.01 }));
        const [alone, windows] = [1, 4].map((keyWindow) => encodeFramesAsync(frames, { segmentLength: 2, keyWindow }));
        const sizes = await Promise.all([alone, windows].map(async (encoded) => (await encoded).report.segments.map(({ keyByteLength }) => keyByteLength)));
        for (const segment of [1, 2, 3]) {
            expect(sizes[1][segment]).to.be.below(0.35 * sizes[0][segment]);
        }
    });

    describe("are refused", () => {
        let clip: Uint8Array<ArrayBuffer>;
        before(async () => {
            const frames = withIds(makeMovingFrames({ count: 30, frames: 8, turnover: 0.1 }));
            clip = (await encodeFramesAsync(frames, { segmentLength: 2, keyWindow: 2 })).bytes;
            expect(new ClipReader(clip).segments.map(({ referenceDistance }) => referenceDistance)).to.deep.equal([0, 1, 0, 1]);
        });
        const decodeLast = (bytes: Uint8Array): void => new ClipReader(bytes).decodeFrame(7);
        /** Byte offset of the distance of a segment in the index. */
        const distanceAt = (segment: number): number => findChunk(clip, "INDX").start + 4 + 52 * (segment + 1) - 4;

        it("where the index names another segment, or none", async () => {
            for (const distance of [0, 3]) {
                const error = await expectErrorAsync(() => decodeLast(changed(clip, (view) => view.setUint32(distanceAt(3), distance, true))), "BAD_SEGMENT");
                expect(error.message).to.include("needs a key frame that was not decoded before it");
            }
        });

        it("where the index names one that is not there, or refers itself", async () => {
            for (const distance of [2, 4, 5, 0xffffffff]) {
                await expectErrorAsync(() => decodeLast(changed(clip, (view) => view.setUint32(distanceAt(3), distance, true))), "BAD_INDEX");
            }
        });

        it("where the segment names other frames", async () => {
            const at = findChunk(clip, "SEGM", 3).start + 16;
            for (const frames of [0, 1, 3, 6, 7, 0xffffffff]) {
                const damaged = changed(clip, (view) => view.setUint32(at, frames, true));
                await expectErrorAsync(() => decodeLast(damaged), frames === 0 ? "BAD_FRAME" : "BAD_SEGMENT");
                await expectErrorAsync(() => decodeLast(withoutIndex(damaged)), frames === 0 ? "BAD_FRAME" : frames === 6 ? "BAD_FRAME" : "BAD_SEGMENT");
            }
        });

        it("where the one that they refer to says that it is none", async () => {
            const at = findChunk(clip, "SEGM", 2).start + 20;
            await expectErrorAsync(() => decodeLast(changed(clip, (view) => view.setUint8(at, 0))), "BAD_SEGMENT");
        });
    });
});

/** Frames whose splats share some vectors of spherical harmonics, and now and then take another one. */
function sharingFrames(vectors: number, count: number, frames: number, noise = 0): ISplatFrame[] {
    const palette = makeFrame(vectors, 3, 9).sh;
    return makeMovingFrames({ count, frames, shDegree: 3 }).frames.map((frame, t) => {
        const own = makeFrame(count, 3, 100 + t).sh;
        frame.sh.forEach((_, i) => {
            const slot = Math.floor(i / 45);
            const vector = (slot * 7 + (slot % 10 === 0 ? t : 0)) % vectors;
            frame.sh[i] = palette[45 * vector + (i % 45)] + noise * own[i];
        });
        return frame;
    });
}

describe("Palettes of spherical harmonics", () => {
    it("hold the bounds, over windows and births, and splats that change their vector", async () => {
        for (const [vectors, count] of [
            [1, 20],
            [7, 60],
            [200, 400],
        ]) {
            const frames = sharingFrames(vectors, count, 7);
            const encoded = await encodeFramesAsync(frames, { tracked: true, segmentLength: 3, keyWindow: 2 });
            await expectHoldsAsync(encoded, frames);
            const clip = new ClipReader(encoded.bytes);
            clip.decodeFrame(6);
            expect(clip.decoder.segment.codings[5].paletteSize).to.be.within(1, vectors);
        }
    });

    it("take a fraction of what as many splats with vectors of their own take", async () => {
        const shared = await encodeFramesAsync(sharingFrames(50, 2000, 4), { tracked: true });
        // Too many different vectors for a palette.
        const own = await encodeFramesAsync(sharingFrames(50, 2000, 4, 0.2), { tracked: true });
        const clips = [shared, own].map(({ bytes }) => new ClipReader(bytes));
        clips.forEach((clip) => clip.decodeFrame(0));
        expect(clips[0].decoder.segment.codings[5].paletteSize).to.be.within(1, 50);
        expect(clips[1].decoder.segment.codings[5].paletteSize).to.equal(0);
        expect(shared.bytes.length).to.be.below(own.bytes.length / 3);
    });
});
