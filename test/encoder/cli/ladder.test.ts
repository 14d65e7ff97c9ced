import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClipReader, readLadderManifest, type ILadderManifest } from "../../../encoder/index.js";
import { expectFvvAsync, expectFvvErrorAsync, writeTurningFrames } from "../../support/cliFolder.js";
import { runFvvAsync } from "../../support/runFvv.js";
import { useTemporaryFolder } from "../../support/temporaryFolder.js";

describe("fvv ladder", () => {
    const folder = useTemporaryFolder();
    const inFolder = (name: string): string => join(folder(), name);
    const command = (...more: string[]): string[] => [
        "ladder",
        inFolder("frames"),
        "-o",
        inFolder("clip.fvvm"),
        "--segment",
        "2",
        "--jobs",
        "1",
        "--effort",
        "fast",
        ...more,
    ];
    beforeEach(() => writeTurningFrames(inFolder("frames"), [8, 9, 10, 11, 12]));

    it("writes renditions and a manifest that lists them by bitrate", async () => {
        const run = await expectFvvAsync(...command("--renditions", "70,30@0.5,40", "--title", "Cloud"));
        const names = ["clip-q30-s0.5.fvv", "clip-q40.fvv", "clip-q70.fvv"];
        expect(readdirSync(folder()).sort()).to.deep.equal([...names, "clip.fvvm", "frames"]);
        const { renditions } = readLadderManifest(readFileSync(inFolder("clip.fvvm"), "utf8"));
        expect(renditions.map(({ url, quality, splats }) => [url, quality, splats])).to.deep.equal([
            [names[0], 30, 20],
            [names[1], 40, 40],
            [names[2], 70, 40],
        ]);
        for (const { url, byteLength, bitrate } of renditions) {
            const clip = new ClipReader(readFileSync(inFolder(url)));
            expect(clip.bytes.length).to.equal(byteLength);
            expect(bitrate).to.equal(Math.round((8 * byteLength * clip.fps) / clip.frameCount));
            expect(clip.segments.map(({ firstFrame }) => firstFrame)).to.deep.equal([0, 2, 4]);
            expect(clip.metadata.title).to.equal("Cloud");
        }
        const info = await expectFvvAsync("info", inFolder("clip.fvvm"));
        expect(info.out)
            .to.equal(run.out)
            .and.match(/clip-q40\.fvv: .* Mbps.* capacity 40, quality 40/);
        expect(JSON.parse((await expectFvvAsync("info", inFolder("clip.fvvm"), "--json")).out) as ILadderManifest).to.deep.equal({ renditions });
    });

    it("has good renditions without being told which, in threads, of frames that are still coming", async () => {
        writeFileSync(inFolder("frames/END"), "");
        await expectFvvAsync(...command("--follow", "--settle", "0.02", "--jobs", "2"));
        const { renditions } = readLadderManifest(readFileSync(inFolder("clip.fvvm"), "utf8"));
        expect(renditions.map(({ quality }) => quality)).to.deep.equal([40, 55, 70]);
    });

    it("has addresses that can be read, whatever its name is", async () => {
        await expectFvvAsync(...command("--renditions", "40", "-o", inFolder("My clip #1.fvvm")));
        const { renditions } = readLadderManifest(readFileSync(inFolder("My clip #1.fvvm"), "utf8"));
        expect(renditions.map(({ url }) => url)).to.deep.equal(["My%20clip%20%231-q40.fvv"]);
        expect(readdirSync(folder())).to.include("My clip #1-q40.fvv");
    });

    it("leaves nothing behind when it is stopped, or when a frame is bad", async () => {
        const controller = new AbortController();
        const stopped = await runFvvAsync(command(), controller.signal, { onLine: () => controller.abort() });
        expect(stopped.code, stopped.err).to.equal(130);
        expect(readdirSync(folder())).to.deep.equal(["frames"]);
        writeFileSync(inFolder("frames/frame_11.splat"), "no splats");
        const bad = await expectFvvErrorAsync("UNREADABLE_INPUT", ...command());
        expect(bad.err).to.include("frame_11.splat");
        expect(readdirSync(folder())).to.deep.equal(["frames"]);
    });

    it("replaces nothing unless it is told to", async () => {
        writeFileSync(inFolder("clip-q55.fvv"), "mine");
        await expectFvvErrorAsync("OUTPUT_EXISTS", ...command());
        expect(readFileSync(inFolder("clip-q55.fvv"), "utf8")).to.equal("mine");
        await expectFvvAsync(...command("--force"));
    });

    it("refuses bad use, and manifests that are none", async () => {
        for (const list of [
            "",
            "40,,50",
            "good",
            "40@",
            "40@0",
            "40@1.5",
            "40@0.5@2",
            "101",
            "40,40",
            Array(17)
                .fill(1)
                .map((_, i) => i)
                .join(),
        ]) {
            await expectFvvErrorAsync("BAD_OPTION", ...command("--renditions", list));
        }
        await expectFvvErrorAsync("BAD_OPTION", "ladder", inFolder("frames"), "-o", inFolder("clip.fvv"));
        await expectFvvErrorAsync("BAD_OPTION", ...command("--quality", "40"));
        expect(readdirSync(folder())).to.deep.equal(["frames"]);
        writeFileSync(inFolder("bad.fvvm"), "{}");
        await expectFvvErrorAsync("BAD_MANIFEST", "info", inFolder("bad.fvvm"));
        await expectFvvErrorAsync("UNREADABLE_INPUT", "info", inFolder("none.fvvm"));
    });
});
