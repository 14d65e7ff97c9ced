import { firstAverage, MAX_KEY_RATE, nextAverage, predictKey, type IKeyPredictor } from "./absoluteModel.js";
import { CHANNEL_ROTATION_LARGEST } from "./attributeGroups.js";
import type { IFrameContent } from "./frameContent.js";
import type { FrameState } from "./frameState.js";
import { zigzag } from "./lifting.js";
import { RANS_MAX_SYMBOLS } from "./rans.js";
import { rawBitsOf, tokenOf } from "./symbolCoder.js";

/** Runs of slots that predictors are tried on: this many slots of every so many. */
const RUN = 256;
const RUNS = 64;

/**
 * Takes, for each channel of a key frame, the predictor that costs least on a sample.
 * @param content the frame
 * @param state state after `beginSegment`
 */
export function chooseKeyPredictors(content: IFrameContent, state: FrameState): IKeyPredictor[] {
    const live = sampleSlots(content.alive, state);
    return state.groups.flatMap((group) => {
        const slots = live.filter((slot) => !((content.free[slot] >> group.id) & 1));
        return Array.from({ length: group.channelCount }, (_, c) => {
            const channel = group.firstChannel + c;
            if (state.codings[group.id].paletteSize > 0) {
                return { mean: 0, weight: 0, rate: 0 };
            }
            const shift = channel === CHANNEL_ROTATION_LARGEST ? 0 : state.codings[group.id].keyShift;
            return choosePredictor(
                content.codes[channel],
                slots,
                state.masks[channel],
                shift,
                channel === CHANNEL_ROTATION_LARGEST ? undefined : content.levels[group.id],
            );
        });
    });
}

/** Live slots in order, in runs; where the frame is coded against another one those that are new. */
function sampleSlots(alive: Uint8Array, { alive: before, slotCount }: FrameState): Int32Array {
    const period = Math.max(RUN, Math.floor(slotCount / RUNS));
    const slots: number[] = [];
    for (let slot = 0; slot < slotCount; slot++) {
        if (alive[slot] && !before[slot] && slot % period < RUN) {
            slots.push(slot);
        }
    }
    return Int32Array.from(slots);
}

function choosePredictor(codes: Int32Array, slots: Int32Array, mask: number, shift: number, levels?: Uint8Array): IKeyPredictor {
    const sum = slots.reduce((total, slot) => total + codes[slot], 0);
    const mean = slots.length > 0 ? (Math.round(sum / slots.length / 2 ** shift) << shift) & mask : 0;
    let best: IKeyPredictor = { mean, weight: 0, rate: 0 };
    let bestCost = cost(codes, slots, mask, shift, levels, best);
    for (let rate = 0; rate <= MAX_KEY_RATE; rate++) {
        const fitted = fitWeight(codes, slots, { mean, weight: 256, rate });
        for (const weight of new Set([fitted, 256])) {
            const predictor = { mean, weight, rate };
            const bits = cost(codes, slots, mask, shift, levels, predictor);
            if (bits < bestCost) {
                bestCost = bits;
                best = predictor;
            }
        }
    }
    return best;
}

/** Least squares, 0 to 256. */
function fitWeight(codes: Int32Array, slots: Int32Array, predictor: IKeyPredictor): number {
    let average = firstAverage(predictor);
    let [product, square] = [0, 0];
    for (const slot of slots) {
        const offset = average / 16 - predictor.mean;
        product += offset * (codes[slot] - predictor.mean);
        square += offset * offset;
        average = nextAverage(predictor, average, codes[slot]);
    }
    return square > 0 ? Math.max(0, Math.min(256, Math.round((256 * product) / square))) : 0;
}

function cost(codes: Int32Array, slots: Int32Array, mask: number, keyShift: number, levels: Uint8Array | undefined, predictor: IKeyPredictor): number {
    const signShift = Math.clz32(mask);
    const counts = new Uint32Array(RANS_MAX_SYMBOLS);
    let average = firstAverage(predictor);
    let bits = 0;
    for (const slot of slots) {
        const shift = keyShift + (levels?.[slot] ?? 0);
        const token = tokenOf(zigzag((((codes[slot] - predictKey(predictor, average, shift)) << signShift) >> signShift) >> shift));
        counts[token]++;
        bits += rawBitsOf(token);
        average = nextAverage(predictor, average, codes[slot]);
    }
    return counts.reduce((total, n) => total - (n > 0 ? n * Math.log2(n / slots.length) : 0), bits);
}
