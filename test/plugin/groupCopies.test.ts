import type { AnimationGroup } from "@babylonjs/core/Animations/animationGroup.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { expect } from "chai";
import type { FvvPlayer } from "../../plugin/fvvPlayer.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const FRAMES = 60;
const FPS = 30;

describe("What runs the time of a clip", () => {
    let bytes: Uint8Array<ArrayBuffer>;
    let viewer: HeadlessPlayer;
    let player: FvvPlayer;
    let group: AnimationGroup;
    let scene: Scene;
    let told: string[];

    before(async () => {
        const { frames } = makeMovingFrames({ count: 10, frames: FRAMES });
        const metadata = { cues: [{ time: 0.5, name: "middle" }] };
        bytes = (await encodeFramesAsync(frames, { segmentLength: 10, tracked: true, fps: FPS, metadata })).bytes;
    });

    beforeEach(async () => {
        viewer = await HeadlessPlayer.OpenAsync(bytes);
        await viewer.tickUntilAsync(() => viewer.frame === 0);
        player = viewer.player;
        group = player.animationGroup;
        scene = player.mesh.getScene();
        viewer.shown.length = 0;
        told = [];
        player.onEndObservable.add(() => told.push("end"));
        player.onLoopObservable.add(() => told.push("loop"));
        player.onCueObservable.add(({ name }) => told.push(name));
    });

    afterEach(() => {
        expect(viewer.errors).to.deep.equal([]);
        viewer.dispose();
    });

    /** The different ways to run it, each looping over all of the clip. */
    const ways: Record<string, () => void> = {
        "its group": () => group.start(true),
        "a copy of its group": () => group.clone("copy").start(true),
        "an animation of the playhead": () => scene.beginAnimation(player.playhead, 0, FRAMES, true),
    };

    for (const [way, start] of Object.entries(ways)) {
        describe(`where that is ${way}`, () => {
            beforeEach(async () => {
                start();
                await viewer.tickUntilAsync(() => viewer.frame === 20);
            });

            it("takes the player's speed, either way", async () => {
                player.speed = 3;
                const { currentTime } = player;
                await viewer.tickAsync(20);
                expect(player.currentTime - currentTime).to.be.closeTo((3 * 20 * 16) / 1000, 0.1);
                player.speed = -1;
                viewer.shown.length = 0;
                await viewer.tickAsync(20);
                expect([player.speed, viewer.shown.length > 5]).to.deep.equal([-1, true]);
                expect(viewer.shown.every(({ frame }, i, all) => i === 0 || frame <= all[i - 1].frame)).to.equal(true);
            });

            it("ends at the end of its round where the player does not loop any more", async () => {
                await viewer.tickUntilAsync(() => told.includes("loop"));
                player.loop = false;
                expect(player.loop).to.equal(false);
                await viewer.tickUntilAsync(() => told.includes("end"));
                await viewer.tickAsync(5);
                expect([viewer.frame, player.isPlaying]).to.deep.equal([FRAMES - 1, false]);
                expect(told).to.deep.equal(["middle", "loop", "middle", "end"]);
            });

            it("stays in the player's range, going on from where it is", async () => {
                let starts = 0;
                group.onAnimationGroupPlayObservable.add(() => starts++);
                player.range = { from: 0.5, to: 1 };
                viewer.shown.length = 0;
                await viewer.tickUntilAsync(() => told.filter((name) => name === "loop").length === 2);
                const frames = viewer.shown.map(({ frame }) => frame);
                expect([frames[0] > 20, Math.min(...frames), Math.max(...frames), starts]).to.deep.equal([true, 15, 29, 0]);
                expect(player.range).to.deep.equal({ from: 0.5, to: 1 });
            });

            it("is paused and stays so in a range that it is outside of, and goes on from its beginning", async () => {
                player.pause();
                player.range = { from: 1, to: 1.5 };
                await viewer.tickUntilAsync(() => viewer.frame === 30);
                expect(player.isPlaying).to.equal(false);
                player.play();
                await viewer.tickUntilAsync(() => viewer.frame === 33);
            });

            it("goes on from the end of a range that is before it, backwards", async () => {
                player.speed = -1;
                player.range = { from: 0, to: 0.5 };
                viewer.shown.length = 0;
                await viewer.tickUntilAsync(() => viewer.frame === 10);
                expect(Math.max(...viewer.shown.map(({ frame }) => frame))).to.equal(14);
                expect(told).to.not.include("loop");
            });

            it("tells rounds and cue points in each of them", async () => {
                await viewer.tickUntilAsync(() => told.filter((name) => name === "loop").length === 3);
                expect(told).to.deep.equal(["middle", "loop", "middle", "loop", "middle", "loop"]);
            });

            it("gives way to whatever is started after it, without an end", async () => {
                const other = group.clone("other");
                other.start(true, 1, 40, 50);
                viewer.shown.length = 0;
                await viewer.tickUntilAsync(() => told.includes("loop"));
                const frames = viewer.shown.map(({ frame }) => frame);
                expect([Math.min(...frames), scene.animatables.length, told.includes("end")]).to.deep.equal([40, 1, false]);
                other.pause();
                const { currentTime } = player;
                await viewer.tickAsync(10);
                expect([player.isPlaying, player.currentTime]).to.deep.equal([false, currentTime]);
            });
        });
    }

    it("is alone, also where what was started before is weighted, which ends nothing", async () => {
        group.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 30);
        for (let i = 0; i < 2; i++) {
            viewer.shown.length = 0;
            scene.beginWeightedAnimation(player.playhead, 0, FRAMES, 0.5, true);
            await viewer.tickUntilAsync(() => viewer.frame === 5);
            expect(player.currentTime).to.be.closeTo(5 / FPS, 1 / FPS);
            expect([player.mesh.fade, scene.animatables.length, group.isStarted, told]).to.deep.equal([0.5, 1, false, ["middle"]]);
        }
    });

    it("begins backwards without a round", async () => {
        await viewer.seekAsync(20);
        scene.beginAnimation(player.playhead, FRAMES, 0, true);
        await viewer.tickUntilAsync(() => viewer.frame === 10);
        expect(told).to.deep.equal(["middle"]);
        await viewer.tickUntilAsync(() => viewer.frame === 50);
        expect(told).to.deep.equal(["middle", "loop"]);
    });

    it("is not blended with the frame on screen", async () => {
        await viewer.seekAsync(40);
        group.enableBlending = true;
        group.start(true);
        await viewer.tickAsync(20);
        expect(player.currentTime).to.be.closeTo((20 * 16) / 1000, 1 / FPS);
    });

    it("has one weight, whoever sets it", () => {
        const copy = group.clone("copy");
        copy.weight = 0.5;
        expect([group.weight, copy.weight]).to.deep.equal([0.5, 0.5]);
        group.weight = -1;
        expect(copy.weight).to.equal(-1);
    });

    describe("takes no number that is none:", () => {
        const acts: Record<string, (value: number) => void> = {
            "playhead.value": (value) => (player.playhead.value = value),
            "group.goToFrame": (value) => group.goToFrame(value),
            "group.start from": (value) => group.stop().start(true, 1, value, 50),
            "group.start to": (value) => group.stop().start(true, 1, 10, value),
            "group.start speed": (value) => group.stop().start(true, value, 10, 50),
            "group.speedRatio": (value) => (group.speedRatio = value),
            "group.weight": (value) => (group.weight = value),
            "a range of the playhead": (value) => scene.beginAnimation(player.playhead, value, 50, true),
            "player.seekAsync": (value) =>
                void Promise.resolve(value)
                    .then((seconds) => player.seekAsync(seconds))
                    .catch(() => {}),
        };
        for (const [name, act] of Object.entries(acts)) {
            for (const isStarted of [false, true]) {
                it(`${name}, ${isStarted ? "while it runs" : "before it was started"}`, async () => {
                    if (isStarted) {
                        group.start(true);
                        await viewer.tickUntilAsync(() => viewer.frame === 20);
                    }
                    for (const value of [NaN, Infinity, -Infinity]) {
                        act(value);
                        await viewer.tickAsync(3);
                        const { currentTime, range, speed } = player;
                        expect([currentTime, range.from, range.to, speed, player.mesh.fade].every(Number.isFinite)).to.equal(true);
                        expect(currentTime).to.be.within(0, player.duration);
                    }
                    player.stop();
                    player.speed = 1;
                    player.play();
                    viewer.shown.length = 0;
                    await viewer.tickUntilAsync(() => viewer.frame === 55);
                    expect(new Set(viewer.shown.map(({ frame }) => frame)).size).to.be.above(40);
                });
            }
        }
    });
});
