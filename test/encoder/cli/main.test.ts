import { expect } from "chai";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFrameAsync, writePly, writeSplat, type IClipInfo, type IEncodeReport, type ISplatFrame } from "../../../encoder/index.js";
import { takeRows } from "../../../encoder/readers/frameArrays.js";
import type { FvvErrorCode } from "../../../format/fvvError.js";
import { makeFrame, randomNumbers } from "../../support/makeFrame.js";
import { runFvvAsync, type IFvvRun } from "../../support/runFvv.js";
import { useTemporaryFolder } from "../../support/temporaryFolder.js";

const COUNT = 300;
const FRAMES = 5;

/** A frame of a cloud that turns slowly. */
function cloud(number: number): ISplatFrame {
    const frame = makeFrame(COUNT, 0, 3);
    const angle = 0.002 * number;
    for (let i = 0; i < COUNT; i += 2) {
        const [x, , z] = frame.positions.subarray(3 * i);
        frame.positions[3 * i] = Math.cos(angle) * x - Math.sin(angle) * z;
        frame.positions[3 * i + 2] = Math.sin(angle) * x + Math.cos(angle) * z;
    }
    return frame;
}

function expectFailure(run: IFvvRun, exitCode: number, code: FvvErrorCode): void {
    expect(run.code, run.err).to.equal(exitCode);
    expect(run.err.trim().split("\n").at(-1)).to.match(new RegExp(`^fvv: ${code}: .+`));
    expect(run.out).to.equal("");
}

describe("fvv", () => {
    const folder = useTemporaryFolder();
    const inFolder = (name: string): string => join(folder(), name);

    function writeFrames(name = "frames", write: (frame: ISplatFrame, number: number) => Uint8Array = writeSplat, extension = "splat"): string {
        mkdirSync(inFolder(name));
        for (let number = 0; number < FRAMES; number++) {
            // Without leading zeros, so that only natural order is right, from 8 to 12.
            writeFileSync(join(inFolder(name), `frame_${8 + number}.${extension}`), write(cloud(number), number));
        }
        return inFolder(name);
    }

    async function encodeAsync(...more: string[]): Promise<IFvvRun> {
        return await runFvvAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv"), ...more]);
    }

    it("encodes, verifies, tells and decodes a folder of frames", async () => {
        writeFrames();
        const encoded = await encodeAsync("--tracked", "--segment", "3", "--title", "Cloud", "--fps", "25", "--up", "-y");
        expect(encoded.code, encoded.err).to.equal(0);
        expect(encoded.err).to.match(/^segment 0: frames 0\.\.2/);
        expect(readdirSync(folder()).sort()).to.deep.equal(["clip.fvv", "frames"]);

        const verified = await runFvvAsync(["verify", inFolder("clip.fvv"), inFolder("frames")]);
        expect(verified.code, verified.err).to.equal(0);
        expect(verified.out).to.include(`${FRAMES} frames, ${FRAMES * COUNT} splats`);

        const info = JSON.parse((await runFvvAsync(["info", inFolder("clip.fvv"), "--json"])).out) as IClipInfo;
        expect(info.byteLength).to.equal(readFileSync(inFolder("clip.fvv")).length);
        expect([info.fps, info.frameCount, info.header.up, info.metadata.title]).to.deep.equal([25, FRAMES, "-y", "Cloud"]);
        expect(info.splats).to.deep.equal({ capacity: COUNT, minLive: COUNT, maxLive: COUNT });
        expect(info.segments.map(({ firstFrame, frameCount }) => [firstFrame, frameCount])).to.deep.equal([
            [0, 3],
            [3, 2],
        ]);
        expect(Object.values(info.bytesByGroup).reduce((sum, bytes) => sum + bytes, 0)).to.equal(info.byteLength);
        expect(info.segments.flatMap(({ frameBytes }) => frameBytes).length).to.equal(FRAMES);
        expect((await runFvvAsync(["info", inFolder("clip.fvv")])).out)
            .to.include("Cloud")
            .and.include("position");

        const decoded = await runFvvAsync(["decode", inFolder("clip.fvv"), "-o", inFolder("out"), "--frames", "1..3"]);
        expect(decoded.code, decoded.err).to.equal(0);
        expect(readdirSync(inFolder("out")).sort()).to.deep.equal(["frame_0001.ply", "frame_0002.ply", "frame_0003.ply"]);
    });

    it("writes which source splat each decoded splat is, however the files are ordered", async () => {
        const next = randomNumbers(11);
        writeFrames(
            "frames",
            (frame) => {
                const rows = Uint32Array.from({ length: COUNT }, (_, i) => i);
                rows.forEach((_, i) => {
                    const j = i + Math.floor(next() * (COUNT - i));
                    [rows[i], rows[j]] = [rows[j], rows[i]];
                });
                return writePly(takeRows(frame, rows));
            },
            "ply",
        );
        const encoded = await encodeAsync("--perm-out", inFolder("clip.perm"), "--report", inFolder("report.json"));
        expect(encoded.code, encoded.err).to.equal(0);
        await runFvvAsync(["decode", inFolder("clip.fvv"), "-o", inFolder("out")]);
        const permutation = readFileSync(inFolder("clip.perm"));
        let at = 0;
        for (let number = 0; number < FRAMES; number++) {
            const source = await readFrameAsync({ name: "a.ply", bytes: readFileSync(inFolder(`frames/frame_${8 + number}.ply`)) });
            const decoded = await readFrameAsync({ name: "b.ply", bytes: readFileSync(inFolder(`out/frame_000${number}.ply`)) });
            expect(permutation.readUInt32LE(at)).to.equal(decoded.count);
            const rows = Array.from({ length: decoded.count }, (_, i) => permutation.readUInt32LE(at + 4 + 4 * i));
            expect(new Set(rows).size).to.equal(COUNT);
            rows.forEach((row, i) => {
                for (let c = 0; c < 3; c++) {
                    expect(Math.abs(decoded.positions[3 * i + c] - source.positions[3 * row + c])).to.be.at.most(0.002);
                    expect(Math.abs(decoded.colors[3 * i + c] - source.colors[3 * row + c])).to.be.at.most(4 / 255 + 1e-6);
                }
            });
            at += 4 + 4 * decoded.count;
        }
        expect(at).to.equal(permutation.length);
        const report = JSON.parse(readFileSync(inFolder("report.json"), "utf8")) as IEncodeReport;
        expect(report.byteLength).to.equal(readFileSync(inFolder("clip.fvv")).length);
        expect(report.worstErrors.position).to.be.within(0, 0.002);
    });

    it("takes a glob, files, and some frames of them, in natural order", async () => {
        const frames = writeFrames();
        writeFileSync(join(frames, "notes.txt"), "no frame");
        const whole = await runFvvAsync(["encode", join(frames, "frame_*.splat"), "-o", inFolder("a.fvv"), "--tracked"]);
        expect(whole.code, whole.err).to.equal(0);
        const some = await runFvvAsync(["encode", frames, "-o", inFolder("b.fvv"), "--tracked", "--frames", "1..2"]);
        expect(some.code, some.err).to.equal(0);
        const named = await runFvvAsync(["encode", join(frames, "frame_9.splat"), join(frames, "frame_10.splat"), "-o", inFolder("c.fvv"), "--tracked"]);
        expect(named.code, named.err).to.equal(0);
        expect(readFileSync(inFolder("c.fvv"))).to.deep.equal(readFileSync(inFolder("b.fvv")));
        expect(readFileSync(inFolder("a.fvv")).length).to.be.above(readFileSync(inFolder("b.fvv")).length);
        const verified = await runFvvAsync(["verify", inFolder("b.fvv"), frames, "--frames", "1..2"]);
        expect(verified.code, verified.err).to.equal(0);
    });

    it("exits with 1 when a clip is not of the source that it is verified with", async () => {
        writeFrames();
        await encodeAsync("--tracked");
        writeFrames("moved", (frame, number) => {
            frame.positions[3 * 7] += number === 3 ? 0.01 : 0;
            return writeSplat(frame);
        });
        const moved = await runFvvAsync(["verify", inFolder("clip.fvv"), inFolder("moved")]);
        expectFailure(moved, 1, "VERIFY_MISMATCH");
        expect(moved.err).to.include("frame 3");
        writeFrames("fewer", (frame) => writeSplat(takeRows(frame, Uint32Array.of(1, 2, 3))));
        expectFailure(await runFvvAsync(["verify", inFolder("clip.fvv"), inFolder("fewer")]), 1, "VERIFY_MISMATCH");
        expectFailure(await runFvvAsync(["verify", inFolder("clip.fvv"), inFolder("frames"), "--frames", "0..1"]), 1, "VERIFY_MISMATCH");
    });

    it("verifies splats that lie at one place, which only one to one pairing tells apart", async () => {
        const same = (frame: ISplatFrame): ISplatFrame => {
            frame.positions.fill(0.25);
            frame.scales.fill(0.01);
            frame.rotations.fill(0.5);
            frame.opacities.fill(1);
            frame.colors.forEach((_, i) => (frame.colors[i] = (Math.floor(i / 3) % 60) / 60));
            return frame;
        };
        writeFrames("frames", (frame) => writeSplat(same(frame)));
        expect((await encodeAsync("--tracked")).code).to.equal(0);
        const verified = await runFvvAsync(["verify", inFolder("clip.fvv"), inFolder("frames")]);
        expect(verified.code, verified.err).to.equal(0);
    });

    describe("refuses, with one line, its own code and nothing left behind,", () => {
        async function expectRefusalAsync(args: readonly string[], code: FvvErrorCode): Promise<IFvvRun> {
            const before = readdirSync(folder(), { recursive: true }).sort();
            const run = await runFvvAsync(args);
            expectFailure(run, 2, code);
            expect(
                run.err
                    .trim()
                    .split("\n")
                    .filter((line) => line.startsWith("fvv:")).length,
            ).to.equal(1);
            expect(readdirSync(folder(), { recursive: true }).sort()).to.deep.equal(before);
            return run;
        }

        it("an empty folder", async () => {
            mkdirSync(inFolder("frames"));
            await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv")], "NO_INPUT");
            await expectRefusalAsync(["encode", join(inFolder("frames"), "*.ply"), "-o", inFolder("clip.fvv")], "NO_INPUT");
        });

        it("an input that is not there", async () => {
            await expectRefusalAsync(["encode", inFolder("nowhere"), "-o", inFolder("clip.fvv")], "UNREADABLE_INPUT");
            await expectRefusalAsync(["info", inFolder("nowhere.fvv")], "UNREADABLE_INPUT");
        });

        it("frames of mixed SH degree, and names the file", async () => {
            writeFrames("frames", (_, number) => writePly(makeFrame(20, number === 3 ? 1 : 2)), "ply");
            const run = await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv")], "MIXED_SH_DEGREE");
            expect(run.err).to.include("frame_11.ply");
        });

        it("files of mixed kinds", async () => {
            const frames = writeFrames();
            writeFileSync(join(frames, "frame_1.ply"), writePly(makeFrame(3)));
            await expectRefusalAsync(["encode", frames, "-o", inFolder("clip.fvv")], "UNSUPPORTED_INPUT");
        });

        it("a PLY without the needed properties", async () => {
            writeFrames("frames", () => new TextEncoder().encode("ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nend_header\n1\n"), "ply");
            await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv")], "MISSING_PROPERTY");
        });

        it("a frame of nothing but NaN, and names the file", async () => {
            writeFrames(
                "frames",
                (frame, number) => {
                    frame.positions.fill(number === 2 ? NaN : 0);
                    return writePly(frame);
                },
                "ply",
            );
            const run = await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv")], "NOT_FINITE");
            expect(run.err).to.include("frame_10.ply");
        });

        it("a count that changes although splats are said to be tracked", async () => {
            writeFrames("frames", (frame, number) => writeSplat(number === 4 ? makeFrame(COUNT - 1) : frame));
            const run = await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv"), "--tracked"], "COUNT_CHANGED");
            expect(run.err).to.include("frame_12.splat");
        });

        it("an output that cannot be written", async () => {
            writeFrames();
            await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("missing/clip.fvv")], "UNWRITABLE_OUTPUT");
            await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv"), "--report", inFolder("missing/report.json")], "UNWRITABLE_OUTPUT");
            writeFileSync(inFolder("file"), "");
            await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("file/clip.fvv")], "UNWRITABLE_OUTPUT");
            mkdirSync(inFolder("locked"));
            chmodSync(inFolder("locked"), 0o500);
            if (process.getuid?.() !== 0) {
                await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("locked/clip.fvv")], "UNWRITABLE_OUTPUT");
            }
        });

        it("an output that is there, unless it is forced", async () => {
            writeFrames();
            writeFileSync(inFolder("clip.fvv"), "precious");
            await expectRefusalAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv"), "--tracked"], "OUTPUT_EXISTS");
            expect(readFileSync(inFolder("clip.fvv"), "utf8")).to.equal("precious");
            expect((await encodeAsync("--tracked", "--force")).code).to.equal(0);
            await runFvvAsync(["decode", inFolder("clip.fvv"), "-o", inFolder("out")]);
            await expectRefusalAsync(["decode", inFolder("clip.fvv"), "-o", inFolder("out")], "OUTPUT_EXISTS");
        });

        it("bad use", async () => {
            writeFrames();
            const encode = ["encode", inFolder("frames"), "-o", inFolder("clip.fvv")];
            await expectRefusalAsync(["dance"], "BAD_OPTION");
            await expectRefusalAsync(["encode", inFolder("frames")], "BAD_OPTION");
            await expectRefusalAsync(["encode", "-o", inFolder("clip.fvv")], "BAD_OPTION");
            await expectRefusalAsync([...encode, "--quick"], "BAD_OPTION");
            await expectRefusalAsync([...encode, "--pos-error", "wide"], "BAD_OPTION");
            await expectRefusalAsync([...encode, "--pos-error", "-1"], "BAD_OPTION");
            await expectRefusalAsync([...encode, "--up", "sideways"], "BAD_OPTION");
            await expectRefusalAsync([...encode, "--frames", "3..1"], "BAD_OPTION");
            await expectRefusalAsync([...encode, "--frames", "0..99"], "FRAME_OUT_OF_RANGE");
            await expectRefusalAsync([...encode, "--segment", "2.5"], "BAD_OPTION");
            await expectRefusalAsync([...encode, "--jobs", "0"], "BAD_OPTION");
            await expectRefusalAsync(["info"], "BAD_OPTION");
            await expectRefusalAsync(["verify", inFolder("clip.fvv")], "BAD_OPTION");
            await expectRefusalAsync(["decode", inFolder("clip.fvv")], "BAD_OPTION");
        });

        it("a file that is no clip", async () => {
            writeFrames();
            for (const args of [["info"], ["decode", "-o", inFolder("out")], ["verify", inFolder("frames")]]) {
                await expectRefusalAsync([args[0], inFolder("frames/frame_8.splat"), ...args.slice(1)], "NOT_FVV");
            }
        });
    });

    it("writes the same bytes in threads as without", async () => {
        writeFrames();
        const clips = ["1", "3"].map((jobs) => inFolder(`${jobs}.fvv`));
        for (const [i, jobs] of ["1", "3"].entries()) {
            const encoded = await runFvvAsync(["encode", inFolder("frames"), "-o", clips[i], "--segment", "2", "--jobs", jobs, "--perm-out", inFolder(`${jobs}.perm`)]);
            expect(encoded.code, encoded.err).to.equal(0);
        }
        expect(readFileSync(clips[0]).equals(readFileSync(clips[1]))).to.equal(true);
        expect(readFileSync(inFolder("1.perm")).equals(readFileSync(inFolder("3.perm")))).to.equal(true);
    });

    it("tells an error of a thread as it is, and leaves nothing behind", async () => {
        writeFrames("frames", (frame, number) => {
            frame.positions[0] = number === 3 ? 1e7 : 0;
            return writeSplat(frame);
        });
        const run = await encodeAsync("--tracked", "--segment", "2", "--jobs", "2");
        expectFailure(run, 2, "RANGE_EXCEEDED");
        expect(readdirSync(folder())).to.deep.equal(["frames"]);
    });

    it("leaves nothing behind when it is stopped", async () => {
        writeFrames();
        const controller = new AbortController();
        controller.abort();
        const run = await runFvvAsync(["encode", inFolder("frames"), "-o", inFolder("clip.fvv")], controller.signal);
        expect(run.code).to.equal(130);
        expect(readdirSync(folder())).to.deep.equal(["frames"]);
    });

    it("helps", async () => {
        const help = await runFvvAsync(["--help"]);
        expect(help.code).to.equal(0);
        for (const command of ["encode", "concat", "verify", "info", "decode"]) {
            expect(help.out).to.include(`fvv ${command}`);
            const own = await runFvvAsync([command, "--help"]);
            expect(own.code).to.equal(0);
            expect(own.out).to.match(/--[a-z]/);
        }
        expect((await runFvvAsync([])).code).to.equal(2);
        expect(existsSync(inFolder("clip.fvv"))).to.equal(false);
    });
});
