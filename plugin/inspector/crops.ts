import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { ISplatCrop } from "../splatLook.js";

/**
 * A crop in the middle of a clip.
 * @param shape its shape
 * @param minimum least corner of the clip's bounds
 * @param maximum greatest corner
 * @param size half width along x, as a part of that of the bounds
 */
export function createCrop(shape: ISplatCrop["shape"], minimum: Vector3, maximum: Vector3, size: number): ISplatCrop {
    const half = maximum.subtract(minimum).scale(0.5 * size);
    const radius = Math.max(half.x, half.y, half.z);
    const scaling = shape === "sphere" ? new Vector3(radius, radius, radius) : half;
    const centre = Vector3.Center(minimum, maximum);
    return { shape, matrix: Matrix.Scaling(scaling.x, scaling.y, scaling.z).multiply(Matrix.Translation(centre.x, centre.y, centre.z)), softness: 0.1 };
}

/** Size of a crop, as {@link createCrop} takes it. */
export function cropSize({ shape, matrix }: ISplatCrop, minimum: Vector3, maximum: Vector3): number {
    const { x, y, z } = maximum.subtract(minimum);
    const width = shape === "sphere" ? Math.max(x, y, z) : x;
    return (2 * Math.hypot(matrix.m[0], matrix.m[1], matrix.m[2])) / (width || 1);
}

/** The same crop at another size; centre, turn and proportions stay. */
export function resizeCrop(crop: ISplatCrop, minimum: Vector3, maximum: Vector3, size: number): ISplatCrop {
    const factor = size / cropSize(crop, minimum, maximum);
    return { ...crop, matrix: Matrix.Scaling(factor, factor, factor).multiply(crop.matrix) };
}
