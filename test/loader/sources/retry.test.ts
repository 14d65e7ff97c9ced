import { expect } from "chai";
import { FvvError } from "../../../format/fvvError.js";
import { readWithRetriesAsync, RETRY_DEFAULTS, type IRetriedRead, type IRetryOptions } from "../../../loader/sources/retry.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { FakeClock } from "../../support/fakeClock.js";
import { passUntilAsync } from "../../support/servedPlayer.js";

type Attempt = IRetriedRead["attempt"];

const FAIL: Attempt = () => Promise.reject(new FvvError("NETWORK", "The server is away; try again"));
const HANG: Attempt = () => new Promise(() => {});

describe("readWithRetriesAsync", () => {
    let clock: FakeClock;
    /** Time and first byte of each attempt. */
    let attempts: { time: number; start: number }[];
    let read: number[];

    beforeEach(() => {
        clock = new FakeClock();
        attempts = [];
        read = [];
    });

    /** Reads from byte 100, by attempts in turn; the last one goes on. */
    function readAsync(
        script: readonly Attempt[],
        policy: IRetryOptions = {},
        { random = 0.5, goElsewhere = (): boolean => false, signal = new AbortController().signal } = {},
    ): Promise<void> {
        const attempt: Attempt = (start, inner, onPart) => {
            attempts.push({ time: clock.now(), start });
            return script[Math.min(attempts.length, script.length) - 1](start, inner, onPart);
        };
        const options = { signal, onPart: (bytes: Uint8Array) => void read.push(...bytes) };
        return passUntilAsync(
            clock,
            readWithRetriesAsync({ attempt, goElsewhere }, 100, options, { ...RETRY_DEFAULTS, ...policy }, clock, () => random),
        );
    }

    /** Sends bytes, one after another, some time apart, then ends or fails. */
    function send(count: number, apart: number, end: Attempt = () => Promise.resolve()): Attempt {
        return async (start, signal, onPart) => {
            for (let i = 0; i < count; i++) {
                await clock.delayAsync(apart, signal);
                onPart(Uint8Array.of(start + i));
            }
            await end(start, signal, onPart);
        };
    }

    function waits(): number[] {
        return attempts.slice(1).map(({ time }, i) => time - attempts[i].time);
    }

    it("waits twice as long after each failure, up to a most", async () => {
        const error = await expectErrorAsync(() => readAsync([FAIL], { attempts: 7 }), "NETWORK");
        expect(waits()).to.deep.equal([500, 1000, 2000, 4000, 8000, 8000]);
        expect(error.where.retries).to.equal(6);
    });

    it("varies waits by half, up and down", async () => {
        await expectErrorAsync(() => readAsync([FAIL], { attempts: 3 }, { random: 0 }), "NETWORK");
        expect(waits()).to.deep.equal([250, 500]);
        attempts = [];
        await expectErrorAsync(() => readAsync([FAIL], { attempts: 3 }, { random: 1 }), "NETWORK");
        expect(waits()).to.deep.equal([750, 1500]);
    });

    it("waits as long as it is asked to, up to a most", async () => {
        const busy =
            (retryAfterMs: number): Attempt =>
            () =>
                Promise.reject(new FvvError("NETWORK", "busy", { status: 429, retryAfterMs }));
        await readAsync([busy(3000), busy(100), busy(60_000), send(1, 10)]);
        expect(waits()).to.deep.equal([3000, 1000, 8000]);
    });

    it("goes on after the last byte, and counts failures anew then", async () => {
        await readAsync([FAIL, send(3, 10, FAIL), FAIL, send(2, 10, FAIL), send(1, 10)], { attempts: 3 });
        expect(attempts.map(({ start }) => start)).to.deep.equal([100, 100, 103, 103, 105]);
        expect(read).to.deep.equal([100, 101, 102, 103, 104, 105]);
        expect(waits().map((wait) => Math.round(wait / 500))).to.deep.equal([1, 1, 2, 1]);
    });

    it("gives an attempt up without a first byte, and without a next one", async () => {
        await readAsync([HANG, send(2, 10, HANG), send(1, 10)]);
        const [first, second] = waits();
        expect(first).to.be.within(10_500, 10_600);
        expect(second).to.be.within(5500, 5700);
        expect(read).to.deep.equal([100, 101, 102]);
    });

    it("hears no more of an attempt that it has given up", async () => {
        let late = (): void => {};
        const deaf: Attempt = (start, _, onPart) => {
            late = () => onPart(Uint8Array.of(start));
            return new Promise(() => {});
        };
        const after: Attempt = (start, signal, onPart) => {
            late();
            return send(1, 10)(start, signal, onPart);
        };
        await readAsync([deaf, after]);
        expect(read).to.deep.equal([100]);
    });

    it("gives all up when the time for the whole is over, however well it goes on", async () => {
        await expectErrorAsync(() => readAsync([send(1000, 1000)], { totalMs: 20_000 }), "NETWORK");
        expect([read.length, attempts.length]).to.deep.equal([20, 1]);
        expect(clock.now()).to.be.within(20_000, 20_100);
    });

    for (const [name, error] of [
        ["404", new FvvError("NETWORK", "no", { status: 404 })],
        ["403", new FvvError("NETWORK", "no", { status: 403 })],
        ["SOURCE_CHANGED", new FvvError("SOURCE_CHANGED", "other")],
        ["TRUNCATED", new FvvError("TRUNCATED", "end")],
        ["what is no FvvError", new RangeError("odd")],
    ] as const) {
        it(`does not try ${name} again, but elsewhere at once`, async () => {
            const fail: Attempt = () => Promise.reject(error);
            const thrown: unknown = await readAsync([fail]).catch((caught: unknown) => caught);
            expect([thrown, attempts.length]).to.deep.equal([error, 1]);
            attempts = [];
            await readAsync([fail, fail, send(1, 10)], {}, { goElsewhere: () => true });
            expect(waits()).to.deep.equal([0, 0]);
        });
    }

    it("tries all statuses again that may pass", async () => {
        const statuses = [408, 429, 500, 502, 503, 504];
        await readAsync(
            [
                ...statuses.map(
                    (status): Attempt =>
                        () =>
                            Promise.reject(new FvvError("NETWORK", "no", { status })),
                ),
                send(1, 1),
            ],
            { attempts: 9 },
        );
        expect(attempts.length).to.equal(statuses.length + 1);
    });

    it("ends with ABORTED at once: before, in an attempt and in a wait", async () => {
        for (const [script, ms] of [
            [[HANG], 0],
            [[HANG], 100],
            [[FAIL], 100],
        ] as const) {
            const abort = new AbortController();
            const whole = readAsync(script, {}, { signal: abort.signal });
            const made = attempts.length;
            if (ms === 0) {
                abort.abort();
            } else {
                void clock.delayAsync(ms, new AbortController().signal).then(() => abort.abort());
            }
            const begin = clock.now();
            await expectErrorAsync(() => whole, "ABORTED");
            expect(clock.now() - begin).to.be.at.most(ms + 50);
            expect(attempts.length - made).to.equal(0);
        }
    });
});
