import { expect } from "chai";
import { readClipHead, type IClipHead } from "../../format/clipHead.js";
import type { ISegmentEntry } from "../../format/clipIndex.js";
import { resolveLimits } from "../../format/limits.js";
import { FRAMES_AHEAD } from "../../loader/frameFeed.js";
import { RETRY_DEFAULTS } from "../../loader/sources/retry.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import type { IAnswer } from "../support/fakeServer.js";
import { errorsOf, expectGenuine, expectPlaysAsync, onlyFor, playThroughAsync } from "../support/faultDriver.js";
import { digestsOf, type FrameDigest } from "../support/headlessPlayer.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { CLIP_URL, servePlayerAsync, type IServedOptions, type IServedPlayer } from "../support/servedPlayer.js";

const FRAMES = 20;
/** The segment that is troubled, and its first frame. */
const TROUBLED = 2;
const FIRST = 8;

describe("A player whose network fails", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let digests: FrameDigest[];
    let segments: readonly ISegmentEntry[];
    let part: { from: number; to: number };
    let served: IServedPlayer | undefined;

    before(async () => {
        clip = (await encodeFramesAsync(withIds(makeMovingFrames({ count: 20, frames: FRAMES, turnover: 0.1 })), { segmentLength: 4 })).bytes;
        digests = digestsOf(clip);
        segments = (readClipHead(clip, resolveLimits(), true) as IClipHead).segments!;
        const { offset, byteLength } = segments[TROUBLED];
        part = { from: offset, to: offset + byteLength };
    });

    afterEach(() => {
        served?.headless.dispose();
        served = undefined;
    });

    /** A player that has its first frame. */
    async function serveAsync(options: IServedOptions = {}): Promise<IServedPlayer> {
        const made = (served = await servePlayerAsync(clip, options));
        await made.headless.tickUntilAsync(() => made.headless.frame === 0);
        return made;
    }

    /** A player, where requests for a segment are answered by a script. */
    function troubleAsync(answer: (number: number) => IAnswer, options: IServedOptions = {}): Promise<IServedPlayer> {
        return serveAsync({ ...options, script: onlyFor(part, answer) });
    }

    /** Times between the requests for the troubled segment. */
    function waits({ server }: IServedPlayer): number[] {
        const times = server.requests.filter(({ start }) => start >= part.from && start < part.to).map(({ time }) => time);
        return times.slice(1).map((time, i) => time - times[i]);
    }

    /** Plays all, without any error, then again from elsewhere. */
    async function expectPlaysOnAsync(made: IServedPlayer): Promise<void> {
        await playThroughAsync(made.headless);
        expect(new Set(made.headless.shown.map(({ frame }) => frame)).size, "frames shown").to.equal(FRAMES);
        await expectPlaysAsync(made.headless, 5, 14);
        expect(errorsOf(made)).to.deep.equal([]);
        expectGenuine(made.headless, digests);
    }

    /** Plays up to one error that ends it, goes elsewhere and plays there; then, with the network well again, everywhere. */
    async function expectOneErrorAsync(made: IServedPlayer, code: string): Promise<void> {
        const { headless, server } = made;
        headless.player.play();
        await headless.tickUntilAsync(() => headless.errors.length > 0, 12_000);
        await headless.tickAsync(100);
        expect(errorsOf(made)).to.deep.equal([`${code} fatal`]);
        expect(headless.errors[0].where.segment).to.equal(TROUBLED);
        // A frame is asked for some frames ahead of time.
        expect(headless.frame).to.be.within(FIRST - FRAMES_AHEAD, FIRST - 1);
        headless.player.pause();
        await expectPlaysAsync(headless, 1, FIRST - FRAMES_AHEAD - 1);
        await expectPlaysAsync(headless, 13, 18);
        expect(errorsOf(made).length, "errors elsewhere").to.equal(1);
        server.script = () => ({});
        await expectPlaysAsync(headless, 6, 14);
        expect(errorsOf(made).length, "errors once all is well").to.equal(1);
        expectGenuine(headless, digests);
    }

    for (const status of [403, 404, 410]) {
        it(`${status} is an error at once, and only where its frames are wanted`, async () => {
            const made = await troubleAsync(() => ({ status }));
            await expectOneErrorAsync(made, "NETWORK");
            expect(made.headless.errors[0].where).to.include({ status }).and.not.have.property("retries");
        });
    }

    it("waits as long as 429 asks", async () => {
        const made = await troubleAsync((number) => (number < 2 ? { status: 429, headers: { "Retry-After": "3" } } : {}));
        await expectPlaysOnAsync(made);
        waits(made).forEach((wait) => expect(wait).to.be.within(3000, 3050));
        expect(waits(made).length).to.equal(2);
    });

    it("waits until the date that 503 names, but no longer than the options allow", async () => {
        const made = await troubleAsync((number) => (number < 1 ? { status: 503, headers: { "Retry-After": new Date(Date.now() + 3_600_000).toUTCString() } } : {}));
        await expectPlaysOnAsync(made);
        expect(waits(made)[0]).to.be.within(RETRY_DEFAULTS.maxDelayMs, RETRY_DEFAULTS.maxDelayMs + 50);
    });

    const passing: [string, IAnswer][] = [
        ["500", { status: 500 }],
        ["503", { status: 503 }],
        ["408", { status: 408 }],
        ["no connection", { isRefused: true }],
        ["an answer that never comes", { latencyMs: 1e9 }],
        ["a stall", { stallsAfter: 300, partBytes: 100 }],
        ["a stall before the first byte", { stallsAfter: 0 }],
        ["a connection that breaks", { breaksAfter: 300, partBytes: 100 }],
        ["an answer that ends early", { endsAfter: 300, partBytes: 100 }],
        ["another range than asked for", { headers: { "Content-Range": "bytes 0-9/6000" } }],
    ];
    for (const [name, answer] of passing) {
        it(`plays on after ${name}, twice`, async () => {
            await expectPlaysOnAsync(await troubleAsync((number) => (number < 2 ? answer : {})));
        });

        it(`${name} without end is one error after all attempts, and play works again`, async () => {
            const made = await troubleAsync(() => answer, { fetch: { retry: { attempts: 3, maxDelayMs: 500, firstByteMs: 1000, stallMs: 1000 } } });
            if (answer.breaksAfter ?? answer.endsAfter ?? answer.stallsAfter) {
                // Each attempt brings some bytes, so it comes in the end.
                await expectPlaysOnAsync(made);
            } else {
                await expectOneErrorAsync(made, "NETWORK");
                expect(made.headless.errors[0].where.retries).to.equal(2);
            }
        });
    }

    for (const [name, answer] of [
        ["stalled", { stallsAfter: 300, partBytes: 100 }],
        ["broken", { breaksAfter: 300, partBytes: 100 }],
        ["ended early", { endsAfter: 300, partBytes: 100 }],
    ] as const) {
        it(`goes on after the last byte where an answer has ${name}`, async () => {
            const made = await troubleAsync((number) => (number < 2 ? answer : {}));
            await expectPlaysOnAsync(made);
            const own = made.server.requests.filter(({ start }) => start >= part.from && start < part.to);
            expect(own.map(({ start, end }) => [start - part.from, end])).to.deep.equal([0, 300, 600].map((start) => [start, part.to]));
        });
    }

    it("gives up a drip when the time for the whole is over", async () => {
        const made = await troubleAsync(() => ({ partBytes: 1, bytesPerSecond: 1 }), { fetch: { retry: { totalMs: 20_000 } } });
        await expectOneErrorAsync(made, "NETWORK");
        made.server.requests.filter(({ start }) => start === part.from).forEach(({ sent }) => expect(sent).to.be.within(18, 21));
    });

    it("plays from a server that hides its headers from other origins", async () => {
        const headers = { "Content-Range": null, ETag: null, "Content-Length": null };
        await expectPlaysOnAsync(await serveAsync({ script: () => ({ headers }) }));
    });

    it("ends with one SOURCE_CHANGED when the file is replaced", async () => {
        await expectOneErrorAsync(await troubleAsync(() => ({ headers: { ETag: '"2"' } })), "SOURCE_CHANGED");
        served?.headless.dispose();
        await expectOneErrorAsync(await troubleAsync(() => ({ file: clip.subarray(0, clip.length - 1), headers: { ETag: null } })), "SOURCE_CHANGED");
    });

    it("out of attempts, it plays on by itself when play is called again", async () => {
        const made = await troubleAsync(() => ({ isRefused: true }), { fetch: { retry: { attempts: 2 } } });
        const { headless, server } = made;
        headless.player.play();
        await headless.tickUntilAsync(() => headless.errors.length > 0);
        headless.player.pause();
        server.script = () => ({});
        headless.player.play();
        await headless.tickUntilAsync(() => headless.frame === 19);
        expect(errorsOf(made)).to.deep.equal(["NETWORK fatal"]);
        expectGenuine(headless, digests);
    });

    it("fetches ahead again, after an outage", async () => {
        const made = await serveAsync({
            fetch: { retry: { attempts: 1 } },
            stream: { buffer: { aheadSeconds: 0.2 } },
            script: (_, number) => ({ isRefused: number > 0 }),
        });
        const { headless, server } = made;
        headless.player.play();
        await headless.tickUntilAsync(() => headless.errors.length > 0);
        headless.player.pause();
        server.script = () => ({});
        await expectPlaysAsync(headless, 0, 2);
        await headless.tickAsync(30);
        expect(made.stream.store.get(0, 1)?.available).to.equal(segments[1].byteLength);
        expect(headless.player.streaming.bufferedSeconds * 30).to.be.above(5);
    });

    describe("with other addresses of the file", () => {
        const second = "https://mirror.example/clip.fvv";
        const fetch = { alternativeUrls: [second] };

        for (const [name, answer] of [
            ["is dead", { isRefused: true }],
            ["has no file", { status: 404 }],
            ["fails", { status: 500 }],
        ] as const) {
            it(`plays from the second where the first ${name}`, async () => {
                const made = await serveAsync({ fetch, script: ({ url }) => (url === CLIP_URL ? answer : {}) });
                await expectPlaysOnAsync(made);
                expect(made.server.requests.filter(({ url }) => url === CLIP_URL).length).to.equal(1);
            });

            it(`goes on at the second, at once, when the first ${name} after the head`, async () => {
                const made = await serveAsync({ fetch, script: ({ url }, number) => (url === CLIP_URL && number > 0 ? answer : {}) });
                await expectPlaysOnAsync(made);
                expect(made.clock.now()).to.be.below(5000);
                // At most the three that were under way together.
                expect(made.server.requests.slice(1).filter(({ url }) => url === CLIP_URL).length).to.be.within(1, 3);
            });
        }

        it("tries all of them as often as one", async () => {
            const made = await troubleAsync(() => ({ status: 500 }), { fetch: { ...fetch, retry: { attempts: 3, maxDelayMs: 500 } } });
            await expectOneErrorAsync(made, "NETWORK");
        });

        it("does not put together what is of another length", async () => {
            const other = clip.subarray(0, clip.length - 1);
            const made = await serveAsync({ fetch, script: ({ url }, number) => (number === 0 ? {} : url === CLIP_URL ? { status: 404 } : { file: other }) });
            made.headless.player.play();
            await made.headless.tickUntilAsync(() => made.headless.errors.length > 0);
            expect(errorsOf(made)).to.deep.equal(["SOURCE_CHANGED fatal"]);
        });
    });
});
