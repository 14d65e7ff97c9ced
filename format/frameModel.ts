import { CHANNEL_ROTATION_LARGEST, FIRST_SH_CHANNEL, GROUP_POSITION, GROUP_ROTATION, type IAttributeGroup } from "./attributeGroups.js";
import { codeAbsolute, codeLevels, codeLife } from "./absoluteModel.js";
import { LABEL_UNKNOWN } from "./clusterMotion.js";
import type { IFrameContent } from "./frameContent.js";
import { GATE_OF_LOOK_AGE, GATE_OF_POSITION_AGE, GATE_OF_ROTATION_AGE, GATE_STRIDE, residualContext } from "./frameContexts.js";
import { LONG_AGO, NEVER, type FrameState } from "./frameState.js";
import { HALF_WEIGHT, liftingOf, unzigzag, zigzag } from "./lifting.js";
import { movePositions, moveRotations } from "./moveClusters.js";
import { LIFTING_SHIFT, PREDICTOR_HOLD, PREDICTOR_MOTION, PREDICTOR_VELOCITY } from "./segmentHeader.js";
import type { ISymbolCoder } from "./symbolCoder.js";

const LOOK_GROUPS = ~((1 << GROUP_POSITION) | (1 << GROUP_ROTATION));

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

/** Codes all channels of the splats that are born, predicted by what their slots held before. */
function codeBirths(coder: ISymbolCoder, state: FrameState, content?: IFrameContent): void {
    const { list, classes, born, activeSlotCount } = state;
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        if (born[slot]) {
            list[count++] = slot;
            state.sincePosition[slot] = NEVER;
            state.sinceRotation[slot] = NEVER;
            state.sinceLook[slot] = NEVER;
            state.motion.labels[slot] = LABEL_UNKNOWN;
        }
    }
    for (const group of state.groups) {
        classes.fill(0, 0, count);
        codeLevels(coder, state, group, count, content);
        for (let c = 0; c < group.channelCount; c++) {
            codeAbsolute(coder, state, group, c, count, undefined, content);
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
    const { alive, born, changes, sincePosition, sinceRotation, sinceLook, activeSlotCount, list } = state;
    const { contexts, values } = coder;
    const allGroups = (1 << state.groups.length) - 1;
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        changes[slot] = 0;
        if (alive[slot] && !born[slot]) {
            contexts[count] = GATE_OF_POSITION_AGE[sincePosition[slot]] + GATE_OF_ROTATION_AGE[sinceRotation[slot]] + GATE_OF_LOOK_AGE[sinceLook[slot]];
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
        sincePosition[slot] = age(sincePosition[slot], mask & (1 << GROUP_POSITION));
        sinceRotation[slot] = age(sinceRotation[slot], mask & (1 << GROUP_ROTATION));
        sinceLook[slot] = age(sinceLook[slot], mask & LOOK_GROUPS);
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
    const isShifted = channel !== CHANNEL_ROTATION_LARGEST;
    const levels = state.levels[group.id];
    const magnitudes = channel < FIRST_SH_CHANNEL ? state.magnitudes[channel] : undefined;
    const differences = state.differences[c % 3];
    const { w0, w1, d0, d1 } = liftingOf(state, c, residualLifting);
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        const number = values[i];
        const difference = unzigzag(number) + ((w0 * d0[i] + w1 * d1[i] + HALF_WEIGHT) >> LIFTING_SHIFT);
        differences[i] = difference;
        codes[slot] = (codes[slot] + (difference << (isShifted ? residualShift + levels[slot] : 0))) & mask;
        const size = number === 0 ? 0 : number < 3 ? 1 : 2;
        classes[i] = Math.max(classes[i], size);
        if (magnitudes) {
            magnitudes[slot] = size + 1;
        }
    }
    if (predictor !== PREDICTOR_HOLD) {
        addVelocities(state, channel, differences, count, predictor, residualShift, levels);
    }
}

/** A rotation that changes which component it leaves out has no velocity after it. */
function addVelocities(
    { list, velocities, fractions }: FrameState,
    channel: number,
    differences: Int32Array,
    count: number,
    predictor: number,
    shift: number,
    levels: Uint8Array,
): void {
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        if (channel === CHANNEL_ROTATION_LARGEST) {
            for (let c = channel - 3; differences[i] !== 0 && c < channel; c++) {
                velocities[c][slot] = 0;
                fractions[c][slot] = 0;
            }
        } else if (predictor & PREDICTOR_VELOCITY) {
            velocities[channel][slot] += differences[i] << (shift + levels[slot]);
        }
    }
}
