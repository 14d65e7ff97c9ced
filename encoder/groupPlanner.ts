import { GROUP_OPACITY, GROUP_ROTATION, GROUP_SCALE, GROUP_SH } from "../format/attributeGroups.js";
import { PLAIN_CODING, PREDICTOR_HOLD, PREDICTOR_VELOCITY, type IGroupCoding } from "../format/segmentHeader.js";
import { GroupPlan } from "./groupPlan.js";
import { valuesOf, type IGroupScale } from "./groupScale.js";
import { RotationPlanner } from "./rotationPlanner.js";
import { readRotation, SMALLEST_SCALE } from "./rotations.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";
import { TubePlanner, type ITube } from "./tubePlanner.js";

/** Lives that a coding is tried on before one is chosen. */
const SAMPLED_LIVES = 2000;

/**
 * Plans one attribute group of a segment: tries the codings on some splats and plans all with the best.
 * @param scale how values become codes
 * @param frames frames of the segment
 * @param splats where each splat is to be found
 */
export function planGroup(scale: IGroupScale, frames: readonly ISplatFrame[], splats: ISplatLives): GroupPlan {
    const count = splats.lives.length / LIFE_STRIDE;
    const stride = Math.max(1, Math.floor(count / SAMPLED_LIVES));
    const candidates = codingsToTry(scale);
    const tried = planLives(scale, frames, splats, stride, candidates);
    const best = tried.reduce((a, b) => (b.cost < a.cost ? b : a));
    return stride === 1 ? best : planLives(scale, frames, splats, 1, [best.coding])[0];
}

/** Codings that may be best: hold or constant velocity, with residuals as fine as the codes or coarser. */
function codingsToTry({ group, precision }: IGroupScale): IGroupCoding[] {
    // A rotation's step must leave room for the fourth component.
    const coarsest = group.id === GROUP_ROTATION ? precision - 1 : precision;
    const codings: IGroupCoding[] = [];
    for (let residualShift = coarsest; residualShift >= 0 && residualShift > coarsest - 3; residualShift--) {
        for (let keyShift = coarsest; keyShift >= 0 && keyShift > coarsest - 3; keyShift--) {
            codings.push({ ...PLAIN_CODING, predictor: PREDICTOR_HOLD, keyShift, residualShift });
        }
    }
    for (let residualShift = Math.min(2, coarsest); group.id !== GROUP_SH && residualShift >= 0; residualShift--) {
        codings.push({ ...PLAIN_CODING, predictor: PREDICTOR_VELOCITY, keyShift: coarsest, residualShift });
    }
    return codings;
}

/** Plans every stride-th life with each of the codings. */
function planLives(scale: IGroupScale, frames: readonly ISplatFrame[], splats: ISplatLives, stride: number, codings: readonly IGroupCoding[]): GroupPlan[] {
    const { group } = scale;
    const plans = codings.map((coding) => new GroupPlan(group.channelCount, coding));
    const reader = new SourceReader(scale, frames, splats.sourceOf);
    const tubes = new TubePlanner(group.channelCount);
    const rotations = new RotationPlanner(scale);
    const { lives } = splats;
    for (let at = 0; at < lives.length; at += LIFE_STRIDE * stride) {
        const slot = lives[at];
        const first = lives[at + 1];
        const length = lives[at + 2];
        if (group.id === GROUP_ROTATION) {
            const sources = reader.readRotations(slot, first, length);
            plans.forEach((plan) => rotations.plan(plan, slot, first, length, sources));
        } else {
            const tube = reader.readTube(slot, first, length);
            plans.forEach((plan) => tubes.plan(plan, slot, first, length, tube));
        }
    }
    return plans;
}

/** Reads what the codes of a splat may be. */
class SourceReader {
    private readonly _values: Float32Array[];
    private readonly _tube: ITube;
    private readonly _rotations: Float64Array;
    private readonly _quaternion = new Float64Array(4);

    public constructor(
        private readonly _scale: IGroupScale,
        private readonly _frames: readonly ISplatFrame[],
        private readonly _sourceOf: readonly Int32Array[],
    ) {
        const { group } = _scale;
        this._values = _frames.map((frame) => valuesOf(group.id, frame));
        const size = _frames.length * group.channelCount;
        this._tube = { low: new Int32Array(size), high: new Int32Array(size) };
        this._rotations = new Float64Array(4 * _frames.length);
    }

    /** Codes within the bound, from a splat's first frame on. */
    public readTube(slot: number, first: number, length: number): ITube {
        const { group, step, bases, tolerance, largestCode } = this._scale;
        const { low, high } = this._tube;
        const n = group.channelCount;
        const inverse = 1 / step;
        // An opacity code over 1 means 1.
        const opaque = group.id === GROUP_OPACITY ? inverse - tolerance : Infinity;
        const isScale = group.id === GROUP_SCALE;
        for (let frame = 0, at = 0; frame < length; frame++) {
            const values = this._values[first + frame];
            const from = n * this._sourceOf[first + frame][slot];
            for (let c = 0; c < n; c++, at++) {
                const raw = values[from + c];
                const value = (isScale ? Math.log(Math.max(raw, SMALLEST_SCALE)) : raw) * inverse;
                low[at] = Math.max(0, Math.ceil(value - tolerance) - bases[c]);
                high[at] = value >= opaque ? largestCode : Math.min(largestCode, Math.floor(value + tolerance) - bases[c]);
            }
        }
        return this._tube;
    }

    /** Unit quaternions of a splat. */
    public readRotations(slot: number, first: number, length: number): Float64Array {
        for (let frame = 0; frame < length; frame++) {
            readRotation(this._frames[first + frame], this._sourceOf[first + frame][slot], this._quaternion);
            this._rotations.set(this._quaternion, 4 * frame);
        }
        return this._rotations;
    }
}
