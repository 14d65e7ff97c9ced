/** Milliseconds by which sending may be behind and catch up: timers are late by some. */
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
        this._freeAt = Math.max(this._freeAt, now - LAG_MS) + (bytes * 8) / (1000 * this.mbps);
        if (this._freeAt > now) {
            await new Promise((resolve) => setTimeout(resolve, this._freeAt - now));
        }
    }
}
