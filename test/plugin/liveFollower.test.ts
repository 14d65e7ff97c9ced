import { expect } from "chai";
import { ClipStream } from "../../loader/clipStream.js";
import { StreamClipSource } from "../../loader/sources/streamClipSource.js";
import { findChunk, listChunks } from "../support/chunkTools.js";
import { FakeClock } from "../support/fakeClock.js";
import { HeadlessPlayer, TICK_MS } from "../support/headlessPlayer.js";
import { encodeLiveAsync } from "../support/liveFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const FPS = 30;
const SEGMENT = 10;
const SEGMENTS = 24;

/** A live clip whose segments come when they are told to. */
class LiveFeed {
    public readonly stream: ReadableStream<Uint8Array>;
    private _controller!: ReadableStreamDefaultController<Uint8Array>;
    private _at = 0;
    private readonly _ends: number[];

    public constructor(private readonly _bytes: Uint8Array) {
        this.stream = new ReadableStream({ start: (controller) => void (this._controller = controller) });
        this._ends = listChunks(_bytes)
            .filter(({ name }) => name === "SEGM" || name === "FEND")
            .map(({ offset }) => offset)
            .slice(1);
    }

    /** Sends all up to the end of a segment. */
    public sendTo(segment: number): void {
        this._send(this._ends[segment]);
    }

    /** Leaves segments out up to the beginning of one, as a relay does for a viewer that is slow. */
    public skipTo(segment: number): void {
        this._at = this._ends[segment - 1];
    }

    public end(): void {
        this._send(this._bytes.length);
        this._controller.close();
    }

    public breakOff(): void {
        this._controller.error(new Error("reset"));
    }

    private _send(end: number): void {
        this._controller.enqueue(this._bytes.slice(this._at, end));
        this._at = end;
    }
}

describe("A live clip in a player", () => {
    let clip: Uint8Array;
    let feed: LiveFeed;
    let headless: HeadlessPlayer;
    let ends: number;

    before(async () => {
        const { frames } = makeMovingFrames({ count: 20, frames: SEGMENT * SEGMENTS });
        clip = await encodeLiveAsync(frames, { segmentLength: SEGMENT, keyWindow: 1, tracked: true, effort: "fast", fps: FPS });
        expect(findChunk(clip, "FEND").end).to.equal(clip.length);
    });

    afterEach(() => headless.dispose());

    /** Joins with the first segment, of which the first frame may be told, and plays. */
    async function joinAsync(bytes = clip, first = 0): Promise<void> {
        const clock = new FakeClock();
        feed = new LiveFeed(bytes);
        feed.sendTo(0);
        headless = new HeadlessPlayer(await ClipStream.OpenAsync(new StreamClipSource(feed.stream, "live"), { clock }), clock);
        ends = 0;
        headless.player.onEndObservable.add(() => ends++);
        headless.player.play();
        await headless.tickUntilAsync(() => headless.frame === first);
    }

    const secondsAsync = (seconds: number): Promise<void> => headless.tickAsync(Math.round((1000 * seconds) / TICK_MS));
    const isInOrder = (): boolean => headless.shown.every(({ frame }, i) => i === 0 || frame > headless.shown[i - 1].frame);

    it("waits at the newest frame, and goes on with the next segment, without a frame left out", async () => {
        await joinAsync();
        await secondsAsync(1);
        expect([headless.frame, headless.player.isBuffering, headless.player.isPlaying]).to.deep.equal([SEGMENT - 1, true, true]);
        feed.sendTo(1);
        await secondsAsync(0.1);
        expect([headless.player.isBuffering, headless.player.speed, headless.player.streaming.isLive]).to.deep.equal([false, 1, true]);
        await headless.tickUntilAsync(() => headless.frame === 2 * SEGMENT - 1);
        expect(headless.shown.map(({ frame }) => frame)).to.deep.equal(Array.from({ length: 2 * SEGMENT }, (_, frame) => frame));
    });

    it("catches up by 5 % from three quarters of a second to half a second, at the speed that it had", async () => {
        await joinAsync();
        headless.player.speed = 1.1;
        feed.sendTo(3);
        await headless.tickAsync(2);
        expect(headless.player.speed).to.be.closeTo(1.1 * 1.05, 1e-9);
        await headless.tickUntilAsync(() => headless.player.streaming.latency < 0.51);
        expect(headless.player.speed).to.be.closeTo(1.1 * 1.05, 1e-9);
        await headless.tickAsync(2);
        expect(headless.player.speed).to.equal(1.1);
        expect([isInOrder(), headless.errors]).to.deep.equal([true, []]);
    });

    it("leaves a speed alone that is set while it catches up", async () => {
        await joinAsync();
        feed.sendTo(3);
        await headless.tickAsync(2);
        headless.player.speed = 2;
        await headless.tickUntilAsync(() => headless.player.streaming.latency < 0.4);
        expect(headless.player.speed).to.equal(2);
    });

    it("jumps to the newest segment from more than three seconds behind", async () => {
        await joinAsync();
        feed.sendTo(11);
        await headless.tickUntilAsync(() => headless.frame >= 11 * SEGMENT);
        expect(headless.shown.filter(({ frame }) => frame > 3 && frame < 11 * SEGMENT)).to.deep.equal([]);
        expect(headless.player.streaming.latency).to.be.below(0.5);
        expect([isInOrder(), headless.errors]).to.deep.equal([true, []]);
    });

    it("plays segments that are longer than that, and does not jump for ever", async () => {
        const { frames } = makeMovingFrames({ count: 20, frames: 240 });
        await joinAsync(await encodeLiveAsync(frames, { segmentLength: 120, keyWindow: 1, tracked: true, effort: "fast", fps: FPS }));
        await headless.tickUntilAsync(() => headless.frame === 119);
        expect(headless.shown.length).to.equal(120);
    });

    it("stays where it is while it is paused, and is with the newest again after", async () => {
        await joinAsync();
        headless.player.pause();
        const { frame } = headless;
        feed.sendTo(20);
        await secondsAsync(1);
        expect([headless.frame, headless.player.isPlaying]).to.deep.equal([frame, false]);
        headless.player.play();
        await headless.tickUntilAsync(() => headless.frame >= 20 * SEGMENT);
    });

    it("goes on behind segments that it was not sent", async () => {
        await joinAsync();
        feed.sendTo(2);
        feed.skipTo(4);
        feed.sendTo(5);
        await headless.tickUntilAsync(() => headless.frame === 6 * SEGMENT - 1);
        const shown = headless.shown.map(({ frame }) => frame);
        expect(shown).to.include.members([3 * SEGMENT - 1, 4 * SEGMENT]);
        expect(shown.filter((frame) => frame >= 3 * SEGMENT && frame < 4 * SEGMENT)).to.deep.equal([]);
        expect([isInOrder(), headless.errors]).to.deep.equal([true, []]);
    });

    it("ends once, when all of it was shown", async () => {
        await joinAsync();
        feed.sendTo(1);
        await secondsAsync(2);
        feed.skipTo(SEGMENTS - 1);
        feed.end();
        await headless.tickUntilAsync(() => ends > 0);
        await secondsAsync(1);
        const { isPlaying, isBuffering, streaming } = headless.player;
        expect({ ends, frame: headless.frame, isPlaying, isBuffering, isLive: streaming.isLive }).to.deep.equal({
            ...{ ends: 1, frame: SEGMENT * SEGMENTS - 1, isPlaying: false, isBuffering: false, isLive: false },
        });
        expect(headless.errors).to.deep.equal([]);
    });

    it("stands, with one error, where it breaks off, and can be looked at still", async () => {
        await joinAsync();
        feed.sendTo(1);
        await headless.tickUntilAsync(() => headless.frame === SEGMENT + 2);
        feed.breakOff();
        await secondsAsync(1);
        expect(headless.errors.map(({ code, severity }) => [code, severity])).to.deep.equal([["NETWORK", "fatal"]]);
        expect([headless.player.isPlaying, ends]).to.deep.equal([false, 0]);
        expect(headless.frame).to.be.within(SEGMENT + 2, SEGMENT + 3);
        expect([await headless.seekAsync(3), headless.frame]).to.deep.equal([true, 3]);
    });

    it("ends each time that it is played after its end, from wherever it was gone to", async () => {
        await joinAsync();
        feed.skipTo(SEGMENTS - 1);
        feed.end();
        await headless.tickUntilAsync(() => ends === 1);
        expect(await headless.seekAsync(SEGMENT * (SEGMENTS - 1) + 2)).to.equal(true);
        headless.player.play();
        await headless.tickUntilAsync(() => ends === 2);
        await secondsAsync(0.5);
        expect([ends, headless.frame, headless.player.isPlaying]).to.deep.equal([2, SEGMENT * SEGMENTS - 1, false]);
    });

    it("plays a part of it over and over, however far behind the newest frame that falls", async () => {
        await joinAsync();
        feed.sendTo(20);
        headless.player.animationGroup.stop();
        headless.player.animationGroup.start(true, 1, 2, 8);
        await secondsAsync(1);
        headless.shown.length = 0;
        await secondsAsync(1);
        expect([...new Set(headless.shown.map(({ frame }) => frame))].sort()).to.deep.equal([2, 3, 4, 5, 6, 7]);
        expect([headless.player.speed, headless.player.isBuffering]).to.deep.equal([1, false]);
    });

    it("has no range before the frame that it was joined at", async () => {
        const [first, fifth] = [0, 5].map((segment) => listChunks(clip).filter(({ name }) => name === "SEGM")[segment].offset);
        await joinAsync(Uint8Array.from([...clip.subarray(0, first), ...clip.subarray(fifth)]), 5 * SEGMENT);
        headless.player.range = { from: 0, to: Infinity };
        expect(headless.player.range.from).to.equal((5 * SEGMENT) / FPS);
        expect(await headless.seekAsync(0)).to.equal(true);
        expect([headless.frame, headless.errors]).to.deep.equal([5 * SEGMENT, []]);
    });
});
