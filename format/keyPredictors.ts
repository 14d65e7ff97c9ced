import { CHANNEL_ROTATION_LARGEST } from "./attributeGroups.js";
import { KEY_PREDICTOR_PREVIOUS_SLOT, type IFrameContent } from "./frameModel.js";
import type { FrameState } from "./frameState.js";
import { RANS_MAX_SYMBOLS } from "./rans.js";
import { rawBitsOf, tokenOf } from "./symbolCoder.js";

/**
 * Takes, for each channel of a key frame, the cheaper of the previous slot's code and the mean code.
 * @param content the frame
 * @param state state after `beginSegment`
 */
export function chooseKeyPredictors(content: IFrameContent, state: FrameState): Int32Array {
    const predictors = new Int32Array(state.codes.length);
    for (const group of state.groups) {
        for (let channel = group.firstChannel; channel < group.firstChannel + group.channelCount; channel++) {
            const shift = channel === CHANNEL_ROTATION_LARGEST ? 0 : state.codings[group.id].keyShift;
            predictors[channel] = choosePredictor(content, state, channel, shift);
        }
    }
    return predictors;
}

function choosePredictor({ codes: allCodes, alive }: IFrameContent, { masks, slotCount }: FrameState, channel: number, shift: number): number {
    const codes = allCodes[channel];
    const mask = masks[channel];
    const signShift = Math.clz32(mask);
    let sum = 0;
    let count = 0;
    for (let slot = 0; slot < slotCount; slot++) {
        if (alive[slot]) {
            sum += codes[slot];
            count++;
        }
    }
    const mean = count > 0 ? (Math.round(sum / count / 2 ** shift) << shift) & mask : 0;
    const cost = (isDelta: boolean): number => {
        const counts = new Uint32Array(RANS_MAX_SYMBOLS);
        let bits = 0;
        let prediction = isDelta ? 0 : mean;
        for (let slot = 0; slot < slotCount; slot++) {
            if (alive[slot]) {
                const difference = (((codes[slot] - prediction) << signShift) >> signShift) >> shift;
                const token = tokenOf((difference << 1) ^ (difference >> 31));
                counts[token]++;
                bits += rawBitsOf(token);
                prediction = isDelta ? codes[slot] : prediction;
            }
        }
        return counts.reduce((total, n) => total - (n > 0 ? n * Math.log2(n / count) : 0), bits);
    };
    return cost(true) < cost(false) ? KEY_PREDICTOR_PREVIOUS_SLOT : mean;
}
