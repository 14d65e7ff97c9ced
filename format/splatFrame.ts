/** Degree of the spherical harmonics of a frame; degree d has (d + 1)^2 - 1 coefficients beyond the DC colour, three channels each. */
export type ShDegree = 0 | 1 | 2 | 3;

/** Zeroth spherical-harmonics basis constant: colour = 0.5 + SH_C0 * f_dc. */
export const SH_C0 = 0.28209479177387814;

/** Number of spherical-harmonics coefficients a channel beyond DC. */
export function shCoefficientCount(degree: number): number {
    return (degree + 1) * (degree + 1) - 1;
}

/**
 * One frame of 3D Gaussian splats in memory, activated and in the coordinate system of its source (nothing is turned or
 * mirrored). N is `count`, K is `shCoefficientCount(shDegree)`. All values are finite: readers drop splats that are not.
 */
export interface ISplatFrame {
    /** Number of splats N. */
    count: number;
    /** Degree of the spherical harmonics. */
    shDegree: ShDegree;
    /** 3 N: centre x, y, z in world units. */
    positions: Float32Array;
    /** 4 N: quaternion w, x, y, z, of any length; zero means no rotation. */
    rotations: Float32Array;
    /** 3 N: standard deviation along each local axis, linear, world units, >= 0. */
    scales: Float32Array;
    /** N: opacity after the sigmoid, 0..1. */
    opacities: Float32Array;
    /** 3 N: red, green, blue = 0.5 + SH_C0 * f_dc; display-referred sRGB, nominally 0..1, not clamped. */
    colors: Float32Array;
    /** 3 K N: coefficients beyond DC, `sh[(i * K + k) * 3 + channel]`, in the order and sign convention of INRIA 3DGS. Empty for degree 0. */
    sh: Float32Array;
    /** N: identity of each splat over the sequence (`vertex_id`), where the source has one. */
    ids?: Int32Array;
    /** N: row of each splat in its source file. Absent when rows are 0..N-1. */
    sourceIndices?: Uint32Array;
    /** How many rows of the source were left out because a value was not finite. */
    droppedCount?: number;
}

/**
 * Makes a frame of zeros.
 * @param count number of splats
 * @param shDegree degree of its spherical harmonics
 */
export function allocateFrame(count: number, shDegree: ShDegree): ISplatFrame {
    return {
        count,
        shDegree,
        positions: new Float32Array(3 * count),
        rotations: new Float32Array(4 * count),
        scales: new Float32Array(3 * count),
        opacities: new Float32Array(count),
        colors: new Float32Array(3 * count),
        sh: new Float32Array(3 * shCoefficientCount(shDegree) * count),
    };
}
