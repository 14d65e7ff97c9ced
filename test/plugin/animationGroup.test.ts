import { Animation } from "@babylonjs/core/Animations/animation.js";
import { AnimationEvent } from "@babylonjs/core/Animations/animationEvent.js";
import { AnimationGroup } from "@babylonjs/core/Animations/animationGroup.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { expect } from "chai";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const FRAMES = 60;
const FPS = 30;

describe("The animation group of a clip", () => {
    let bytes: Uint8Array<ArrayBuffer>;
    let viewer: HeadlessPlayer;
    let group: AnimationGroup;
    let scene: Scene;
    let ended: number;

    before(async () => {
        const { frames } = makeMovingFrames({ count: 10, frames: FRAMES });
        bytes = (await encodeFramesAsync(frames, { segmentLength: 10, tracked: true, fps: FPS })).bytes;
    });

    beforeEach(async () => {
        viewer = await HeadlessPlayer.OpenAsync(bytes);
        await viewer.tickUntilAsync(() => viewer.frame === 0);
        group = viewer.player.animationGroup;
        scene = viewer.player.mesh.getScene();
        viewer.shown.length = 0;
        ended = 0;
        viewer.player.onEndObservable.add(() => ended++);
    });

    afterEach(() => {
        expect(viewer.errors).to.deep.equal([]);
        viewer.dispose();
    });

    /** Frames that came on screen since, each once where it stayed. */
    function shownFrames(): number[] {
        return viewer.shown.map(({ frame }) => frame).filter((frame, i, all) => frame !== all[i - 1]);
    }

    function range(from: number, to: number): number[] {
        return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + Math.sign(to - from) * i);
    }

    function expectFalling(frames: readonly number[]): void {
        expect(frames).to.deep.equal([...frames].sort((a, b) => b - a));
    }

    it("is one, for Babylon's tools", () => {
        expect(group).to.be.instanceOf(AnimationGroup);
        expect(scene.animationGroups).to.include(group);
        expect(group.targetedAnimations).to.have.length(1);
    });

    for (const [from, to, speed] of [
        [10, 20, 1],
        [20, 10, 1],
        [10, 20, -1],
    ]) {
        it(`plays from ${from} to ${to} at speed ${speed}, its last frame included, and ends once`, async () => {
            group.start(false, speed, from, to);
            await viewer.tickUntilAsync(() => ended > 0);
            await viewer.tickAsync(10);
            // Backwards, time leaves the frame that begins at 20 at once.
            const isForwards = to > from === speed > 0;
            expect(shownFrames()).to.deep.equal(isForwards ? range(10, 20) : range(19, 10));
            expect([ended, viewer.player.isPlaying]).to.deep.equal([1, false]);
        });
    }

    it("leaves all of the clip to be gone to when a part of it has been played", async () => {
        group.start(false, 1, 10, 20);
        await viewer.tickUntilAsync(() => ended > 0);
        await viewer.tickAsync(5);
        expect(viewer.frame).to.equal(20);
        expect(await viewer.seekAsync(45)).to.equal(true);
        expect(viewer.frame).to.equal(45);
        viewer.player.range = { from: 0.5, to: 1.5 };
        group.start(false, 1, 20, 25);
        await viewer.tickUntilAsync(() => ended > 1);
        await viewer.tickAsync(5);
        expect(viewer.player.range).to.deep.equal({ from: 0.5, to: 1.5 });
    });

    it("loops in the range that it is started with, and plays all of the clip when it is started without", async () => {
        group.start(true, 1, 10, 20);
        await viewer.tickAsync(100);
        expect(Math.min(...shownFrames())).to.equal(10);
        expect(Math.max(...shownFrames())).to.be.within(19, 20);
        group.stop();
        viewer.shown.length = 0;
        group.start(true);
        await viewer.tickAsync(150);
        expect(new Set(shownFrames()).size).to.equal(FRAMES);
    });

    it("follows `from` and `to` that are set while it runs", async () => {
        group.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 12);
        group.from = 10;
        group.to = 15;
        await viewer.tickAsync(20);
        viewer.shown.length = 0;
        await viewer.tickAsync(60);
        expect([...new Set(shownFrames())].every((frame) => frame >= 10 && frame <= 15)).to.equal(true);
        expect(viewer.player.range).to.deep.equal({ from: 10 / FPS, to: 16 / FPS });
    });

    it("stands in the last frame where it is started from the end to the end", async () => {
        group.start(true, 1, FRAMES, FRAMES);
        await viewer.tickUntilAsync(() => viewer.frame === FRAMES - 1);
        expect([viewer.player.isPlaying, viewer.player.range.to]).to.deep.equal([true, FRAMES / FPS]);
    });

    it("stands in a range that is set while it is paused", async () => {
        group.start(true);
        group.pause();
        group.from = 30;
        await viewer.tickUntilAsync(() => viewer.frame === 30);
        expect([viewer.player.currentTime, viewer.player.isBuffering]).to.deep.equal([30 / FPS, false]);
    });

    it("turns round where it is", async () => {
        group.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 20);
        viewer.shown.length = 0;
        group.speedRatio = -1;
        await viewer.tickUntilAsync(() => viewer.frame === 10);
        expect(shownFrames()).to.deep.equal(range(19, 10));
    });

    it("goes to a frame before it was started, and plays from there", async () => {
        group.goToFrame(33);
        await viewer.tickUntilAsync(() => viewer.frame === 33);
        group.play();
        await viewer.tickUntilAsync(() => viewer.frame === 36);
        expect(shownFrames()).to.deep.equal(range(33, 36));
    });

    it("goes to a frame while it runs backwards, and at speed 0", async () => {
        group.start(true, -1);
        await viewer.tickUntilAsync(() => viewer.frame === 50);
        viewer.shown.length = 0;
        group.goToFrame(30.5);
        await viewer.tickUntilAsync(() => viewer.frame === 25);
        expect(shownFrames().find((frame) => frame <= 30)).to.equal(30);
        expectFalling(shownFrames());
        group.speedRatio = 0;
        group.goToFrame(40);
        await viewer.tickAsync(20);
        expect(viewer.frame).to.equal(40);
        expect(viewer.player.isPlaying).to.equal(true);
    });

    it("plays its round to the end when it stops looping in a later one, either way", async () => {
        group.start(true);
        await viewer.tickAsync(180);
        expect(viewer.frame).to.be.within(10, 50);
        viewer.player.loop = false;
        await viewer.tickAsync(2);
        expect([ended, viewer.player.isPlaying]).to.deep.equal([0, true]);
        viewer.player.speed = -1;
        viewer.shown.length = 0;
        await viewer.tickUntilAsync(() => ended > 0);
        expect(shownFrames().at(-1)).to.equal(0);
        expectFalling(shownFrames());
        viewer.player.play();
        await viewer.tickUntilAsync(() => viewer.frame === FRAMES - 3);
        expect(shownFrames().slice(-3)).to.deep.equal(range(FRAMES - 1, FRAMES - 3));
    });

    it("fades the clip by its weight, and its time goes on as ever", async () => {
        expect(viewer.player.mesh.fade).to.equal(1);
        group.weight = 0.25;
        group.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 20);
        expect(viewer.player.mesh.fade).to.equal(0.25);
        expect(group.weight).to.equal(0.25);
        group.setWeightForAllAnimatables(0.5);
        await viewer.tickAsync();
        expect(viewer.player.mesh.fade).to.equal(0.5);
        group.animatables[0].weight = 0.75;
        await viewer.tickUntilAsync(() => viewer.frame === 30);
        expect([viewer.player.mesh.fade, group.weight]).to.deep.equal([0.75, 0.75]);
        group.weight = -1;
        await viewer.tickAsync();
        expect(viewer.player.mesh.fade).to.equal(1);
        expect(shownFrames()).to.deep.equal(range(shownFrames()[0], shownFrames().at(-1)));
    });

    it("raises events at frames, in every round", async () => {
        const seen: string[] = [];
        const [{ animation }] = group.targetedAnimations;
        animation.addEvent(new AnimationEvent(5, () => seen.push("five")));
        animation.addEvent(new AnimationEvent(12, () => seen.push("twelve"), true));
        group.start(true, 1, 0, 15);
        await viewer.tickAsync(90);
        expect(seen.slice(0, 4)).to.deep.equal(["five", "twelve", "five", "five"]);
    });

    it("is paused, restarted and reset like any group", async () => {
        group.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 10);
        group.pause();
        await viewer.tickAsync(20);
        expect([viewer.frame, viewer.player.isPlaying]).to.deep.equal([10, false]);
        group.restart();
        await viewer.tickUntilAsync(() => viewer.frame === 14);
        group.reset();
        await viewer.tickUntilAsync(() => viewer.frame === 2);
    });

    it("passes at the time scale of the scene", async () => {
        const { now } = Date;
        let time = now();
        Date.now = () => time;
        try {
            scene.useConstantAnimationDeltaTime = false;
            scene.animationTimeScale = 0.5;
            group.start(true);
            await viewer.tickUntilAsync(() => viewer.player.isPlaying);
            const before = viewer.player.currentTime;
            for (let i = 0; i < 50; i++) {
                time += 20;
                await viewer.tickAsync();
            }
            expect(viewer.player.currentTime - before).to.be.closeTo(0.5, 0.02);
        } finally {
            Date.now = now;
        }
    });

    it("comes after another group, and another comes after it", async () => {
        const order: string[] = [];
        const other = new AnimationGroup("other", scene);
        const animation = new Animation("x", "x", FPS, Animation.ANIMATIONTYPE_FLOAT, Animation.ANIMATIONLOOPMODE_CYCLE);
        animation.setKeys([
            { frame: 0, value: 0 },
            { frame: 9, value: 1 },
        ]);
        other.addTargetedAnimation(animation, { x: 0 });
        other.onAnimationGroupEndObservable.addOnce(() => {
            order.push("other");
            group.start(false, 1, 0, 9);
        });
        group.onAnimationGroupEndObservable.addOnce(() => {
            order.push("clip");
            other.start(false);
        });
        other.start(false);
        await viewer.tickUntilAsync(() => order.length === 2);
        expect(shownFrames()).to.deep.equal(range(1, 9));
        expect(order).to.deep.equal(["other", "clip"]);
        expect(other.isPlaying).to.equal(true);
    });

    it("keeps in step with another animation", async () => {
        const walker = { step: 0 };
        const animation = new Animation("step", "step", FPS, Animation.ANIMATIONTYPE_FLOAT, Animation.ANIMATIONLOOPMODE_CYCLE);
        animation.setKeys([
            { frame: 0, value: 0 },
            { frame: 120, value: 1 },
        ]);
        const root = scene.beginDirectAnimation(walker, [animation], 0, 120, true);
        group.start(true);
        group.syncAllAnimationsWith(root);
        await viewer.tickUntilAsync(() => viewer.frame > 20);
        await viewer.tickAsync(30);
        expect(viewer.player.currentTime / viewer.player.duration).to.be.closeTo(walker.step, 1e-3);
    });

    it("gives way to an animation that somebody begins on the playhead", async () => {
        const { player } = viewer;
        group.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 5);
        let isOver = false;
        const animatable = scene.beginAnimation(player.playhead, 20, 40, false, 1, () => (isOver = true));
        expect(group.isStarted).to.equal(false);
        await viewer.tickUntilAsync(() => viewer.frame >= 25);
        expect(player.isPlaying).to.equal(true);
        player.pause();
        expect([player.isPlaying, animatable.paused]).to.deep.equal([false, true]);
        await viewer.tickAsync();
        const { frame } = viewer;
        await viewer.tickAsync(10);
        expect(viewer.frame).to.equal(frame);
        expect(await viewer.seekAsync(30)).to.equal(true);
        player.play();
        viewer.shown.length = 0;
        await viewer.tickUntilAsync(() => isOver);
        await viewer.tickAsync(5);
        expect(shownFrames()).to.deep.equal(range(31, 40));
        player.stop();
        await viewer.tickUntilAsync(() => viewer.frame === 0);
    });

    it("has clones that run the same time", async () => {
        const clone = group.clone("copy");
        expect(clone).to.be.instanceOf(AnimationGroup);
        clone.start(true, 1, 30, 50);
        await viewer.tickUntilAsync(() => viewer.frame === 35);
        expect(viewer.player.isPlaying).to.equal(true);
        clone.stop();
        expect(viewer.player.isPlaying).to.equal(false);
    });

    it("has clones that can be played again after the player has stopped or paused them", async () => {
        const clone = group.clone("copy");
        clone.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 5);
        viewer.player.pause();
        expect(clone.isPlaying).to.equal(false);
        viewer.player.play();
        expect([clone.isPlaying, Boolean(group.isStarted)]).to.deep.equal([true, false]);
        await viewer.tickUntilAsync(() => viewer.frame === 10);
        viewer.player.stop();
        expect(clone.isStarted).to.equal(false);
        clone.play(true);
        await viewer.tickUntilAsync(() => viewer.frame === 8);
    });

    it("has clones that stay paused when frames that were awaited are there", async () => {
        const clone = group.clone("copy");
        clone.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 5);
        void viewer.player.seekFrameAsync(40);
        await viewer.tickUntilAsync(() => viewer.player.isBuffering);
        clone.pause();
        await viewer.tickAsync(20);
        expect([viewer.player.isPlaying, viewer.frame]).to.deep.equal([false, 40]);
    });

    it("has clones that tell the player of rounds and of the end, and end with it", async () => {
        let loops = 0;
        viewer.player.onLoopObservable.add(() => loops++);
        const clone = group.clone("copy");
        clone.start(true, 1, 0, 10);
        await viewer.tickUntilAsync(() => loops === 2);
        clone.loopAnimation = false;
        await viewer.tickUntilAsync(() => ended === 1);
        viewer.player.dispose();
        expect(scene.animationGroups).to.deep.equal([]);
    });
});
