import { expect } from "chai";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { tableScript } from "../support/fakeRoom.js";
import { foregroundShare, psnr } from "../support/pictures.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { XRPageApi } from "./pages/xrPage.js";

/** Size of the picture of an eye, px. */
const SIZE = 128;

/** The left or the right half of a picture. */
function half(picture: Uint8Array, side: "left" | "right"): Uint8Array {
    const row = 4 * SIZE;
    const from = side === "left" ? 0 : row;
    return Uint8Array.from({ length: SIZE * row }, (_, i) => picture[Math.floor(i / row) * 2 * row + from + (i % row)]);
}

/** Share of the pixels that are transparent. */
function transparentShare(picture: Uint8Array): number {
    return picture.filter((value, i) => i % 4 === 3 && value === 0).length / (picture.length / 4);
}

describe("WebXR", () => {
    let session: IPageSession<XRPageApi>;

    before(async () => {
        // Large and dense: in a wrong order the picture is another.
        const { frames } = makeMovingFrames({ count: 300, frames: 6, seed: 9, speed: 0.05, shDegree: 1 });
        frames.forEach(({ scales, opacities }) => {
            scales.forEach((value, i) => (scales[i] = 4 * value + 0.02));
            opacities.forEach((value, i) => (opacities[i] = 0.6 + 0.4 * value));
        });
        writeTestFile("xr.fvv", (await encodeFramesAsync(frames, { up: "+y", tracked: true, metresPerUnit: 0.5 })).bytes);
        session = await openSessionAsync<XRPageApi>("xrPage");
        await session.page.setViewportSize({ width: 2 * SIZE, height: SIZE });
        await session.call.start(2 * SIZE, SIZE, `${session.url}/files/xr.fvv`);
    });

    after(async () => {
        expectNoErrors(session);
        await session.page.close();
    });

    it("shows each eye what a camera in its place sees, from one order for both", async () => {
        await session.call.placeHead(0.3, 1.6, 0.2, 0.15, 0.2);
        await session.call.enter("immersive-vr");
        const both = fromBase64(await session.call.picture(3));
        expect(await session.call.viewers()).to.equal(1);
        expect(await session.call.orders()).to.be.at.most(2);
        await session.call.leave();
        const alone = fromBase64(await session.call.pictureByCameras(3));
        for (const side of ["left", "right"] as const) {
            expect(foregroundShare(half(both, side)), side).to.be.above(0.15);
            expect(psnr(half(both, side), half(alone, side)), side).to.be.at.least(45);
        }
        expect(psnr(half(both, "left"), half(both, "right")), "the eyes see the same").to.be.below(30);
    });

    it("draws both eyes at once with multiview as one by one", async function () {
        const pictures = await session.call.multiview(3, SIZE);
        if (!pictures) {
            this.skip();
        }
        expect(pictures.viewers).to.equal(1);
        const [left, right] = [0, 1].map((eye) => {
            const atOnce = fromBase64(pictures.atOnce[eye]);
            expect(foregroundShare(atOnce)).to.be.above(0.1);
            expect(psnr(atOnce, fromBase64(pictures.alone[eye])), `eye ${eye}`).to.be.at.least(45);
            return atOnce;
        });
        expect(psnr(left, right), "the eyes see the same").to.be.below(30);
    });

    it("goes on playing when it is entered and left, limited in between, and keeps its frame when it is paused", async () => {
        const before = await session.call.state();
        await session.call.limit({ splatBudget: 200, frameRate: 117 });
        await session.call.play();
        await session.call.frames(2);
        await session.call.enter("immersive-vr");
        await session.call.frames(3);
        const inside = await session.call.state();
        expect(inside.isPlaying).to.equal(true);
        // The emulated headset runs at 72, 80, 90 or 120 frames a second.
        expect(inside.settings).to.deep.equal({ splatBudget: 200, targetFrameMs: 1000 / 120, interpolates: true });
        await session.call.leave();
        await session.call.frames(3);
        expect((await session.call.state()).isPlaying).to.equal(true);
        expect((await session.call.state()).settings).to.deep.equal(before.settings);
        await session.call.pause();
        const { frame } = await session.call.state();
        await session.call.enter("immersive-vr");
        expect(await session.call.state()).to.include({ frame, isPlaying: false });
        await session.call.leave();
        expect(await session.call.state()).to.include({ frame, isPlaying: false });
        await session.call.unlimit();
    });

    it("draws the periphery coarsely where the layer can, and undoes all that when it is disposed within the session", async () => {
        await session.call.addFoveation(0.2);
        const { settings } = await session.call.state();
        await session.call.limitWithSession({ splatBudget: 100, foveation: 0.7 });
        await session.call.enter("immersive-vr");
        expect([(await session.call.state()).settings.splatBudget, await session.call.foveation()]).to.deep.equal([100, 0.7]);
        await session.call.unlimit();
        expect([(await session.call.state()).settings, await session.call.foveation()]).to.deep.equal([settings, 0.2]);
        await session.call.leave();
    });

    it("leaves the room to be seen around the clip in AR", async () => {
        await session.call.enter("immersive-ar");
        const picture = fromBase64(await session.call.picture(2));
        expect(transparentShare(picture)).to.be.within(0.3, 0.95);
        expect(picture.some((value, i) => i % 4 === 3 && value > 250)).to.equal(true);
        await session.call.leave();
    });

    it("stands a clip on the floor in its true size, with its front to somebody", async () => {
        const { low, high } = await session.call.place([1, 0, 2], [1, 1.6, -3]);
        const { scale, yaw } = await session.call.transform();
        expect(scale).to.be.closeTo(0.5, 1e-5);
        expect(Math.abs(yaw)).to.be.closeTo(0, 1e-5);
        expect([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2].map((value) => Math.round(1e4 * value) / 1e4)).to.deep.equal([1, 0, 2]);
        await session.call.place([1, 0, 2], [5, 1.6, 2]);
        expect((await session.call.transform()).yaw).to.be.closeTo(-Math.PI / 2, 1e-5);
    });

    it("finds the table or the floor that the user looks at, and where on it somebody points", async () => {
        const rounded = (place: number[] | undefined): number[] | undefined => place?.map((value) => Math.round(1e3 * value) / 1e3);
        await session.page.evaluate(tableScript(0.7, 1.6));
        await session.call.lookForFloor();
        await session.call.enter("immersive-ar");
        const table = await session.call.lookDown([0, 1.6, -1.5], Math.PI / 4, [0.2, 2, 0]);
        expect([rounded(table.hit), rounded([table.height]), rounded(table.place)]).to.deep.equal([[0, 0.7, -0.6], [0.7], [0.2, 0.7, 0]]);
        const ahead = await session.call.lookDown([0, 1.6, -1.5], 0, [0.2, 0.5, 0]);
        expect([ahead.hit, rounded([ahead.height]), ahead.place]).to.deep.equal([undefined, [0.7], undefined]);
        const floor = await session.call.lookDown([0, 1.6, -3.2], Math.PI / 4, [0.2, 2, 0]);
        expect([rounded(floor.hit), floor.height, rounded(floor.place)]).to.deep.equal([[0, 0, -1.6], 0, [0.2, 0, 0]]);
        await session.call.lookDown([0, 1.6, -1.5], Math.PI / 4, [0, 2, 0]);
        await session.call.leave();
        expect(await session.call.floorHeight()).to.equal(0);
    });

    describe("with controllers", () => {
        before(() => session.call.enter("immersive-vr"));

        after(() => session.call.leave());

        beforeEach(async () => {
            await session.call.reset();
            await session.call.moveController("right", [0.1, 1.4, 2]);
            await session.call.moveController("left", [-0.2, 1.4, 2]);
        });

        it("lets one move and turn the clip, upright or not, until it lets go", async () => {
            for (const keepsUpright of [true, false]) {
                await session.call.reset();
                await session.call.moveController("right", [0.1, 1.4, 2]);
                await session.call.makeGrabbable(keepsUpright);
                const start = await session.call.transform();
                await session.call.press("right", "squeeze", true);
                await session.call.moveController("right", [0.6, 1.6, 2.1]);
                const moved = await session.call.transform();
                moved.position.forEach((value, i) => expect(value - start.position[i]).to.be.closeTo([0.5, 0.2, 0.1][i], 1e-4));
                await session.call.moveController("right", [0.6, 1.6, 2.1], 0.7, 0.6);
                const turned = await session.call.transform();
                expect(turned.up).to.be.closeTo(keepsUpright ? 1 : Math.cos(0.6), 1e-4);
                expect(Math.abs(turned.yaw - start.yaw)).to.be.closeTo(0.7, 0.02);
                await session.call.press("right", "squeeze", false);
                await session.call.moveController("right", [2, 1, 1]);
                expect(await session.call.transform()).to.deep.equal(turned);
            }
        });

        it("lets two pull it larger and turn it, and one go on with it", async () => {
            await session.call.makeGrabbable(true);
            await session.call.press("right", "squeeze", true);
            await session.call.press("left", "squeeze", true);
            const start = await session.call.transform();
            await session.call.moveController("right", [0.25, 1.4, 2]);
            await session.call.moveController("left", [-0.35, 1.4, 2]);
            const larger = await session.call.transform();
            // What a hand holds with is a little beside where it points from.
            expect(larger.scale / start.scale).to.be.closeTo(2, 0.03);
            await session.call.moveController("right", [-0.05, 1.4, 1.7]);
            await session.call.moveController("left", [-0.05, 1.4, 2.3]);
            const turned = await session.call.transform();
            expect(Math.abs(turned.yaw - larger.yaw)).to.be.closeTo(Math.PI / 2, 0.02);
            await session.call.press("left", "squeeze", false);
            await session.call.moveController("right", [-0.05, 1.5, 1.7]);
            const after = await session.call.transform();
            expect(after.scale).to.be.closeTo(turned.scale, 1e-4);
            expect(after.position[1] - turned.position[1]).to.be.closeTo(0.1, 1e-3);
            await session.call.press("right", "squeeze", false);
        });

        it("grabs what a controller far away points at, and nothing that it does not", async () => {
            await session.call.makeGrabbable(true);
            await session.call.moveController("right", [0, 1.5, -1], 1.6);
            const start = await session.call.transform();
            await session.call.press("right", "squeeze", true);
            await session.call.moveController("right", [0.3, 1.5, -1], 1.6);
            expect(await session.call.transform()).to.deep.equal(start);
            await session.call.press("right", "squeeze", false);
            await session.call.moveController("right", [0, 1.5, -1]);
            await session.call.press("right", "squeeze", true);
            await session.call.moveController("right", [0.3, 1.5, -1]);
            expect((await session.call.transform()).position[0]).to.be.closeTo(start.position[0] + 0.3, 1e-4);
            await session.call.press("right", "squeeze", false);
        });
    });

    describe("with hands", () => {
        before(() => session.call.enter("immersive-vr", ["hand-tracking"]));

        after(() => session.call.leave());

        it("lets a pinch move the clip, and two scale it", async () => {
            await session.call.reset();
            await session.call.makeGrabbable(true);
            await session.call.useHands(true);
            await session.call.moveHand("right", [0.1, 1.4, 2]);
            await session.call.moveHand("left", [-0.2, 1.4, 2]);
            await session.call.pinch("right", true);
            const start = await session.call.transform();
            await session.call.moveHand("right", [0.4, 1.5, 2.1]);
            const moved = await session.call.transform();
            moved.position.forEach((value, i) => expect(value - start.position[i]).to.be.closeTo([0.3, 0.1, 0.1][i], 1e-4));
            await session.call.moveHand("left", [0.1, 1.5, 2.1]);
            await session.call.pinch("left", true);
            const before = await session.call.transform();
            await session.call.moveHand("right", [0.55, 1.5, 2.1]);
            await session.call.moveHand("left", [-0.05, 1.5, 2.1]);
            // The palms that hold are a little beside where the hands point from.
            expect((await session.call.transform()).scale / before.scale).to.be.closeTo(2, 0.3);
            await session.call.pinch("left", false);
            await session.call.pinch("right", false);
            const { position } = await session.call.transform();
            await session.call.moveHand("right", [0, 1, 1]);
            expect((await session.call.transform()).position).to.deep.equal(position);
            await session.call.useHands(false);
        });

        for (const [mode, profile] of [
            ["tracked-pointer", "generic-hand-select"],
            ["transient-pointer", "generic-button"],
        ]) {
            it(`lets a pinch move the clip where the page is told of a ${mode} only`, async () => {
                await session.call.reset();
                await session.call.makeGrabbable(true);
                await session.call.disguise(mode, [profile]);
                await session.call.moveController("right", [0.1, 1.4, 2]);
                await session.call.comePinching();
                const start = await session.call.transform();
                await session.call.moveController("right", [0.4, 1.5, 2.1]);
                const { position } = await session.call.transform();
                position.forEach((value, i) => expect(value - start.position[i]).to.be.closeTo([0.3, 0.1, 0.1][i], 1e-4));
                await session.call.press("right", "trigger", false);
                await session.call.undisguise();
            });
        }
    });
});
