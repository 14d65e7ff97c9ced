import { expect } from "chai";
import { describeRendition } from "../../encoder/index.js";
import { writeLadderManifest } from "../../format/ladderManifest.js";
import { ClipStream } from "../../loader/clipStream.js";
import { fetchLadderAsync } from "../../loader/ladder.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { FakeClock } from "../support/fakeClock.js";
import { FakeNetwork } from "../support/fakeNetwork.js";
import { digestsOf, HeadlessPlayer, TICK_MS, type FrameDigest } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const FPS = 10;
const SECONDS = 26;
/** Splats of the renditions, which differ in nothing else. */
const SPLATS = [150, 500, 1600];
/** Where no more than this comes, in terms of the rate of the smallest rendition, no other fits. */
const HEADROOM = 2;

describe("A ladder in a player", () => {
    let files: Record<string, Uint8Array>;
    /** Megabits a second of each rendition. */
    let rates: number[];
    let digests: FrameDigest[][];
    let clock: FakeClock;
    let network: FakeNetwork;
    let headless: HeadlessPlayer;
    let stallsBefore: number;

    before(async () => {
        files = {};
        digests = [];
        const renditions = [];
        for (const [i, count] of SPLATS.entries()) {
            const { frames } = makeMovingFrames({ count, frames: FPS * SECONDS });
            const { bytes, report } = await encodeFramesAsync(frames, { tracked: true, segmentLength: 5, keyWindow: 1, effort: "fast", fps: FPS });
            renditions.push(describeRendition(`clip-${i}.fvv`, report, FPS, 50));
            files[`clip-${i}.fvv`] = bytes;
            digests.push(digestsOf(bytes));
        }
        rates = renditions.map(({ bitrate }) => bitrate / 1e6);
        expect([rates[1] / rates[0], rates[2] / rates[1]].every((step) => step > HEADROOM)).to.equal(true);
        files["clip.fvvm"] = new TextEncoder().encode(writeLadderManifest({ renditions }));
    });

    afterEach(() => headless.dispose());

    async function openAsync(mbps: number): Promise<void> {
        clock = new FakeClock();
        network = new FakeNetwork(files, clock);
        const options = { clock, fetch: network.fetch };
        const stream = await ClipStream.OpenLadderAsync(await fetchLadderAsync("http://host/clip.fvvm", options, {}), { clock });
        network.mbps = mbps;
        network.latencyMs = 20;
        headless = new HeadlessPlayer(stream, clock);
        headless.player.loop = false;
        headless.player.play();
        // Filling the buffer at the beginning is no stall.
        await headless.tickUntilAsync(() => headless.frame > 1);
        stallsBefore = headless.player.statistics.stalls;
    }

    const stalls = (): number => headless.player.statistics.stalls - stallsBefore;

    const secondsAsync = (seconds: number): Promise<void> => headless.tickAsync(Math.round((1000 * seconds) / TICK_MS));
    const renditionsFrom = (at: number): number[] => headless.shown.slice(at).map(({ rendition }) => rendition);

    it("begins with the smallest and goes up as far as the bandwidth allows", async () => {
        await openAsync(20 * rates[2]);
        expect(headless.shown[0].rendition).to.equal(0);
        await headless.tickUntilAsync(() => headless.player.streaming.rendition === 2);
        await secondsAsync(5);
        expect(new Set(renditionsFrom(-2 * FPS))).to.deep.equal(new Set([2]));
        expect([stalls(), headless.errors]).to.deep.equal([0, []]);
    });

    it("shows of each rendition what is in it, wherever it changes", async () => {
        await openAsync(20 * rates[2]);
        await secondsAsync(12);
        expect(new Set(renditionsFrom(0)).size).to.be.above(1);
        for (const { frame, rendition, digest } of headless.shown) {
            expect(digest === digests[rendition][frame], `frame ${frame} of rendition ${rendition}`).to.equal(true);
        }
    });

    it("goes down when the network does, without a stall where the smallest fits", async () => {
        await openAsync(20 * rates[2]);
        await headless.tickUntilAsync(() => headless.player.streaming.rendition === 2);
        network.mbps = HEADROOM * rates[0];
        await headless.tickUntilAsync(() => headless.player.streaming.rendition === 0);
        await secondsAsync(10);
        expect(new Set(renditionsFrom(-2 * FPS))).to.deep.equal(new Set([0]));
        expect([stalls(), headless.errors]).to.deep.equal([0, []]);
    });

    it("stays with the smallest where no other fits, without a stall", async () => {
        await openAsync(HEADROOM * rates[0]);
        await secondsAsync(20);
        expect(new Set(renditionsFrom(0))).to.deep.equal(new Set([0]));
        expect([stalls(), headless.errors]).to.deep.equal([0, []]);
    });

    it("goes no higher than it is told", async () => {
        await openAsync(20 * rates[2]);
        headless.player.streaming.highestRendition = 1;
        await headless.tickUntilAsync(() => headless.player.streaming.rendition > 0);
        await secondsAsync(3);
        expect(new Set(renditionsFrom(-2 * FPS))).to.deep.equal(new Set([1]));
    });

    it("keeps to the rendition that it is told, but plays what is in memory", async () => {
        await openAsync(20 * rates[2]);
        headless.player.streaming.fixedRendition = 1;
        await headless.tickUntilAsync(() => headless.player.streaming.rendition === 1);
        await secondsAsync(3);
        expect(new Set(renditionsFrom(-2 * FPS))).to.deep.equal(new Set([1]));
        headless.player.streaming.fixedRendition = 0;
        await headless.tickUntilAsync(() => headless.player.streaming.rendition === 0);
        await secondsAsync(3);
        expect(new Set(renditionsFrom(-2 * FPS))).to.deep.equal(new Set([0]));
    });
});
