import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePly } from "../../encoder/writers/writePly.js";
import { writeSplat } from "../../encoder/writers/writeSplat.js";
import { ClipStream } from "../../loader/clipStream.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { captureFrameAsync } from "../../plugin/captureFrame.js";
import { expectFvvAsync } from "../support/cliFolder.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { FakeClock } from "../support/fakeClock.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { useTemporaryFolder } from "../support/temporaryFolder.js";

const FRAMES = 15;

describe("captureFrameAsync", () => {
    const folder = useTemporaryFolder();
    let clip: Uint8Array<ArrayBuffer>;
    let headless: HeadlessPlayer;

    before(async () => {
        // Key frames of a window are coded against another one, which has to be decoded first.
        const frames = withIds(makeMovingFrames({ count: 40, frames: FRAMES, turnover: 0.1, shDegree: 1 }));
        clip = (await encodeFramesAsync(frames, { segmentLength: 4, keyWindow: 3 })).bytes;
    });

    async function openAsync(maxBytes?: number): Promise<void> {
        const clock = new FakeClock();
        const stream = await ClipStream.OpenAsync(new MemoryClipSource(clip, "clip.fvv"), { clock, buffer: maxBytes === undefined ? {} : { maxBytes } });
        headless = new HeadlessPlayer(stream, clock);
        await headless.tickUntilAsync(() => headless.frame === 0);
    }

    afterEach(() => headless.dispose());

    for (const [where, maxBytes] of [
        ["in memory", undefined],
        ["fetched anew", 1],
    ] as const) {
        it(`gives the files that fvv decode writes, from bytes ${where}`, async () => {
            await openAsync(maxBytes);
            const path = join(folder(), "clip.fvv");
            writeFileSync(path, clip);
            for (const [format, write] of Object.entries({ ply: writePly, splat: writeSplat })) {
                await expectFvvAsync("decode", path, "-o", folder(), "--format", format);
                for (const frame of [0, 3, 9, FRAMES - 1]) {
                    const bytes = write(await captureFrameAsync(headless.player, frame));
                    const file = readFileSync(join(folder(), `frame_${String(frame).padStart(4, "0")}.${format}`));
                    expect(Buffer.compare(bytes, file), `frame ${frame}, .${format}`).to.equal(0);
                }
            }
        });
    }

    it("takes the frame on screen, which goes on playing", async () => {
        await openAsync();
        await headless.seekAsync(6);
        headless.player.play();
        const captured = captureFrameAsync(headless.player);
        const shown = headless.shown.length;
        await headless.tickUntilAsync(() => headless.shown.length > shown + 2);
        expect(await captured).to.deep.equal(await captureFrameAsync(headless.player, 6));
    });

    it("refuses a frame that is not there", async () => {
        await openAsync();
        for (const frame of [-1, 2.5, FRAMES]) {
            await expectErrorAsync(() => captureFrameAsync(headless.player, frame), "FRAME_OUT_OF_RANGE");
        }
    });
});
