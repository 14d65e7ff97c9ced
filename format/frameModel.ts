import { channelCount, CHANNEL_ROTATION_LARGEST, FIRST_SH_CHANNEL, GROUP_POSITION, GROUP_ROTATION, type IAttributeGroup } from "./attributeGroups.js";
import { codeAbsoluteGroup, codeLife } from "./absoluteModel.js";
import { LABEL_UNKNOWN, MAX_CLUSTERS, MOTION_NUMBERS } from "./clusterMotion.js";
import type { IFrameContent } from "./frameContent.js";
import { NEVER } from "./frameContexts.js";
import type { FrameState, IStateHost } from "./frameState.js";
import { codeGates } from "./gateModel.js";
import { movePositions, moveRotations } from "./moveClusters.js";
import { codeResiduals, listSlots } from "./residualModel.js";
import { MAX_PALETTE, PREDICTOR_MOTION, PREDICTOR_VELOCITY } from "./segmentHeader.js";
import { codePaletteLabels } from "./shPalette.js";
import type { ISymbolCoder } from "./symbolCoder.js";

/** How a state moves without a host. */
const SCRIPT: Pick<IStateHost, "moveOn" | "movePositions" | "moveRotations"> = { moveOn, movePositions, moveRotations };

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
    const host = content ? undefined : state.host;
    if (state.motion.count > 0) {
        moveWithClusters(coder, state, host, content);
    }
    for (const group of state.groups) {
        if (state.codings[group.id].predictor & PREDICTOR_VELOCITY) {
            (host ?? SCRIPT).moveOn(state, group);
        }
    }
    const changedCount = host ? host.readGates(state) : codeGates(coder, state, content);
    for (const group of state.groups) {
        if (state.codings[group.id].paletteSize > 0) {
            codePaletteLabels(coder, state, group, listSlots(state, group, changedCount), content?.palette);
        } else if (host) {
            host.readResiduals(state, group, changedCount);
        } else {
            codeResiduals(coder, state, group, changedCount, content);
        }
    }
}

/** Codes all channels of the splats that are born, predicted by what their slots held before. */
function codeBirths(coder: ISymbolCoder, state: FrameState, content?: IFrameContent): void {
    const { list, born, activeSlotCount } = state;
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
        codeAbsoluteGroup(coder, state, group, count, undefined, content);
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
function moveWithClusters(coder: ISymbolCoder, state: FrameState, host: IStateHost | undefined, content?: IFrameContent): void {
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
        (host ?? SCRIPT).movePositions(state);
    }
    if (state.codings[GROUP_ROTATION].predictor & PREDICTOR_MOTION) {
        (host ?? SCRIPT).moveRotations(state);
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
            codes[slot] = (codes[slot] + (velocity[slot] & -(alive[slot] & ~born[slot]))) & mask;
        }
    }
}

/**
 * Most symbols of a frame: of a slot its channels, life, gate and cluster; of a cluster its centre and motion; the palette.
 * @param capacity most slots
 * @param shDegree of the clip
 */
export function mostSymbols(capacity: number, shDegree: number): number {
    const channels = channelCount(shDegree);
    return (channels + 3) * capacity + (3 + MOTION_NUMBERS) * MAX_CLUSTERS + MAX_PALETTE * (channels - FIRST_SH_CHANNEL);
}
