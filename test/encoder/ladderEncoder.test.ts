import { expect } from "chai";
import { ClipReader, describeRendition, LadderEncoder, MemoryClipOutput, type IEncodeReport, type ISplatFrame, type LadderEncoderOptions } from "../../encoder/index.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";

const RENDITIONS = [{ quality: 20, share: 0.25 }, { quality: 30 }];

interface ILadder {
    reports: IEncodeReport[];
    clips: Uint8Array<ArrayBuffer>[];
    /** Rows of the source that each rendition has of each frame. */
    rows: Uint32Array[][];
}

async function encodeLadderAsync(
    frames: readonly ISplatFrame[],
    options: LadderEncoderOptions,
    renditions: readonly { quality: number; share?: number }[] = RENDITIONS,
): Promise<ILadder> {
    const outputs = renditions.map(() => new MemoryClipOutput());
    const rows: Uint32Array[][] = renditions.map(() => []);
    const encoder = new LadderEncoder(
        options,
        renditions.map((rendition, i) => ({ ...rendition, output: outputs[i], events: { onFramePermutation: (frame, sources) => (rows[i][frame] = sources) } })),
    );
    for (const frame of frames) {
        await encoder.addFrameAsync(frame);
    }
    return { reports: await encoder.finishAsync(), clips: outputs.map((output) => output.toBytes()), rows };
}

/** Two scenes one after the other, in each of which splats come and go. */
function twoScenes(isShuffled: boolean): ISplatFrame[] {
    return [5, 50].flatMap((seed) => makeMovingFrames({ count: 60, frames: 3, turnover: 0.02, seed, isShuffled }).frames);
}

const SEQUENCES: readonly [string, () => ISplatFrame[], LadderEncoderOptions, number[]][] = [
    ["tracked splats", () => makeMovingFrames({ count: 60, frames: 5 }).frames, { tracked: true }, [0, 2, 4]],
    ["splats with ids, that come and go", () => withIds(makeMovingFrames({ count: 60, frames: 5, turnover: 0.1, isShuffled: true })), {}, [0, 2, 4]],
    ["matched splats, with a cut", () => twoScenes(true), {}, [0, 2, 3, 5]],
];

describe("LadderEncoder", () => {
    for (const [name, make, options, firstFrames] of SEQUENCES) {
        describe(`makes of ${name}`, () => {
            let frames: ISplatFrame[];
            let ladder: ILadder;
            before(async () => {
                frames = make();
                ladder = await encodeLadderAsync(frames, { segmentLength: 2, keyWindow: 2, effort: "fast", fps: 25, ...options });
            });

            it("renditions with the same segments, frame rate and degree, in files as in reports", () => {
                ladder.clips.forEach((bytes, i) => {
                    const clip = new ClipReader(bytes);
                    expect(clip.segments.map(({ firstFrame }) => firstFrame)).to.deep.equal(firstFrames);
                    expect(ladder.reports[i].segments.map(({ firstFrame }) => firstFrame)).to.deep.equal(firstFrames);
                    expect([clip.frameCount, clip.fps, clip.header.shDegree]).to.deep.equal([frames.length, 25, frames[0].shDegree]);
                });
            });

            it("the clip that a single encode makes, where all splats stay", async () => {
                const { bytes } = await encodeFramesAsync(frames, { segmentLength: 2, keyWindow: 2, effort: "fast", fps: 25, quality: 30, ...options });
                expect(Buffer.from(ladder.clips[1]).equals(bytes)).to.equal(true);
            });

            it("a first rendition with about its share of the splats", () => {
                frames.forEach((frame, number) => {
                    expect(ladder.rows[0][number].length).to.be.within(1, 0.35 * frame.count);
                });
                expect(ladder.clips[0].length).to.be.below(ladder.clips[1].length);
            });
        });
    }

    it("keeps what it chose of splats that stay, whatever becomes of their importance", async () => {
        const { frames } = makeMovingFrames({ count: 100, frames: 6 });
        frames.slice(1).forEach(({ opacities }) => opacities.reverse());
        const { rows } = await encodeLadderAsync(frames, { segmentLength: 3, tracked: true });
        const [first, ...others] = rows[0].map((sources) => [...sources].sort((a, b) => a - b));
        expect(first.length).to.equal(25);
        others.forEach((sources) => expect(sources).to.deep.equal(first));
        const importance = (i: number): number => {
            const scales = [...frames[0].scales.subarray(3 * i, 3 * i + 3)].sort((a, b) => b - a);
            return frames[0].opacities[i] * scales[0] * scales[1];
        };
        const ranked = [...Array(100).keys()].sort((a, b) => importance(b) - importance(a)).slice(0, 25);
        expect(first).to.deep.equal(ranked.sort((a, b) => a - b));
    });

    it("passes through a sequence that begins without splats", async () => {
        const { frames } = makeMovingFrames({ count: 40, frames: 3 });
        const [empty] = makeMovingFrames({ count: 0, frames: 1 }).frames;
        const { rows } = await encodeLadderAsync([empty, ...frames], {});
        expect(rows[0].map(({ length }) => length)).to.deep.equal([0, 10, 10, 10]);
    });

    it("describes a rendition", async () => {
        const { reports } = await encodeLadderAsync(makeMovingFrames({ count: 50, frames: 5 }).frames, { tracked: true, segmentLength: 3 }, [{ quality: 50 }]);
        const [report] = reports;
        const [first, second] = report.segments.map(({ byteLength }) => byteLength);
        expect(describeRendition("a.fvv", report, 30, 50)).to.deep.equal({
            url: "a.fvv",
            byteLength: report.byteLength,
            bitrate: Math.round((8 * report.byteLength * 30) / 5),
            peakBitrate: Math.round(Math.max((8 * first * 30) / 3, (8 * second * 30) / 2)),
            splats: 50,
            quality: 50,
        });
    });

    it("refuses no renditions, too many, and an impossible share", async () => {
        const output = new MemoryClipOutput();
        await expectErrorAsync(() => new LadderEncoder({}, []), "BAD_OPTION");
        await expectErrorAsync(() => new LadderEncoder({}, Array(17).fill({ quality: 1, output })), "BAD_OPTION");
        await expectErrorAsync(() => new LadderEncoder({}, [{ quality: 1, share: 0, output }]), "BAD_OPTION");
    });
});
