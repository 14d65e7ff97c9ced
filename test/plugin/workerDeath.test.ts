import { expect } from "chai";
import type { DecodeRequest, DecodeResponse } from "../../loader/decodeProtocol.js";
import { DecodeSession } from "../../loader/decodeSession.js";
import { createScheduler } from "../../loader/scheduler.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectGenuine } from "../support/faultDriver.js";
import { digestsOf, HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

/** A worker that works on this thread, until it dies. */
class MortalWorker {
    public static Last: MortalWorker | undefined;
    public onmessage: ((event: { data: DecodeResponse }) => void) | null = null;
    public onerror: ((event: { message: string; preventDefault: () => void }) => void) | null = null;
    private _isDead = false;
    private readonly _session = new DecodeSession((response) => {
        const data = structuredClone(response);
        queueMicrotask(() => !this._isDead && this.onmessage?.({ data }));
    }, createScheduler());

    public constructor() {
        MortalWorker.Last = this;
    }

    public postMessage(request: DecodeRequest): void {
        const own = structuredClone(request);
        queueMicrotask(() => !this._isDead && this._session.handle(own));
    }

    public terminate(): void {
        this._isDead = true;
    }

    public die(): void {
        this._isDead = true;
        this.onerror?.({ message: "out of memory", preventDefault: () => {} });
    }
}

/** What this test replaces. */
const scope = globalThis as { Worker?: unknown };

describe("A player whose worker dies", () => {
    const browserWorker = scope.Worker;

    before(() => {
        scope.Worker = MortalWorker;
    });

    after(() => {
        scope.Worker = browserWorker;
    });

    it("tells so once, keeps what is on screen, and ends each seek with the same error", async () => {
        const { bytes } = await encodeFramesAsync(makeMovingFrames({ count: 10, frames: 12 }).frames, { segmentLength: 4, tracked: true });
        const headless = await HeadlessPlayer.OpenAsync(bytes, { useWorker: true });
        headless.player.play();
        await headless.tickUntilAsync(() => headless.frame === 4);
        expect(headless.player.usesWorker).to.equal(true);
        MortalWorker.Last!.die();
        await headless.tickAsync(100);
        expect(headless.errors.map(({ code, severity }) => `${code} ${severity}`)).to.deep.equal(["WORKER_FAILED fatal"]);
        const { frame } = headless;
        expect(await headless.seekAsync(10)).to.equal(false);
        await headless.tickAsync(100);
        expect([headless.frame, headless.errors.map(({ code }) => code)]).to.deep.equal([frame, ["WORKER_FAILED", "WORKER_FAILED"]]);
        expectGenuine(headless, digestsOf(bytes));
        headless.dispose();
    });
});
