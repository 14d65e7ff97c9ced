import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { median } from "../../bench/codec/statistics.js";
import { FPS, SEGMENT } from "../live/liveClip.js";
import { startFvv, type IFvvProcess } from "../support/runFvv.js";
import { useTemporaryFolder } from "../support/temporaryFolder.js";
import { expectNoErrors, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { IWatched, LivePageApi } from "./pages/livePage.js";

const FRAMES = 180;
/** Frame at whose time the second viewer joins. */
const LATE = 95;

/** A process that films, and when its frames were there. */
interface IPublisher {
    process: ChildProcess;
    /** When each frame was there, as `Date.now()` gives it. */
    times: number[];
    /** Kept when a frame is there. */
    frameAsync: (number: number) => Promise<void>;
}

describe("Live, from a process that films through one that serves to a player", () => {
    const folder = useTemporaryFolder();
    const publishers: ChildProcess[] = [];
    let serving: IFvvProcess;
    let session: IPageSession<LivePageApi>;
    let server: string;

    beforeEach(async () => {
        server = await new Promise((resolve) => {
            serving = startFvv(["serve", folder(), "--port", "0"], (text) => {
                const url = /at (http:\S+)\//.exec(text)?.[1];
                return url && resolve(url);
            });
        });
        session = await openSessionAsync<LivePageApi>("livePage", server);
        await session.call.start("webgl2");
    });

    afterEach(async () => {
        publishers.splice(0).forEach((publisher) => publisher.kill("SIGKILL"));
        serving.kill("SIGKILL");
        expectNoErrors(session);
        await session.page.close();
    });

    function publish(url: string, frames: number): IPublisher {
        const seed = Date.now() % 1e6;
        const process_ = spawn(process.execPath, ["--import", "tsx", "test/live/pushLive.ts", url, String(frames), String(seed)], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        publishers.push(process_);
        const times: number[] = [];
        const waiting: { number: number; resolve: () => void }[] = [];
        createInterface({ input: process_.stdout }).on("line", (line) => {
            const [number, time] = line.split(" ").map(Number);
            times[number] = time;
            waiting.filter((wait) => wait.number <= number).forEach(({ resolve }) => resolve());
        });
        return { process: process_, times, frameAsync: (number) => new Promise((resolve) => waiting.push({ number, resolve })) };
    }

    /** Kept when a server has a clip. */
    async function publishedAsync(url: string): Promise<void> {
        while (!(await fetch(url, { method: "HEAD" })).ok);
    }

    /** Kept when what a viewer has seen is so. */
    async function untilAsync(name: string, isSo: (watched: IWatched) => boolean): Promise<IWatched> {
        for (;;) {
            const watched = await session.call.watched(name);
            if (isSo(watched)) {
                return watched;
            }
            await session.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
        }
    }

    it("is seen under a second later, in order, by those who come late at once, to its end", async function () {
        const url = `${server}/live/stage.fvv`;
        const { times, frameAsync } = publish(url, FRAMES);
        await publishedAsync(url);
        await session.call.watch("first", url);
        await frameAsync(LATE);
        await session.call.watch("late", url);
        for (const name of ["first", "late"]) {
            const { shown, joinedAt, errors, frame, isPlaying, isLive } = await untilAsync(name, ({ ends }) => ends > 0);
            const frames = shown.map((one) => one.frame);
            const latency = median(shown.map((one) => one.at - times[one.frame]));
            console.log(
                `      ${name}: latency ${Math.round(latency)} ms, ${frames.length} frames from ${frames[0]}, first picture after ${shown[0].at - joinedAt} ms, ${shown[0].at - times[frames[0]]} old`,
            );
            expect(latency, "median of the latency, ms").to.be.below(1000);
            expect(frames).to.deep.equal([...new Set(frames)].sort((a, b) => a - b));
            // Nothing was left out on the way, but what a slow machine passes over.
            expect(frames.length).to.be.above((frames[frames.length - 1] - frames[0]) / 3);
            expect({ errors, frame, isPlaying, isLive }).to.deep.equal({ errors: [], frame: FRAMES - 1, isPlaying: false, isLive: false });
            // The newest segment that was whole when it joined comes first.
            const newest = times.findLastIndex((time) => time <= joinedAt);
            expect(frames[0]).to.be.at.least(newest - (2 * SEGMENT + FPS / 2));
        }
        expect((await session.call.watched("first")).ends).to.equal(1);
        expect(await session.call.leave("first")).to.deep.equal({ meshes: 1, groups: 1 });
        expect(await session.call.leave("late")).to.deep.equal({ meshes: 0, groups: 0 });
    });

    it("stays on screen, with one error, when the publisher dies", async () => {
        const url = `${server}/live/stage.fvv`;
        const publisher = publish(url, 1e6);
        await publishedAsync(url);
        await session.call.watch("viewer", url);
        await untilAsync("viewer", ({ shown }) => shown.length > SEGMENT);
        publisher.process.kill("SIGKILL");
        const { errors, ends, frame, isPlaying, shown } = await untilAsync("viewer", (watched) => watched.errors.length > 0);
        expect([errors, ends, isPlaying]).to.deep.equal([["NETWORK"], 0, false]);
        expect(frame).to.equal(shown[shown.length - 1].frame);
        expect(await session.call.leave("viewer")).to.deep.equal({ meshes: 0, groups: 0 });
    });
});
