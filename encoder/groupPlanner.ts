import { GROUP_ROTATION, GROUP_SH } from "../format/attributeGroups.js";
import { PLAIN_CODING, PREDICTOR_HOLD, PREDICTOR_MOTION, PREDICTOR_VELOCITY, type IGroupCoding } from "../format/segmentHeader.js";
import type { IEffortPlan } from "./effort.js";
import { GroupPlan } from "./groupPlan.js";
import type { IGroupScale } from "./groupScale.js";
import type { IKeyReference } from "./keyReference.js";
import { LifePlanner, type IMovingSplats } from "./lifePlanner.js";
import { planCost } from "./planCost.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";

/**
 * Plans one attribute group of a segment: tries the codings on some splats and plans all with the best.
 * @param scale how values become codes
 * @param frames frames of the segment
 * @param splats where each splat is to be found
 * @param effort how much is tried
 * @param moving splats that go with clusters (position and rotation)
 * @param reference the key frame that this segment's is coded against
 */
export function planGroup(
    scale: IGroupScale,
    frames: readonly ISplatFrame[],
    splats: ISplatLives,
    effort: IEffortPlan,
    moving?: IMovingSplats,
    reference?: IKeyReference,
): GroupPlan {
    const count = splats.lives.length / LIFE_STRIDE;
    const stride = Math.max(1, Math.floor(count / effort.samples));
    const candidates = codingsToTry(scale, effort.shifts, splats.tolerances !== undefined, moving ? PREDICTOR_MOTION : 0);
    const planner = new LifePlanner(scale, frames, splats, moving, reference);
    const tried = candidates.map((coding) => new GroupPlan(scale.group.channelCount, coding));
    for (let life = 0; life < count; life += stride) {
        planner.plan(life, tried);
    }
    const costs = tried.map((plan) => planCost(plan, effort.learnsDecoders));
    const best = tried[costs.indexOf(Math.min(...costs))];
    if (stride === 1) {
        return best;
    }
    const plan = new GroupPlan(scale.group.channelCount, best.coding);
    for (let life = 0; life < count; life++) {
        planner.plan(life, [plan]);
    }
    return plan;
}

/** Codings that may be best: hold or constant velocity, with residuals as fine as the codes or coarser. */
function codingsToTry({ group, precision }: IGroupScale, shifts: number, hasLevels: boolean, motion: number): IGroupCoding[] {
    // A rotation's step must leave room for the fourth component.
    const coarsest = group.id === GROUP_ROTATION ? precision - 1 : precision;
    const codings: IGroupCoding[] = [];
    for (let residualShift = coarsest; residualShift >= 0 && residualShift > coarsest - shifts; residualShift--) {
        for (let keyShift = coarsest; keyShift >= 0 && keyShift > coarsest - shifts; keyShift--) {
            codings.push({ ...PLAIN_CODING, hasLevels, predictor: PREDICTOR_HOLD | motion, keyShift, residualShift });
        }
    }
    for (let residualShift = Math.min(2, coarsest); group.id !== GROUP_SH && residualShift >= 0; residualShift--) {
        codings.push({ ...PLAIN_CODING, hasLevels, predictor: PREDICTOR_VELOCITY | motion, keyShift: coarsest, residualShift });
    }
    return codings;
}
