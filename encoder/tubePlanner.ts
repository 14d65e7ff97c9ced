import { PREDICTOR_VELOCITY } from "../format/segmentHeader.js";
import type { IPlanSink } from "./groupPlan.js";

/**
 * The tube that the codes of a splat must stay in while it lives: for each frame and channel the lowest and the highest code that hold the error bound. `low[frame * channelCount + channel]`.
 */
export interface ITube {
    low: Int32Array;
    high: Int32Array;
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
    private readonly _low: Int32Array;
    private readonly _high: Int32Array;

    /** @param channelCount most channels of a group */
    public constructor(channelCount: number) {
        this.codes = new Int32Array(channelCount);
        this.velocities = new Int32Array(channelCount);
        this.residuals = new Int32Array(channelCount);
        this._low = new Int32Array(channelCount);
        this._high = new Int32Array(channelCount);
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
        if (isKept) {
            codes.set(known);
        } else {
            this.findBirth(n, keyShift, hasVelocity ? 1 : frames, tube);
        }
        plan.addBirth(slot, first, codes, frames, isKept);
        velocities.fill(0, 0, n);
        for (let frame = 1; frame < frames; frame++) {
            let isInside = true;
            for (let c = 0, at = frame * n; c < n; c++, at++) {
                const code = codes[c] + velocities[c];
                isInside &&= code >= tube.low[at] && code <= tube.high[at];
            }
            if (isInside) {
                for (let c = 0; hasVelocity && c < n; c++) {
                    codes[c] += velocities[c];
                }
                continue;
            }
            if (hasVelocity) {
                this.turn(n, frame, frames, residualShift, tube);
            } else {
                this.jump(n, frame, frames, residualShift, tube);
            }
            plan.addResidual(slot, first + frame, this.residuals);
        }
    }

    /** The codes of the key frame or birth: multiples of 2^shift that stay in the tube for as many frames as possible. */
    public findBirth(n: number, shift: number, frames: number, tube: ITube): void {
        const low = this._low;
        const high = this._high;
        for (let c = 0; c < n; c++) {
            low[c] = ceilShift(tube.low[c], shift);
            high[c] = tube.high[c] >> shift;
        }
        for (let frame = 1, isOpen = true; isOpen && frame < frames; frame++) {
            for (let c = 0, at = frame * n; c < n; c++, at++) {
                isOpen &&= Math.max(low[c], ceilShift(tube.low[at], shift)) <= Math.min(high[c], tube.high[at] >> shift);
            }
            for (let c = 0, at = frame * n; isOpen && c < n; c++, at++) {
                low[c] = Math.max(low[c], ceilShift(tube.low[at], shift));
                high[c] = Math.min(high[c], tube.high[at] >> shift);
            }
        }
        for (let c = 0; c < n; c++) {
            // Of what is left the nearest to the middle of the first frame's tube: always the lower of two would shift the picture.
            const middle = Math.round((tube.low[c] + tube.high[c]) / 2 ** (shift + 1));
            this.codes[c] = Math.max(low[c], Math.min(high[c], middle)) << shift;
        }
    }

    /** Hold: new codes. */
    public jump(n: number, frame: number, frames: number, shift: number, tube: ITube): void {
        const low = this._low;
        const high = this._high;
        const codes = this.codes;
        for (let c = 0, at = frame * n; c < n; c++, at++) {
            low[c] = ceilShift(tube.low[at] - codes[c], shift);
            high[c] = (tube.high[at] - codes[c]) >> shift;
        }
        for (let later = frame + 1, isOpen = true; isOpen && later < frames; later++) {
            for (let c = 0, at = later * n; c < n; c++, at++) {
                isOpen &&= Math.max(low[c], ceilShift(tube.low[at] - codes[c], shift)) <= Math.min(high[c], (tube.high[at] - codes[c]) >> shift);
            }
            for (let c = 0, at = later * n; isOpen && c < n; c++, at++) {
                low[c] = Math.max(low[c], ceilShift(tube.low[at] - codes[c], shift));
                high[c] = Math.min(high[c], (tube.high[at] - codes[c]) >> shift);
            }
        }
        for (let c = 0; c < n; c++) {
            const residual = nearestToZero(low[c], high[c]);
            this.residuals[c] = residual;
            codes[c] += residual << shift;
        }
    }

    /** Constant velocity: new velocities, which hold from this frame on. */
    public turn(n: number, frame: number, frames: number, shift: number, tube: ITube): void {
        const low = this._low;
        const high = this._high;
        const codes = this.codes;
        const velocities = this.velocities;
        for (let c = 0, at = frame * n; c < n; c++, at++) {
            const code = codes[c] + velocities[c];
            low[c] = ceilShift(tube.low[at] - code, shift);
            high[c] = (tube.high[at] - code) >> shift;
        }
        const scale = 2 ** -shift;
        for (let later = frame + 1, isOpen = true; isOpen && later < frames; later++) {
            const perFrame = scale / (later - frame + 1);
            for (let c = 0, at = later * n; c < n; c++, at++) {
                const v = velocities[c] * scale;
                isOpen &&=
                    Math.max(low[c], Math.ceil((tube.low[at] - codes[c]) * perFrame - v)) <= Math.min(high[c], Math.floor((tube.high[at] - codes[c]) * perFrame - v));
            }
            for (let c = 0, at = later * n; isOpen && c < n; c++, at++) {
                const v = velocities[c] * scale;
                low[c] = Math.max(low[c], Math.ceil((tube.low[at] - codes[c]) * perFrame - v));
                high[c] = Math.min(high[c], Math.floor((tube.high[at] - codes[c]) * perFrame - v));
            }
        }
        for (let c = 0; c < n; c++) {
            const residual = nearestToZero(low[c], high[c]);
            this.residuals[c] = residual;
            velocities[c] += residual << shift;
            codes[c] += velocities[c];
        }
    }
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
