/** What is known when the next segment is to be fetched. */
export interface INetworkState {
    /** Time, ms. */
    now: number;
    /** Bits a second that come, undefined where that is not known yet. */
    bitsPerSecond: number | undefined;
    /** How long the bytes in memory last from the playhead on, seconds. */
    bufferedSeconds: number;
}

/** Share of the bandwidth that a rendition may take to be switched to, and to be kept. */
const UP_SHARE = 0.7;
const KEEP_SHARE = 0.95;
/** Least time from one switch upwards to the next, ms. */
const UP_INTERVAL_MS = 8000;
/** With less than this in memory, seconds, a rendition is kept only while it could be switched to. */
const LOW_BUFFER_SECONDS = 2;
/** Share of frames that may be passed over, and for how long a rendition that the machine cannot play is left alone, ms. */
const MOST_DROPPED = 0.15;
const BAN_MS = 30_000;
/** Frames by which that is judged. */
const JUDGED_FRAMES = 60;

/**
 * Chooses which rendition of a clip to fetch, by the bandwidth, what is in memory, and whether the machine keeps up. Down at once, up slowly and with a margin, as Shaka Player and hls.js do, so that
 * it does not go to and fro. Begins with the smallest, for a picture as soon as can be.
 */
export class RenditionChooser {
    /** The rendition that is always taken; null: the best that goes. Default null. */
    public fixed: number | null = null;
    /** The best rendition that is taken by itself. Default: the last one. */
    public highest: number;
    private _current = 0;
    private _switchTime = -Infinity;
    private _banned = Infinity;
    private _banEnd = 0;
    private _frames = 0;
    private _droppedFrames = 0;

    /** @param _bitrates bits a second of each rendition, ascending */
    public constructor(private readonly _bitrates: readonly number[]) {
        this.highest = _bitrates.length - 1;
    }

    /** The rendition to fetch. */
    public get current(): number {
        return this._current;
    }

    /** Looks at how things are; where nothing is to be changed, {@link current} stays. */
    public update(state: INetworkState): void {
        if (this.fixed !== null) {
            this._current = this.fixed;
            return;
        }
        const best = this._bestFor(state, UP_SHARE);
        const mayStay = this._current <= this._limit(state.now) && (state.bitsPerSecond === undefined || this._current <= this._bestFor(state, this._keepShare(state)));
        if (!mayStay) {
            this._current = Math.min(best, this._current);
            this._switchTime = state.now;
        } else if (best > this._current && state.now - this._switchTime >= UP_INTERVAL_MS) {
            this._current = best;
            this._switchTime = state.now;
        }
    }

    /**
     * Frames have been shown or passed over, because the machine does not keep up.
     * @param shown how many were shown
     * @param dropped how many were passed over
     * @param now time, ms
     */
    public noteFrames(shown: number, dropped: number, now: number): void {
        this._frames += shown + dropped;
        this._droppedFrames += dropped;
        if (this._frames >= JUDGED_FRAMES) {
            if (this._droppedFrames > MOST_DROPPED * this._frames && this._current > 0) {
                this._banned = this._current;
                this._banEnd = now + BAN_MS;
            }
            this._frames = 0;
            this._droppedFrames = 0;
        }
    }

    private _keepShare({ bufferedSeconds }: INetworkState): number {
        return bufferedSeconds < LOW_BUFFER_SECONDS ? UP_SHARE : KEEP_SHARE;
    }

    private _limit(now: number): number {
        return Math.min(this.highest, now < this._banEnd ? this._banned - 1 : Infinity);
    }

    private _bestFor({ bitsPerSecond = 0, now }: INetworkState, share: number): number {
        let best = 0;
        for (let i = 1; i <= Math.min(this._limit(now), this._bitrates.length - 1); i++) {
            best = this._bitrates[i] <= share * bitsPerSecond ? i : best;
        }
        return best;
    }
}
