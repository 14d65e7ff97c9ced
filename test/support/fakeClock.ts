import { abortedError, type IClock } from "../../loader/clock.js";

interface IWait {
    at: number;
    resolve: () => void;
}

/** Time that passes when it is told to. */
export class FakeClock implements IClock {
    private _now = 0;
    private readonly _waits: IWait[] = [];

    public now(): number {
        return this._now;
    }

    public delayAsync(ms: number, signal: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            const wait = { at: this._now + ms, resolve };
            const stop = (): void => {
                this._waits.splice(this._waits.indexOf(wait), 1);
                reject(abortedError());
            };
            if (signal.aborted) {
                reject(abortedError());
                return;
            }
            signal.addEventListener("abort", stop, { once: true });
            wait.resolve = () => {
                signal.removeEventListener("abort", stop);
                resolve();
            };
            this._waits.push(wait);
        });
    }

    /** Lets time pass; whoever waits that long goes on. */
    public pass(ms: number): void {
        this._now += ms;
        for (const wait of this._waits.filter(({ at }) => at <= this._now).sort((a, b) => a.at - b.at)) {
            this._waits.splice(this._waits.indexOf(wait), 1);
            wait.resolve();
        }
    }
}
