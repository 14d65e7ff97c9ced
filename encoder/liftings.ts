import { GROUP_POSITION } from "../format/attributeGroups.js";
import { LIFTING_SHIFT, type IGroupCoding, type Lifting } from "../format/segmentHeader.js";
import { rawBitsOf, tokenOf } from "../format/symbolCoder.js";
import { RANS_MAX_SYMBOLS } from "../format/rans.js";
import type { GroupPlan } from "./groupPlan.js";
import type { IKeyReference } from "./keyReference.js";

/** Differences that a lifting is fitted on, at most. */
const SAMPLES = 8192;
/** Larger residuals have no lifting: with weights up to 8 a number is at most 34 times this. The differences of key frames and births are smaller, and positions have no lifting there. */
const LARGEST_DIFFERENCE = 2 ** 18;
const NONE: Lifting = [0, 0, 0];

/**
 * Chooses the latent decoders of all groups: what the first channels of a three tell about the others.
 * @param plans plans of the groups
 * @param slotOrder provisional slot of each slot of the file
 * @param reference the key frame that the segment's is coded against
 */
export function withLiftings(plans: readonly GroupPlan[], slotOrder: Int32Array, reference?: IKeyReference): IGroupCoding[] {
    let firstChannel = 0;
    return plans.map((plan, group) => {
        const first = firstChannel;
        firstChannel += plan.channelCount;
        if (plan.channelCount < 3) {
            return plan.coding;
        }
        return {
            ...plan.coding,
            keyLifting: group === GROUP_POSITION ? NONE : chooseLifting(reference ? referenceDifferences(plan, first, reference) : keyDifferences(plan, slotOrder)),
            residualLifting: fitResidualLifting(plan),
        };
    });
}

/**
 * The latent decoder of a group's residuals.
 * @param plan plan of the group
 */
export function fitResidualLifting(plan: GroupPlan): Lifting {
    return plan.channelCount >= 3 && isLiftable(plan) ? chooseLifting(residualDifferences(plan)) : NONE;
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
    const step = Math.max(1, Math.floor(count / SAMPLES));
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
    const step = Math.max(1, Math.floor(slotOrder.length / SAMPLES));
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

/** Least squares, kept where it saves bits. */
function chooseLifting(threes: Int32Array): Lifting {
    let [aa, ab, bb, ac, bc] = [0, 0, 0, 0, 0];
    for (let i = 0; i < threes.length; i += 3) {
        const [a, b, c] = [threes[i], threes[i + 1], threes[i + 2]];
        aa += a * a;
        ab += a * b;
        bb += b * b;
        ac += a * c;
        bc += b * c;
    }
    const w0 = quantize(ab / aa);
    const determinant = aa * bb - ab * ab;
    const isPlane = determinant > 1e-6 * aa * bb;
    const w1 = quantize(isPlane ? (ac * bb - bc * ab) / determinant : ac / aa);
    const w2 = isPlane ? quantize((bc * aa - ac * ab) / determinant) : 0;
    return [w0, w1, w2].map((weight, i) => (saves(threes, i, [w0, w1, w2]) ? weight : 0)) as unknown as Lifting;
}

/** Whether a channel (its weights: 0 the second's, 1 and 2 the third's) costs less with the lifting than without. */
function saves(threes: Int32Array, weight: number, lifting: Lifting): boolean {
    const channel = weight === 0 ? 1 : 2;
    const [w0, w1] = channel === 1 ? [lifting[0], 0] : [lifting[1], lifting[2]];
    return cost(threes, channel, w0, w1) < 0.99 * cost(threes, channel, 0, 0);
}

function cost(threes: Int32Array, channel: number, w0: number, w1: number): number {
    const counts = new Uint32Array(RANS_MAX_SYMBOLS);
    let bits = 0;
    for (let i = 0; i < threes.length; i += 3) {
        const difference = threes[i + channel] - ((w0 * threes[i] + w1 * threes[i + 1] + (1 << (LIFTING_SHIFT - 1))) >> LIFTING_SHIFT);
        const token = tokenOf((difference << 1) ^ (difference >> 31));
        counts[token]++;
        bits += rawBitsOf(token);
    }
    const total = threes.length / 3;
    return counts.reduce((sum, n) => sum - (n > 0 ? n * Math.log2(n / total) : 0), bits);
}

/** To 1/256, at most 8 in size. */
function quantize(weight: number): number {
    return Number.isFinite(weight) ? Math.round(Math.max(-8, Math.min(8, weight)) * (1 << LIFTING_SHIFT)) : 0;
}
