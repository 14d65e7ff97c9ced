import { attributeGroups, CHANNEL_ROTATION_LARGEST, FIRST_SH_CHANNEL, GROUP_COUNT, GROUP_SH, type IAttributeGroup } from "./attributeGroups.js";
import type { FrameState } from "./frameState.js";
import { PREDICTOR_VELOCITY } from "./segmentHeader.js";
import { codeNumber, type ISymbolCoder } from "./symbolCoder.js";

/**
 * What a frame is to become, for an encoder. Slots are those of the segment.
 */
export interface IFrameTarget {
    /** 1 for each slot that is alive in this frame. */
    alive: Uint8Array;
    /** Codes by channel and slot: what each live slot is to hold after this frame. */
    codes: readonly (Int32Array | Uint8Array)[];
}

// Kinds of channel share contexts: one for each channel before the spherical harmonics, one for each band of these.
const CHANNEL_KINDS = FIRST_SH_CHANNEL + 3;
const MASK_VALUES = 64;
const NEIGHBOUR_CLASSES = 3;

const CONTEXT_LIVE = 0;
const CONTEXT_ABSOLUTE = 1;
const CONTEXT_CHANGES = CONTEXT_ABSOLUTE + 3 * CHANNEL_KINDS;
const CONTEXT_RESIDUAL = CONTEXT_CHANGES + NEIGHBOUR_CLASSES * MASK_VALUES;

/** Contexts of a key frame. */
export const KEY_CONTEXTS = CONTEXT_CHANGES;
/** Contexts of a residual frame. */
export const RESIDUAL_CONTEXTS = CONTEXT_RESIDUAL + 9 * CHANNEL_KINDS;

/** What the symbols of a context tell that belong to no attribute group: which splats are born or die; which groups of a slot have a residual. */
export const PART_LIFE = GROUP_COUNT;
export const PART_GATES = GROUP_COUNT + 1;

/**
 * What the symbols of a context tell, for accounts of where the bytes go.
 * @param context a context of a key or a residual frame
 * @returns number of an attribute group, PART_LIFE or PART_GATES
 */
export function partOfContext(context: number): number {
    if (context === CONTEXT_LIVE) {
        return PART_LIFE;
    }
    if (context >= CONTEXT_CHANGES && context < CONTEXT_RESIDUAL) {
        return PART_GATES;
    }
    const kind = context < CONTEXT_CHANGES ? Math.floor((context - CONTEXT_ABSOLUTE) / 3) : Math.floor((context - CONTEXT_RESIDUAL) / 9);
    return attributeGroups(0).find(({ firstChannel, channelCount }) => kind >= firstChannel && kind < firstChannel + channelCount)?.id ?? GROUP_SH;
}

/** In a key frame, a channel whose code is predicted by the code of the live slot before it. */
export const KEY_PREDICTOR_PREVIOUS_SLOT = -1;

/**
 * Codes a key frame: which slots are alive, then the codes of the live ones channel by channel. A dead slot takes the codes of
 * the live slot before it, which predict the splat that may be born there.
 * @param coder either end of the entropy coder
 * @param state state after `beginSegment`; holds the frame afterwards
 * @param predictors KEY_PREDICTOR_PREVIOUS_SLOT or a constant code, by channel
 * @param target the frame, when the coder is a recorder
 */
export function codeKeyFrame(coder: ISymbolCoder, state: FrameState, predictors: Int32Array, target?: IFrameTarget): void {
    codeAliveFlips(coder, state, state.slotCount, target);
    const { list, born, slotCount, alive } = state;
    born.fill(0, 0, slotCount);
    let count = 0;
    for (let slot = 0; slot < slotCount; slot++) {
        if (alive[slot]) {
            list[count++] = slot;
        }
    }
    for (const group of state.groups) {
        state.classes.fill(0, 0, count);
        for (let channel = group.firstChannel; channel < group.firstChannel + group.channelCount; channel++) {
            codeKeyChannel(coder, state, channel, count, predictors[channel], target?.codes[channel]);
        }
    }
}

function codeKeyChannel(coder: ISymbolCoder, state: FrameState, channel: number, count: number, predictor: number, target?: Int32Array | Uint8Array): void {
    const { list, classes, slotCount, alive } = state;
    const codes = state.codes[channel];
    const mask = state.masks[channel];
    const shift = Math.clz32(mask);
    const context = CONTEXT_ABSOLUTE + 3 * kindOf(channel);
    const isDelta = predictor === KEY_PREDICTOR_PREVIOUS_SLOT;
    let prediction = isDelta ? 0 : predictor;
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        const value = target ? zigzag(((target[slot] - prediction) << shift) >> shift) : 0;
        const number = codeNumber(coder, context + classes[i], value);
        const code = (prediction + unzigzag(number)) & mask;
        codes[slot] = code;
        classes[i] = Math.max(classes[i], absoluteClass(number));
        if (isDelta) {
            prediction = code;
        }
    }
    let last = 0;
    for (let slot = 0; slot < slotCount; slot++) {
        if (alive[slot]) {
            last = codes[slot];
        } else {
            codes[slot] = last;
        }
    }
}

/**
 * Codes a residual frame: births and deaths, the codes of what is born, which attribute groups of which slots have a residual,
 * then the residuals channel by channel.
 * @param coder either end of the entropy coder
 * @param state state of the frame before; holds this frame afterwards
 * @param hasFlips whether any splat is born or dies in this frame
 * @param target the frame, when the coder is a recorder
 */
export function codeResidualFrame(coder: ISymbolCoder, state: FrameState, hasFlips: boolean, target?: IFrameTarget): void {
    [state.changes, state.previousChanges] = [state.previousChanges, state.changes];
    if (state.hasFlips) {
        state.born.fill(0, 0, state.activeSlotCount);
    }
    state.hasFlips = hasFlips;
    if (hasFlips) {
        codeAliveFlips(coder, state, state.activeSlotCount, target);
        codeBirths(coder, state, target);
    }
    for (const group of state.groups) {
        if (state.predictors[group.id] === PREDICTOR_VELOCITY) {
            moveOn(state, group);
        }
    }
    codeChanges(coder, state, target);
    for (const group of state.groups) {
        codeResiduals(coder, state, group, target);
    }
}

/** Codes which slots begin or cease to live, eight slots a symbol, and applies it. */
function codeAliveFlips(coder: ISymbolCoder, state: FrameState, slotCount: number, target?: IFrameTarget): void {
    const { alive, born } = state;
    for (let first = 0; first < slotCount; first += 8) {
        const end = Math.min(8, slotCount - first);
        let flips = 0;
        if (target) {
            for (let i = 0; i < end; i++) {
                flips |= (alive[first + i] ^ target.alive[first + i]) << i;
            }
        }
        flips = coder.symbol(CONTEXT_LIVE, flips);
        for (let i = 0; i < end; i++) {
            if ((flips >>> i) & 1) {
                born[first + i] = alive[first + i] ^= 1;
                state.liveCount += alive[first + i] ? 1 : -1;
            }
        }
    }
}

/** Codes all channels of the splats that are born, predicted by what their slots held before. */
function codeBirths(coder: ISymbolCoder, state: FrameState, target?: IFrameTarget): void {
    const { list, classes, born, activeSlotCount } = state;
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        if (born[slot]) {
            list[count++] = slot;
        }
    }
    for (const group of state.groups) {
        classes.fill(0, 0, count);
        for (let channel = group.firstChannel; channel < group.firstChannel + group.channelCount; channel++) {
            const codes = state.codes[channel];
            const mask = state.masks[channel];
            const shift = Math.clz32(mask);
            const context = CONTEXT_ABSOLUTE + 3 * kindOf(channel);
            for (let i = 0; i < count; i++) {
                const slot = list[i];
                const value = target ? zigzag(((target.codes[channel][slot] - codes[slot]) << shift) >> shift) : 0;
                const number = codeNumber(coder, context + classes[i], value);
                codes[slot] = (codes[slot] + unzigzag(number)) & mask;
                classes[i] = Math.max(classes[i], absoluteClass(number));
                if (channel < FIRST_SH_CHANNEL) {
                    state.velocities[channel][slot] = 0;
                }
            }
        }
    }
}

/** Advances the codes of a group by their velocity: the prediction that residuals are added to. */
function moveOn(state: FrameState, group: IAttributeGroup): void {
    const { alive, born, activeSlotCount } = state;
    for (let channel = group.firstChannel; channel < group.firstChannel + group.channelCount; channel++) {
        const codes = state.codes[channel];
        const velocity = state.velocities[channel];
        const mask = state.masks[channel];
        for (let slot = 0; slot < activeSlotCount; slot++) {
            if (velocity[slot] !== 0 && alive[slot] && !born[slot]) {
                codes[slot] = (codes[slot] + velocity[slot]) & mask;
            }
        }
    }
}

/** Codes, for each slot that lives on, which groups have a residual; the context is its mask in the frame before and its neighbour's now. */
function codeChanges(coder: ISymbolCoder, state: FrameState, target?: IFrameTarget): void {
    const { alive, born, changes, previousChanges, activeSlotCount } = state;
    const allGroups = (1 << state.groups.length) - 1;
    let neighbour = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        if (!alive[slot] || born[slot]) {
            changes[slot] = 0;
            continue;
        }
        const context = CONTEXT_CHANGES + neighbour * MASK_VALUES + previousChanges[slot];
        const mask = coder.symbol(context, target ? changeMask(state, slot, target) : 0) & allGroups;
        changes[slot] = mask;
        neighbour = mask === 0 ? 0 : mask & 1 ? 2 : 1;
    }
}

function changeMask(state: FrameState, slot: number, target: IFrameTarget): number {
    let mask = 0;
    for (const { id, firstChannel, channelCount } of state.groups) {
        for (let channel = firstChannel; channel < firstChannel + channelCount; channel++) {
            if (state.codes[channel][slot] !== target.codes[channel][slot]) {
                mask |= 1 << id;
                break;
            }
        }
    }
    return mask;
}

/** Codes and adds the residuals of a group; the context is the size of the same channel's last residual and of this one's channels so far. */
function codeResiduals(coder: ISymbolCoder, state: FrameState, group: IAttributeGroup, target?: IFrameTarget): void {
    const { list, classes, changes, previousChanges, activeSlotCount } = state;
    const bit = 1 << group.id;
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        if (changes[slot] & bit) {
            list[count++] = slot;
        }
    }
    classes.fill(0, 0, count);
    const hasVelocity = state.predictors[group.id] === PREDICTOR_VELOCITY;
    for (let channel = group.firstChannel; channel < group.firstChannel + group.channelCount; channel++) {
        const codes = state.codes[channel];
        const mask = state.masks[channel];
        const shift = Math.clz32(mask);
        const context = CONTEXT_RESIDUAL + 9 * kindOf(channel);
        const magnitudes = channel < FIRST_SH_CHANNEL ? state.magnitudes[channel] : undefined;
        for (let i = 0; i < count; i++) {
            const slot = list[i];
            const last = magnitudes && previousChanges[slot] & bit ? magnitudes[slot] : 0;
            const value = target ? zigzag(((target.codes[channel][slot] - codes[slot]) << shift) >> shift) : 0;
            const number = codeNumber(coder, context + 3 * last + classes[i], value);
            const residual = unzigzag(number);
            codes[slot] = (codes[slot] + residual) & mask;
            const size = residualClass(number);
            classes[i] = Math.max(classes[i], size);
            if (magnitudes) {
                magnitudes[slot] = size;
            }
            if (hasVelocity) {
                addVelocity(state, channel, slot, residual);
            }
        }
    }
}

/** A rotation that changes which component it leaves out has no velocity after it. */
function addVelocity(state: FrameState, channel: number, slot: number, residual: number): void {
    if (channel !== CHANNEL_ROTATION_LARGEST) {
        state.velocities[channel][slot] += residual;
    } else if (residual !== 0) {
        state.velocities[channel - 3][slot] = 0;
        state.velocities[channel - 2][slot] = 0;
        state.velocities[channel - 1][slot] = 0;
    }
}

function kindOf(channel: number): number {
    if (channel < FIRST_SH_CHANNEL) {
        return channel;
    }
    const coefficient = ((channel - FIRST_SH_CHANNEL) / 3) | 0;
    return FIRST_SH_CHANNEL + (coefficient < 3 ? 0 : coefficient < 8 ? 1 : 2);
}

/** 0, -1, 1, -2, 2 ... become 0, 1, 2, 3, 4 ... */
function zigzag(value: number): number {
    return (value << 1) ^ (value >> 31);
}

function unzigzag(value: number): number {
    return (value >>> 1) ^ -(value & 1);
}

function absoluteClass(number: number): number {
    return number < 6 ? 0 : number < 48 ? 1 : 2;
}

function residualClass(number: number): number {
    return number === 0 ? 0 : number < 3 ? 1 : 2;
}
