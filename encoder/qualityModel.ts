import type { IErrorBounds } from "../format/clipHeader.js";

/** A quality that looks like the source unless one compares: rendered at about 42 dB. */
export const FVV_DEFAULT_QUALITY = 70;

/** PSNR of the pictures at the default quality, as the encoder draws them, and what each further point of quality adds, dB. */
const DEFAULT_PSNR = 41.6;
const PSNR_PER_QUALITY = 0.3;

/** How far the splats of an attribute group may be off at a coarseness of 1: what a quality makes of it depends on the segment. Positions are in the scene's radius, all else in the units of {@link IErrorBounds}. */
export interface IToleranceModel {
    /** Tolerance of the splats that matter most: it makes the steps. */
    least: number;
    /** Tolerance of a splat whose weight is 1. */
    typical: number;
    /** The tolerance falls with this power of the weight. */
    power: number;
    /** Largest tolerance. */
    most: number;
    /** Finest and coarsest `least`, and coarsest tolerance, of any quality. */
    limits: readonly [finest: number, coarsest: number, most: number];
}

/** Models by number of the attribute group: each group makes a share of the error that is about as large as its share of the bytes. */
export const TOLERANCE_MODELS: readonly IToleranceModel[] = [
    { least: 1.2e-4, typical: 1.4e-4, power: 0.3, most: 3e-3, limits: [0, 1e-2, 1e-1] },
    { least: 0.0022, typical: 0.1, power: 0.5, most: 0.12, limits: [0.002, 0.03, 0.2] },
    { least: 0.016, typical: 0.031, power: 0.3, most: 0.5, limits: [1e-4, 0.25, 1] },
    { least: 1 / 255, typical: 0.0056, power: 0.25, most: 16 / 255, limits: [1 / 2000, 0.1, 0.25] },
    { least: 1 / 255, typical: 0.018, power: 0.3, most: 0.16, limits: [1e-4, 0.1, 0.25] },
    { least: 0.01, typical: 0.05, power: 0.3, most: 0.16, limits: [1e-4, 0.25, 0.5] },
];

/**
 * How well pictures are to look, as the encoder draws them: PSNR, dB.
 * @param quality 0 to 100
 */
export function psnrOfQuality(quality: number): number {
    return DEFAULT_PSNR + PSNR_PER_QUALITY * (quality - FVV_DEFAULT_QUALITY);
}

/**
 * What the splats that matter most are held to.
 * @param coarseness how many times coarser than the models
 * @param radius half of the scene's diagonal
 */
export function leastTolerances(coarseness: number, radius: number): IErrorBounds {
    return boundsOf(radius, ({ least, limits }) => Math.min(limits[1], Math.max(limits[0], least * coarseness)));
}

/**
 * What the splats that matter least are held to.
 * @param coarseness how many times coarser than the models
 * @param radius half of the scene's diagonal
 */
export function mostTolerances(coarseness: number, radius: number): IErrorBounds {
    return boundsOf(radius, ({ most, limits }) => Math.min(limits[2], most * coarseness));
}

function boundsOf(radius: number, toleranceOf: (model: IToleranceModel) => number): IErrorBounds {
    const [position, rotation, scale, opacity, color, sh] = TOLERANCE_MODELS.map(toleranceOf);
    return { position: Math.max(1e-9, position * radius), rotation, scale, opacity, color, sh };
}
