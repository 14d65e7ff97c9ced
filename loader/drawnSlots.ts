import type { FrameState } from "../format/frameState.js";
import type { ISegmentQuantization } from "../format/quantization.js";

/** Channels of a state: scales x, y, z, then opacity. */
const CHANNEL_SCALE = 7;
const CHANNEL_OPACITY = 10;

/** Values that a histogram of importances tells apart. */
const BINS = 4096;
/** Range of importances in natural logarithms: what is outside counts as at the border. */
const LOWEST = -40;
const HIGHEST = 10;

/**
 * Which slots are drawn: those alive, and where there is a budget of splats, the most important of them. The importance of a splat is its opacity times the product of its two
 * larger scales, about what it covers when seen from its broad side. It is judged once, at the beginning of a
 * segment or at birth, so that nothing flickers; a frame with many births may have somewhat more splats than the budget says.
 */
export class DrawnSlots {
    private readonly _kept: Uint8Array;
    private readonly _drawn: Uint8Array;
    private readonly _histogram = new Uint32Array(BINS);
    private _budget = Infinity;
    private _threshold = 0;
    private _mustRank = true;
    private _drawnCount = 0;

    /** @param capacity most slots of a segment */
    public constructor(capacity: number) {
        this._kept = new Uint8Array(capacity);
        this._drawn = new Uint8Array(capacity);
    }

    /** Sets the most splats to draw; all slots are judged anew. */
    public setBudget(budget: number): void {
        this._budget = budget;
        this._mustRank = true;
    }

    /** A segment begins: its slots are other splats. */
    public beginSegment(): void {
        this._mustRank = true;
    }

    /** Follows a decoded frame; called for each, whether it is drawn or not. */
    public follow(state: FrameState, q: ISegmentQuantization): void {
        if (!this._isLimited(state)) {
            return;
        }
        if (this._mustRank) {
            this._rank(state, q);
        } else if (state.hasFlips) {
            for (let slot = 0; slot < state.activeSlotCount; slot++) {
                if (state.born[slot]) {
                    this._kept[slot] = Number(importanceBin(state, q, slot) >= this._threshold);
                }
            }
        }
    }

    /** 1 for each slot that is drawn of the frame followed last. */
    public flagsOf(state: FrameState, q: ISegmentQuantization): Uint8Array {
        if (!this._isLimited(state)) {
            this._drawnCount = state.liveCount;
            return state.alive;
        }
        if (this._mustRank) {
            this._rank(state, q);
        }
        let count = 0;
        for (let slot = 0; slot < state.slotCount; slot++) {
            count += this._drawn[slot] = state.alive[slot] & this._kept[slot];
        }
        this._drawnCount = count;
        return this._drawn;
    }

    /** Number of slots in the flags given last. */
    public get count(): number {
        return this._drawnCount;
    }

    private _isLimited(state: FrameState): boolean {
        return this._budget < state.slotCount;
    }

    /** Finds the importance that as many live splats have as the budget allows, and keeps those. */
    private _rank(state: FrameState, q: ISegmentQuantization): void {
        this._mustRank = false;
        const histogram = this._histogram.fill(0);
        for (let slot = 0; slot < state.slotCount; slot++) {
            histogram[importanceBin(state, q, slot)] += state.alive[slot];
        }
        let bin = BINS;
        let count = 0;
        while (bin > 0 && count + histogram[bin - 1] <= this._budget) {
            count += histogram[--bin];
        }
        this._threshold = bin;
        for (let slot = 0; slot < state.slotCount; slot++) {
            this._kept[slot] = Number(importanceBin(state, q, slot) >= bin);
        }
    }
}

function importanceBin({ codes }: FrameState, q: ISegmentQuantization, slot: number): number {
    const opacity = q.opacityStep * (q.opacityBase + codes[CHANNEL_OPACITY][slot]);
    const x = codes[CHANNEL_SCALE][slot];
    const y = codes[CHANNEL_SCALE + 1][slot];
    const z = codes[CHANNEL_SCALE + 2][slot];
    const largerTwo = x + y + z - Math.min(x, y, z);
    const importance = Math.log(Math.max(opacity, 1e-9)) + q.scaleStep * (2 * q.scaleBase + largerTwo);
    return Math.min(BINS - 1, Math.max(0, Math.floor(((importance - LOWEST) / (HIGHEST - LOWEST)) * BINS)));
}
