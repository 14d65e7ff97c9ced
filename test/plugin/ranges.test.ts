import { expect } from "chai";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

describe("FvvPlayer's range", () => {
    let headless: HeadlessPlayer;

    beforeEach(async () => {
        const { frames } = makeMovingFrames({ count: 20, frames: 20 });
        const { bytes } = await encodeFramesAsync(frames, { segmentLength: 5, tracked: true, effort: "fast", fps: 20 });
        headless = await HeadlessPlayer.OpenAsync(bytes);
        await headless.tickUntilAsync(() => headless.frame === 0);
    });

    afterEach(() => headless.dispose());

    /** Frames shown from now on to the first of the next round. */
    async function roundAsync(): Promise<number[]> {
        let loops = 0;
        headless.player.onLoopObservable.addOnce(() => loops++);
        headless.shown.length = 0;
        await headless.tickUntilAsync(() => loops === 1);
        return headless.shown.map(({ frame }) => frame);
    }

    it("is played from its beginning, whether it is set before playing or meanwhile", async () => {
        const { player } = headless;
        player.range = { from: 7 / 20, to: 12 / 20 };
        player.play();
        expect(await roundAsync()).to.deep.equal([7, 8, 9, 10, 11, 7]);
        player.range = { from: 13 / 20, to: 16 / 20 };
        await headless.tickUntilAsync(() => headless.frame === 13);
        expect(await roundAsync()).to.deep.equal([14, 15, 13]);
    });

    it("of one frame can be played and sought in", async () => {
        const { player } = headless;
        player.play();
        player.range = { from: 7 / 20, to: 8 / 20 };
        await headless.tickUntilAsync(() => headless.frame === 7);
        expect(await headless.seekAsync(7)).to.equal(true);
        const shown = headless.shown.length;
        await headless.tickAsync(20);
        expect([player.isBuffering, headless.frame, headless.shown.length - shown]).to.deep.equal([false, 7, 0]);
        player.range = { from: 0, to: 1 };
        await headless.tickUntilAsync(() => headless.frame === 9);
    });
});
