import { expect } from "chai";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { HeadlessPlayer, TICK_MS } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const FRAMES = 60;
const FPS = 30;

describe("The time of a player", () => {
    let bytes: Uint8Array<ArrayBuffer>;
    let viewer: HeadlessPlayer;

    before(async () => {
        const { frames } = makeMovingFrames({ count: 10, frames: FRAMES });
        bytes = (await encodeFramesAsync(frames, { segmentLength: 10, tracked: true, fps: FPS })).bytes;
    });

    beforeEach(async () => {
        viewer = await HeadlessPlayer.OpenAsync(bytes);
        await viewer.tickUntilAsync(() => viewer.frame === 0);
    });

    afterEach(() => viewer.dispose());

    it("stays in a range, forwards and backwards, also when that is set while it runs, and is all of the clip again", async () => {
        const { player, shown } = viewer;
        player.play();
        await viewer.tickUntilAsync(() => viewer.frame === 5);
        player.range = { from: 0.5, to: 1 };
        expect(player.range).to.deep.equal({ from: 0.5, to: 1 });
        await viewer.tickUntilAsync(() => viewer.frame === 15);
        shown.length = 0;
        await viewer.tickAsync(120);
        player.speed = -1;
        await viewer.tickAsync(120);
        const frames = new Set(shown.map(({ frame }) => frame));
        expect([...frames].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 15 }, (_, i) => 15 + i));
        expect(player.isPlaying).to.equal(true);
        expect(await viewer.seekAsync(50)).to.equal(true);
        expect(viewer.frame).to.equal(29);
        player.range = { from: 0, to: player.duration };
        expect(await viewer.seekAsync(50)).to.equal(true);
        expect(viewer.frame).to.equal(50);
        expect(() => (player.range = { from: 1, to: 1 })).to.throw(/at least a frame/);
    });

    it("keeps standing in a range that is set while it stands", async () => {
        const { player } = viewer;
        player.play();
        await viewer.tickUntilAsync(() => viewer.frame === 20);
        player.pause();
        player.range = { from: 0.5, to: 1 };
        await viewer.tickAsync(60);
        expect([player.isPlaying, viewer.frame]).to.deep.equal([false, 20]);
    });

    it("goes to the key frame at or before a time", async () => {
        expect(await viewer.seekAsync(38, "key")).to.equal(true);
        expect([viewer.frame, viewer.player.currentTime]).to.deep.equal([30, 1]);
        expect(await viewer.seekAsync(40, "key")).to.equal(true);
        expect(viewer.frame).to.equal(40);
    });

    it("follows another clock to 40 ms, faster, slower and when that jumps", async () => {
        const { player } = viewer;
        const master = { currentTime: 0 };
        player.masterClock = master;
        player.play();
        const off: number[] = [];
        const runAsync = async (speed: number, ticks: number): Promise<void> => {
            for (let i = 0; i < ticks; i++) {
                master.currentTime = (master.currentTime + (speed * TICK_MS) / 1000) % player.duration;
                await viewer.tickAsync();
                off.push(Math.abs(player.currentTime - master.currentTime));
            }
        };
        await runAsync(1, 100);
        await runAsync(1.1, 40);
        master.currentTime = 0.3;
        await runAsync(0.9, 60);
        // A loop closes in one tick of either clock.
        expect(off.filter((seconds) => seconds > 0.04 && seconds < player.duration - 0.04)).to.deep.equal([]);
    });
});
