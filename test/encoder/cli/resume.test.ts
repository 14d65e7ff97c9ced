import { expect } from "chai";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSplat } from "../../../encoder/index.js";
import { takeRows } from "../../../encoder/readers/frameArrays.js";
import { expectFvvAsync, expectFvvErrorAsync, expectSameFile, turningFrame, writeTurningFrames } from "../../support/cliFolder.js";
import { runFvvAsync, startFvv, type IFvvRun } from "../../support/runFvv.js";
import { useTemporaryFolder } from "../../support/temporaryFolder.js";

const NUMBERS = Array.from({ length: 10 }, (_, i) => i);

describe("fvv encode --resume", () => {
    const folder = useTemporaryFolder();
    const inFolder = (name: string): string => join(folder(), name);
    const partial = (): string => inFolder("clip.fvv.partial");
    const command = (...more: string[]): string[] => {
        return ["encode", inFolder("frames"), "-o", inFolder("clip.fvv"), "--segment", "3", "--key-window", "1", "--jobs", "1", "--resume", ...more];
    };
    const names = (): string[] => readdirSync(folder()).sort();

    /** Runs the command until a segment is finished. */
    async function interruptAsync(segment: number, ...more: string[]): Promise<IFvvRun> {
        const controller = new AbortController();
        const onLine = (line: string): void => (line.startsWith(`segment ${segment}:`) ? controller.abort() : undefined);
        const run = await runFvvAsync(command(...more), controller.signal, { onLine });
        expect(run.code, run.err).to.equal(130);
        return run;
    }

    beforeEach(async () => {
        writeTurningFrames(inFolder("frames"), NUMBERS);
        await expectFvvAsync(
            "encode",
            inFolder("frames"),
            "-o",
            inFolder("whole.fvv"),
            "--segment",
            "3",
            "--key-window",
            "1",
            "--perm-out",
            inFolder("whole.perm"),
            "--report",
            inFolder("whole.json"),
        );
    });

    it("goes on where it was stopped, with the bytes of a run that was not", async () => {
        const stopped = await interruptAsync(1);
        expect(stopped.err).to.include("clip.fvv.partial keeps 6 frames");
        expect(names()).to.deep.equal(["clip.fvv.partial", "frames", "whole.fvv", "whole.json", "whole.perm"]);
        const resumed = await expectFvvAsync(...command());
        expect(resumed.err).to.match(/^going on after frame 5: 2 segments are there\nsegment 2: frames 6\.\.8/);
        expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
        expect(names()).to.deep.equal(["clip.fvv", "frames", "whole.fvv", "whole.json", "whole.perm"]);
    });

    it("begins the window again in which it was stopped", async () => {
        const windows = ["--key-window", "2"];
        await expectFvvAsync("encode", inFolder("frames"), "-o", inFolder("windows.fvv"), "--segment", "3", ...windows);
        for (const [segment, message] of [
            [0, undefined],
            [1, "going on after frame 5: 2 segments are there"],
            [2, "going on after frame 5: 2 segments are there"],
        ] as const) {
            await interruptAsync(segment, ...windows);
            const resumed = await expectFvvAsync(...command("--force", ...windows));
            expect(resumed.err.startsWith("going on")).to.equal(message !== undefined);
            expect(resumed.err).to.include(message ?? "segment 0:");
            expectSameFile(inFolder("clip.fvv"), inFolder("windows.fvv"));
            rmSync(inFolder("clip.fvv"));
        }
    });

    it("can be stopped again and again, and tells and permutes as if it had not been", async () => {
        const more = ["--perm-out", inFolder("clip.perm"), "--report", inFolder("clip.json")];
        await interruptAsync(0, ...more);
        await interruptAsync(1, ...more);
        await interruptAsync(2, ...more);
        await expectFvvAsync(...command(...more));
        expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
        expectSameFile(inFolder("clip.perm"), inFolder("whole.perm"));
        const [report, expected] = ["clip.json", "whole.json"].map((name) => JSON.parse(readFileSync(inFolder(name), "utf8")) as Record<string, unknown>);
        expect({ ...report, output: "", seconds: 0 }).to.deep.equal({ ...expected, output: "", seconds: 0 });
    });

    it("goes on from a partial clip that ends anywhere, or is damaged anywhere", async () => {
        await interruptAsync(2);
        const bytes = readFileSync(partial());
        const damage: ((length: number) => Uint8Array)[] = [
            (length) => bytes.subarray(0, length),
            (length) => Buffer.concat([bytes.subarray(0, length), Buffer.alloc(bytes.length - length)]),
            (length) => Buffer.from(bytes.map((byte, i) => (i === length ? byte ^ 16 : byte))),
        ];
        for (let length = 4; length < bytes.length; length += Math.ceil(bytes.length / 11)) {
            for (const change of damage) {
                writeFileSync(partial(), change(length));
                await expectFvvAsync(...command("--force"));
                expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
                expect(existsSync(partial())).to.equal(false);
            }
        }
    });

    it("survives that its process is killed", async () => {
        const killed = startFvv(command(), (text, fvv) => (text.includes("segment 1:") ? fvv.kill("SIGKILL") : undefined));
        expect(await killed.exited).to.be.oneOf(["SIGKILL", 0]);
        await expectFvvAsync(...command("--force"));
        expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
    });

    it("takes frames that came since, also where the input ended in the middle of a segment", async () => {
        for (const number of [8, 9]) {
            rmSync(inFolder(`frames/frame_${number}.splat`));
        }
        const crash = (line: string): void => {
            if (line.startsWith("segment 2: frames 6..7")) {
                throw new Error("crash");
            }
        };
        const run = await runFvvAsync(command(), undefined, { onLine: crash });
        expect(run.code).to.equal(2);
        writeTurningFrames(inFolder("frames"), [8, 9]);
        await expectFvvAsync(...command());
        expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
    });

    it("keeps what is finished when the input is bad, and goes on when it is mended", async () => {
        const bad = inFolder("frames/frame_7.splat");
        const good = readFileSync(bad);
        writeFileSync(bad, good.subarray(0, 33));
        await expectFvvErrorAsync("UNREADABLE_INPUT", ...command());
        expect(existsSync(partial())).to.equal(true);
        writeFileSync(bad, good);
        await expectFvvAsync(...command());
        expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
    });

    it("leaves no partial clip without a segment", async () => {
        writeFileSync(inFolder("frames/frame_0.splat"), "x");
        await expectFvvErrorAsync("UNREADABLE_INPUT", ...command());
        expect(existsSync(partial())).to.equal(false);
    });

    it("holds --tracked over the interruption", async () => {
        await interruptAsync(1, "--tracked");
        writeFileSync(inFolder("frames/frame_6.splat"), writeSplat(takeRows(turningFrame(6), Uint32Array.of(0, 1, 2))));
        await expectFvvErrorAsync("COUNT_CHANGED", ...command("--tracked"));
    });

    it("refuses to go on with other settings or other input, and says with which", async () => {
        await interruptAsync(1);
        copyFileSync(partial(), inFolder("copy"));
        const refused = async (text: string, ...more: string[]): Promise<void> => {
            const { err } = await expectFvvErrorAsync("RESUME_MISMATCH", ...command(...more));
            expect(err).to.include(text).and.include("clip.fvv.partial");
            expectSameFile(partial(), inFolder("copy"));
        };
        await refused("positionError was 0.002 and is 0.01", "--pos-error", "0.01");
        await refused("segmentLength was 3 and is 4", "--segment", "4");
        await refused("keyWindow was 1 and is 2", "--key-window", "2");
        await refused("perm-out was false and is true", "--perm-out", inFolder("perm"));
        await refused("frame 0 was frame_0.splat of 1280 bytes and is frame_1.splat", "--frames", "1..9");
        await refused("frame 5 was frame_5.splat of 1280 bytes and is none", "--frames", "0..4");
        writeFileSync(inFolder("frames/frame_4.splat"), writeSplat(takeRows(turningFrame(4), Uint32Array.of(0, 1, 2))));
        await refused("frame 4 was frame_4.splat of 1280 bytes and is frame_4.splat of 96 bytes");
    });

    it("refuses a file in its way that is no partial clip, and an output that is there", async () => {
        writeFileSync(partial(), "precious");
        await expectFvvErrorAsync("RESUME_MISMATCH", ...command());
        expect(readFileSync(partial(), "utf8")).to.equal("precious");
        writeFileSync(inFolder("clip.fvv"), "precious");
        await expectFvvErrorAsync("OUTPUT_EXISTS", ...command());
    });

    it("leaves nothing behind when it is stopped without --resume", async () => {
        const controller = new AbortController();
        const run = await runFvvAsync(
            command().filter((word) => word !== "--resume"),
            controller.signal,
            { onLine: () => controller.abort() },
        );
        expect(run.err).to.include("nothing was left behind");
        expect(names()).to.deep.equal(["frames", "whole.fvv", "whole.json", "whole.perm"]);
    });
});
