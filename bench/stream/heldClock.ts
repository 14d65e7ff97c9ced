/** How long playing must go on to count as smooth, ms. */
const SMOOTH_MS = 2000;

/** When the clock of a player ran and when it was held, by looks at it: what a look sees holds until the next one. */
export class HeldClock {
    private readonly _holds: { start: number; end: number }[] = [];
    private _wasHeld = false;
    private _last: number;

    /** @param _start when the clock was to run, ms */
    public constructor(private readonly _start: number) {
        this._last = _start;
    }

    /**
     * Looks at the clock.
     * @param time present time, ms
     * @param isHeld whether it is held
     */
    public look(time: number, isHeld: boolean): void {
        if (this._wasHeld) {
            this._holds[this._holds.length - 1].end = time;
        } else if (isHeld) {
            this._holds.push({ start: time, end: time });
        }
        this._wasHeld = isHeld;
        this._last = time;
    }

    /** Time in which the clock was to run. */
    public get wantedMs(): number {
        return this._last - this._start;
    }

    /** Time in which it was held. */
    public get heldMs(): number {
        return this._holds.reduce((sum, { start, end }) => sum + end - start, 0);
    }

    /** First time from which it ran for SMOOTH_MS; undefined where there was none. */
    public get smoothAt(): number | undefined {
        const stops = [...this._holds.map(({ start }) => start), this._last];
        return [this._start, ...this._holds.map(({ end }) => end)].find((time, i) => stops[i] - time >= SMOOTH_MS);
    }
}
