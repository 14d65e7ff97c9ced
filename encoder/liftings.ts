import { GROUP_POSITION } from "../format/attributeGroups.js";
import type { IGroupCoding, Lifting } from "../format/segmentHeader.js";
import type { GroupPlan } from "./groupPlan.js";
import type { IKeyReference } from "./keyReference.js";
import { fitLifting } from "./liftingFit.js";

/** Threes of differences that a lifting is fitted on, about. */
const SAMPLES = 8192;
/** Larger residuals have no lifting: with weights up to 8 a number is at most 34 times this. The differences of key frames and births are smaller, and positions have no lifting there. */
const LARGEST_DIFFERENCE = 2 ** 18;
const NONE: Lifting = [0, 0, 0];

/**
 * Chooses the latent decoders of all groups: what the first channels of a three tell about the others.
 * @param plans plans of the groups
 * @param slotOrder provisional slot of each slot of the file
 * @param isLearned whether they are learned, not only fitted
 * @param reference the key frame that the segment's is coded against
 */
export function withLiftings(plans: readonly GroupPlan[], slotOrder: Int32Array, isLearned: boolean, reference?: IKeyReference): IGroupCoding[] {
    let firstChannel = 0;
    return plans.map((plan, group) => {
        const first = firstChannel;
        firstChannel += plan.channelCount;
        if (plan.channelCount < 3) {
            return plan.coding;
        }
        return {
            ...plan.coding,
            keyLifting:
                group === GROUP_POSITION ? NONE : fitLifting(reference ? referenceDifferences(plan, first, reference) : keyDifferences(plan, slotOrder), isLearned),
            residualLifting: fitResidualLifting(plan, isLearned),
        };
    });
}

/**
 * The latent decoder of a group's residuals.
 * @param plan plan of the group
 * @param isLearned whether it is learned, not only fitted
 */
export function fitResidualLifting(plan: GroupPlan, isLearned: boolean): Lifting {
    return plan.channelCount >= 3 && isLiftable(plan) ? fitLifting(residualDifferences(plan), isLearned) : NONE;
}

/** Whether all residuals are small enough, those too that no sample has. */
function isLiftable({ channelCount, residuals }: GroupPlan): boolean {
    const stride = channelCount + 2;
    for (let at = 0; at < residuals.length; at += stride) {
        for (let c = at + 2; c < at + stride; c++) {
            if (Math.abs(residuals[c]) > LARGEST_DIFFERENCE) {
                return false;
            }
        }
    }
    return true;
}

/** Threes of differences, one after the other. */
function residualDifferences(plan: GroupPlan): Int32Array {
    const residuals = plan.residuals;
    const stride = plan.channelCount + 2;
    const count = residuals.length / stride;
    const step = Math.max(1, Math.floor((count * Math.floor(plan.channelCount / 3)) / SAMPLES));
    const threes: number[] = [];
    for (let i = 0; i < count; i += step) {
        const at = i * stride + 2;
        for (let c = 0; c + 2 < plan.channelCount; c += 3) {
            threes.push(residuals[at + c], residuals[at + c + 1], residuals[at + c + 2]);
        }
    }
    return Int32Array.from(threes);
}

/** Differences between neighbours in the order of slots, in the unit of the key frame. */
function keyDifferences(plan: GroupPlan, slotOrder: Int32Array): Int32Array {
    const stride = plan.channelCount + 3;
    const births = plan.births;
    const placeOf = new Int32Array(slotOrder.length).fill(-1);
    for (let at = 0; at < births.length; at += stride) {
        if (births[at + 1] === 0) {
            placeOf[births[at]] = at + 2;
        }
    }
    const threes: number[] = [];
    const step = Math.max(1, Math.floor((slotOrder.length * Math.floor(plan.channelCount / 3)) / SAMPLES));
    for (let place = 1; place < slotOrder.length; place += step) {
        const a = placeOf[slotOrder[place - 1]];
        const b = placeOf[slotOrder[place]];
        for (let c = 0; a >= 0 && b >= 0 && c + 2 < plan.channelCount; c += 3) {
            for (let k = c; k < c + 3; k++) {
                threes.push((births[b + k] - births[a + k]) >> (plan.coding.keyShift + Math.max(0, births[b + plan.channelCount])));
            }
        }
    }
    return Int32Array.from(threes);
}

/** Differences from the key frame that the segment's is coded against, where there are any. */
function referenceDifferences(plan: GroupPlan, firstChannel: number, { snapshot, placeOf }: IKeyReference): Int32Array {
    const stride = plan.channelCount + 3;
    const { births } = plan;
    const { keyShift } = plan.coding;
    const threes: number[] = [];
    for (let at = 0; at < births.length && threes.length < 3 * SAMPLES; at += stride) {
        const place = births[at] < placeOf.length ? placeOf[births[at]] : -1;
        if (births[at + 1] > 0 || place < 0 || !snapshot.alive[place]) {
            continue;
        }
        const shift = keyShift + Math.max(0, births[at + 2 + plan.channelCount]);
        const differences = Array.from({ length: plan.channelCount }, (_, c) => births[at + 2 + c] - snapshot.codes[firstChannel + c][place]);
        for (let c = 0; c + 2 < plan.channelCount && differences.some((difference) => difference !== 0); c += 3) {
            threes.push(...differences.slice(c, c + 3).map((difference) => difference >> shift));
        }
    }
    return Int32Array.from(threes);
}
