import { GROUP_POSITION, GROUP_ROTATION } from "./attributeGroups.js";
import type { IFrameContent } from "./frameContent.js";
import { GATE_OF_LOOK_AGE, GATE_OF_POSITION_AGE, GATE_OF_ROTATION_AGE, GATE_STRIDE, LONG_AGO } from "./frameContexts.js";
import type { FrameState } from "./frameState.js";
import type { ISymbolCoder } from "./symbolCoder.js";

/** All groups but position and rotation. */
export const LOOK_GROUPS = ~((1 << GROUP_POSITION) | (1 << GROUP_ROTATION));

/** What a slot's age is a frame on, by its age; where it has a residual it is 0. */
const NEXT_AGE = Uint8Array.from({ length: 256 }, (_, since) => (since < LONG_AGO ? since + 1 : since));

/**
 * Codes, for each slot that lives on, which groups have a residual; the context is how long ago it had one and its neighbour's mask.
 * @param coder either end of the entropy coder
 * @param state the state; `changes` has the masks afterwards, `changed` the slots where they are not empty
 * @param content the frame, when the coder is a recorder
 * @returns how many slots have a residual
 */
export function codeGates(coder: ISymbolCoder, state: FrameState, content?: IFrameContent): number {
    const count = listSurvivors(coder.contexts, state);
    if (content) {
        for (let i = 0; i < count; i++) {
            coder.values[i] = content.masks[state.list[i]];
        }
    }
    coder.masks(count, GATE_STRIDE);
    return applyGates(coder.values, state, count);
}

/** Lists the slots that live on, with their contexts; returns how many. */
function listSurvivors(contexts: Uint16Array, { alive, born, sincePosition, sinceRotation, sinceLook, activeSlotCount, list }: FrameState): number {
    let count = 0;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        contexts[count] = GATE_OF_POSITION_AGE[sincePosition[slot]] + GATE_OF_ROTATION_AGE[sinceRotation[slot]] + GATE_OF_LOOK_AGE[sinceLook[slot]];
        list[count] = slot;
        count += alive[slot] & ~born[slot];
    }
    return count;
}

function applyGates(values: Int32Array, state: FrameState, count: number): number {
    const { changes, changed, sincePosition, sinceRotation, sinceLook, list } = state;
    const allGroups = (1 << state.groups.length) - 1;
    changes.fill(0, 0, state.activeSlotCount);
    let changedCount = 0;
    for (let i = 0; i < count; i++) {
        const slot = list[i];
        const mask = values[i] & allGroups;
        changes[slot] = mask;
        sincePosition[slot] = mask & (1 << GROUP_POSITION) ? 0 : NEXT_AGE[sincePosition[slot]];
        sinceRotation[slot] = mask & (1 << GROUP_ROTATION) ? 0 : NEXT_AGE[sinceRotation[slot]];
        sinceLook[slot] = mask & LOOK_GROUPS ? 0 : NEXT_AGE[sinceLook[slot]];
        changed[changedCount] = slot;
        changedCount += -mask >>> 31;
    }
    return changedCount;
}
