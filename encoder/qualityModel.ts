import type { IErrorBounds } from "../format/clipHeader.js";

/** A quality that looks like the source unless one compares: rendered at about 42 dB. */
export const FVV_DEFAULT_QUALITY = 70;

/** All tolerances double with so much less quality. */
const HALVING = 15;

/** How far the splats of an attribute group may be off at the default quality. Positions are in the scene's radius, all else in the units of {@link IErrorBounds}. */
export interface IToleranceModel {
    /** Tolerance of the splats that matter most: it makes the steps. */
    least: number;
    /** Tolerance of a splat whose weight is 1. */
    typical: number;
    /** The tolerance falls with this power of the weight. */
    power: number;
    /** Largest tolerance at this quality. */
    most: number;
    /** Finest and coarsest `least`, and coarsest tolerance, of any quality. */
    limits: readonly [finest: number, coarsest: number, most: number];
}

/** Models by number of the attribute group, found with rendered pictures: errors of positions hurt most, those of rotations only where a splat is long. */
export const TOLERANCE_MODELS: readonly IToleranceModel[] = [
    { least: 1.2e-4, typical: 3.6e-4, power: 0.25, most: 1.9e-3, limits: [0, 1e-2, 1e-1] },
    { least: 0.0022, typical: 0.1, power: 0.5, most: 0.12, limits: [0.002, 0.03, 0.2] },
    { least: 0.016, typical: 0.032, power: 0.25, most: 0.16, limits: [1e-4, 0.25, 1] },
    { least: 1 / 255, typical: 3 / 255, power: 0.25, most: 16 / 255, limits: [1 / 2000, 0.1, 0.25] },
    { least: 1 / 255, typical: 3 / 255, power: 0.25, most: 16 / 255, limits: [1e-4, 0.1, 0.25] },
    { least: 0.01, typical: 0.04, power: 0.25, most: 0.16, limits: [1e-4, 0.25, 0.5] },
];

/**
 * How many times coarser than the default a quality is.
 * @param quality 0 to 100
 */
export function coarsenessOf(quality: number): number {
    return 2 ** ((FVV_DEFAULT_QUALITY - quality) / HALVING);
}

/**
 * What the splats that matter most are held to.
 * @param quality 0 to 100
 * @param radius half of the scene's diagonal
 */
export function leastTolerances(quality: number, radius: number): IErrorBounds {
    const [position, rotation, scale, opacity, color, sh] = TOLERANCE_MODELS.map(({ least, limits }) =>
        Math.min(limits[1], Math.max(limits[0], least * coarsenessOf(quality))),
    );
    return { position: Math.max(1e-9, position * radius), rotation, scale, opacity, color, sh };
}
