/** Frame times within this part of the target change nothing. */
const TOLERANCE = 0.1;
/** Seconds that frames must be too slow, or fast enough for more, before the budget changes. */
const SECONDS_TO_CUT = 0.5;
const SECONDS_TO_GROW = 3;
/** Step down and up. */
const CUT = 0.8;
const GROWTH = 1.15;
/** Least share of the splats. */
const LEAST = 0.05;
/** Frames longer than this, ms, are pauses of the page and say nothing. */
const PAUSE_MS = 500;

/**
 * Finds how many splats can be drawn in a given time a frame. Cuts quickly and grows slowly; a budget that turned out too large is not tried again before twice the time
 * has passed as the last time, so that it does not swing.
 */
export class AdaptiveBudget {
    private _share = 1;
    private _slowSeconds = 0;
    private _fastSeconds = 0;
    private _secondsToGrow = SECONDS_TO_GROW;
    private _hasGrown = false;
    private _smoothedMs = 0;

    /**
     * @param targetMs time that a frame may take, ms
     */
    public constructor(public readonly targetMs: number) {}

    /** Share of the splats that may be drawn, 0.05 to 1. */
    public get share(): number {
        return this._share;
    }

    /**
     * Takes the time of a frame.
     * @param frameMs time from the frame before, ms
     * @returns whether {@link share} has changed
     */
    public update(frameMs: number): boolean {
        if (!(frameMs > 0 && frameMs < PAUSE_MS)) {
            return false;
        }
        this._smoothedMs = this._smoothedMs === 0 ? frameMs : this._smoothedMs + 0.1 * (frameMs - this._smoothedMs);
        const isSlow = this._smoothedMs > this.targetMs * (1 + TOLERANCE);
        this._slowSeconds = isSlow ? this._slowSeconds + frameMs / 1000 : 0;
        this._fastSeconds = isSlow ? 0 : this._fastSeconds + frameMs / 1000;
        if (this._slowSeconds >= SECONDS_TO_CUT && this._share > LEAST) {
            this._secondsToGrow *= this._hasGrown ? 2 : 1;
            this._hasGrown = false;
            return this._set(this._share * CUT);
        }
        if (this._fastSeconds >= this._secondsToGrow && this._share < 1) {
            this._hasGrown = true;
            return this._set(this._share * GROWTH);
        }
        return false;
    }

    private _set(share: number): boolean {
        this._share = Math.min(1, Math.max(LEAST, share));
        this._slowSeconds = 0;
        this._fastSeconds = 0;
        this._smoothedMs = 0;
        return true;
    }
}
