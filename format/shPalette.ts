import type { IAttributeGroup } from "./attributeGroups.js";
import { ABSOLUTE_STRIDE, absoluteContext, CONTEXT_PALETTE_HIGH, CONTEXT_PALETTE_LOW } from "./frameContexts.js";
import type { FrameState } from "./frameState.js";
import { unzigzag, zigzag } from "./lifting.js";
import type { ISymbolCoder } from "./symbolCoder.js";

/** A label is told by its high and its low six bits. */
const LOW_BITS = 6;
/** Code that palettes are coded around. */
const MIDDLE = 128;

/** Vectors of spherical harmonics that the splats of a segment share, and their labels, for an encoder. */
export interface IShPaletteContent {
    /** Codes by channel of the group and vector: `codes[channel][vector]`. */
    codes: readonly Uint8Array[];
    /** Label of each slot that gets one in this frame. */
    labels: Uint16Array;
}

/**
 * Codes the palette of a segment.
 * @param coder either end of the entropy coder
 * @param state state; takes the palette
 * @param group the group of the spherical harmonics
 * @param content the palette, when the coder is a recorder
 */
export function codePalette(coder: ISymbolCoder, state: FrameState, group: IAttributeGroup, content?: IShPaletteContent): void {
    const { contexts, values } = coder;
    const size = state.codings[group.id].paletteSize;
    for (let c = 0; c < group.channelCount; c++) {
        contexts.fill(absoluteContext(group.firstChannel + c), 0, size);
        for (let i = 0; content && i < size; i++) {
            values[i] = zigzag(content.codes[c][i] - MIDDLE);
        }
        coder.numbers(size, ABSOLUTE_STRIDE);
        for (let i = 0; i < size; i++) {
            state.palette[i * group.channelCount + c] = MIDDLE + unzigzag(values[i]);
        }
    }
}

/**
 * Codes which vector of the palette each slot in the list has, and gives it its codes.
 * @param coder either end of the entropy coder
 * @param state state; `list` has the slots
 * @param group the group of the spherical harmonics
 * @param count number of slots
 * @param content the labels, when the coder is a recorder
 */
export function codePaletteLabels(coder: ISymbolCoder, state: FrameState, group: IAttributeGroup, count: number, content?: IShPaletteContent): void {
    const { list, palette, differences } = state;
    const { contexts, values } = coder;
    const [high] = differences;
    contexts.fill(CONTEXT_PALETTE_HIGH, 0, count);
    for (let i = 0; content && i < count; i++) {
        values[i] = content.labels[list[i]] >> LOW_BITS;
    }
    coder.masks(count, 0);
    for (let i = 0; i < count; i++) {
        high[i] = values[i];
        contexts[i] = CONTEXT_PALETTE_LOW + values[i];
        values[i] = content ? content.labels[list[i]] & ((1 << LOW_BITS) - 1) : 0;
    }
    coder.masks(count, 0);
    const last = state.codings[group.id].paletteSize - 1;
    for (let i = 0; i < count; i++) {
        // A hostile stream can name a vector that is not there: then it is the last.
        const from = Math.min((high[i] << LOW_BITS) | values[i], last) * group.channelCount;
        for (let c = 0; c < group.channelCount; c++) {
            state.codes[group.firstChannel + c][list[i]] = palette[from + c];
        }
    }
}
