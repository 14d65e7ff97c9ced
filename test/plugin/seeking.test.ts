import { expect } from "chai";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectGenuine } from "../support/faultDriver.js";
import { digestsOf, HeadlessPlayer, type FrameDigest } from "../support/headlessPlayer.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { servePlayerAsync } from "../support/servedPlayer.js";

const FRAMES = 20;

describe("A seek", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let digests: FrameDigest[];
    let headless: HeadlessPlayer;

    before(async () => {
        clip = (await encodeFramesAsync(withIds(makeMovingFrames({ count: 12, frames: FRAMES, turnover: 0.1 })), { segmentLength: 4 })).bytes;
        digests = digestsOf(clip);
    });

    beforeEach(async () => {
        headless = await HeadlessPlayer.OpenAsync(clip);
        await headless.tickUntilAsync(() => headless.frame === 0);
    });

    afterEach(() => {
        expectGenuine(headless, digests);
        headless.dispose();
    });

    it("shows the key frame before its frame while the rest is on its way, then its frame", async () => {
        const slow = await servePlayerAsync(clip, { script: (_, number) => (number > 0 ? { bytesPerSecond: 2000, partBytes: 50 } : {}) });
        await slow.headless.tickUntilAsync(() => slow.headless.frame === 0);
        expect(await slow.headless.seekAsync(15)).to.equal(true);
        expect(slow.headless.shown.map(({ frame }) => frame)).to.deep.equal([0, 12, 15]);
        expectGenuine(slow.headless, digests);
        slow.headless.dispose();
    });

    for (const speed of [0.25, 1, 3, 8, -1, -8]) {
        it(`shows its frame while time runs at ${speed}, and time goes on from there`, async () => {
            const { player } = headless;
            player.speed = speed;
            player.play();
            await headless.tickAsync(3);
            for (const frame of [7, 0, 19, 12]) {
                expect(await headless.seekAsync(frame)).to.equal(true);
                expect(headless.frame).to.equal(frame);
            }
            const known = headless.shown.length;
            await headless.tickUntilAsync(() => headless.shown.length > known + 2);
            expect(player.isPlaying).to.equal(true);
        });
    }

    it("shows its frame though time turns round in each render while it is on its way", async () => {
        const slow = await servePlayerAsync(clip, { script: (_, number) => (number > 0 ? { bytesPerSecond: 2000, partBytes: 50 } : {}) });
        const { player } = slow.headless;
        await slow.headless.tickUntilAsync(() => slow.headless.frame === 0);
        player.play();
        slow.headless.player.mesh.getScene().onBeforeAnimationsObservable.add(() => (player.speed *= -1));
        expect(await slow.headless.seekAsync(15)).to.equal(true);
        slow.headless.dispose();
    });

    it("to the frame on screen ends at once, though the same frame is on its way again", async () => {
        const { player } = headless;
        player.range = { from: 0, to: 2 / 30 };
        player.play();
        for (let i = 0; i < 5; i++) {
            await headless.tickAsync(3);
            const { frame } = headless;
            expect(await headless.seekAsync(frame)).to.equal(true);
        }
    });

    it("is over where a stop, another seek or a range without its frame comes first", async () => {
        const { player } = headless;
        const outcomes: boolean[] = [];
        const note = (isShown: boolean): void => void outcomes.push(isShown);
        void player.seekFrameAsync(10).then(note);
        player.stop();
        await headless.tickAsync(3);
        void player.seekFrameAsync(11).then(note);
        player.range = { from: 0, to: 5 / 30 };
        await headless.tickAsync(3);
        void player.seekFrameAsync(3).then(note);
        void player.seekFrameAsync(4).then(note);
        await headless.tickUntilAsync(() => outcomes.length === 4);
        expect(outcomes).to.deep.equal([false, false, false, true]);
        expect(headless.frame).to.equal(4);
    });
});
