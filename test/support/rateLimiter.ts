import { SYSTEM_CLOCK, type IClock } from "../../loader/clock.js";

/** Milliseconds by which a sender may be late and catch up: timers are late by some. Who comes later than that was idle, and has saved up nothing. */
const LAG_MS = 20;

/** Lets bytes pass at a rate, whoever sends them: callers take turns. */
export class RateLimiter {
    private _freeAt = 0;

    /**
     * @param mbps megabits a second; Infinity: as fast as they come
     * @param _clock time
     */
    public constructor(
        public mbps: number,
        private readonly _clock: IClock = SYSTEM_CLOCK,
    ) {}

    /**
     * Waits until bytes may have passed.
     * @param bytes how many
     * @param signal ends the wait
     */
    public async passAsync(bytes: number, signal = new AbortController().signal): Promise<void> {
        const now = this._clock.now();
        this._freeAt = (now - this._freeAt > LAG_MS ? now : this._freeAt) + (bytes * 8) / (1000 * this.mbps);
        if (this._freeAt > now) {
            await this._clock.delayAsync(this._freeAt - now, signal);
        }
    }
}
