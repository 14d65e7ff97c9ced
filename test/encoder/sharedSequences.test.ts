import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { openFrameSourceAsync } from "../../encoder/cli/fileFrameSource.js";
import { readFrameAsync, type IClipInfo, type IErrorBounds, type IFrameSource, type ISplatFrame } from "../../encoder/index.js";
import { runFvvAsync } from "../support/runFvv.js";
import { sharedPath } from "../support/sharedData.js";
import { useTemporaryFolder } from "../support/temporaryFolder.js";
import { worstErrors } from "../support/worstErrors.js";

/** The default bounds, in the units of the file, and what writing a PLY adds. */
const BOUNDS: IErrorBounds = { position: 0.002, scale: 0.02, rotation: 1 / 256, opacity: 4 / 255, color: 4 / 255, sh: 0.02 };
const PLY_ROUNDING = 2e-6;

interface IExpected {
    frames: number;
    live: [number, number];
    options?: string[];
    /** First frames of the segments, where they are known. */
    segments?: number[];
    /** Most bytes. */
    bytes?: number;
}

describe("Shared sequences", function () {
    this.timeout(300000);
    const folder = useTemporaryFolder();

    /** Encodes, verifies, tells and decodes, and compares all decoded frames with the source independently. */
    async function expectRoundTripAsync(input: string, expected: IExpected): Promise<void> {
        const clip = join(folder(), "clip.fvv");
        const permutationPath = join(folder(), "clip.perm");
        const encoded = await runFvvAsync(["encode", input, "-o", clip, "--perm-out", permutationPath, ...(expected.options ?? [])]);
        expect(encoded.code, encoded.err).to.equal(0);
        const verified = await runFvvAsync(["verify", clip, input]);
        expect(verified.code, verified.err).to.equal(0);
        const info = JSON.parse((await runFvvAsync(["info", clip, "--json"])).out) as IClipInfo;
        expectInfo(info, statSync(clip).size, expected);
        const decoded = await runFvvAsync(["decode", clip, "-o", join(folder(), "decoded")]);
        expect(decoded.code, decoded.err).to.equal(0);
        await expectWithinBoundsAsync(await openFrameSourceAsync([input], {}), readFileSync(permutationPath), expected.frames);
        const rate = info.byteLength / info.frameCount;
        console.log(`      ${basename(input)}: ${info.byteLength} bytes, ${Math.round(rate)} a frame, ${info.segments.length} segments`);
    }

    function expectInfo(info: IClipInfo, byteLength: number, { frames, live, segments, bytes }: IExpected): void {
        expect(info.byteLength).to.equal(byteLength);
        expect(info.frameCount).to.equal(frames);
        expect([info.splats.minLive, info.splats.maxLive]).to.deep.equal(live);
        expect(info.splats.capacity).to.be.at.least(live[1]);
        expect(Object.values(info.bytesByGroup).reduce((sum, part) => sum + part, 0)).to.equal(byteLength);
        expect(Math.min(...Object.values(info.bytesByGroup))).to.be.at.least(0);
        if (segments) {
            expect(info.segments.map(({ firstFrame }) => firstFrame)).to.deep.equal(segments);
        }
        if (bytes) {
            expect(byteLength).to.be.at.most(bytes);
        }
    }

    async function expectWithinBoundsAsync(source: IFrameSource, permutation: Buffer, frames: number): Promise<void> {
        const files = readdirSync(join(folder(), "decoded")).sort();
        expect(files.length).to.equal(frames);
        let at = 0;
        for (let number = 0; number < frames; number++) {
            const original = await source.readFrameAsync(number);
            const decoded = await readFrameAsync({ name: files[number], bytes: readFileSync(join(folder(), "decoded", files[number])) });
            expect(permutation.readUInt32LE(at)).to.equal(decoded.count).and.to.equal(original.count);
            const rows = Array.from({ length: decoded.count }, (_, i) => permutation.readUInt32LE(at + 4 + 4 * i));
            at += 4 + 4 * decoded.count;
            const worst = worstErrors(decoded, original, indicesOf(original, rows));
            for (const name of Object.keys(BOUNDS) as (keyof IErrorBounds)[]) {
                expect(worst[name], `${name} in frame ${number}`).to.be.at.most(BOUNDS[name] + PLY_ROUNDING);
            }
        }
        expect(at).to.equal(permutation.length);
    }

    /** Rows of the source file become indices of its finite splats; each must occur once. */
    function indicesOf(frame: ISplatFrame, rows: number[]): number[] {
        const indexOf = new Map(Array.from({ length: frame.count }, (_, i) => [frame.sourceIndices?.[i] ?? i, i]));
        const indices = rows.map((row) => indexOf.get(row) ?? -1);
        expect(new Set(indices).size).to.equal(frame.count);
        expect(indices.includes(-1)).to.equal(false);
        return indices;
    }

    it("flipbook_wave", async function () {
        await expectRoundTripAsync(sharedPath(this, "flipbook_wave"), { frames: 100, live: [4225, 4225], bytes: 334439 });
    });

    it("flipbook_monkey, reordered in every frame", async function () {
        await expectRoundTripAsync(sharedPath(this, "flipbook_monkey"), { frames: 50, live: [31658, 31658], segments: [0, 30], bytes: 4079318 });
    });

    it("liam, which has new topology at its files 25 and 37", async function () {
        await expectRoundTripAsync(sharedPath(this, "liam"), { frames: 32, live: [32127, 34191], segments: [0, 15, 27], bytes: 2218658 });
    });

    it("liam_tracked", async function () {
        await expectRoundTripAsync(sharedPath(this, "liam_tracked"), { frames: 15, live: [30039, 30039], options: ["--tracked"], segments: [0], bytes: 834551 });
    });

    it("stg/yellow_clip2, in no more bytes than splat4d needs", async function () {
        await expectRoundTripAsync(sharedPath(this, "stg/yellow_clip2.splatv"), { frames: 60, live: [51651, 51651], bytes: 1974369 });
    });

    it("stg/coffee10", async function () {
        await expectRoundTripAsync(sharedPath(this, "stg/coffee10.splatv"), { frames: 60, live: [11902, 11902], bytes: 353951 });
    });

    it("splatv_hanabi as .splatv", async function () {
        await expectRoundTripAsync(sharedPath(this, "splatv_hanabi/hanabi2.splatv"), { frames: 60, live: [24576, 24576], bytes: 206772 });
    });

    it("splatv_hanabi as PLY", async function () {
        await expectRoundTripAsync(sharedPath(this, "splatv_hanabi/frames"), { frames: 6, live: [4000, 4000], bytes: 62233 });
    });

    it("a made sequence with births, deaths, shuffled rows and SH 3", async function () {
        const model = sharedPath(this, "glb/Fox.glb");
        const tool = join(model, "../../../tools/make-sequence.mjs");
        if (!existsSync(tool)) {
            console.log(`      skipped: there is no ${tool}`);
            this.skip();
        }
        const frames = join(folder(), "frames");
        const args = ["--glb", model, "--clip", "Run", "--splats", "3000", "--births", "--shuffle", "--sh", "3", "--frames", "12", "--noise", "queen", "--seed", "7"];
        execFileSync(process.execPath, [tool, "--out", frames, ...args]);
        const counts = await countsAsync(frames);
        await expectRoundTripAsync(frames, { frames: 12, live: [Math.min(...counts), Math.max(...counts)] });
        expect(new Set(counts).size).to.be.above(1);
    });

    async function countsAsync(frames: string): Promise<number[]> {
        const source = await openFrameSourceAsync([frames], {});
        const counts: number[] = [];
        for (let number = 0; number < source.frameCount; number++) {
            counts.push((await source.readFrameAsync(number)).count);
        }
        return counts;
    }
});
