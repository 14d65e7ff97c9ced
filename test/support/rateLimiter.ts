/** Milliseconds by which a sender may be late and catch up: timers are late by some. Who comes later than that was idle, and has saved up nothing. */
const LAG_MS = 20;

/** Lets bytes pass at a rate, whoever sends them: callers take turns. */
export class RateLimiter {
    private _freeAt = 0;

    /** @param mbps megabits a second; Infinity: as fast as they come */
    public constructor(public mbps: number) {}

    /**
     * Waits until bytes may have passed.
     * @param bytes how many
     */
    public async passAsync(bytes: number): Promise<void> {
        const now = performance.now();
        this._freeAt = (now - this._freeAt > LAG_MS ? now : this._freeAt) + (bytes * 8) / (1000 * this.mbps);
        if (this._freeAt > now) {
            await new Promise((resolve) => setTimeout(resolve, this._freeAt - now));
        }
    }
}
