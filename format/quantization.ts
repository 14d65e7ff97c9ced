/**
 * How the integer codes of one segment become values. A code is unsigned and taken modulo 2^bits; its value is
 * `step * (base + code)`, computed in double precision. Steps and bases are fixed for a segment.
 */
export interface ISegmentQuantization {
    /** Step of the centre, world units. */
    positionStep: number;
    /** Base of x, y and z, in steps. */
    positionBase: [number, number, number];
    /** Step of a rotation component (the base is -ROTATION_BIAS). */
    rotationStep: number;
    /** Step of the natural logarithm of a scale. */
    scaleStep: number;
    /** Base of the three log scales, in steps. */
    scaleBase: number;
    /** Step of the opacity, 1 = opaque. */
    opacityStep: number;
    /** Base of the opacity, in steps. Values are cut to 0..1. */
    opacityBase: number;
    /** Step of a colour channel, 1 = white. */
    colorStep: number;
    /** Base of the colour channels, in steps. */
    colorBase: number;
    /** Step of a spherical-harmonics coefficient. */
    shStep: number;
    /** Base of all coefficients, in steps. */
    shBase: number;
}

/** Bits of a code, by attribute group. */
export const POSITION_BITS = 23;
export const ROTATION_BITS = 12;
export const SCALE_BITS = 13;
export const OPACITY_BITS = 10;
export const COLOR_BITS = 12;
export const SH_BITS = 8;

/** Code of a rotation component that is zero. */
export const ROTATION_BIAS = 2048;
