import { expect } from "chai";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClipReader, writePly, writeSplat } from "../../../encoder/index.js";
import { expectFvvAsync, expectFvvErrorAsync, expectSameFile, turningFrame, writeTurningFrames } from "../../support/cliFolder.js";
import { runFvvAsync, startFvv, type IFvvRun, type IFvvWatch } from "../../support/runFvv.js";
import { useTemporaryFolder } from "../../support/temporaryFolder.js";

/** Frame numbers from one to another, both included. */
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe("fvv encode --follow", () => {
    const folder = useTemporaryFolder();
    const inFolder = (name: string): string => join(folder(), name);
    const end = (): void => writeFileSync(inFolder("frames/END"), "");
    const write = (first: number, last: number): string => writeTurningFrames(inFolder("frames"), range(first, last));
    const command = (...more: string[]): string[] => {
        return ["encode", inFolder("frames"), "-o", inFolder("clip.fvv"), "--segment", "3", "--jobs", "1", "--follow", "--settle", "0.02", ...more];
    };

    async function followAsync(watch: IFvvWatch, ...more: string[]): Promise<IFvvRun> {
        const run = await runFvvAsync(command(...more), undefined, watch);
        expect(run.code, run.err).to.equal(0);
        return run;
    }

    /** Does something each time when a segment is out. */
    function onSegments(...actions: (() => void)[]): IFvvWatch {
        return { onLine: (line) => /^segment (\d+):/.exec(line) && actions[Number(/\d+/.exec(line)?.[0])]?.() };
    }

    async function expectAsWholeAsync(...more: string[]): Promise<void> {
        await expectFvvAsync("encode", inFolder("frames"), "-o", inFolder("whole.fvv"), "--segment", "3", ...more);
        expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
    }

    it("writes of a finished folder what encode writes", async () => {
        write(8, 15);
        end();
        const run = await followAsync({});
        expect(run.err).to.match(/^following .*END/);
        await expectAsWholeAsync();
    });

    it("takes frames as they appear and writes segments as they close", async () => {
        write(0, 2);
        await followAsync(
            onSegments(
                () => write(3, 7),
                () => (write(8, 10), end()),
            ),
        );
        expect(new ClipReader(readFileSync(inFolder("clip.fvv"))).frameCount).to.equal(11);
        await expectAsWholeAsync();
        expect(readdirSync(folder()).sort()).to.deep.equal(["clip.fvv", "frames", "whole.fvv"]);
    });

    it("writes a segment that closed while other threads would have work", async () => {
        write(0, 2);
        const watch = onSegments(() => (write(3, 3), end()));
        const run = await runFvvAsync([...command(), "--jobs", "2"], undefined, watch);
        expect(run.code, run.err).to.equal(0);
        await expectAsWholeAsync();
    });

    it("waits for a file that is opened and empty, and keeps the order", async () => {
        write(0, 4);
        writeFileSync(inFolder("frames/frame_3.splat"), "");
        await followAsync(onSegments(() => (write(3, 3), end())));
        await expectAsWholeAsync();
    });

    it("does not take files under temporary names", async () => {
        write(0, 2);
        writeFileSync(inFolder("frames/frame_3.splat.tmp"), writeSplat(turningFrame(3)));
        await followAsync(
            onSegments(() => {
                renameSync(inFolder("frames/frame_3.splat.tmp"), inFolder("frames/frame_3.splat"));
                end();
            }),
        );
        await expectAsWholeAsync();
        expect(new ClipReader(readFileSync(inFolder("clip.fvv"))).frameCount).to.equal(4);
    });

    it("ends after some time without a new file", async () => {
        write(0, 4);
        await followAsync({}, "--idle", "0.1");
        await expectAsWholeAsync();
    });

    it("finishes the clip at the first interrupt", async () => {
        write(0, 6);
        let interrupt = (): void => {};
        const run = await followAsync({
            onInterrupt: (handler) => (interrupt = handler),
            onLine: (line) => (line.startsWith("segment 1:") ? interrupt() : undefined),
        });
        expect(run.err).to.include("finishing");
        await expectFvvAsync("encode", inFolder("frames"), "-o", inFolder("whole.fvv"), "--segment", "3", "--frames", "0..5");
        expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
    });

    it("is given up at the second interrupt, and leaves nothing behind", async () => {
        write(0, 4);
        const controller = new AbortController();
        const run = await runFvvAsync(
            command(),
            controller.signal,
            onSegments(() => controller.abort()),
        );
        expect(run.code, run.err).to.equal(130);
        expect(readdirSync(folder())).to.deep.equal(["frames"]);
    });

    it("hears Ctrl+C in a process of its own", async () => {
        write(0, 3);
        const fvv = startFvv(command(), (text) => (text.includes("segment 0:") ? fvv.kill("SIGINT") : undefined));
        expect(await fvv.exited).to.equal(0);
        expect(new ClipReader(readFileSync(inFolder("clip.fvv"))).frameCount).to.be.oneOf([3, 4]);
    });

    it("goes on after it was stopped, with --resume", async () => {
        write(0, 4);
        const controller = new AbortController();
        const stopped = await runFvvAsync(
            command("--resume", "--key-window", "1"),
            controller.signal,
            onSegments(() => controller.abort()),
        );
        expect(stopped.code, stopped.err).to.equal(130);
        write(5, 7);
        end();
        const run = await followAsync({}, "--resume", "--key-window", "1");
        expect(run.err).to.include("going on after frame 2");
        await expectAsWholeAsync("--key-window", "1");
    });

    it("refuses a frame whose place is past, and files of another kind", async () => {
        write(2, 4);
        const late = await runFvvAsync(
            command(),
            undefined,
            onSegments(() => write(1, 1)),
        );
        expect(late.code).to.equal(2);
        expect(late.err).to.match(/fvv: LATE_FRAME: .*frame_1\.splat/);
        const mixed = await runFvvAsync(
            command(),
            undefined,
            onSegments(() => writeFileSync(inFolder("frames/frame_9.ply"), writePly(turningFrame(9)))),
        );
        expect(mixed.err).to.match(/fvv: UNSUPPORTED_INPUT: .*frame_9\.ply/);
        expect(readdirSync(folder())).to.deep.equal(["frames"]);
    });

    it("refuses a folder that ended without a frame, one that is not there, and bad use", async () => {
        await expectFvvErrorAsync("UNREADABLE_INPUT", ...command());
        write(0, 0);
        await expectFvvErrorAsync("BAD_OPTION", ...command("--frames", "0..1"));
        await expectFvvErrorAsync("BAD_OPTION", ...command("--shard", "0/2"));
        await expectFvvErrorAsync("BAD_OPTION", ...command("--idle", "0"));
        await expectFvvErrorAsync("BAD_OPTION", ...command(inFolder("frames")));
        await expectFvvErrorAsync("BAD_OPTION", ...command().filter((word) => word !== "--follow"));
        renameSync(inFolder("frames/frame_0.splat"), inFolder("frames/notes.txt"));
        end();
        await expectFvvErrorAsync("NO_INPUT", ...command());
    });
});
