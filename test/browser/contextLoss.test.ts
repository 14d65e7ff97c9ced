import { expect } from "chai";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { foregroundShare, psnr } from "../support/pictures.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { LossPageApi } from "./pages/lossPage.js";

const FRAMES = 8;
const LOADS = 50;

describe("A GPU that is lost", () => {
    before(async () => {
        const { frames } = makeMovingFrames({ count: 150, frames: FRAMES, shDegree: 1, seed: 4, speed: 0.05 });
        writeTestFile("loss.fvv", (await encodeFramesAsync(frames, { up: "+y", tracked: true, segmentLength: 4 })).bytes);
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<LossPageApi>;
            let url: string;

            before(async () => {
                session = await openSessionAsync<LossPageApi>("lossPage");
                url = `${session.url}/files/loss.fvv`;
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            it("is made anew, and the clip and its clone play on", async () => {
                await session.call.start(kind, url);
                await session.call.addClone();
                const before = fromBase64(await session.call.picture(5));
                expect(foregroundShare(before)).to.be.above(0.1);
                const { shown, errors, isPlaying } = await session.call.loseWhilePlaying();
                expect([errors, isPlaying]).to.deep.equal([[], true]);
                expect(Math.max(...shown)).to.be.below(FRAMES);
                expect(psnr(fromBase64(await session.call.picture(5)), before)).to.be.at.least(45);
            });

            it(`holds nothing of ${LOADS} clips that were loaded and disposed of`, async () => {
                await session.call.unload();
                await session.call.loadAndUnload(url);
                const before = await session.call.remains();
                for (let load = 0; load < LOADS; load++) {
                    await session.call.loadAndUnload(url);
                }
                expect(await session.call.remains()).to.deep.equal(before);
            });

            it("ends the clip with one error where the engine does not restore it, and the clip plays in another engine", async () => {
                await session.call.start(kind, url, true);
                expect(await session.call.loseForGood()).to.deep.equal({ errors: ["GPU_LOST"], isPlaying: false });
                await session.call.start(kind, url);
                expect(foregroundShare(fromBase64(await session.call.picture(2)))).to.be.above(0.1);
            });
        });
    }
});
