import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
    ClipEncoder,
    ClipReader,
    LadderEncoder,
    LiveClipOutput,
    MemoryClipOutput,
    readLadderManifest,
    resolveEncoderOptions,
    type LadderEncoderOptions,
} from "../../../encoder/index.js";
import { makeAudioBytes } from "../../support/audioFiles.js";
import { expectFvvAsync, expectFvvErrorAsync, expectSameFile, writeTurningFrames } from "../../support/cliFolder.js";
import { findChunk } from "../../support/chunkTools.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { runFvvAsync } from "../../support/runFvv.js";
import { useTemporaryFolder } from "../../support/temporaryFolder.js";

describe("fvv with sound and cue points", () => {
    const folder = useTemporaryFolder();
    const inFolder = (name: string): string => join(folder(), name);
    const encode = (clip: string, ...more: string[]): string[] => {
        return ["encode", inFolder("frames"), "-o", inFolder(clip), "--segment", "2", "--key-window", "1", "--jobs", "1", "--tracked", ...more];
    };
    const sound = (): string[] => ["--audio", inFolder("sound.ogg")];

    beforeEach(() => {
        writeTurningFrames(inFolder("frames"), [0, 1, 2, 3, 4, 5]);
        writeFileSync(inFolder("sound.ogg"), makeAudioBytes("audio/ogg", 5000));
    });

    it("stores a sound, tells of it, and gives it back byte for byte", async () => {
        await expectFvvAsync(...encode("clip.fvv", ...sound(), "--audio-start", "-0.5", "--report", inFolder("report.json")));
        const { audio } = new ClipReader(readFileSync(inFolder("clip.fvv")));
        expect([audio?.mimeType, audio?.startTime, audio?.byteLength]).to.deep.equal(["audio/ogg", -0.5, 5000]);
        const report = JSON.parse(readFileSync(inFolder("report.json"), "utf8")) as { byteLength: number; options: { audio: unknown } };
        expect(report.options.audio).to.deep.equal({ file: inFolder("sound.ogg"), mimeType: "audio/ogg", startTime: -0.5, byteLength: 5000 });
        expect(report.byteLength).to.equal(readFileSync(inFolder("clip.fvv")).length);
        expect((await expectFvvAsync("info", inFolder("clip.fvv"))).out).to.match(/^audio +audio\/ogg, .+, from -0\.5 s$/m);
        const { bytesByGroup, byteLength } = JSON.parse((await expectFvvAsync("info", inFolder("clip.fvv"), "--json")).out) as {
            bytesByGroup: Record<string, number>;
            byteLength: number;
        };
        expect(bytesByGroup.audio).to.equal(5000);
        expect(Object.values(bytesByGroup).reduce((sum, bytes) => sum + bytes, 0)).to.equal(byteLength);
        await expectFvvAsync("decode", inFolder("clip.fvv"), "--audio", inFolder("out.ogg"));
        expectSameFile(inFolder("out.ogg"), inFolder("sound.ogg"));
        await expectFvvAsync("verify", inFolder("clip.fvv"), inFolder("frames"));
    });

    it("finds a damaged sound when it verifies", async () => {
        await expectFvvAsync(...encode("clip.fvv", ...sound()));
        const bytes = readFileSync(inFolder("clip.fvv"));
        bytes[findChunk(bytes, "audi").start + 100] ^= 1;
        writeFileSync(inFolder("clip.fvv"), bytes);
        await expectFvvErrorAsync("CRC_MISMATCH", "verify", inFolder("clip.fvv"), inFolder("frames"));
    });

    it("refuses what is no sound, and options that do not go together", async () => {
        writeFileSync(inFolder("no.ogg"), "<html>");
        await expectFvvErrorAsync("UNSUPPORTED_AUDIO", ...encode("clip.fvv", "--audio", inFolder("no.ogg")));
        await expectFvvErrorAsync("UNREADABLE_INPUT", ...encode("clip.fvv", "--audio", inFolder("none.ogg")));
        await expectFvvErrorAsync("BAD_OPTION", ...encode("clip.fvv", "--audio-start", "2"));
        await expectFvvErrorAsync("BAD_OPTION", "encode", inFolder("frames"), "-o", "http://localhost:1/live/clip.fvv", ...sound());
        await expectFvvAsync(...encode("silent.fvv"));
        await expectFvvErrorAsync("BAD_OPTION", "decode", inFolder("silent.fvv"), "--audio", inFolder("out.ogg"));
    });

    it("resumes with the bytes of a run that was not stopped", async () => {
        await expectFvvAsync(...encode("whole.fvv", ...sound()));
        const controller = new AbortController();
        const onLine = (line: string): void => (line.startsWith("segment 1:") ? controller.abort() : undefined);
        expect((await runFvvAsync(encode("clip.fvv", ...sound(), "--resume"), controller.signal, { onLine })).code).to.equal(130);
        await expectFvvAsync(...encode("clip.fvv", ...sound(), "--resume"));
        expectSameFile(inFolder("clip.fvv"), inFolder("whole.fvv"));
    });

    it("gives it to the first of shards, so that they are joined to the whole", async () => {
        await expectFvvAsync(...encode("whole.fvv", ...sound(), "--cue", "0.1:go"));
        for (const shard of [0, 1]) {
            await expectFvvAsync(...encode(`part${shard}.fvv`, ...sound(), "--cue", "0.1:go", "--shard", `${shard}/2`));
        }
        await expectFvvAsync("concat", inFolder("part0.fvv"), inFolder("part1.fvv"), "-o", inFolder("joined.fvv"));
        expectSameFile(inFolder("joined.fvv"), inFolder("whole.fvv"));
    });

    it("joins clips of which one has a sound, and refuses two", async () => {
        await expectFvvAsync(...encode("silent.fvv"));
        await expectFvvAsync(...encode("loud.fvv", ...sound(), "--audio-start", "0.25"));
        await expectFvvAsync("concat", inFolder("silent.fvv"), inFolder("loud.fvv"), inFolder("silent.fvv"), "-o", inFolder("joined.fvv"));
        const joined = new ClipReader(readFileSync(inFolder("joined.fvv")));
        expect(joined.audio?.startTime).to.be.closeTo(6 / 30 + 0.25, 1e-12);
        expect(Buffer.from(joined.readAudio() ?? []).equals(readFileSync(inFolder("sound.ogg")))).to.equal(true);
        await expectFvvErrorAsync("CLIPS_DIFFER", "concat", inFolder("loud.fvv"), inFolder("loud.fvv"), "-o", inFolder("two.fvv"));
    });

    it("puts the sound of a ladder beside it", async () => {
        const args = encode("walk.fvvm", ...sound(), "--audio-start", "1", "--renditions", "20,60");
        await expectFvvAsync("ladder", ...args.slice(1));
        expectSameFile(inFolder("walk.ogg"), inFolder("sound.ogg"));
        expect(readLadderManifest(readFileSync(inFolder("walk.fvvm"), "utf8")).audio).to.deep.equal({ url: "walk.ogg", startTime: 1 });
        expect(new ClipReader(readFileSync(inFolder("walk-q20.fvv"))).audio).to.equal(undefined);
        expect((await expectFvvAsync("info", inFolder("walk.fvvm"))).out).to.include("walk.ogg: the sound, from 1 s");
    });

    it("is refused by live clips and renditions", async () => {
        const options = { audio: { bytes: makeAudioBytes() } };
        const live = new LiveClipOutput(resolveEncoderOptions(options), () => Promise.resolve());
        await expectErrorAsync(() => new ClipEncoder(options, live), "BAD_OPTION");
        await expectErrorAsync(() => new LadderEncoder(options as LadderEncoderOptions, [{ quality: 50, output: new MemoryClipOutput() }]), "BAD_OPTION");
    });

    it("stores cue points by time, and refuses what is none", async () => {
        await expectFvvAsync(...encode("clip.fvv", "--cue", "1.5:jump", "--cue", "0:begin: now"));
        expect(new ClipReader(readFileSync(inFolder("clip.fvv"))).metadata.cues).to.deep.equal([
            { time: 0, name: "begin: now" },
            { time: 1.5, name: "jump" },
        ]);
        for (const cue of ["jump", "1.5:", ":jump", "-1:jump", "x:jump", "Infinity:jump", `1:${"n".repeat(257)}`]) {
            await expectFvvErrorAsync("BAD_OPTION", ...encode("bad.fvv", "--cue", cue));
        }
        await expectErrorAsync(() => resolveEncoderOptions({ metadata: { cues: [{ time: -1, name: "a" }] } }), "BAD_OPTION");
        await expectErrorAsync(() => resolveEncoderOptions({ metadata: { cues: "jump" as never } }), "BAD_OPTION");
    });
});
