import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import type { AnimationGroup } from "@babylonjs/core/Animations/animationGroup.js";
import { Scene } from "@babylonjs/core/scene.js";
import type { Observable } from "@babylonjs/core/Misc/observable.js";
import { expect } from "chai";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { loadFvvClipAsync } from "../../plugin/loadFvvClip.js";
import type { FvvPlayer } from "../../plugin/fvvPlayer.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const FRAMES = 30;
const FPS = 30;

type Event = "frame" | "cue" | "loop" | "end" | "state" | "group loop" | "group end" | "group play" | "group pause";

describe("A player that is told what to do by who is told of it", () => {
    let bytes: Uint8Array<ArrayBuffer>;
    let viewer: HeadlessPlayer;
    let player: FvvPlayer;
    let group: AnimationGroup;

    before(async () => {
        const { frames } = makeMovingFrames({ count: 10, frames: FRAMES });
        bytes = (await encodeFramesAsync(frames, { segmentLength: 10, tracked: true, fps: FPS, metadata: { cues: [{ time: 0.3, name: "cue" }] } })).bytes;
    });

    beforeEach(async () => {
        viewer = await HeadlessPlayer.OpenAsync(bytes);
        await viewer.tickUntilAsync(() => viewer.frame === 0);
        player = viewer.player;
        group = player.animationGroup;
    });

    afterEach(() => {
        expect(viewer.errors).to.deep.equal([]);
        viewer.dispose();
    });

    function observableOf(event: Event): Observable<never> {
        const all: Record<Event, unknown> = {
            frame: player.onFrameObservable,
            cue: player.onCueObservable,
            loop: player.onLoopObservable,
            end: player.onEndObservable,
            state: player.onPlayStateObservable,
            "group loop": group.onAnimationGroupLoopObservable,
            "group end": group.onAnimationGroupEndObservable,
            "group play": group.onAnimationGroupPlayObservable,
            "group pause": group.onAnimationGroupPauseObservable,
        };
        return all[event] as Observable<never>;
    }

    const events: Event[] = ["frame", "cue", "loop", "end", "state", "group loop", "group end", "group play", "group pause"];
    const acts: Record<string, () => void> = {
        dispose: () => player.mesh.dispose(),
        stop: () => player.stop(),
        "group.stop": () => group.stop(),
        seek: () => void player.seekFrameAsync(25),
        restart: () => (player.stop(), player.play()),
        range: () => (player.range = { from: 0.1, to: 0.4 }),
    };
    for (const event of events) {
        for (const [name, act] of Object.entries(acts)) {
            it(`${name} when told of ${event}`, async () => {
                let count = 0;
                let isTold = false;
                observableOf(event).add(() => {
                    isTold = true;
                    if (++count === 1) {
                        act();
                    }
                });
                player.loop = !event.includes("end");
                player.play();
                await viewer.tickAsync(2);
                if (event === "group pause") {
                    player.pause();
                }
                await viewer.tickUntilAsync(() => isTold);
                await viewer.tickAsync(3);
                if (name === "dispose") {
                    count = 0;
                    await viewer.tickAsync(20);
                    expect([count, player.isPlaying, player.mesh.getScene().animatables.length]).to.deep.equal([0, false, 0]);
                    return;
                }
                if (name.endsWith("stop")) {
                    expect(player.isPlaying).to.equal(event === "group play" && name === "stop" ? player.isPlaying : false);
                }
                // Whatever it was, it can be played and gone about in.
                expect(await viewer.seekAsync(5)).to.equal(true);
                player.loop = true;
                player.play();
                await viewer.tickUntilAsync(() => viewer.frame === 8);
            });
        }
    }

    it("plays again when it has ended, round for round", async () => {
        let ends = 0;
        player.loop = false;
        player.onEndObservable.add(() => (ends++, player.play()));
        player.play();
        await viewer.tickUntilAsync(() => ends === 3);
        expect(player.isPlaying).to.equal(true);
    });

    it("ends once a start, where who is told of the end starts it again", async () => {
        const ends: number[] = [];
        player.onEndObservable.add(() => {
            ends.push(Math.round(player.currentTime * FPS));
            if (ends.length < 4) {
                group.start(false, 1, 5 * ends.length, 5 * ends.length + 3);
                expect([group.isPlaying, group.animatables.length]).to.deep.equal([true, 1]);
            }
        });
        group.start(false, 1, 0, 3);
        await viewer.tickUntilAsync(() => ends.length === 2);
        expect([group.isPlaying, group.animatables.length]).to.deep.equal([true, 1]);
        await viewer.tickAsync(60);
        expect([ends, player.isPlaying, group.isStarted]).to.deep.equal([[3, 8, 13, 18], false, false]);
    });

    it("is stopped by its group, though who is told of the end starts that again", async () => {
        group.onAnimationGroupEndObservable.add(() => group.start(true));
        player.play();
        await viewer.tickUntilAsync(() => viewer.frame === 5);
        group.stop();
        expect([group.isStarted, player.isPlaying, player.mesh.getScene().animatables.length]).to.deep.equal([false, false, 0]);
        player.play();
        await viewer.tickUntilAsync(() => viewer.frame === 12);
        expect([group.isPlaying, group.animatables.length]).to.deep.equal([true, 1]);
    });

    it("tells each round once, where who is told of one sets the range of the next", async () => {
        const ranges = [
            [0.5, 1],
            [0, 0.5],
        ];
        const begun: number[] = [];
        player.onLoopObservable.add(() => {
            const [from, to] = ranges[begun.length % 2];
            player.range = { from, to };
            begun.push(viewer.shown.length);
        });
        player.play();
        await viewer.tickUntilAsync(() => begun.length === 4);
        const frames = viewer.shown.map(({ frame }) => frame);
        const rounds = begun.slice(1).map((end, i) => frames.slice(begun[i], end));
        expect(rounds.map((round) => [round[0], round.at(-1)])).to.deep.equal([
            [15, 29],
            [0, 14],
            [15, 29],
        ]);
    });

    it("ends with the round in which somebody told of the last one has it loop no more", async () => {
        let ends = 0;
        player.onLoopObservable.addOnce(() => (player.loop = false));
        player.onEndObservable.add(() => ends++);
        player.play();
        await viewer.tickUntilAsync(() => ends === 1);
        expect(viewer.shown.filter(({ frame }) => frame === 20)).to.have.length(2);
    });

    it("stops in the copy of its group that is disposed while it runs", async () => {
        const copy = group.clone("copy");
        copy.start(true);
        await viewer.tickUntilAsync(() => viewer.frame === 5);
        copy.dispose();
        expect([player.isPlaying, player.mesh.getScene().animatables.length]).to.deep.equal([false, 0]);
        player.play();
        await viewer.tickUntilAsync(() => viewer.frame === 8);
    });

    it("goes to the first frame of its own range when it is stopped in another", async () => {
        player.range = { from: 0.1, to: 0.9 };
        group.start(true, 1, 10, 20);
        await viewer.tickUntilAsync(() => viewer.frame === 15);
        player.stop();
        await viewer.tickUntilAsync(() => viewer.frame === 3);
        expect(player.range).to.deep.equal({ from: 0.1, to: 0.9 });
    });

    for (const [from, to] of [
        [100, 200],
        [-50, -10],
        [10, 200],
        [-10, 20],
    ]) {
        it(`takes what is no frame of the clip for its ends: ${from} to ${to}`, async () => {
            const within = (frame: number, other: number): number => (frame >= 0 && frame <= FRAMES ? frame : other);
            for (const start of [() => group.start(true, 1, from, to), () => player.mesh.getScene().beginAnimation(player.playhead, from, to, true)]) {
                let loops = 0;
                const observer = player.onLoopObservable.add(() => loops++);
                start();
                viewer.shown.length = 0;
                await viewer.tickUntilAsync(() => loops === 2);
                const shown = viewer.shown.slice(3).map(({ frame }) => frame);
                expect(Math.min(...shown)).to.equal(within(from, 0));
                expect(Math.max(...shown)).to.be.within(Math.min(within(to, FRAMES), FRAMES) - 1, within(to, FRAMES));
                observer.remove();
                player.stop();
            }
        });
    }

    it("stands at speed 0, and goes on either way", async () => {
        player.speed = 0;
        player.play();
        await viewer.tickAsync(10);
        expect([player.isPlaying, player.currentFrame]).to.deep.equal([true, 0]);
        player.speed = 1;
        await viewer.tickUntilAsync(() => viewer.frame === 12);
        player.speed = -1;
        await viewer.tickUntilAsync(() => viewer.frame === 10);
        player.speed = 0;
        viewer.shown.length = 0;
        await viewer.tickAsync(10);
        expect(viewer.shown.length).to.be.at.most(1);
        player.speed = -1;
        await viewer.tickUntilAsync(() => viewer.frame === 8);
    });

    it("plays from the end when it is stopped and its speed is negative", async () => {
        player.speed = -1;
        player.play();
        viewer.shown.length = 0;
        await viewer.tickUntilAsync(() => viewer.frame === FRAMES - 5);
        expect(viewer.shown.map(({ frame }) => frame)).to.deep.equal([29, 28, 27, 26, 25]);
    });

    it("stands while the scene's time does, and goes on backwards where it did", async () => {
        const scene = player.mesh.getScene();
        player.speed = -1;
        player.play();
        await viewer.tickUntilAsync(() => viewer.frame === 20);
        scene.useConstantAnimationDeltaTime = false;
        scene.animationTimeScale = 0;
        viewer.shown.length = 0;
        const { stalls } = player.statistics;
        await viewer.tickAsync(10);
        expect([viewer.shown.length <= 1, player.isPlaying]).to.deep.equal([true, true]);
        scene.useConstantAnimationDeltaTime = true;
        scene.animationTimeScale = 1;
        await viewer.tickUntilAsync(() => viewer.frame === 15);
        expect(player.statistics.stalls).to.equal(stalls);
    });

    it("is of its own scene, whatever another does", async () => {
        const other = await HeadlessPlayer.OpenAsync(bytes);
        await other.tickUntilAsync(() => other.frame === 0);
        other.player.play();
        player.play();
        await viewer.tickUntilAsync(() => viewer.frame === 10);
        expect(other.frame).to.equal(0);
        other.dispose();
        await viewer.tickUntilAsync(() => viewer.frame === 15);
    });

    it("is not loaded into a scene that is disposed meanwhile", async () => {
        const engine = new NullEngine();
        engine.getCaps().maxTextureSize = 4096;
        const scene = new Scene(engine);
        const loading = loadFvvClipAsync(new MemoryClipSource(bytes, "clip"), scene, { useWorker: false });
        scene.dispose();
        await expectErrorAsync(() => loading, "DISPOSED");
        engine.dispose();
    });
});
