import { expect } from "chai";
import { MAX_ORDERS } from "../../plugin/splatOrders.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { foregroundShare, psnr } from "../support/pictures.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { CameraPageApi, IPlacedCamera } from "./pages/cameraPage.js";

const SIZE = 128;
const LEFT: [number, number] = [0, 0.5];
const RIGHT: [number, number] = [0.5, 0.5];
const FRONT: IPlacedCamera = { alpha: 0.6, beta: 1.2, radius: 3.2, part: LEFT };
const BACK: IPlacedCamera = { ...FRONT, alpha: FRONT.alpha + Math.PI, part: RIGHT };

/** The left or the right half of a picture. */
function half(picture: Uint8Array, side: "left" | "right"): Uint8Array {
    const row = 4 * SIZE;
    const from = side === "left" ? 0 : row;
    return Uint8Array.from({ length: SIZE * row }, (_, i) => picture[Math.floor(i / row) * 2 * row + from + (i % row)]);
}

describe("Several cameras at once", () => {
    before(async () => {
        // Large and dense: in a wrong order the picture is another.
        const { frames } = makeMovingFrames({ count: 300, frames: 6, seed: 9, speed: 0.05 });
        frames.forEach(({ scales, opacities }) => {
            scales.forEach((value, i) => (scales[i] = 4 * value + 0.02));
            opacities.forEach((value, i) => (opacities[i] = 0.6 + 0.4 * value));
        });
        writeTestFile("cameras.fvv", (await encodeFramesAsync(frames, { up: "+y", tracked: true })).bytes);
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<CameraPageApi>;

            before(async () => {
                session = await openSessionAsync<CameraPageApi>("cameraPage");
                await session.call.start(kind, 2 * SIZE, SIZE, `${session.url}/files/cameras.fvv`);
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            async function pictureAsync(names: string[], frame = 3): Promise<Uint8Array> {
                return fromBase64(await session.call.picture(names, frame));
            }

            async function expectBothAsync(left: string, right: string, frame: number): Promise<void> {
                const both = await pictureAsync([left, right], frame);
                const alone = { left: await pictureAsync([left], frame), right: await pictureAsync([right], frame) };
                for (const side of ["left", "right"] as const) {
                    const picture = half(both, side);
                    expect(foregroundShare(picture)).to.be.above(0.2);
                    expect(psnr(picture, half(alone[side], side)), side).to.be.at.least(45);
                }
                expect(psnr(half(both, "left"), half(both, "right"))).to.be.below(25);
            }

            it("shows two viewports from opposite sides as each alone, whichever frame", async () => {
                await session.call.place("front", FRONT);
                await session.call.place("back", BACK);
                await expectBothAsync("front", "back", 3);
                await expectBothAsync("front", "back", 5);
            });

            it("shows a perspective and an orthographic camera side by side", async () => {
                await session.call.place("front", FRONT);
                await session.call.place("plan", { ...BACK, alpha: 2, beta: 0.3, half: 1.4 });
                await expectBothAsync("front", "plan", 2);
            });

            it("draws a render target with a camera of its own as that camera alone", async () => {
                await session.call.place("canvas", { ...BACK, part: [0, 1] });
                await session.call.place("target", { ...FRONT, part: [0, 1] });
                const target = fromBase64(await session.call.targetPicture("target", "canvas", SIZE, 3));
                const alone = fromBase64(await session.call.targetPicture("target", "target", SIZE, 3));
                expect(foregroundShare(target)).to.be.above(0.2);
                expect(psnr(target, alone)).to.be.at.least(45);
            });

            it("is right again after playing while both cameras turn, and seeks while one turns", async () => {
                await session.call.place("front", FRONT);
                await session.call.place("back", BACK);
                await session.call.playTurning(["front", "back"]);
                await expectBothAsync("front", "back", 4);
                expect(await session.call.seekTurning("front", 1)).to.equal(true);
            });

            if (kind === "webgl2") {
                it("keeps no more orders than there may be, and frees them when their cameras are gone", async () => {
                    const names = Array.from({ length: MAX_ORDERS + 2 }, (_, i) => `camera ${i}`);
                    for (const [i, name] of names.entries()) {
                        await session.call.place(name, { ...FRONT, alpha: 0.5 * i });
                    }
                    await pictureAsync(names);
                    expect(await session.call.orders()).to.equal(MAX_ORDERS);
                    await session.call.playUntilOneOrder("camera 0");
                    const picture = await pictureAsync(["camera 0"]);
                    expect(psnr(picture, await pictureAsync(["camera 1"]))).to.be.below(40);
                    expect(psnr(picture, await pictureAsync(["camera 0"]))).to.be.at.least(45);
                });
            }

            it("shows a clone that is turned round as the original is from the other side", async () => {
                await session.call.place("original", { ...FRONT, layers: 1 });
                await session.call.place("clone", { ...FRONT, part: RIGHT, layers: 2 });
                await session.call.place("behind", { ...BACK, layers: 1 });
                await session.call.addClone(Math.PI);
                const both = await pictureAsync(["original", "clone"]);
                expect(psnr(half(both, "left"), half(await pictureAsync(["original"]), "left"))).to.be.at.least(45);
                expect(psnr(half(both, "right"), half(await pictureAsync(["behind"]), "right"))).to.be.at.least(45);
            });
        });
    }
});
