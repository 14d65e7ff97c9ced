import { expect } from "chai";
import { ClipReader, concatClipsAsync, type IByteSource, type IFvvLimits, type IClipEncoderOptions, type ISplatFrame } from "../../encoder/index.js";
import { ByteWriter } from "../../format/byteWriter.js";
import { changed, findChunk } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeFrame } from "../support/makeFrame.js";
import { makeMovingFrames } from "../support/movingFrames.js";

/** A clip in memory; refuses to be read where it is not. */
function sourceOf(bytes: Uint8Array, name: string): IByteSource & { longestRead: number } {
    const source = {
        name,
        byteLength: bytes.length,
        longestRead: 0,
        readAsync: (offset: number, length: number): Promise<Uint8Array> => {
            expect(offset + length).to.be.at.most(bytes.length);
            source.longestRead = Math.max(source.longestRead, length);
            return Promise.resolve(bytes.slice(offset, offset + length));
        },
    };
    return source;
}

async function joinAsync(sources: readonly IByteSource[], limits: Partial<IFvvLimits> = {}): Promise<Uint8Array> {
    const out = new ByteWriter();
    const report = await concatClipsAsync(sources, (bytes) => Promise.resolve(out.bytes(bytes)), undefined, limits);
    expect(report.byteLength).to.equal(out.length);
    return out.toBytes();
}

/** Encodes a sequence whole and in parts, and joins the parts. */
async function expectAsWholeAsync(frames: readonly ISplatFrame[], ends: readonly number[], options: IClipEncoderOptions): Promise<void> {
    const whole = await encodeFramesAsync(frames, options);
    const parts = await Promise.all(ends.map((end, i) => encodeFramesAsync(frames.slice(i === 0 ? 0 : ends[i - 1], end), options)));
    const joined = await joinAsync(parts.map(({ bytes }, i) => sourceOf(bytes, `part ${i}`)));
    expect(Buffer.from(joined).equals(whole.bytes)).to.equal(true);
}

describe("concatClipsAsync", () => {
    it("joins parts whose splats come and go, by ids", async () => {
        const { frames, names } = makeMovingFrames({ count: 60, frames: 8, shDegree: 1, turnover: 0.1, isShuffled: true });
        frames.forEach((frame, i) => (frame.ids = names[i]));
        await expectAsWholeAsync(frames, [2, 6, 8], { segmentLength: 2, keyWindow: 1 });
        await expectAsWholeAsync(frames, [4, 8], { segmentLength: 2, keyWindow: 2 });
        await expectAsWholeAsync(frames, [3, 6, 8], { segmentLength: 1, keyWindow: 3 });
    });

    it("joins parts without splats, which have no bounds", async () => {
        const frames = [makeFrame(0), makeFrame(0), makeFrame(30), makeFrame(30), makeFrame(0), makeFrame(0)];
        for (let i = 0; i < 30; i++) {
            frames[2].positions[3 * i] += 5;
            frames[3].positions[3 * i] += 5;
        }
        await expectAsWholeAsync(frames, [2, 4, 6], { segmentLength: 2, tracked: false });
    });

    it("has no box where that of a clip is not known", async () => {
        const { bytes } = await encodeFramesAsync([makeFrame(5)]);
        const unknown = changed(bytes, (_, copy) => copy.fill(0, findChunk(bytes, "HEAD").start + 24, findChunk(bytes, "HEAD").start + 48));
        const { header } = new ClipReader(await joinAsync([sourceOf(bytes, "a"), sourceOf(unknown, "b")]));
        expect([...header.bounds]).to.deep.equal([0, 0, 0, 0, 0, 0]);
    });

    it("never reads more than a segment at once", async () => {
        const { frames } = makeMovingFrames({ count: 400, frames: 8 });
        const { bytes, report } = await encodeFramesAsync(frames, { segmentLength: 2, tracked: true });
        const source = sourceOf(bytes, "a");
        await joinAsync([source, source]);
        expect(source.longestRead).to.be.at.most(Math.max(4096, ...report.segments.map(({ byteLength }) => byteLength)));
    });

    it("refuses no clip at all, and more frames than a reader takes", async () => {
        await expectErrorAsync(() => joinAsync([]), "NO_INPUT");
        const { bytes } = await encodeFramesAsync([makeFrame(3), makeFrame(3)], { segmentLength: 1 });
        const sources = [sourceOf(bytes, "a"), sourceOf(bytes, "b")];
        for (const limits of [{ frames: 3 }, { segments: 3 }]) {
            await expectErrorAsync(() => joinAsync(sources, limits), "LIMIT_EXCEEDED");
        }
        await joinAsync(sources, { frames: 4, segments: 4 });
    });
});
