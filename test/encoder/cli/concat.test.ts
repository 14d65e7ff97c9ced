import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClipReader } from "../../../encoder/index.js";
import { fourCc } from "../../../format/chunk.js";
import { INDEX_ENTRY_BYTES } from "../../../format/clipIndex.js";
import { changed, chunkBytes, findChunk, listChunks, spliced, withoutIndex } from "../../support/chunkTools.js";
import { expectFvvAsync, expectFvvErrorAsync, expectSameFile, writeTurningFrames } from "../../support/cliFolder.js";
import { makeSplatvFile } from "../../support/splatvFile.js";
import { useTemporaryFolder } from "../../support/temporaryFolder.js";

const NUMBERS = Array.from({ length: 14 }, (_, i) => i);

describe("fvv concat", () => {
    const folder = useTemporaryFolder();
    const inFolder = (name: string): string => join(folder(), name);

    /** Encodes a sequence whole and in three shards of 6, 6 and 2 frames. */
    async function encodeShardsAsync(input: string, ...options: string[]): Promise<string[]> {
        await expectFvvAsync("encode", input, "-o", inFolder("whole.fvv"), ...options);
        const shards = ["0..5", "6..11", "12..13"];
        for (const [i, frames] of shards.entries()) {
            await expectFvvAsync("encode", input, "-o", inFolder(`shard_${i}.fvv`), "--frames", frames, ...options);
        }
        return shards.map((_, i) => inFolder(`shard_${i}.fvv`));
    }

    it("makes of the shards of a sequence the bytes of the sequence encoded whole", async () => {
        for (const identity of [
            ["--key-window", "1"],
            ["--key-window", "2"],
            ["--tracked", "--key-window", "2"],
        ]) {
            const input = writeTurningFrames(inFolder("frames"), NUMBERS);
            const shards = await encodeShardsAsync(input, "--segment", "3", "--title", "Turn", "--fps", "29.97", "--force", ...identity);
            const joined = await expectFvvAsync("concat", ...shards, "-o", inFolder("joined.fvv"), "--force");
            expect(joined.out).to.include("14 frames, 5 segments of 3 clips");
            expectSameFile(inFolder("joined.fvv"), inFolder("whole.fvv"));
            await expectFvvAsync("verify", inFolder("joined.fvv"), input);
        }
        expect(readdirSync(folder()).sort()).to.deep.equal(["frames", "joined.fvv", "shard_0.fvv", "shard_1.fvv", "shard_2.fvv", "whole.fvv"]);
    });

    it("joins the shards of a .splatv, whose frames have the times that they have in the whole", async () => {
        writeFileSync(inFolder("a.splatv"), makeSplatvFile(30));
        const shards = await encodeShardsAsync(inFolder("a.splatv"), "--segment", "3", "--key-window", "2", "--fps", "7", "--duration", "2");
        await expectFvvAsync("concat", ...shards, "-o", inFolder("joined.fvv"));
        expectSameFile(inFolder("joined.fvv"), inFolder("whole.fvv"));
        const whole = new ClipReader(readFileSync(inFolder("whole.fvv")));
        const shard = new ClipReader(readFileSync(shards[1]));
        for (let frame = 0; frame < shard.frameCount; frame++) {
            expect((await shard.readFrameAsync(frame)).positions).to.deep.equal((await whole.readFrameAsync(6 + frame)).positions);
        }
    });

    it("joins what --shard made, however many there are", async () => {
        const input = writeTurningFrames(inFolder("frames"), NUMBERS);
        // 5 segments: 5 windows of one, 3 of two.
        for (const [window, counts, refused] of [
            ["1", [1, 2, 5], ["6/6", "0/6", "0", "1/0", "-1/2", "a/b"]],
            ["2", [2, 3], ["3/3", "0/4"]],
        ] as const) {
            const options = ["--segment", "3", "--key-window", window, "--tracked", "--force"];
            await expectFvvAsync("encode", input, "-o", inFolder("whole.fvv"), ...options);
            for (const count of counts) {
                const shards = Array.from({ length: count }, (_, i) => inFolder(`${i}_of_${count}.fvv`));
                for (const [i, shard] of shards.entries()) {
                    await expectFvvAsync("encode", input, "-o", shard, "--shard", `${i}/${count}`, ...options);
                }
                await expectFvvAsync("concat", ...shards, "-o", inFolder(`${count}.fvv`), "--force");
                expectSameFile(inFolder(`${count}.fvv`), inFolder("whole.fvv"));
            }
            for (const shard of refused) {
                await expectFvvErrorAsync("BAD_OPTION", "encode", input, "-o", inFolder("bad.fvv"), "--shard", shard, ...options);
            }
        }
    });

    it("joins clips of any length again and again, with a box around all", async () => {
        const input = writeTurningFrames(inFolder("frames"), NUMBERS);
        const parts = ["0..0", "1..4", "5..13"];
        for (const [i, frames] of parts.entries()) {
            await expectFvvAsync("encode", input, "-o", inFolder(`${i}.fvv`), "--frames", frames, "--segment", "3", "--tracked");
        }
        await expectFvvAsync("concat", inFolder("0.fvv"), inFolder("1.fvv"), "-o", inFolder("01.fvv"));
        await expectFvvAsync("concat", inFolder("01.fvv"), inFolder("2.fvv"), "-o", inFolder("012.fvv"));
        await expectFvvAsync("verify", inFolder("012.fvv"), input);
        const clip = new ClipReader(readFileSync(inFolder("012.fvv")));
        expect(clip.segments.map(({ firstFrame, frameCount }) => [firstFrame, frameCount])).to.deep.equal([
            [0, 1],
            [1, 3],
            [4, 1],
            [5, 3],
            [8, 3],
            [11, 3],
        ]);
        for (const { bounds } of clip.segments) {
            for (let c = 0; c < 3; c++) {
                expect(clip.header.bounds[c]).to.be.at.most(bounds[c]);
                expect(clip.header.bounds[3 + c]).to.be.at.least(bounds[3 + c]);
            }
        }
    });

    it("keeps chunks that a reader may skip, in segments and between them", async () => {
        const input = writeTurningFrames(inFolder("frames"), [0, 1, 2]);
        await expectFvvAsync("encode", input, "-o", inFolder("a.fvv"), "--segment", "2");
        const plain = readFileSync(inFolder("a.fvv"));
        const before = chunkBytes(fourCc("mark"), Uint8Array.of(1, 2, 3));
        const inside = chunkBytes(fourCc("note"), Uint8Array.of(4));
        const after = chunkBytes(fourCc("last"));
        let bytes = spliced(plain, findChunk(plain, "FEND").offset, 0, after);
        bytes = spliced(bytes, findChunk(bytes, "KEYF").end, 0, inside);
        bytes = spliced(bytes, findChunk(bytes, "SEGM", 1).offset, 0, before);
        const extended = changed(bytes, (view) => {
            const entry = findChunk(bytes, "INDX").start + 4;
            const grow = (at: number, by: number): void => view.setUint32(at, view.getUint32(at, true) + by, true);
            grow(entry + 8, inside.length);
            grow(entry + INDEX_ENTRY_BYTES, inside.length + before.length);
        });
        writeFileSync(inFolder("b.fvv"), extended);
        await expectFvvAsync("verify", inFolder("b.fvv"), input);
        await expectFvvAsync("concat", inFolder("b.fvv"), inFolder("b.fvv"), inFolder("a.fvv"), "-o", inFolder("c.fvv"));
        const joined = readFileSync(inFolder("c.fvv"));
        const one = ["SEGM", "KEYF", "note", "RESF", "mark", "SEGM", "KEYF", "last"];
        expect(listChunks(joined).map(({ name }) => name)).to.deep.equal(["HEAD", "meta", "INDX", ...one, ...one, "SEGM", "KEYF", "RESF", "SEGM", "KEYF", "FEND"]);
        const clip = new ClipReader(joined);
        expect(clip.frameCount).to.equal(9);
        for (let frame = 0; frame < 9; frame++) {
            await clip.readFrameAsync(frame);
        }
    });

    it("takes the metadata of the first clip", async () => {
        const input = writeTurningFrames(inFolder("frames"), [0, 1]);
        for (const title of ["First", "Second"]) {
            await expectFvvAsync("encode", input, "-o", inFolder(`${title}.fvv`), "--title", title);
        }
        await expectFvvAsync("concat", inFolder("First.fvv"), inFolder("Second.fvv"), "-o", inFolder("clip.fvv"));
        expect(new ClipReader(readFileSync(inFolder("clip.fvv"))).metadata.title).to.equal("First");
    });

    describe("refuses, and leaves nothing behind,", () => {
        beforeEach(async () => {
            await expectFvvAsync("encode", writeTurningFrames(inFolder("frames"), [0, 1, 2]), "-o", inFolder("a.fvv"));
        });

        const expectRefusalAsync = async (code: Parameters<typeof expectFvvErrorAsync>[0], ...clips: string[]): Promise<string> => {
            const { err } = await expectFvvErrorAsync(code, "concat", ...clips.map(inFolder), "-o", inFolder("out.fvv"));
            expect(readdirSync(folder()).filter((name) => name.startsWith("out"))).to.deep.equal([]);
            return err;
        };

        it("clips of different settings, and names the clip and the setting", async () => {
            const others: [string[], string][] = [
                [["--fps", "25"], "frame rate is 25/1, that of the first clip 30/1"],
                [["--up", "+z"], "up is +z"],
                [["--pos-error", "0.01"], "error bound of position is 0.01, that of the first clip 0.002"],
            ];
            for (const [options, text] of others) {
                await expectFvvAsync("encode", inFolder("frames"), "-o", inFolder("b.fvv"), "--force", ...options);
                const err = await expectRefusalAsync("CLIPS_DIFFER", "a.fvv", "b.fvv");
                expect(err).to.include(text).and.include("b.fvv");
            }
        });

        it("a clip without index, one that is cut, and one that is damaged", async () => {
            const bytes = readFileSync(inFolder("a.fvv"));
            writeFileSync(inFolder("live.fvv"), withoutIndex(bytes));
            expect(await expectRefusalAsync("UNSUPPORTED_INPUT", "a.fvv", "live.fvv")).to.include("live.fvv");
            writeFileSync(inFolder("cut.fvv"), bytes.subarray(0, bytes.length - 30));
            expect(await expectRefusalAsync("TRUNCATED", "a.fvv", "cut.fvv")).to.include("cut.fvv");
            bytes[bytes.length - 30] ^= 1;
            writeFileSync(inFolder("bad.fvv"), bytes);
            expect(await expectRefusalAsync("CRC_MISMATCH", "a.fvv", "bad.fvv")).to.include("bad.fvv");
        });

        it("what is no clip, and bad use", async () => {
            await expectRefusalAsync("NOT_FVV", "a.fvv", "frames/frame_0.splat");
            await expectRefusalAsync("UNREADABLE_INPUT", "a.fvv", "nowhere.fvv");
            await expectRefusalAsync("UNREADABLE_INPUT", "a.fvv", "frames");
            await expectRefusalAsync("BAD_OPTION");
            await expectFvvErrorAsync("BAD_OPTION", "concat", inFolder("a.fvv"));
            await expectFvvErrorAsync("OUTPUT_EXISTS", "concat", inFolder("a.fvv"), "-o", inFolder("a.fvv"));
        });
    });
});
