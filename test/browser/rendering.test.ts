import { expect } from "chai";
import { ClipReader, type ISplatFrame } from "../../encoder/index.js";
import { toCoreSplat } from "../support/coreSplat.js";
import { foregroundShare, psnr } from "../support/pictures.js";
import { sharedPath } from "../support/sharedData.js";
import { makeClipFileAsync } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, toBase64, type IPageSession } from "./pageClient.js";
import type { EngineKind } from "./pages/engines.js";
import type { IView, PlayerPageApi } from "./pages/playerPage.js";

const SIZE = 320;
/** Low-pass filter of our material and, in square pixels, of core's. */
const OURS = 0.3;
const CORES = 0.075;

const VIEWS: Readonly<Record<string, IView>> = {
    front: { alpha: 1.57, beta: 1.4, radius: 2.8, target: [0, 0.9, 0] },
    side: { alpha: 0.3, beta: 1.2, radius: 2.2, target: [0, 1, 0] },
    near: { alpha: 2.2, beta: 1.6, radius: 1, target: [0, 1.4, 0] },
};

describe("Rendering of liam", () => {
    const pictures: Partial<Record<EngineKind, Map<string, Uint8Array>>> = {};
    let clip: ClipReader;

    before(async function () {
        clip = new ClipReader(await makeClipFileAsync("liam.fvv", sharedPath(this, "liam"), { up: "+y" }));
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<PlayerPageApi>;

            before(async () => {
                session = await openSessionAsync("playerPage");
                pictures[kind] = new Map();
                await session.call.start(kind, SIZE);
                const loaded = await session.call.load(`${session.url}/files/liam.fvv`, {});
                expect(loaded).to.deep.equal({ frameCount: 32, name: "liam", groups: 1, usesWorker: true });
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            async function pictureAsync(): Promise<Uint8Array> {
                return fromBase64(await session.call.pixels());
            }

            /** What core shows of a frame, seen as the clip is seen now. */
            async function corePictureAsync(frame: ISplatFrame, lowPass: number): Promise<Uint8Array> {
                await session.call.showCore(toBase64(toCoreSplat(frame)), lowPass);
                await session.call.settleCore();
                const picture = await pictureAsync();
                await session.call.hideCore();
                return picture;
            }

            for (const number of [5, 20, 31]) {
                it(`shows frame ${number} as core does, from three cameras`, async () => {
                    const frame = await clip.readFrameAsync(number);
                    for (const [name, view] of Object.entries(VIEWS)) {
                        await session.call.view(view);
                        expect(await session.call.seek(number)).to.equal(true);
                        const ours = await pictureAsync();
                        pictures[kind]?.set(`${number} ${name}`, ours);
                        expect(foregroundShare(ours)).to.be.above(0.05);
                        const same = psnr(ours, await corePictureAsync(frame, OURS));
                        const defaults = psnr(ours, await corePictureAsync(frame, CORES));
                        console.log(`        ${name}: ${same.toFixed(1)} dB, with core's default low-pass filter ${defaults.toFixed(1)} dB`);
                        expect(same, name).to.be.at.least(45);
                        expect(defaults, name).to.be.at.least(38);
                    }
                });
            }

            it("shows the same frame whether it was played up to or sought, forward and back", async () => {
                await session.call.view(VIEWS.side);
                await session.call.seek(18);
                const forward = await pictureAsync();
                await session.call.seek(31);
                expect(psnr(forward, await pictureAsync())).to.be.below(45);
                await session.call.seek(18);
                expect(await pictureAsync()).to.deep.equal(forward);
                const shown = await session.call.playTo(18);
                expect(shown[0]).to.equal(0);
                expect(shown.length).to.be.above(1);
                expect(await pictureAsync()).to.deep.equal(forward);
            });

            it("is right below a node that is moved, turned, stretched and mirrored", async () => {
                await session.call.transform([-0.8, 1.1, 0.6], [0.3, 0.7, -0.2], [0.1, -0.2, 0.3]);
                await session.call.view(VIEWS.front);
                await session.call.seek(20);
                const ours = await pictureAsync();
                expect(foregroundShare(ours)).to.be.above(0.05);
                expect(psnr(ours, await corePictureAsync(await clip.readFrameAsync(20), OURS))).to.be.at.least(40);
                await session.call.transform([1, 1, 1], [0, 0, 0], [0, 0, 0]);
            });

            it("is right in an orthographic camera", async () => {
                await session.call.orthographic(1.2);
                await session.call.view(VIEWS.front);
                await session.call.seek(20);
                const ours = await pictureAsync();
                expect(foregroundShare(ours)).to.be.above(0.05);
                expect(psnr(ours, await corePictureAsync(await clip.readFrameAsync(20), OURS))).to.be.at.least(38);
                await session.call.orthographic(0);
            });

            it("hides behind meshes and hides what is behind it", async () => {
                await session.call.view({ ...VIEWS.front, target: [0, 1, 0] });
                await session.call.seek(5);
                const center = (picture: Uint8Array): number[] => [...picture.slice(4 * (SIZE / 2) * (SIZE + 1), 4 * (SIZE / 2) * (SIZE + 1) + 3)];
                const alone = center(await pictureAsync());
                const magentaShare = (picture: Uint8Array): number =>
                    picture.filter((value, i) => i % 4 === 0 && value > 250 && picture[i + 1] < 5 && picture[i + 2] > 250).length / (SIZE * SIZE);
                await session.call.box(1.6, [0, 1, -1.2]);
                const behind = await pictureAsync();
                expect(magentaShare(behind)).to.be.above(0.1);
                center(behind).forEach((value, c) => expect(Math.abs(value - alone[c])).to.be.at.most(10));
                await session.call.box(0.6, [0, 1, 1.2]);
                const inFront = await pictureAsync();
                expect(center(inFront)).to.deep.equal([255, 0, 255]);
                expect(foregroundShare(inFront)).to.be.above(magentaShare(inFront) + 0.01);
            });

            it("fades with the visibility of its mesh", async () => {
                await session.call.box(0.01, [0, -50, 0]);
                await session.call.view(VIEWS.side);
                await session.call.seek(5);
                const full = foregroundShare(await pictureAsync());
                await session.call.fade(0.3);
                const faded = await pictureAsync();
                await session.call.fade(1);
                expect(foregroundShare(faded)).to.be.within(0.2 * full, full);
                expect(psnr(faded, await pictureAsync())).to.be.below(40);
            });

            it("stands upright and unmirrored in a right-handed scene too", async () => {
                const frame = await clip.readFrameAsync(5);
                await session.call.start(kind, SIZE, true);
                await session.call.load(`${session.url}/files/liam.fvv`, {});
                await session.call.view(VIEWS.front);
                await session.call.seek(5);
                const ours = await pictureAsync();
                expect(foregroundShare(ours)).to.be.above(0.05);
                expect(psnr(ours, await corePictureAsync(frame, OURS))).to.be.at.least(40);
            });
        });
    }

    // A suite of its own, because a suite's tests run before its inner suites.
    describe("on both engines", () => {
        it("is the same", () => {
            expect(pictures.webgl2?.size).to.equal(pictures.webgpu?.size).and.to.be.at.least(3);
            for (const [name, picture] of pictures.webgl2 ?? []) {
                const other = pictures.webgpu?.get(name);
                expect(psnr(picture, other as Uint8Array), name).to.be.at.least(40);
            }
        });
    });
});
