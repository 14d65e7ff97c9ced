import { CHANNEL_ROTATION_LARGEST, FIRST_SH_CHANNEL, type IAttributeGroup } from "./attributeGroups.js";
import type { IFrameContent } from "./frameContent.js";
import { residualContext } from "./frameContexts.js";
import type { FrameState } from "./frameState.js";
import { HALF_WEIGHT, liftingOf, unzigzag, zigzag } from "./lifting.js";
import { LIFTING_SHIFT, PREDICTOR_HOLD, PREDICTOR_VELOCITY, type Lifting } from "./segmentHeader.js";
import type { ISymbolCoder } from "./symbolCoder.js";

/**
 * Codes and adds the residuals of a group; the context is the size of the same channel's last residual and of this one's channels so far.
 * @param coder either end of the entropy coder
 * @param state the state, after its gates
 * @param group the group
 * @param changedCount how many slots are in `changed`
 * @param content the frame, when the coder is a recorder
 */
export function codeResiduals(coder: ISymbolCoder, state: FrameState, group: IAttributeGroup, changedCount: number, content?: IFrameContent): void {
    const count = listSlots(state, group, changedCount);
    if (count === 0) {
        return;
    }
    state.classes.fill(0, 0, count);
    for (let c = 0; c < group.channelCount; c++) {
        const channel = group.firstChannel + c;
        writeContexts(coder.contexts, state, channel, count);
        if (content) {
            writeValues(coder.values, state, group, c, count, content.residuals[channel]);
        }
        coder.numbers(count, 0);
        addResiduals(coder.values, state, group, c, count);
    }
}

/**
 * Puts the slots that have a residual in a group into the state's list.
 * @param state the state, after its gates
 * @param group the group
 * @param changedCount how many slots are in `changed`
 * @returns how many have one in the group
 */
export function listSlots({ list, changed, changes }: FrameState, group: IAttributeGroup, changedCount: number): number {
    const bit = 1 << group.id;
    let count = 0;
    for (let i = 0; i < changedCount; i++) {
        const slot = changed[i];
        list[count] = slot;
        count += -(changes[slot] & bit) >>> 31;
    }
    return count;
}

function writeContexts(contexts: Uint16Array, { list, classes, magnitudes }: FrameState, channel: number, count: number): void {
    const context = residualContext(channel);
    if (channel < FIRST_SH_CHANNEL) {
        const magnitude = magnitudes[channel];
        for (let i = 0; i < count; i++) {
            contexts[i] = context + classes[i] + 3 * magnitude[list[i]];
        }
    } else {
        for (let i = 0; i < count; i++) {
            contexts[i] = context + classes[i];
        }
    }
}

/** What the encoder has to write, as numbers. */
function writeValues(values: Int32Array, state: FrameState, group: IAttributeGroup, c: number, count: number, residuals: Int32Array): void {
    const { list } = state;
    const { residualLifting, residualShift } = state.codings[group.id];
    const { w0, w1, d0, d1 } = liftingOf(state, c, residualLifting);
    const channel = group.firstChannel + c;
    // Of all residuals that lead to the same code the smallest: only that is sure to be a number.
    const wrap = Math.min(31, Math.clz32(state.masks[channel]) + (channel === CHANNEL_ROTATION_LARGEST ? 0 : residualShift));
    for (let i = 0; i < count; i++) {
        values[i] = zigzag(((residuals[list[i]] << wrap) >> wrap) - ((w0 * d0[i] + w1 * d1[i] + HALF_WEIGHT) >> LIFTING_SHIFT));
    }
}

function addResiduals(values: Int32Array, state: FrameState, group: IAttributeGroup, c: number, count: number): void {
    const { residualLifting, residualShift, predictor } = state.codings[group.id];
    const channel = group.firstChannel + c;
    const shift = channel === CHANNEL_ROTATION_LARGEST ? 0 : residualShift;
    const differences = state.differences[c % 3];
    if (c % 3 === 0 || isPlain(residualLifting)) {
        takeDifferences(values, differences, count);
    } else {
        takeLiftedDifferences(values, state, c, count, residualLifting);
    }
    noteSizes(values, state.classes, count);
    const codes = state.codes[channel];
    if (codes instanceof Int32Array) {
        noteMagnitudes(values, state.list, state.magnitudes[channel], count);
    }
    const hasLevels = state.codings[group.id].hasLevels && channel !== CHANNEL_ROTATION_LARGEST;
    const changes = hasLevels ? raise(values, state.list, state.levels[group.id], differences, count) : differences;
    if (codes instanceof Int32Array) {
        addToCodes(codes, state.list, changes, count, shift, state.masks[channel]);
    } else {
        addToBytes(codes, state.list, changes, count, shift);
    }
    if (channel === CHANNEL_ROTATION_LARGEST) {
        if (predictor !== PREDICTOR_HOLD) {
            stopRotations(state, differences, count);
        }
    } else if (predictor & PREDICTOR_VELOCITY) {
        addVelocities(state.velocities[channel], state.list, changes, count, shift);
    }
}

/** Differences in the unit of the group, in place of the numbers. */
function raise(values: Int32Array, list: Int32Array, levels: Uint8Array, differences: Int32Array, count: number): Int32Array {
    for (let i = 0; i < count; i++) {
        values[i] = differences[i] << levels[list[i]];
    }
    return values;
}

/** Whether a lifting transforms nothing. */
export function isPlain(lifting: Lifting): boolean {
    return lifting[0] === 0 && lifting[1] === 0 && lifting[2] === 0;
}

function takeDifferences(values: Int32Array, differences: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) {
        differences[i] = unzigzag(values[i]);
    }
}

function takeLiftedDifferences(values: Int32Array, state: FrameState, c: number, count: number, lifting: Lifting): void {
    const { w0, w1, d0, d1 } = liftingOf(state, c, lifting);
    const differences = state.differences[c % 3];
    for (let i = 0; i < count; i++) {
        differences[i] = unzigzag(values[i]) + ((Math.imul(w0, d0[i]) + Math.imul(w1, d1[i]) + HALF_WEIGHT) >> LIFTING_SHIFT);
    }
}

/** 0 for 0, 1 for 1 and 2, 2 for larger numbers. */
function sizeOf(number: number): number {
    return (-number >>> 31) + ((2 - number) >>> 31);
}

function noteSizes(values: Int32Array, classes: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) {
        classes[i] = Math.max(classes[i], sizeOf(values[i]));
    }
}

function noteMagnitudes(values: Int32Array, list: Int32Array, magnitudes: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) {
        magnitudes[list[i]] = 1 + sizeOf(values[i]);
    }
}

function addToCodes(codes: Int32Array, list: Int32Array, differences: Int32Array, count: number, shift: number, mask: number): void {
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        codes[slot] = (codes[slot] + (differences[i] << shift)) & mask;
    }
}

/** The same for codes of 8 bits, on their own so that the compiler knows one kind of array in each loop. */
function addToBytes(codes: Uint8Array, list: Int32Array, differences: Int32Array, count: number, shift: number): void {
    for (let i = 0; i < count; i++) {
        codes[list[i]] += differences[i] << shift;
    }
}

function addVelocities(velocities: Int32Array, list: Int32Array, differences: Int32Array, count: number, shift: number): void {
    for (let i = 0; i < count; i++) {
        velocities[list[i]] += differences[i] << shift;
    }
}

/** A rotation that changes which component it leaves out has no velocity after it. */
export function stopRotations({ list, velocities, fractions }: FrameState, differences: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) {
        for (let channel = CHANNEL_ROTATION_LARGEST - 3; differences[i] !== 0 && channel < CHANNEL_ROTATION_LARGEST; channel++) {
            velocities[channel][list[i]] = 0;
            fractions[channel][list[i]] = 0;
        }
    }
}
