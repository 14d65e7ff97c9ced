import { attributeGroups, FIRST_SH_CHANNEL, GROUP_COUNT, GROUP_SH } from "./attributeGroups.js";
import { RANS_MAX_SYMBOLS } from "./rans.js";
import { TOKEN_MEANS } from "./symbolCoder.js";

/** Frames since a slot's last residual are counted up to here. */
export const LONG_AGO = 15;
/** A slot that had no residual yet in this segment. */
export const NEVER = 255;

// Kinds of channel share contexts: one for each channel before the spherical harmonics, one for each band of these.
const CHANNEL_KINDS = FIRST_SH_CHANNEL + 3;
const ABSOLUTE_CLASSES = 3 * TOKEN_MEANS;
/** Levels of precision that a splat can have in a group. */
export const LEVELS = 8;
const RESIDUAL_CLASSES = 12;
const AGES = 6;
const LOOK_AGES = 4;
const NEIGHBOURS = 4;

/** Which splats are born or die. */
export const CONTEXT_LIFE = 0;
const CONTEXT_ABSOLUTE = 1;
const CONTEXT_GATES = CONTEXT_ABSOLUTE + ABSOLUTE_CLASSES * CHANNEL_KINDS + 1 + RANS_MAX_SYMBOLS + LEVELS * GROUP_COUNT;
const CONTEXT_RESIDUAL = CONTEXT_GATES + AGES * AGES * LOOK_AGES * NEIGHBOURS;

/** How many other clusters were seen since a slot's cluster was seen last. */
export const CONTEXT_LABELS = CONTEXT_RESIDUAL + RESIDUAL_CLASSES * CHANNEL_KINDS;
/** First centres of clusters. */
export const CONTEXT_CENTRES = CONTEXT_LABELS + 1;
/** Motions of clusters: rotations; translations are TOKEN_MEANS further. */
export const CONTEXT_MOTION = CONTEXT_LABELS + 2;
/** What the class of the numbers before adds to the context of a motion. */
export const MOTION_STRIDE = 1;

/** High bits of a label of the palette. */
export const CONTEXT_PALETTE_HIGH = CONTEXT_ABSOLUTE + ABSOLUTE_CLASSES * CHANNEL_KINDS;
/** Low bits of a label of the palette, where the high ones are 0. */
export const CONTEXT_PALETTE_LOW = CONTEXT_PALETTE_HIGH + 1;
/** Levels of splats. */
const CONTEXT_LEVELS = CONTEXT_PALETTE_LOW + RANS_MAX_SYMBOLS;

/** Contexts of a key frame: the gates of those that are coded against another one have the first contexts of all gates. */
export const KEY_CONTEXTS = CONTEXT_GATES + NEIGHBOURS;
/** Contexts of a residual frame. */
export const RESIDUAL_CONTEXTS = CONTEXT_MOTION + 2 * TOKEN_MEANS;

/** What the class of the numbers before adds to the context of a code: {@link absoluteContext}. */
export const ABSOLUTE_STRIDE = 3;
/** What the class of the mask before adds to the context of a gate: {@link gateContexts}. */
export const GATE_STRIDE = 1;

/** What the symbols of a context tell that belong to no attribute group: which splats are born or die; which groups of a slot have a residual. */
export const PART_LIFE = GROUP_COUNT;
export const PART_GATES = GROUP_COUNT + 1;
/** Clusters and their motions. */
export const PART_MOTION = GROUP_COUNT + 2;

/**
 * Context of a code of a key frame or of a birth, where the numbers before are of class 0 and so are the channels before.
 * @param channel its channel
 */
export function absoluteContext(channel: number): number {
    return CONTEXT_ABSOLUTE + ABSOLUTE_CLASSES * kindOf(channel);
}

/**
 * Context of a splat's level.
 * @param group number of the attribute group
 * @param before its level in the group before that has levels, or 0
 */
export function levelContext(group: number, before: number): number {
    return CONTEXT_LEVELS + LEVELS * group + before;
}

/**
 * Context of a residual, where this channel had none before and those before it in this frame are of class 0.
 * @param channel its channel
 */
export function residualContext(channel: number): number {
    return CONTEXT_RESIDUAL + RESIDUAL_CLASSES * kindOf(channel);
}

/** Context of a gate in a key frame. */
export const KEY_GATE_CONTEXT = CONTEXT_GATES;
/** Part of a gate's context by FrameState.sincePosition. */
export const GATE_OF_POSITION_AGE = Uint16Array.from({ length: 256 }, (_, since) => CONTEXT_GATES + AGES * LOOK_AGES * NEIGHBOURS * ageOf(since));
/** Part of a gate's context by FrameState.sinceRotation. */
export const GATE_OF_ROTATION_AGE = Uint16Array.from({ length: 256 }, (_, since) => LOOK_AGES * NEIGHBOURS * ageOf(since));
/** Part of a gate's context by FrameState.sinceLook. */
export const GATE_OF_LOOK_AGE = Uint16Array.from({ length: 256 }, (_, since) => NEIGHBOURS * Math.max(0, ageOf(since) - 2));

/** 0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7, 4 for longer ago, 5 for never. */
function ageOf(since: number): number {
    return since > LONG_AGO ? AGES - 1 : since === 0 ? 0 : Math.min(AGES - 2, 32 - Math.clz32(since));
}

/**
 * What the symbols of a context tell, for accounts of where the bytes go.
 * @param context a context of a key or a residual frame
 * @returns number of an attribute group, PART_LIFE or PART_GATES
 */
export function partOfContext(context: number): number {
    if (context === CONTEXT_LIFE) {
        return PART_LIFE;
    }
    if (context >= CONTEXT_LEVELS && context < CONTEXT_GATES) {
        return Math.floor((context - CONTEXT_LEVELS) / LEVELS);
    }
    if (context >= CONTEXT_PALETTE_HIGH && context < CONTEXT_LEVELS) {
        return GROUP_SH;
    }
    if (context >= CONTEXT_LABELS) {
        return PART_MOTION;
    }
    if (context >= CONTEXT_GATES && context < CONTEXT_RESIDUAL) {
        return PART_GATES;
    }
    const kind = context < CONTEXT_GATES ? Math.floor((context - CONTEXT_ABSOLUTE) / ABSOLUTE_CLASSES) : Math.floor((context - CONTEXT_RESIDUAL) / RESIDUAL_CLASSES);
    return attributeGroups(0).find(({ firstChannel, channelCount }) => kind >= firstChannel && kind < firstChannel + channelCount)?.id ?? GROUP_SH;
}

function kindOf(channel: number): number {
    if (channel < FIRST_SH_CHANNEL) {
        return channel;
    }
    const coefficient = ((channel - FIRST_SH_CHANNEL) / 3) | 0;
    return FIRST_SH_CHANNEL + (coefficient < 3 ? 0 : coefficient < 8 ? 1 : 2);
}
