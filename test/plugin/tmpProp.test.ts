import { expect } from "chai";
import fc from "fast-check";
import { ClipStream } from "../../loader/clipStream.js";
import type { ILadder } from "../../loader/ladder.js";
import { UrlClipSource } from "../../loader/sources/urlClipSource.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { FakeClock } from "../support/fakeClock.js";
import { FakeServer, type IAnswer } from "../support/fakeServer.js";
import { expectGenuine } from "../support/faultDriver.js";
import { digestsOf, HeadlessPlayer, type FrameDigest } from "../support/headlessPlayer.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { playActions, type IFault, type PlayAction } from "../support/playScript.js";

const FRAMES = 16;
const FPS = 30;
/** Longer than a seek with all its requests, on a network that is well, ticks. */
const SEEK_TICKS = 200;
/** Waits are short, so that faults with all their attempts fit between the actions. */
const RETRY = { attempts: 2, delayMs: 20, maxDelayMs: 60, firstByteMs: 120, stallMs: 60, totalMs: 1000 };

/** What was found by many more runs, and stays mended. */
const FOUND: [PlayAction[], number, number][] = [
    // An error that nobody waited for was kept, and stopped play later.
    [
        [
            { type: "seek", share: 0.75, mode: "exact" },
            { type: "fault", count: 2, answer: { latencyMs: 90 } },
            { type: "rendition", value: 1 },
            { type: "fault", count: 2, answer: { status: 404 } },
            { type: "play" },
            { type: "wait", ticks: 11 },
            { type: "speed", value: 3 },
            { type: "fault", count: 1, answer: { isRefused: true } },
            { type: "rendition", value: null },
            { type: "seek", share: 0.5, mode: "exact" },
        ],
        0,
        1 << 20,
    ],
    // Parts of a segment came by turns of two renditions.
    [
        [
            { type: "rendition", value: 2 },
            { type: "fault", count: 2, answer: { endsAfter: 333 } },
            { type: "wait", ticks: 1 },
            { type: "loop", value: true },
            { type: "seek", share: 0.75, mode: "exact" },
            { type: "wait", ticks: 1 },
        ],
        12,
        3000,
    ],
];

/** A player of a ladder, and its network. */
class Stage {
    public readonly clock = new FakeClock();
    public readonly headless: HeadlessPlayer;
    private _faults: IFault[] = [];

    private constructor(
        servers: FakeServer[],
        clock: FakeClock,
        public readonly stream: ClipStream,
    ) {
        this.clock = clock;
        this.headless = new HeadlessPlayer(stream, clock);
        servers.forEach((server) => (server.script = () => this._answer(server.file)));
    }

    public static async OpenAsync(clips: readonly Uint8Array[], maxBytes: number): Promise<Stage> {
        const clock = new FakeClock();
        const servers = clips.map((clip) => new FakeServer(clock, clip));
        const sources = servers.map(({ fetch }, i) => new UrlClipSource(`https://clips.example/${i}.fvv`, { fetch, clock, retry: RETRY }));
        const renditions = clips.map(({ length }, i) => ({ url: `${i}.fvv`, byteLength: length, bitrate: 8000 * (i + 1), peakBitrate: 8000 * (i + 1), splats: 40 }));
        const ladder: ILadder = { renditions, sources };
        return new Stage(servers, clock, await ClipStream.OpenLadderAsync(ladder, { clock, buffer: { aheadSeconds: 0.3, resumeSeconds: 0.1, maxBytes } }));
    }

    public async runAsync(action: PlayAction): Promise<void> {
        const { player } = this.headless;
        switch (action.type) {
            case "play":
            case "pause":
            case "stop":
                player[action.type]();
                break;
            case "seek":
                void player.seekFrameAsync(Math.floor(action.share * FRAMES), action.mode);
                break;
            case "speed":
                player.speed = action.value;
                break;
            case "loop":
                player.loop = action.value;
                break;
            case "range": {
                const from = Math.floor(action.from * FRAMES);
                player.range = { from: from / FPS, to: (from + 1 + Math.floor(action.share * (FRAMES - from))) / FPS };
                break;
            }
            case "rendition":
                player.streaming.fixedRendition = action.value;
                break;
            case "wait":
                await this.headless.tickAsync(action.ticks);
                break;
            case "fault":
                this._faults.push({ ...action });
                break;
        }
        await this.headless.tickAsync();
    }

    /** The network is well from now on, for requests on their way too. */
    public async endFaultsAsync(): Promise<void> {
        this._faults = [];
        await this.headless.tickUntilAsync(() => this.stream.isIdle);
    }

    /** Whether a frame may be lost: damage was found in it or before it in its segment. */
    public isDamaged(frame: number): boolean {
        return this.headless.errors.some(({ category, where }) => {
            const entry = this.stream.segments[where.segment ?? -1];
            return (category === "format" || category === "limit") && entry && frame >= (where.frame ?? entry.firstFrame) && frame < entry.firstFrame + entry.frameCount;
        });
    }

    private _answer(file: Uint8Array): IAnswer {
        const [fault] = this._faults;
        if (!fault) {
            return {};
        }
        if (--fault.count === 0) {
            this._faults.shift();
        }
        if (fault.flipAt === undefined) {
            return fault.answer;
        }
        const damaged = Uint8Array.from(file);
        damaged[Math.floor(fault.flipAt * file.length)] ^= 16;
        return { file: damaged };
    }
}

describe("A player, whatever is done with it", () => {
    const clips: Uint8Array[] = [];
    const digests: FrameDigest[][] = [];

    before(async () => {
        const frames = withIds(makeMovingFrames({ count: 8, frames: FRAMES, turnover: 0.1 }));
        for (const error of [4, 2, 1]) {
            const { bytes } = await encodeFramesAsync(frames, { segmentLength: 4, keyWindow: 2, positionError: 0.002 * error, colorError: 2 * error });
            clips.push(bytes);
            digests.push(digestsOf(bytes));
        }
        expect(new Set(digests.map(([first]) => first)).size).to.equal(3);
    });

    it("shows each frame as it is, never a mix, and never stays stuck", async () => {
        const seen = { shown: 0, errors: 0, renditions: new Set<number>() };
        await fc.assert(
            fc.asyncProperty(
                fc.array(playActions(3), { minLength: 4, maxLength: 14 }),
                fc.nat(FRAMES - 1),
                fc.constantFrom(3000, 1 << 20),
                async (actions, last, maxBytes) => {
                    const stage = await Stage.OpenAsync(clips, maxBytes);
                    const { headless } = stage;
                    try {
                        for (const action of actions) {
                            await stage.runAsync(action);
                        }
                        await stage.endFaultsAsync();
                        headless.player.range = { from: 0, to: FRAMES / FPS };
                        headless.player.loop = true;
                        for (const frame of [last, (last * 7 + 3) % FRAMES]) {
                            await expectSeekAsync(stage, frame);
                        }
                        await expectRunsAsync(stage);
                        expectGenuine(headless, ...digests);
                    } finally {
                        seen.shown += headless.shown.length;
                        seen.errors += headless.errors.length;
                        headless.shown.forEach(({ rendition }) => seen.renditions.add(rendition));
                        headless.dispose();
                    }
                },
            ),
            { numRuns: 12000, examples: FOUND },
        );
        // The sequences reach what they are to test.
        expect(seen.shown).to.be.above(5000);
        expect(seen.errors).to.be.above(15);
        expect(seen.renditions.size).to.equal(3);
    });

    /** Seeks on a network that is well: the frame is shown, unless damage was found there. */
    async function expectSeekAsync(stage: Stage, frame: number): Promise<void> {
        const { headless } = stage;
        let outcome: boolean | undefined;
        let shown = -1;
        void headless.player.seekFrameAsync(frame).then((isShown) => {
            outcome = isShown;
            shown = headless.frame;
        });
        for (let tick = 0; outcome === undefined && tick < SEEK_TICKS; tick++) {
            await headless.tickAsync();
        }
        if (!stage.isDamaged(frame)) {
            expect([outcome, shown], `seek to ${frame}; ${headless.errors.map(({ message }) => message).join(" | ")}`).to.deep.equal([true, frame]);
        }
        expect(outcome, `seek to ${frame} ends`).to.not.equal(undefined);
    }

    /** Plays on a network that is well: frames come one after the other. */
    async function expectRunsAsync(stage: Stage): Promise<void> {
        const { headless } = stage;
        headless.player.speed = 1;
        headless.player.play();
        const known = headless.shown.length;
        const isBroken = headless.errors.some(({ category }) => category === "format" || category === "limit");
        for (let tick = 0; headless.shown.length < known + 6 && tick < SEEK_TICKS; tick++) {
            await headless.tickAsync();
        }
        expect(headless.shown.length - known, "frames shown when all is well").to.be.at.least(isBroken ? 1 : 6);
    }
});
