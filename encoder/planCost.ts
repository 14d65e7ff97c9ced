import { RANS_MAX_SYMBOLS } from "../format/rans.js";
import { LIFTING_SHIFT } from "../format/segmentHeader.js";
import { rawBitsOf, tokenOf } from "../format/symbolCoder.js";
import type { GroupPlan } from "./groupPlan.js";
import { fitResidualLifting } from "./liftings.js";

/** Classes of what came before in the same splat. */
const CLASSES = 3;

/**
 * Estimates the bits of a plan: residuals with the best latent decoder, gates, and what finer key frames take over the coarsest.
 * @param plan the plan
 * @param learnsDecoders whether latent decoders are learned, not only fitted
 */
export function planCost(plan: GroupPlan, learnsDecoders: boolean): number {
    const byChannel = residualBits(plan, learnsDecoders);
    const residuals = byChannel.reduce((sum, bits) => sum + bits, 0);
    // A finer step costs a bit in each channel, but for those that follow from others.
    const independent = residuals > 0 ? residuals / Math.max(...byChannel) : plan.channelCount;
    return residuals + entropyBits([plan.residualCount, plan.slotFrames - plan.residualCount]) - plan.bornCount * independent * plan.coding.keyShift;
}

/** By channel. */
function residualBits(plan: GroupPlan, learnsDecoders: boolean): Float64Array {
    const { channelCount: n, residuals } = plan;
    const [w0, w1, w2] = fitResidualLifting(plan, learnsDecoders);
    const counts = new Uint32Array(n * CLASSES * RANS_MAX_SYMBOLS);
    const bits = new Float64Array(n);
    for (let at = 2; at < residuals.length; at += n + 2) {
        let before = 0;
        for (let c = 0; c < n; c++) {
            const place = c % 3;
            const lifted = place === 1 ? w0 * residuals[at + c - 1] : place === 2 ? w1 * residuals[at + c - 2] + w2 * residuals[at + c - 1] : 0;
            const difference = residuals[at + c] - ((lifted + (1 << (LIFTING_SHIFT - 1))) >> LIFTING_SHIFT);
            const number = (difference << 1) ^ (difference >> 31);
            const token = tokenOf(number);
            counts[(c * CLASSES + before) * RANS_MAX_SYMBOLS + token]++;
            bits[c] += rawBitsOf(token);
            before = Math.max(before, number === 0 ? 0 : number < 3 ? 1 : 2);
        }
    }
    for (let i = 0; i < n * CLASSES; i++) {
        bits[Math.floor(i / CLASSES)] += entropyBits(counts.subarray(i * RANS_MAX_SYMBOLS, (i + 1) * RANS_MAX_SYMBOLS));
    }
    return bits;
}

function entropyBits(counts: ArrayLike<number>): number {
    let total = 0;
    let bits = 0;
    for (let i = 0; i < counts.length; i++) {
        if (counts[i] > 0) {
            total += counts[i];
            bits -= counts[i] * Math.log2(counts[i]);
        }
    }
    return total > 0 ? bits + total * Math.log2(total) : 0;
}
