import { GROUP_SH } from "./attributeGroups.js";
import { codeAbsoluteGroup, codeLife, type IKeyPredictor } from "./absoluteModel.js";
import type { IFrameContent } from "./frameContent.js";
import { GATE_STRIDE, KEY_GATE_CONTEXT } from "./frameContexts.js";
import { codePalette, type IShPaletteContent } from "./shPalette.js";
import type { FrameState } from "./frameState.js";
import type { ISymbolCoder } from "./symbolCoder.js";

/**
 * Codes a key frame: which slots are alive, then the codes of the live ones channel by channel. Where it is coded against another key frame, which the state holds then: which of its splats go on, which of
 * their groups differ, the differences, and the codes of the splats that are new. A dead slot takes the codes of the live slot before it, which predict the splat that may be born there.
 * @param coder either end of the entropy coder
 * @param state state after `beginSegment`; holds the frame afterwards
 * @param predictors predictor of each channel
 * @param content the frame, when the coder is a recorder
 */
export function codeKeyFrame(coder: ISymbolCoder, state: FrameState, predictors: readonly IKeyPredictor[], content?: IFrameContent): void {
    const { list, born, slotCount } = state;
    const isReferring = state.liveCount > 0;
    codeLife(coder, state, slotCount, content);
    const sh = state.groups[GROUP_SH];
    if (sh && state.codings[GROUP_SH].paletteSize > 0) {
        codePalette(coder, state, sh, content?.palette);
    }
    if (isReferring) {
        codeDifferences(coder, state, content);
    }
    let count = 0;
    for (let slot = 0; slot < slotCount; slot++) {
        if (born[slot]) {
            list[count++] = slot;
        }
    }
    for (const group of state.groups) {
        codeAbsoluteGroup(coder, state, group, count, predictors, content);
        for (let c = 0; c < group.channelCount; c++) {
            fillDeadSlots(state, group.firstChannel + c);
        }
    }
    born.fill(0, 0, slotCount);
}

/** Codes what of the splats that go on from the other key frame differs. */
function codeDifferences(coder: ISymbolCoder, state: FrameState, content?: IFrameContent): void {
    const { alive, born, changes, list, slotCount } = state;
    const { contexts, values } = coder;
    const allGroups = (1 << state.groups.length) - 1;
    let live = 0;
    for (let slot = 0; slot < slotCount; slot++) {
        changes[slot] = 0;
        if (alive[slot] && !born[slot]) {
            contexts[live] = KEY_GATE_CONTEXT;
            values[live] = content ? differingGroups(state, slot, content) : 0;
            list[live++] = slot;
        }
    }
    coder.masks(live, GATE_STRIDE);
    for (let i = 0; i < live; i++) {
        changes[list[i]] = values[i] & allGroups;
    }
    for (const group of state.groups) {
        let count = 0;
        for (let slot = 0; slot < slotCount; slot++) {
            if (changes[slot] & (1 << group.id)) {
                list[count++] = slot;
            }
        }
        codeAbsoluteGroup(coder, state, group, count, undefined, content);
    }
    changes.fill(0, 0, slotCount);
}

function differingGroups({ groups, codes, levels }: FrameState, slot: number, content: IFrameContent): number {
    let mask = 0;
    for (const { id, firstChannel, channelCount } of groups) {
        if (id === GROUP_SH && content.palette) {
            mask |= isSameVector(codes, firstChannel, slot, content.palette) ? 0 : 1 << id;
            continue;
        }
        mask |= levels[id][slot] !== content.levels[id][slot] ? 1 << id : 0;
        for (let channel = firstChannel; channel < firstChannel + channelCount; channel++) {
            mask |= codes[channel][slot] !== content.codes[channel][slot] ? 1 << id : 0;
        }
    }
    return mask;
}

function isSameVector(codes: FrameState["codes"], firstChannel: number, slot: number, palette: IShPaletteContent): boolean {
    return palette.codes.every((vectors, c) => vectors[palette.labels[slot]] === codes[firstChannel + c][slot]);
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
