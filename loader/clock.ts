import { FvvError } from "../format/fvvError.js";

/** Time, as all waiting of the loader sees it. */
export interface IClock {
    /** Milliseconds since some moment. */
    now(): number;
    /** Settles after some milliseconds; rejects with ABORTED when the signal says so first. */
    delayAsync(ms: number, signal: AbortSignal): Promise<void>;
}

/** The time of the machine. */
export const SYSTEM_CLOCK: IClock = {
    now: () => performance.now(),
    delayAsync: (ms, signal) =>
        new Promise((resolve, reject) => {
            const stop = (): void => {
                clearTimeout(timer);
                reject(abortedError());
            };
            const timer = setTimeout(() => {
                signal.removeEventListener("abort", stop);
                resolve();
            }, ms);
            signal.addEventListener("abort", stop, { once: true });
            if (signal.aborted) {
                stop();
            }
        }),
};

/** What a wait or a read that nobody wants any more ends with. */
export function abortedError(): FvvError {
    return new FvvError("ABORTED", "The request was aborted; load the clip again if it is still wanted");
}
