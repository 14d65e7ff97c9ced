import { PREDICTOR_VELOCITY } from "../format/segmentHeader.js";
import type { IPlanSink } from "./groupPlan.js";

/**
 * The tube that the codes of a splat must stay in while it lives: for each frame and channel the lowest and the highest code that hold the error bound. `low[frame * channelCount + channel]`.
 */
export interface ITube {
    low: Int32Array;
    high: Int32Array;
    /** From this frame on, at least 1, it is what it is in the frame before. */
    steadyFrom: number;
}

/**
 * Plans the residuals of a splat in one group. A residual is sent when the prediction leaves the tube, and not before; of the values that it can lead to, those are taken that stay inside
 * longest, and of these the nearest. So slow drift and noise cost next to nothing. This is the swing filter for piecewise linear approximation (Elmeleegy et al. 2009) with the knots
 * joined, on integers and for several channels at once; with the hold predictor it is its piecewise constant sister.
 */
export class TubePlanner {
    /** Present codes of the splat. */
    public readonly codes: Int32Array;
    /** What its codes change by in each frame, with constant velocity. */
    public readonly velocities: Int32Array;
    /** The residuals found last. */
    public readonly residuals: Int32Array;
    private _low: Int32Array;
    private _high: Int32Array;
    private _nextLow: Int32Array;
    private _nextHigh: Int32Array;
    private readonly _zeros: Int32Array;

    /** @param channelCount most channels of a group */
    public constructor(channelCount: number) {
        this.codes = new Int32Array(channelCount);
        this.velocities = new Int32Array(channelCount);
        this.residuals = new Int32Array(channelCount);
        this._low = new Int32Array(channelCount);
        this._high = new Int32Array(channelCount);
        this._nextLow = new Int32Array(channelCount);
        this._nextHigh = new Int32Array(channelCount);
        this._zeros = new Int32Array(channelCount);
    }

    /**
     * Plans the life of a splat.
     * @param plan where its codes and residuals go; says how they are coded
     * @param slot its slot
     * @param first first frame that it is there, in the segment
     * @param frames frames that it lives
     * @param tube codes that are good enough, from its first frame on
     * @param known codes that it has already in another key frame
     */
    public plan(plan: IPlanSink, slot: number, first: number, frames: number, tube: ITube, known?: Int32Array): void {
        const n = plan.channelCount;
        const { predictor } = plan.coding;
        const keyShift = plan.coding.keyShift + plan.level;
        const residualShift = plan.coding.residualShift + plan.level;
        const hasVelocity = (predictor & PREDICTOR_VELOCITY) !== 0;
        const codes = this.codes;
        const velocities = this.velocities;
        const isKept = known !== undefined && isInside(known, n, tube);
        const end = lastFrame(frames, hasVelocity, tube.steadyFrom);
        if (isKept) {
            codes.set(known);
        } else {
            this.findBirth(n, keyShift, hasVelocity ? 1 : end, tube);
        }
        plan.addBirth(slot, first, codes, frames, isKept);
        velocities.fill(0, 0, n);
        for (let frame = 1; frame < end; frame++) {
            if (this._moveOn(n, frame, tube)) {
                continue;
            }
            if (hasVelocity) {
                this.turn(n, frame, end, residualShift, tube);
            } else {
                this.jump(n, frame, end, residualShift, tube);
            }
            plan.addResidual(slot, first + frame, this.residuals);
        }
    }

    /** The codes of the key frame or birth: multiples of 2^shift that stay in the tube for as many frames as possible. */
    public findBirth(n: number, shift: number, frames: number, tube: ITube): void {
        this._holdInside(n, 0, frames, shift, tube, this._zeros);
        for (let c = 0; c < n; c++) {
            // Of what is left the nearest to the middle of the first frame's tube: always the lower of two would shift the picture.
            const middle = Math.round((tube.low[c] + tube.high[c]) / 2 ** (shift + 1));
            this.codes[c] = Math.max(this._low[c], Math.min(this._high[c], middle)) << shift;
        }
    }

    /** Hold: new codes. */
    public jump(n: number, frame: number, frames: number, shift: number, tube: ITube): void {
        this._holdInside(n, frame, frames, shift, tube, this.codes);
        for (let c = 0; c < n; c++) {
            const residual = nearestToZero(this._low[c], this._high[c]);
            this.residuals[c] = residual;
            this.codes[c] += residual << shift;
        }
    }

    /** Constant velocity: new velocities, which hold from this frame on. */
    public turn(n: number, frame: number, frames: number, shift: number, tube: ITube): void {
        const { codes, velocities } = this;
        this._moveInside(n, frame, frames, shift, tube);
        for (let c = 0; c < n; c++) {
            const residual = nearestToZero(this._low[c], this._high[c]);
            this.residuals[c] = residual;
            velocities[c] += residual << shift;
            codes[c] += velocities[c];
        }
    }

    /** Moves on by the velocities, if that leads to what is inside. */
    private _moveOn(n: number, frame: number, { low, high }: ITube): boolean {
        const { codes, velocities } = this;
        for (let c = 0, at = frame * n; c < n; c++, at++) {
            const code = codes[c] + velocities[c];
            if (code < low[at] || code > high[at]) {
                return false;
            }
        }
        for (let c = 0; c < n; c++) {
            codes[c] += velocities[c];
        }
        return true;
    }

    /** Finds the range of what is to be added to the origins, in units of 2^shift, to be inside in a frame and for as long as possible after it. */
    private _holdInside(n: number, first: number, frames: number, shift: number, tube: ITube, origins: Int32Array): void {
        for (let c = 0, at = first * n; c < n; c++, at++) {
            this._low[c] = ceilShift(tube.low[at] - origins[c], shift);
            this._high[c] = (tube.high[at] - origins[c]) >> shift;
        }
        for (let frame = first + 1; frame < frames; frame++) {
            for (let c = 0, at = frame * n; c < n; c++, at++) {
                const low = Math.max(this._low[c], ceilShift(tube.low[at] - origins[c], shift));
                const high = Math.min(this._high[c], (tube.high[at] - origins[c]) >> shift);
                if (low > high) {
                    return;
                }
                this._nextLow[c] = low;
                this._nextHigh[c] = high;
            }
            this._takeNext();
        }
    }

    /** The same for what is to be added to the velocities. */
    private _moveInside(n: number, first: number, frames: number, shift: number, tube: ITube): void {
        const { codes, velocities } = this;
        for (let c = 0, at = first * n; c < n; c++, at++) {
            const code = codes[c] + velocities[c];
            this._low[c] = ceilShift(tube.low[at] - code, shift);
            this._high[c] = (tube.high[at] - code) >> shift;
        }
        const scale = 2 ** -shift;
        for (let frame = first + 1; frame < frames; frame++) {
            const perFrame = scale / (frame - first + 1);
            for (let c = 0, at = frame * n; c < n; c++, at++) {
                const v = velocities[c] * scale;
                const low = Math.max(this._low[c], Math.ceil((tube.low[at] - codes[c]) * perFrame - v));
                const high = Math.min(this._high[c], Math.floor((tube.high[at] - codes[c]) * perFrame - v));
                if (low > high) {
                    return;
                }
                this._nextLow[c] = low;
                this._nextHigh[c] = high;
            }
            this._takeNext();
        }
    }

    private _takeNext(): void {
        const [low, high] = [this._low, this._high];
        this._low = this._nextLow;
        this._high = this._nextHigh;
        this._nextLow = low;
        this._nextHigh = high;
    }
}

/**
 * Where planning a life can end: with what does not move, where what it must stay in does not change any more.
 * @param frames frames that it lives
 * @param hasVelocity whether it may move
 * @param steadyFrom from which frame on its source is what it is in the frame before
 */
export function lastFrame(frames: number, hasVelocity: boolean, steadyFrom: number): number {
    return hasVelocity && steadyFrom > 1 ? frames : Math.min(frames, steadyFrom);
}

/**
 * Whether codes are good enough in the first frame of a tube.
 * @param codes codes of a splat
 * @param n number of channels
 * @param tube the tube
 */
export function isInside(codes: Int32Array, n: number, { low, high }: ITube): boolean {
    for (let c = 0; c < n; c++) {
        if (codes[c] < low[c] || codes[c] > high[c]) {
            return false;
        }
    }
    return true;
}

function nearestToZero(low: number, high: number): number {
    return low > 0 ? low : high < 0 ? high : 0;
}

/** Smallest multiple of 2^shift that is not less, divided by 2^shift. */
function ceilShift(value: number, shift: number): number {
    return (value + (1 << shift) - 1) >> shift;
}
