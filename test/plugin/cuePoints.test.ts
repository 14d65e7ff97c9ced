import { expect } from "chai";
import fc from "fast-check";
import { isCuePoint, MAX_CUE_POINTS, readCuePoints, type ICuePoint } from "../../format/cuePoints.js";
import type { FvvPlayer } from "../../plugin/fvvPlayer.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeFrame } from "../support/makeFrame.js";

const FPS = 20;
const FRAMES = 20;
/** At the beginning, between frames, on a frame, at the end, and beyond it. */
const CUES: readonly ICuePoint[] = [
    { time: 0, name: "begin" },
    { time: 0.23, name: "between" },
    { time: 0.5, name: "middle", colour: "red" },
    { time: 0.98, name: "late" },
    { time: 1, name: "end" },
    { time: 1.2, name: "never" },
];
const ALL = ["begin", "between", "middle", "late", "end"];

describe("Cue points", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let headless: HeadlessPlayer;
    let player: FvvPlayer;
    let told: string[];

    before(async () => {
        const frames = Array.from({ length: FRAMES }, () => makeFrame(6));
        clip = (await encodeFramesAsync(frames, { fps: FPS, segmentLength: 5, tracked: true, metadata: { cues: [...CUES] } })).bytes;
    });

    beforeEach(async () => {
        headless = await HeadlessPlayer.OpenAsync(clip);
        player = headless.player;
        told = [];
        player.onCueObservable.add(({ name }) => told.push(name));
        await headless.tickUntilAsync(() => headless.frame === 0);
    });

    afterEach(() => headless.dispose());

    for (const [how, again] of [
        ["stop and play", () => (player.stop(), player.play())],
        ["a group that is stopped and started", () => player.animationGroup.stop().start(true)],
    ] as const) {
        it(`are told anew after ${how}, however early`, async () => {
            player.play();
            await headless.tickUntilAsync(() => told.length === 2);
            again();
            await headless.tickUntilAsync(() => told.length >= 4, 60);
            expect(told).to.deep.equal(["begin", "between", "begin", "between"]);
        });
    }

    for (const speed of [0.3, 1, 2.7, 12, 100]) {
        it(`are told once each when the clip plays through at ${speed}`, async () => {
            player.loop = false;
            player.speed = speed;
            player.play();
            await headless.tickUntilAsync(() => !player.isPlaying);
            await headless.tickAsync(3);
            expect(told).to.deep.equal(ALL);
        });

        it(`are told once each in reverse at ${-speed}`, async () => {
            await headless.seekAsync(FRAMES - 1);
            player.loop = false;
            player.speed = -speed;
            player.play();
            await headless.tickUntilAsync(() => !player.isPlaying);
            await headless.tickAsync(3);
            expect(told).to.deep.equal(["middle", "between", "begin"]);
        });
    }

    for (const speed of [1, 3.3, -1, -3.3]) {
        it(`are told once a round where it loops at ${speed}`, async () => {
            let loops = 0;
            player.onLoopObservable.add(() => loops++);
            player.speed = speed;
            player.play();
            await headless.tickUntilAsync(() => loops === 4);
            const round = speed > 0 ? ALL : [...ALL].reverse();
            const first = told.indexOf(round[0], 1);
            expect(told.slice(first, first + 2 * ALL.length)).to.deep.equal([...round, ...round]);
        });
    }

    it("are not told by seeks, but when time goes on from there", async () => {
        for (const frame of [15, 3, 10]) {
            await headless.seekAsync(frame);
        }
        expect(told).to.deep.equal([]);
        player.play();
        await headless.tickUntilAsync(() => headless.frame === 12);
        expect(told).to.deep.equal(["middle"]);
        await headless.seekAsync(4);
        expect(told).to.deep.equal(["middle"]);
        await headless.tickUntilAsync(() => headless.frame === 6);
        expect(told).to.deep.equal(["middle", "between"]);
    });

    it("are told once where a master clock puts time back a little", async () => {
        player.loop = false;
        player.play();
        await headless.tickUntilAsync(() => told.includes("middle"));
        player.masterClock = { currentTime: 0.4 };
        await headless.tickAsync(2);
        player.masterClock = null;
        await headless.tickUntilAsync(() => !player.isPlaying);
        expect(told).to.deep.equal(ALL);
    });

    it("stay in the range that is played", async () => {
        player.range = { from: 0.4, to: 0.7 };
        let loops = 0;
        player.onLoopObservable.add(() => loops++);
        player.play();
        await headless.tickUntilAsync(() => loops === 3);
        await headless.tickAsync();
        expect(told).to.deep.equal(["middle", "middle", "middle"]);
    });

    it("pause with the clip, and say nothing when it is stopped", async () => {
        player.play();
        await headless.tickUntilAsync(() => headless.frame === 6);
        player.pause();
        await headless.tickAsync(50);
        player.stop();
        await headless.tickAsync(5);
        expect(told).to.deep.equal(["begin", "between"]);
    });

    it("are added and removed while the clip plays, also by who is told of one", async () => {
        player.loop = false;
        const added = { time: 0.6, name: "added" };
        player.onCueObservable.add((cue) => {
            if (cue.name === "between") {
                player.cues.add(added);
                expect(player.cues.remove(player.cues.get("late"))).to.equal(true);
            }
        });
        player.play();
        await headless.tickUntilAsync(() => !player.isPlaying);
        expect(told).to.deep.equal(["begin", "between", "middle", "added", "end"]);
        expect(player.cues.remove({ ...added })).to.equal(false);
        await expectErrorAsync(() => player.cues.add({ time: -1, name: "x" }), "BAD_OPTION");
    });

    it("can be gone to", async () => {
        let isShown: boolean | undefined;
        void player.seekToCueAsync("middle").then((value) => (isShown = value));
        await headless.tickUntilAsync(() => isShown !== undefined);
        expect([isShown, headless.frame, player.cues.get("middle").colour]).to.deep.equal([true, 10, "red"]);
        await expectErrorAsync(() => player.seekToCueAsync("nowhere"), "BAD_OPTION");
    });

    it("of a file are checked: what is none is left out", () => {
        expect(
            readCuePoints([{ time: 2, name: "b" }, null, 3, "x", {}, { time: "1", name: "c" }, { time: NaN, name: "d" }, { time: 1, name: "a", colour: 1 }]),
        ).to.deep.equal([
            { time: 1, name: "a", colour: 1 },
            { time: 2, name: "b" },
        ]);
        for (const cues of [undefined, null, "cues", 5, {}, { length: 1e9 }]) {
            expect(readCuePoints(cues)).to.deep.equal([]);
        }
        expect(readCuePoints(Array.from({ length: MAX_CUE_POINTS + 10 }, (_, i) => ({ time: i, name: "x" }))).length).to.equal(MAX_CUE_POINTS);
        fc.assert(fc.property(fc.jsonValue(), (value) => readCuePoints(value).every(isCuePoint)));
    });
});
