import { LABEL_UNKNOWN } from "./clusterMotion.js";
import { CHANNEL_ROTATION_LARGEST, FIRST_SH_CHANNEL, GROUP_POSITION, GROUP_ROTATION, type IAttributeGroup } from "./attributeGroups.js";
import { ABSOLUTE_STRIDE, absoluteContext, CONTEXT_LIFE, GATE_OF_LOOK_AGE, GATE_OF_MOTION_AGE, GATE_STRIDE, LONG_AGO, NEVER, residualContext } from "./frameContexts.js";
import type { FrameState } from "./frameState.js";
import { movePositions, moveRotations } from "./moveClusters.js";
import { LIFTING_SHIFT, PREDICTOR_HOLD, PREDICTOR_MOTION, PREDICTOR_VELOCITY, type Lifting } from "./segmentHeader.js";
import type { ISymbolCoder } from "./symbolCoder.js";

/** What a frame is, for an encoder. Slots are those of the segment. */
export interface IFrameContent {
    /** 1 for each slot that is alive in this frame. */
    alive: Uint8Array;
    /** Codes by channel and slot, multiples of 2^keyShift: of each live slot in a key frame, of each slot that bears a splat in a residual frame. */
    codes: readonly Int32Array[];
    /** Which groups of a slot have a residual, bit g for group g (residual frames, slots that live on). */
    masks: Uint8Array;
    /** Residuals by channel and slot, in units of 2^residualShift, modulo the channel's codes; read where the mask says so. */
    residuals: readonly Int32Array[];
    /** Cluster of each slot, from 1; 0: none (residual frames). */
    labels: Uint16Array;
    /** Centre of each cluster in the key frame, see ClusterMotion (first residual frame). */
    centres: Int32Array;
    /** Motion of each cluster from the frame before, see ClusterMotion (residual frames). */
    motions: Int32Array;
}

/** In a key frame, a channel whose code is predicted by the code of the live slot before it. */
export const KEY_PREDICTOR_PREVIOUS_SLOT = -1;

/** Slots whose life is told by one symbol. */
const LIFE_SLOTS = 6;

const MOTION_GROUPS = (1 << GROUP_POSITION) | (1 << GROUP_ROTATION);

/**
 * Codes a key frame: which slots are alive, then the codes of the live ones channel by channel. A dead slot takes the codes of
 * the live slot before it, which predict the splat that may be born there.
 * @param coder either end of the entropy coder
 * @param state state after `beginSegment`; holds the frame afterwards
 * @param predictors KEY_PREDICTOR_PREVIOUS_SLOT or a constant code, by channel
 * @param content the frame, when the coder is a recorder
 */
export function codeKeyFrame(coder: ISymbolCoder, state: FrameState, predictors: Int32Array, content?: IFrameContent): void {
    codeLife(coder, state, state.slotCount, content);
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
        for (let c = 0; c < group.channelCount; c++) {
            const channel = group.firstChannel + c;
            codeAbsolute(coder, state, group, c, count, predictors[channel], content);
            fillDeadSlots(state, channel);
        }
    }
}

/** A dead slot takes the code of the live slot before it. */
function fillDeadSlots({ codes, alive, slotCount }: FrameState, channel: number): void {
    let last = 0;
    for (let slot = 0; slot < slotCount; slot++) {
        if (alive[slot]) {
            last = codes[channel][slot];
        } else {
            codes[channel][slot] = last;
        }
    }
}

/** What predicts the codes of a birth: what its slot held before. */
const PREDICTOR_OWN_SLOT = -2;

/** Codes one channel of the slots in the list: the difference from its prediction, of which the channels before in its three tell a part. */
function codeAbsolute(coder: ISymbolCoder, state: FrameState, group: IAttributeGroup, c: number, count: number, predictor: number, content?: IFrameContent): void {
    const channel = group.firstChannel + c;
    const { list, classes } = state;
    const { contexts, values } = coder;
    const codes = state.codes[channel];
    const mask = state.masks[channel];
    const signShift = Math.clz32(mask);
    const { keyShift, keyLifting } = state.codings[group.id];
    const shift = channel === CHANNEL_ROTATION_LARGEST ? 0 : keyShift;
    const context = absoluteContext(channel);
    const target = content?.codes[channel];
    const differences = state.differences[c % 3];
    const { w0, w1, d0, d1 } = liftingOf(state, c, keyLifting);
    const first = predictor >= 0 ? predictor : 0;
    for (let i = 0, previous = first; i < count; i++) {
        contexts[i] = context + classes[i];
        if (target) {
            const prediction = predictor === PREDICTOR_OWN_SLOT ? (codes[list[i]] >> shift) << shift : previous;
            const difference = (((target[list[i]] - prediction) << signShift) >> signShift) >> shift;
            values[i] = zigzag(difference - ((w0 * d0[i] + w1 * d1[i] + HALF_WEIGHT) >> LIFTING_SHIFT));
            previous = predictor === KEY_PREDICTOR_PREVIOUS_SLOT ? target[list[i]] : first;
        }
    }
    coder.numbers(count, ABSOLUTE_STRIDE);
    for (let i = 0, previous = first; i < count; i++) {
        const slot = list[i];
        const number = values[i];
        const difference = unzigzag(number) + ((w0 * d0[i] + w1 * d1[i] + HALF_WEIGHT) >> LIFTING_SHIFT);
        const prediction = predictor === PREDICTOR_OWN_SLOT ? (codes[slot] >> shift) << shift : previous;
        const code = (prediction + (difference << shift)) & mask;
        codes[slot] = code;
        differences[i] = difference;
        classes[i] = Math.max(classes[i], number < 3 ? 0 : number < 24 ? 1 : 2);
        previous = predictor === KEY_PREDICTOR_PREVIOUS_SLOT ? code : first;
    }
}

/**
 * Codes a residual frame: births and deaths, the codes of what is born, which attribute groups of which slots have a residual,
 * then the residuals channel by channel.
 * @param coder either end of the entropy coder
 * @param state state of the frame before; holds this frame afterwards
 * @param hasFlips whether any splat is born or dies in this frame
 * @param content the frame, when the coder is a recorder
 */
export function codeResidualFrame(coder: ISymbolCoder, state: FrameState, hasFlips: boolean, content?: IFrameContent): void {
    if (state.hasFlips) {
        state.born.fill(0, 0, state.activeSlotCount);
    }
    state.hasFlips = hasFlips;
    if (hasFlips) {
        codeLife(coder, state, state.activeSlotCount, content);
        codeBirths(coder, state, content);
    }
    if (state.motion.count > 0) {
        moveWithClusters(coder, state, content);
    }
    for (const group of state.groups) {
        if (state.codings[group.id].predictor & PREDICTOR_VELOCITY) {
            moveOn(state, group);
        }
    }
    codeGates(coder, state, content);
    for (const group of state.groups) {
        codeResiduals(coder, state, group, content);
    }
}

/** Codes which slots begin or cease to live, LIFE_SLOTS a symbol, and applies it. */
function codeLife(coder: ISymbolCoder, state: FrameState, slotCount: number, content?: IFrameContent): void {
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

/** Codes all channels of the splats that are born, predicted by what their slots held before. */
function codeBirths(coder: ISymbolCoder, state: FrameState, content?: IFrameContent): void {
    const { list, classes, born, activeSlotCount } = state;
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        if (born[slot]) {
            list[count++] = slot;
            state.sinceMotion[slot] = NEVER;
            state.sinceLook[slot] = NEVER;
            state.motion.labels[slot] = LABEL_UNKNOWN;
        }
    }
    for (const group of state.groups) {
        classes.fill(0, 0, count);
        for (let c = 0; c < group.channelCount; c++) {
            codeAbsolute(coder, state, group, c, count, PREDICTOR_OWN_SLOT, content);
        }
    }
    for (let channel = 0; channel < FIRST_SH_CHANNEL; channel++) {
        for (let i = 0; i < count; i++) {
            state.velocities[channel][list[i]] = 0;
            state.magnitudes[channel][list[i]] = 0;
            if (channel < CHANNEL_ROTATION_LARGEST) {
                state.fractions[channel][list[i]] = 0;
            }
        }
    }
}

/** Codes which cluster the slots that are new go with, and the motions of the clusters; moves their splats. */
function moveWithClusters(coder: ISymbolCoder, state: FrameState, content?: IFrameContent): void {
    const { motion, list, alive, activeSlotCount } = state;
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        if (alive[slot] && motion.labels[slot] === LABEL_UNKNOWN) {
            list[count++] = slot;
        }
    }
    motion.codeLabels(coder, list, count, content?.labels);
    if (!state.hasMoved) {
        motion.codeCentres(coder, content?.centres);
        state.hasMoved = true;
    }
    motion.codeMotions(coder, content?.motions);
    if (state.codings[GROUP_POSITION].predictor & PREDICTOR_MOTION) {
        movePositions(state, motion);
    }
    if (state.codings[GROUP_ROTATION].predictor & PREDICTOR_MOTION) {
        moveRotations(state, motion, state.rotationStep);
    }
    motion.moveCentres();
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

/** Codes, for each slot that lives on, which groups have a residual; the context is how long ago it had one and its neighbour's mask. */
function codeGates(coder: ISymbolCoder, state: FrameState, content?: IFrameContent): void {
    const { alive, born, changes, sinceMotion, sinceLook, activeSlotCount, list } = state;
    const { contexts, values } = coder;
    const allGroups = (1 << state.groups.length) - 1;
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        changes[slot] = 0;
        if (alive[slot] && !born[slot]) {
            contexts[count] = GATE_OF_MOTION_AGE[sinceMotion[slot]] + GATE_OF_LOOK_AGE[sinceLook[slot]];
            if (content) {
                values[count] = content.masks[slot];
            }
            list[count++] = slot;
        }
    }
    coder.masks(count, GATE_STRIDE);
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        const mask = values[i] & allGroups;
        changes[slot] = mask;
        sinceMotion[slot] = age(sinceMotion[slot], mask & MOTION_GROUPS);
        sinceLook[slot] = age(sinceLook[slot], mask & ~MOTION_GROUPS);
    }
}

function age(since: number, hasResidual: number): number {
    return hasResidual ? 0 : since < LONG_AGO ? since + 1 : since;
}

/** Codes and adds the residuals of a group; the context is the size of the same channel's last residual and of this one's channels so far. */
function codeResiduals(coder: ISymbolCoder, state: FrameState, group: IAttributeGroup, content?: IFrameContent): void {
    const { list, classes, changes, activeSlotCount } = state;
    const bit = 1 << group.id;
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        if (changes[slot] & bit) {
            list[count++] = slot;
        }
    }
    classes.fill(0, 0, count);
    for (let c = 0; count > 0 && c < group.channelCount; c++) {
        const channel = group.firstChannel + c;
        prepareResiduals(coder, state, group, c, count, content?.residuals[channel]);
        coder.numbers(count, 0);
        addResiduals(coder, state, group, c, count);
    }
}

function prepareResiduals(coder: ISymbolCoder, state: FrameState, group: IAttributeGroup, c: number, count: number, residuals?: Int32Array): void {
    const { list, classes } = state;
    const { contexts, values } = coder;
    const channel = group.firstChannel + c;
    const context = residualContext(channel);
    const magnitudes = channel < FIRST_SH_CHANNEL ? state.magnitudes[channel] : undefined;
    for (let i = 0; i < count; i++) {
        contexts[i] = context + classes[i] + (magnitudes ? 3 * magnitudes[list[i]] : 0);
    }
    if (residuals) {
        const { residualLifting, residualShift } = state.codings[group.id];
        const { w0, w1, d0, d1 } = liftingOf(state, c, residualLifting);
        // Of all residuals that lead to the same code the smallest: only that is sure to be a number.
        const wrap = Math.min(31, Math.clz32(state.masks[channel]) + (channel === CHANNEL_ROTATION_LARGEST ? 0 : residualShift));
        for (let i = 0; i < count; i++) {
            values[i] = zigzag(((residuals[list[i]] << wrap) >> wrap) - ((w0 * d0[i] + w1 * d1[i] + HALF_WEIGHT) >> LIFTING_SHIFT));
        }
    }
}

function addResiduals({ values }: ISymbolCoder, state: FrameState, group: IAttributeGroup, c: number, count: number): void {
    const { list, classes } = state;
    const { residualLifting, residualShift, predictor } = state.codings[group.id];
    const channel = group.firstChannel + c;
    const codes = state.codes[channel];
    const mask = state.masks[channel];
    const shift = channel === CHANNEL_ROTATION_LARGEST ? 0 : residualShift;
    const magnitudes = channel < FIRST_SH_CHANNEL ? state.magnitudes[channel] : undefined;
    const differences = state.differences[c % 3];
    const { w0, w1, d0, d1 } = liftingOf(state, c, residualLifting);
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        const number = values[i];
        const difference = unzigzag(number) + ((w0 * d0[i] + w1 * d1[i] + HALF_WEIGHT) >> LIFTING_SHIFT);
        differences[i] = difference;
        codes[slot] = (codes[slot] + (difference << shift)) & mask;
        const size = number === 0 ? 0 : number < 3 ? 1 : 2;
        classes[i] = Math.max(classes[i], size);
        if (magnitudes) {
            magnitudes[slot] = size + 1;
        }
    }
    if (predictor !== PREDICTOR_HOLD) {
        addVelocities(state, channel, differences, count, predictor, shift);
    }
}

/** A rotation that changes which component it leaves out has no velocity after it. */
function addVelocities({ list, velocities, fractions }: FrameState, channel: number, differences: Int32Array, count: number, predictor: number, shift: number): void {
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        if (channel === CHANNEL_ROTATION_LARGEST) {
            for (let c = channel - 3; differences[i] !== 0 && c < channel; c++) {
                velocities[c][slot] = 0;
                fractions[c][slot] = 0;
            }
        } else if (predictor & PREDICTOR_VELOCITY) {
            velocities[channel][slot] += differences[i] << shift;
        }
    }
}

const HALF_WEIGHT = 1 << (LIFTING_SHIFT - 1);

/** Weights and differences of the channels before channel c of a group, within its three. */
function liftingOf({ differences }: FrameState, c: number, lifting: Lifting): { w0: number; w1: number; d0: Int32Array; d1: Int32Array } {
    const [d0, d1] = differences;
    const place = c % 3;
    return place === 1 ? { w0: lifting[0], w1: 0, d0, d1 } : place === 2 ? { w0: lifting[1], w1: lifting[2], d0, d1 } : { w0: 0, w1: 0, d0, d1 };
}

/** 0, -1, 1, -2, 2 ... become 0, 1, 2, 3, 4 ... */
function zigzag(value: number): number {
    return (value << 1) ^ (value >> 31);
}

function unzigzag(value: number): number {
    return (value >>> 1) ^ -(value & 1);
}
