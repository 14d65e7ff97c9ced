import { FvvError } from "../../format/fvvError.js";
import { abortedError, type IClock } from "../clock.js";

/** How often and how long a read is tried. */
export interface IRetryOptions {
    /** Most attempts in a row without a single byte. Default 6. */
    attempts?: number;
    /** Wait after the first failure, ms; it doubles with each, and varies by half up and down so that many players do not come back at once. Default 500. */
    delayMs?: number;
    /** Longest wait, ms, also where a server asks for a longer one. Default 8,000. */
    maxDelayMs?: number;
    /** Longest wait for the first byte, ms. Default 10,000. */
    firstByteMs?: number;
    /** Longest wait for the next byte, ms. Default 5,000. */
    stallMs?: number;
    /** Longest time for a whole read, with all its attempts, ms. Default 120,000. */
    totalMs?: number;
}

/** Defaults of {@link IRetryOptions}. */
export const RETRY_DEFAULTS: Readonly<Required<IRetryOptions>> = { attempts: 6, delayMs: 500, maxDelayMs: 8000, firstByteMs: 10_000, stallMs: 5000, totalMs: 120_000 };

/** What is read in attempts. */
export interface IRetriedRead {
    /** One attempt: reads from a byte on, tells of the bytes that come. */
    attempt: (start: number, signal: AbortSignal, onPart: (bytes: Uint8Array) => void) => Promise<void>;
    /** Told of each failure; whether the next attempt goes elsewhere, and can be made at once. */
    goElsewhere: () => boolean;
}

/**
 * Reads in as many attempts as it takes; each goes on after the last byte that has come.
 * @param read what to try
 * @param start first byte
 * @param options whom to tell of bytes, and how to stop
 * @param policy how often and how long
 * @param clock time
 * @param random 0 to 1, for the variation of waits
 */
export async function readWithRetriesAsync(
    read: IRetriedRead,
    start: number,
    { signal, onPart }: { signal: AbortSignal; onPart: (bytes: Uint8Array) => void },
    policy: Required<IRetryOptions>,
    clock: IClock,
    random: () => number = Math.random,
): Promise<void> {
    const endTime = clock.now() + policy.totalMs;
    let at = start;
    let retries = 0;
    for (let failures = 0; ;) {
        try {
            await attemptInTimeAsync(
                (inner, onTimedPart) =>
                    read.attempt(at, inner, (bytes) => {
                        // An attempt that was given up may still have something to say.
                        if (!inner.aborted) {
                            at += bytes.length;
                            failures = 0;
                            onTimedPart();
                            onPart(bytes);
                        }
                    }),
                signal,
                policy,
                endTime,
                clock,
            );
            return;
        } catch (error) {
            throwIfAborted(signal);
            const isElsewhere = read.goElsewhere();
            failures += isElsewhere ? 0 : 1;
            if ((!isRetryable(error) && !isElsewhere) || failures >= policy.attempts || clock.now() >= endTime) {
                throw withRetries(error, retries);
            }
            retries++;
            if (!isElsewhere) {
                await clock.delayAsync(waitAfter(error, failures, policy, random), signal);
            }
        }
    }
}

/** Ends an attempt that takes too long. */
async function attemptInTimeAsync(
    attempt: (signal: AbortSignal, onPart: () => void) => Promise<void>,
    signal: AbortSignal,
    { firstByteMs, stallMs }: Required<IRetryOptions>,
    endTime: number,
    clock: IClock,
): Promise<void> {
    const inner = new AbortController();
    const stop = (): void => inner.abort();
    signal.addEventListener("abort", stop, { once: true });
    let deadline = Math.min(clock.now() + firstByteMs, endTime);
    const onPart = (): void => {
        deadline = Math.min(clock.now() + stallMs, endTime);
    };
    try {
        throwIfAborted(signal);
        await Promise.race([attempt(inner.signal, onPart), overdueAsync(() => deadline, stallMs, clock, inner.signal)]);
    } finally {
        signal.removeEventListener("abort", stop);
        inner.abort();
    }
}

/** Rejects once a deadline has passed, which may move: with a byte, to no sooner than some time from then. */
async function overdueAsync(deadline: () => number, soonestMs: number, clock: IClock, signal: AbortSignal): Promise<void> {
    for (let left = deadline() - clock.now(); left > 0; left = deadline() - clock.now()) {
        await clock.delayAsync(Math.min(left, soonestMs), signal);
    }
    throw new FvvError("NETWORK", "No bytes came for too long; check the connection, or allow more time (retry options)");
}

/** Whether the same request can end better another time: a broken connection, a server that is busy or failing. */
function isRetryable(error: unknown): boolean {
    if (!(error instanceof FvvError) || error.code !== "NETWORK") {
        return false;
    }
    const { status } = error.where;
    return status === undefined || status === 408 || status === 429 || status >= 500;
}

function waitAfter(error: unknown, failures: number, { delayMs, maxDelayMs }: Required<IRetryOptions>, random: () => number): number {
    const asked = error instanceof FvvError ? (error.where.retryAfterMs ?? 0) : 0;
    const grown = delayMs * 2 ** (failures - 1) * (0.5 + random());
    return Math.min(Math.max(asked, grown), maxDelayMs);
}

function withRetries(error: unknown, retries: number): unknown {
    return error instanceof FvvError && retries > 0 ? new FvvError(error.code, error.detail, { ...error.where, retries }) : error;
}

function throwIfAborted({ aborted }: AbortSignal): void {
    if (aborted) {
        throw abortedError();
    }
}
