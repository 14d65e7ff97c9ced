import { CHANNEL_ROTATION_LARGEST, type IAttributeGroup } from "./attributeGroups.js";
import type { IFrameContent } from "./frameContent.js";
import { ABSOLUTE_STRIDE, absoluteContext, CONTEXT_LIFE, levelContext, LEVELS } from "./frameContexts.js";
import type { FrameState } from "./frameState.js";
import { HALF_WEIGHT, liftingOf, unzigzag, zigzag } from "./lifting.js";
import { LIFTING_SHIFT } from "./segmentHeader.js";
import { codePaletteLabels } from "./shPalette.js";
import type { ISymbolCoder } from "./symbolCoder.js";

/**
 * Predicts a code from those of the live slots before it: `mean + weight / 256 (average - mean)`, with an average that follows each code by 1 / 2^rate of its difference. A rate of 0 and a
 * weight of 256 predict the code of the slot before, a weight of 0 the mean.
 */
export interface IKeyPredictor {
    /** A typical code. */
    mean: number;
    /** 0 to 256. */
    weight: number;
    /** 0 to 4. */
    rate: number;
}

/** Largest rate of a predictor. */
export const MAX_KEY_RATE = 4;

/** Bits of the fraction of an average. */
const AVERAGE_BITS = 4;

/**
 * The prediction, rounded down to a multiple of 2^shift.
 * @param predictor how
 * @param average in 1/16 code
 * @param shift shift of the key frame
 */
export function predictKey({ mean, weight }: IKeyPredictor, average: number, shift: number): number {
    return ((mean + Math.floor((weight * (average - (mean << AVERAGE_BITS))) / 4096)) >> shift) << shift;
}

/** The average of no code. */
export function firstAverage({ mean }: IKeyPredictor): number {
    return mean << AVERAGE_BITS;
}

/** The average after a code. */
export function nextAverage({ rate }: IKeyPredictor, average: number, code: number): number {
    return average + (((code << AVERAGE_BITS) - average) >> rate);
}

/** Slots whose life is told by one symbol. */
const LIFE_SLOTS = 6;

/** Codes which slots begin or cease to live, LIFE_SLOTS a symbol, and applies it. */
export function codeLife(coder: ISymbolCoder, state: FrameState, slotCount: number, content?: IFrameContent): void {
    const { alive, born } = state;
    const { contexts, values } = coder;
    const count = Math.ceil(slotCount / LIFE_SLOTS);
    contexts.fill(CONTEXT_LIFE, 0, count);
    if (content) {
        values.fill(0, 0, count);
        for (let slot = 0; slot < slotCount; slot++) {
            values[Math.floor(slot / LIFE_SLOTS)] |= (alive[slot] ^ content.alive[slot]) << (slot % LIFE_SLOTS);
        }
    }
    coder.masks(count, 0);
    for (let i = 0, first = 0; i < count; i++, first += LIFE_SLOTS) {
        const end = Math.min(LIFE_SLOTS, slotCount - first);
        for (let k = 0; values[i] !== 0 && k < end; k++) {
            if ((values[i] >>> k) & 1) {
                born[first + k] = alive[first + k] ^= 1;
                state.liveCount += alive[first + k] ? 1 : -1;
            }
        }
    }
}

/**
 * Codes one group of the slots in the list.
 * @param coder either end of the entropy coder
 * @param state the state; `list` has the slots
 * @param group the group
 * @param count number of slots
 * @param predictors how the slots before predict a code, by channel; undefined: what each slot holds predicts it
 * @param content the frame, when the coder is a recorder
 */
export function codeAbsoluteGroup(
    coder: ISymbolCoder,
    state: FrameState,
    group: IAttributeGroup,
    count: number,
    predictors: readonly IKeyPredictor[] | undefined,
    content?: IFrameContent,
): void {
    if (state.codings[group.id].paletteSize > 0) {
        codePaletteLabels(coder, state, group, count, content?.palette);
        return;
    }
    codeLevels(coder, state, group, count, content);
    state.classes.fill(0, 0, count);
    for (let c = 0; c < group.channelCount; c++) {
        codeAbsolute(coder, state, group, c, count, predictors?.[group.firstChannel + c], content);
    }
}

/** Codes the levels of the slots in the list in one group. */
function codeLevels(coder: ISymbolCoder, state: FrameState, group: IAttributeGroup, count: number, content?: IFrameContent): void {
    const { list, codings, groups } = state;
    const { contexts, values } = coder;
    if (!codings[group.id].hasLevels) {
        return;
    }
    const before = groups.filter(({ id }) => id < group.id && codings[id].hasLevels).pop();
    for (let i = 0; i < count; i++) {
        contexts[i] = levelContext(group.id, before ? state.levels[before.id][list[i]] : 0);
        values[i] = content?.levels[group.id][list[i]] ?? 0;
    }
    coder.masks(count, 0);
    const levels = state.levels[group.id];
    for (let i = 0; i < count; i++) {
        levels[list[i]] = values[i] & (LEVELS - 1);
    }
}

/**
 * Codes one channel of the slots in the list: the difference from its prediction, of which the channels before in its three tell a part.
 * @param coder either end of the entropy coder
 * @param state the state; `list` has the slots
 * @param group group of the channel
 * @param c number of the channel in its group
 * @param count number of slots
 * @param predictor how the slots before predict a code; undefined: what each slot holds predicts it
 * @param content the frame, when the coder is a recorder
 */
function codeAbsolute(
    coder: ISymbolCoder,
    state: FrameState,
    group: IAttributeGroup,
    c: number,
    count: number,
    predictor: IKeyPredictor | undefined,
    content?: IFrameContent,
): void {
    const channel = group.firstChannel + c;
    const { list, classes } = state;
    const { contexts, values } = coder;
    const codes = state.codes[channel];
    const mask = state.masks[channel];
    const { keyShift, keyLifting } = state.codings[group.id];
    const isShifted = channel !== CHANNEL_ROTATION_LARGEST;
    const levels = state.levels[group.id];
    const context = absoluteContext(channel);
    const differences = state.differences[c % 3];
    const { w0, w1, d0, d1 } = liftingOf(state, c, keyLifting);
    for (let i = 0; i < count; i++) {
        contexts[i] = context + classes[i];
    }
    if (content) {
        const target = content.codes[channel];
        const signShift = Math.clz32(mask);
        let average = predictor ? firstAverage(predictor) : 0;
        for (let i = 0; i < count; i++) {
            const slot = list[i];
            const shift = isShifted ? keyShift + levels[slot] : 0;
            const lifted = (w0 * d0[i] + w1 * d1[i] + HALF_WEIGHT) >> LIFTING_SHIFT;
            const prediction = predictor ? predictKey(predictor, average, shift) : (codes[slot] >> shift) << shift;
            const code = (content.free[slot] >> group.id) & 1 ? (prediction + (lifted << shift)) & mask : target[slot];
            const difference = (((code - prediction) << signShift) >> signShift) >> shift;
            values[i] = zigzag(difference - lifted);
            average = predictor ? nextAverage(predictor, average, code) : 0;
        }
    }
    coder.numbers(count, ABSOLUTE_STRIDE);
    let average = predictor ? firstAverage(predictor) : 0;
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        const number = values[i];
        const shift = isShifted ? keyShift + levels[slot] : 0;
        const difference = unzigzag(number) + ((w0 * d0[i] + w1 * d1[i] + HALF_WEIGHT) >> LIFTING_SHIFT);
        const prediction = predictor ? predictKey(predictor, average, shift) : (codes[slot] >> shift) << shift;
        const code = (prediction + (difference << shift)) & mask;
        codes[slot] = code;
        differences[i] = difference;
        classes[i] = Math.max(classes[i], number < 3 ? 0 : number < 24 ? 1 : 2);
        average = predictor ? nextAverage(predictor, average, code) : 0;
    }
}
