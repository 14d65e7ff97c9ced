import { expect } from "chai";
import { RETRY_DEFAULTS } from "../../loader/sources/retry.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { errorsOf, expectGenuine, expectPlaysAsync } from "../support/faultDriver.js";
import { digestsOf, type FrameDigest } from "../support/headlessPlayer.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { servePlayerAsync, type IServedOptions, type IServedPlayer } from "../support/servedPlayer.js";

const FRAMES = 24;

/** All bytes in order, whatever is asked for. */
const WHOLE = { ignoresRange: true, bytesPerSecond: 500_000 };

describe("A player whose server has no range requests", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let digests: FrameDigest[];
    let served: IServedPlayer | undefined;

    before(async () => {
        // More than is read at once for the head.
        clip = (await encodeFramesAsync(withIds(makeMovingFrames({ count: 1200, frames: FRAMES, turnover: 0.1 })), { segmentLength: 4 })).bytes;
        expect(clip.length).to.be.above(2 * 65536);
        digests = digestsOf(clip);
    });

    afterEach(() => {
        served?.headless.dispose();
        served = undefined;
    });

    /** A player that has its first frame. */
    async function serveAsync(options: IServedOptions): Promise<IServedPlayer> {
        const made = (served = await servePlayerAsync(clip, options));
        await made.headless.tickUntilAsync(() => made.headless.frame === 0);
        return made;
    }

    /** Plays all, then elsewhere, without any error. */
    async function expectPlaysOnAsync(made: IServedPlayer): Promise<void> {
        await expectPlaysAsync(made.headless, 0, FRAMES - 1);
        await expectPlaysAsync(made.headless, 5, 14);
        await expectPlaysAsync(made.headless, 1, 3);
        expect(errorsOf(made)).to.deep.equal([]);
        expectGenuine(made.headless, digests);
    }

    it("plays in order, seeks back, and asks once", async () => {
        const made = await serveAsync({ script: () => WHOLE });
        await expectPlaysOnAsync(made);
        expect(made.server.requests.length).to.equal(1);
    });

    it("seeks far ahead, however long the bytes between take", async () => {
        const made = await serveAsync({ script: () => ({ ...WHOLE, bytesPerSecond: 2000 }), fetch: { retry: { attempts: 1 } } });
        const { headless, clock, server } = made;
        const begin = clock.now();
        let isShown: boolean | undefined;
        void headless.player.seekFrameAsync(FRAMES - 2).then((answer) => (isShown = answer));
        await headless.tickUntilAsync(() => isShown !== undefined, 12_000);
        expect([isShown, errorsOf(made)]).to.deep.equal([true, []]);
        expect(clock.now() - begin, "time to the first byte").to.be.above(2 * RETRY_DEFAULTS.firstByteMs);
        expect(server.requests.length).to.equal(1);
        await expectPlaysOnAsync(made);
    });

    for (const [name, answer] of [
        ["breaks", { breaksAfter: 90_000 }],
        ["stalls", { stallsAfter: 90_000 }],
        ["breaks in the head", { breaksAfter: 100 }],
        ["stalls in the head", { stallsAfter: 100 }],
    ] as const) {
        it(`begins again where the stream ${name}`, async () => {
            const made = await serveAsync({ script: (_, number) => (number === 0 ? { ...WHOLE, ...answer } : WHOLE) });
            await expectPlaysOnAsync(made);
            expect(made.server.requests.length).to.equal(2);
        });
    }

    it("ends with one SOURCE_CHANGED where it begins again and is another file", async () => {
        const made = await serveAsync({ script: (_, number) => (number === 0 ? { ...WHOLE, breaksAfter: 90_000 } : { ...WHOLE, headers: { ETag: '"2"' } }) });
        const { headless } = made;
        headless.player.play();
        await headless.tickUntilAsync(() => headless.errors.length > 0);
        await headless.tickAsync(100);
        expect(errorsOf(made)).to.deep.equal(["SOURCE_CHANGED fatal"]);
        headless.player.pause();
        await expectPlaysAsync(headless, 1, 6);
        expectGenuine(headless, digests);
    });

    it("goes over to reading in order where ranges stop working", async () => {
        const made = await serveAsync({ script: (_, number) => (number === 0 ? {} : WHOLE) });
        await expectPlaysOnAsync(made);
        const open = made.server.requests.filter(({ sent, isAborted }) => !isAborted && sent < clip.length);
        expect(open.length, "connections left open").to.be.at.most(1);
    });
});
