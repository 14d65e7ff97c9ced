import { COLOR_BITS, OPACITY_BITS, POSITION_BITS, ROTATION_BITS, SCALE_BITS, SH_BITS } from "./quantization.js";

/** Number of an attribute group: its bit in a change mask and its number in the file. */
export const GROUP_POSITION = 0;
export const GROUP_ROTATION = 1;
export const GROUP_SCALE = 2;
export const GROUP_OPACITY = 3;
export const GROUP_COLOR = 4;
export const GROUP_SH = 5;
/** Number of attribute groups. */
export const GROUP_COUNT = 6;

/** Names of the attribute groups, by number. */
export const GROUP_NAMES = ["position", "rotation", "scale", "opacity", "color", "sh"] as const;

/** An attribute group: some successive channels of a splat's state. */
export interface IAttributeGroup {
    /** Number of the group. */
    id: number;
    /** First channel. */
    firstChannel: number;
    /** Number of channels. */
    channelCount: number;
}

/** Channel that holds which rotation component is left out, 0..3 for w, x, y, z. The three channels before it hold the others in that order. */
export const CHANNEL_ROTATION_LARGEST = 6;
/** First channel of the spherical harmonics: channel FIRST_SH_CHANNEL + 3 k + c is coefficient k of colour channel c. */
export const FIRST_SH_CHANNEL = 14;

const COUNTS = [3, 4, 3, 1, 3];

/**
 * The attribute groups of a clip, in the order of their numbers: position x y z, rotation (three components and which is left
 * out), log scale x y z, opacity, colour r g b, spherical harmonics.
 * @param shDegree 0..3; with 0 there is no group `sh`
 */
export function attributeGroups(shDegree: number): IAttributeGroup[] {
    const counts = shDegree > 0 ? [...COUNTS, 3 * ((shDegree + 1) * (shDegree + 1) - 1)] : COUNTS;
    let firstChannel = 0;
    return counts.map((channelCount, id) => {
        const group = { id, firstChannel, channelCount };
        firstChannel += channelCount;
        return group;
    });
}

/** Number of channels of a splat. */
export function channelCount(shDegree: number): number {
    return FIRST_SH_CHANNEL + 3 * ((shDegree + 1) * (shDegree + 1) - 1);
}

const GROUP_BITS = [POSITION_BITS, ROTATION_BITS, SCALE_BITS, OPACITY_BITS, COLOR_BITS, SH_BITS];

/** Codes of a channel are taken modulo `channelMask + 1`. */
export function channelMask(group: IAttributeGroup, channel: number): number {
    return channel === CHANNEL_ROTATION_LARGEST ? 3 : (1 << GROUP_BITS[group.id]) - 1;
}
