import { expect } from "chai";
import { ClipStream } from "../../loader/clipStream.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { pictureTimeOf } from "../../plugin/audio/pictureTime.js";
import { SoundSync } from "../../plugin/audio/soundSync.js";
import type { FvvPlayer } from "../../plugin/fvvPlayer.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { FakeClock } from "../support/fakeClock.js";
import { FakeSound, type IFakeSoundOptions } from "../support/fakeSound.js";
import { HeadlessPlayer, TICK_MS } from "../support/headlessPlayer.js";
import { makeFrame } from "../support/makeFrame.js";
import { servePlayerAsync } from "../support/servedPlayer.js";

const FPS = 20;
const SECONDS = 4;
/** Most that a sound and its picture may be apart. */
const TOLERANCE = 0.04;

describe("Sound and picture", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let headless: HeadlessPlayer;
    let player: FvvPlayer;
    let sound: FakeSound;
    let sync: SoundSync;
    let isAllowed: boolean;
    let clock: FakeClock;

    before(async () => {
        const frames = Array.from({ length: FPS * SECONDS }, () => makeFrame(6));
        clip = (await encodeFramesAsync(frames, { fps: FPS, segmentLength: 10, tracked: true })).bytes;
    });

    async function startAsync(options: IFakeSoundOptions = {}, startTime = 0): Promise<void> {
        clock = new FakeClock();
        const stream = await ClipStream.OpenAsync(new MemoryClipSource(clip, "clip.fvv"), { clock });
        join(new HeadlessPlayer(stream, clock), new FakeSound(clock, options), startTime);
        await headless.tickUntilAsync(() => headless.frame === 0);
    }

    function join(newHeadless: HeadlessPlayer, newSound: FakeSound, startTime = 0): void {
        headless = newHeadless;
        sound = newSound;
        player = headless.player;
        isAllowed = true;
        sync = new SoundSync(sound, pictureTimeOf(player), startTime);
        player.masterClock = sync;
        const scene = player.mesh.getScene();
        scene.onBeforeAnimationsObservable.add(() => sync.read());
        scene.onBeforeRenderObservable.add(() => sync.update(isAllowed));
    }

    afterEach(() => headless.dispose());

    /** Lets time pass; returns the largest drift while they ran together. */
    async function runAsync(seconds: number): Promise<number> {
        let worst = 0;
        for (let ticks = Math.round((1000 * seconds) / TICK_MS); ticks > 0; ticks--) {
            await headless.tickAsync();
            worst = Math.max(worst, Math.abs(apart()) / Math.max(1, player.speed));
        }
        return worst;
    }

    /** Nothing is rendered for a while, as in a hidden tab; the sound runs until somebody notices, after a second. */
    function hide(seconds: number): void {
        const noticed = Math.min(seconds, 1);
        clock.pass(1000 * noticed);
        if (noticed < seconds) {
            sync.silence();
        }
        clock.pass(1000 * (seconds - noticed));
    }

    /** How far what is heard is ahead of what is seen, seconds. */
    function apart(): number {
        return sync.isJoined ? sound.heardTime + sync.startTime - player.currentTime : 0;
    }

    for (const speed of [0.5, 1, 1.3, 2]) {
        for (const clockRate of [0.995, 1, 1.005]) {
            it(`stay together at ${speed}, though the sound's clock runs at ${clockRate}`, async () => {
                await startAsync({ startMs: 40, clockRate });
                player.loop = false;
                player.speed = speed;
                player.play();
                await headless.tickUntilAsync(() => sync.isJoined);
                const before = sound.log.length;
                expect(await runAsync(SECONDS / speed - 0.5)).to.be.below(TOLERANCE);
                expect(sync.isJoined).to.equal(true);
                expect(sound.log.length, "the sound is not cut").to.equal(before);
            });
        }
    }

    it("begin together however late the sound starts, and the picture does not go back", async () => {
        await startAsync({ startMs: 120, seekMs: 30 });
        player.play();
        await headless.tickUntilAsync(() => sync.isJoined);
        const frames = headless.shown.map(({ frame }) => frame);
        expect(frames).to.deep.equal([...frames].sort((a, b) => a - b));
        expect(Math.abs(sync.drift)).to.be.below(TOLERANCE);
    });

    for (const speed of [0.5, 1, 2]) {
        it(`are heard and seen together at ${speed}, though it takes a while until something is heard`, async () => {
            await startAsync({ latency: 0.12, startMs: 20 });
            player.speed = speed;
            player.play();
            await headless.tickUntilAsync(() => sync.isJoined);
            expect(await runAsync(0.5)).to.be.below(TOLERANCE);
            // In the next round too, when the sound is at its end before that is heard.
            let loops = 0;
            player.onLoopObservable.add(() => loops++);
            await headless.tickUntilAsync(() => player.currentTime > SECONDS - 0.3);
            const before = sound.log.length;
            await headless.tickUntilAsync(() => loops > 0);
            expect(sound.log.slice(before), "nothing is to be heard twice").not.to.include("play");
            await headless.tickUntilAsync(() => sync.isJoined && player.currentTime < 2);
            expect(await runAsync(0.3)).to.be.below(TOLERANCE);
        });

        it(`move evenly at ${speed}, though the sound tells its time in steps`, async () => {
            await startAsync({ stepMs: 25 });
            player.loop = false;
            player.speed = speed;
            player.play();
            await headless.tickUntilAsync(() => sync.isJoined);
            await runAsync(0.3);
            let moved = 0;
            let time = player.currentTime;
            for (let i = 0; i < 60; i++) {
                await headless.tickAsync();
                moved = Math.max(moved, Math.abs(player.currentTime - time - (speed * TICK_MS) / 1000));
                time = player.currentTime;
            }
            expect(moved).to.be.below(1e-6);
            expect(Math.abs(apart())).to.be.below(TOLERANCE);
        });

        it(`come together in one render at ${speed}, when the device has missed something`, async () => {
            await startAsync({ stepMs: 10 });
            player.loop = false;
            player.speed = speed;
            player.play();
            await headless.tickUntilAsync(() => sync.isJoined);
            for (let round = 0; round < 4; round++) {
                await headless.tickAsync(12);
                sound.miss(60);
                await headless.tickAsync();
                expect(Math.abs(apart()), `time ${round}`).to.be.below(TOLERANCE);
                expect(sync.isJoined).to.equal(true);
            }
        });
    }

    it("pause, go on and stop together", async () => {
        await startAsync();
        player.play();
        await headless.tickUntilAsync(() => sync.isJoined);
        player.pause();
        await headless.tickAsync(2);
        expect(sound.isPlaying).to.equal(false);
        await headless.tickAsync(30);
        player.play();
        await headless.tickUntilAsync(() => sync.isJoined);
        expect(await runAsync(0.5)).to.be.below(TOLERANCE);
        player.stop();
        await headless.tickAsync(2);
        expect(sound.isPlaying).to.equal(false);
    });

    it("go elsewhere together", async () => {
        await startAsync({ startMs: 20 });
        player.play();
        await headless.tickUntilAsync(() => sync.isJoined);
        for (const frame of [60, 5, 33, 34]) {
            expect(await headless.seekAsync(frame)).to.equal(true);
            await headless.tickUntilAsync(() => sync.isJoined);
            expect(player.currentTime).to.be.closeTo(frame / FPS, 0.3);
            expect(await runAsync(0.2)).to.be.below(TOLERANCE);
        }
    });

    it("follow who scrubs the animation group", async () => {
        await startAsync();
        player.play();
        await headless.tickUntilAsync(() => sync.isJoined);
        player.animationGroup.goToFrame(50);
        await headless.tickUntilAsync(() => sync.isJoined && sound.currentTime > 2.4);
        expect(Math.abs(sync.drift)).to.be.below(TOLERANCE);
    });

    for (const range of [
        { from: 0, to: SECONDS },
        { from: 1, to: 2 },
    ]) {
        it(`begin again together from ${range.from} to ${range.to} s`, async () => {
            await startAsync({ startMs: 30, seekMs: 10 });
            player.range = range;
            player.play();
            let loops = 0;
            player.onLoopObservable.add(() => loops++);
            await headless.tickUntilAsync(() => loops === 3 && sync.isJoined);
            expect(await runAsync(0.5)).to.be.below(TOLERANCE);
            expect(sound.currentTime).to.be.within(range.from, range.to);
        });
    }

    for (const [seconds, speed] of [
        [0.1, 1],
        [0.25, 2],
        [0.15, 0.5],
    ]) {
        it(`go round in ${seconds} s at ${speed}, too quickly for a sound, and join again when the loop is longer`, async () => {
            await startAsync({ startMs: 20 });
            player.speed = speed;
            player.play();
            await headless.tickUntilAsync(() => sync.isJoined);
            player.range = { from: 1, to: 1 + seconds };
            await headless.seekAsync(FPS);
            const times = new Set<number>();
            let loops = 0;
            player.onLoopObservable.add(() => loops++);
            const ticks = 120;
            for (let i = 0; i < ticks; i++) {
                await headless.tickAsync();
                times.add(Math.round(100 * player.currentTime));
            }
            expect(loops).to.be.closeTo((ticks * TICK_MS * speed) / 1000 / seconds, 2);
            expect(times.size, "the picture moves").to.be.above(3);
            expect(sound.isPlaying).to.equal(false);
            player.range = { from: 0, to: SECONDS };
            await headless.tickUntilAsync(() => sync.isJoined);
            expect(await runAsync(0.3)).to.be.below(TOLERANCE);
        });
    }

    it("join in place at a speed that was set while the sound was loading or starting", async () => {
        await startAsync({ startMs: 200 });
        player.loop = false;
        player.play();
        await headless.tickAsync(3);
        player.speed = 2;
        await headless.tickAsync(3);
        player.speed = 1.5;
        await headless.tickUntilAsync(() => sync.isJoined);
        expect(await runAsync(0.5)).to.be.below(TOLERANCE);
    });

    for (const seconds of [0.7, 2.5]) {
        it(`are together again after ${seconds} s in which nothing was rendered`, async () => {
            await startAsync({ startMs: 30, seekMs: 20 });
            player.loop = false;
            player.play();
            await headless.tickUntilAsync(() => sync.isJoined);
            const frames = headless.shown.length;
            hide(seconds);
            await headless.tickUntilAsync(() => sync.isJoined && Math.abs(apart()) < TOLERANCE, 60);
            expect(await runAsync(0.5)).to.be.below(TOLERANCE);
            const shown = headless.shown.slice(frames).map(({ frame }) => frame);
            expect(shown).to.deep.equal([...shown].sort((a, b) => a - b));
        });
    }

    for (const duration of [SECONDS - 0.1, SECONDS]) {
        it(`begin again together where a sound of ${duration} s was at its end first`, async () => {
            await startAsync({ duration, clockRate: 1.005 });
            player.play();
            for (let round = 0; round < 3; round++) {
                await headless.tickUntilAsync(() => sound.isStopped && player.currentTime > 1);
                await headless.tickUntilAsync(() => sync.isJoined && player.currentTime < 1, 80);
                expect(await runAsync(0.5)).to.be.below(TOLERANCE);
            }
        });
    }

    for (const stop of ["pause", "freeze"] as const) {
        it(`join again where the system made the sound ${stop}, and the picture does not wait for it`, async () => {
            await startAsync();
            player.play();
            await headless.tickUntilAsync(() => sync.isJoined);
            sound[stop]();
            await headless.tickUntilAsync(() => player.currentTime > 1.5, 140);
            sound.thaw();
            await headless.tickUntilAsync(() => sync.isJoined, 80);
            expect(await runAsync(0.3)).to.be.below(TOLERANCE);
        });
    }

    it("wait together while frames are late", async () => {
        const served = await servePlayerAsync(clip, {
            script: (_, number) => (number > 0 ? { latencyMs: 1500 } : {}),
            stream: { buffer: { aheadSeconds: 0.5, resumeSeconds: 0.3 } },
        });
        join(served.headless, new FakeSound(served.clock));
        player.play();
        await headless.tickUntilAsync(() => sync.isJoined && headless.frame > 3);
        await headless.tickUntilAsync(() => player.isBuffering);
        await headless.tickAsync();
        expect(sound.isPlaying).to.equal(false);
        await headless.tickUntilAsync(() => !player.isBuffering && sync.isJoined);
        expect(Math.abs(sync.drift)).to.be.below(TOLERANCE);
    });

    it("follow the time scale of the scene, and stand where it animates nothing", async () => {
        await startAsync();
        const scene = player.mesh.getScene();
        const { now } = Date;
        let time = now();
        Date.now = () => time;
        try {
            scene.useConstantAnimationDeltaTime = false;
            scene.animationTimeScale = 0.5;
            scene.onAfterRenderObservable.add(() => (time += TICK_MS));
            player.play();
            expect(await runAsync(3)).to.be.below(TOLERANCE);
            expect(sync.isJoined).to.equal(true);
            expect(player.currentTime).to.be.closeTo(1.5, 0.1);
            scene.animationsEnabled = false;
            await runAsync(0.5);
            expect([sound.isPlaying, player.currentTime < 1.6]).to.deep.equal([false, true]);
        } finally {
            Date.now = now;
        }
    });

    for (const speed of [-1, 0.49, 2.01, 0]) {
        it(`are silent at ${speed}, and join again at 1`, async () => {
            await startAsync();
            await headless.seekAsync(30);
            player.play();
            await headless.tickUntilAsync(() => sync.isJoined);
            player.speed = speed;
            await headless.tickAsync(5);
            expect([sound.isPlaying, player.isPlaying]).to.deep.equal([false, true]);
            player.speed = 1;
            await headless.tickUntilAsync(() => sync.isJoined);
            expect(await runAsync(0.3)).to.be.below(TOLERANCE);
        });
    }

    it("change their speed without a cut", async () => {
        await startAsync();
        player.loop = false;
        player.play();
        await headless.tickUntilAsync(() => sync.isJoined);
        const before = sound.log.length;
        for (const speed of [2, 0.5, 1.5]) {
            player.speed = speed;
            expect(await runAsync(0.5)).to.be.below(TOLERANCE);
        }
        expect(sound.log.length).to.equal(before);
    });

    it("run without the sound while that is not allowed, and it joins in place", async () => {
        await startAsync({ startMs: 50 });
        isAllowed = false;
        player.play();
        await headless.tickAsync(60);
        expect([sound.log, sync.isWanted, player.currentTime > 0.8]).to.deep.equal([[], true, true]);
        isAllowed = true;
        await headless.tickUntilAsync(() => sync.isJoined);
        expect(sound.currentTime).to.be.above(0.8);
        expect(await runAsync(0.5)).to.be.below(TOLERANCE);
    });

    it("are together where the sound begins before or after the clip, and silent where there is none", async () => {
        await startAsync({ duration: 1 }, 1);
        player.loop = false;
        player.play();
        await headless.tickUntilAsync(() => player.currentTime > 0.9);
        expect(sound.log).to.deep.equal([]);
        await headless.tickUntilAsync(() => sync.isJoined);
        expect(player.currentTime - sound.currentTime).to.be.closeTo(1, TOLERANCE);
        await headless.tickUntilAsync(() => player.currentTime > 2.1);
        expect([sound.isPlaying, player.isPlaying]).to.deep.equal([false, true]);
        sync.startTime = -0.5;
        await headless.seekAsync(4);
        await headless.tickUntilAsync(() => sync.isJoined);
        expect(player.currentTime - sound.currentTime).to.be.closeTo(-0.5, TOLERANCE);
    });

    it("end together, once", async () => {
        await startAsync({ duration: 2 * SECONDS });
        let ends = 0;
        player.onEndObservable.add(() => ends++);
        player.loop = false;
        player.speed = 2;
        player.play();
        await headless.tickUntilAsync(() => ends > 0);
        await headless.tickAsync(5);
        expect([ends, sound.isPlaying, headless.frame]).to.deep.equal([1, false, FPS * SECONDS - 1]);
    });
});
