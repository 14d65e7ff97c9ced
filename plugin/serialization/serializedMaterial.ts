import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import type { SplatVideoMaterial } from "../splatVideoMaterial.js";
import { checkFields, isBoolean } from "./checkFields.js";

/** Settings of a `SplatVideoMaterial`. */
export interface ISerializedSplatMaterial {
    lowPass: number;
    antialiased: boolean;
    solidThreshold: number;
    depthWriteThreshold: number | null;
    tint: number[];
    opacity: number;
    brightness: number;
    contrast: number;
    saturation: number;
    crop: { shape: "box" | "sphere"; matrix: number[]; softness: number } | null;
}

/** A clone of a clip's mesh in a `.babylon` file: the property `fvvClone` of the clone. */
export interface ISerializedClone {
    /** Id of the mesh that it is a clone of. */
    of: string;
    material: ISerializedSplatMaterial;
}

/** What a `.babylon` file says of the settings of a material. */
export function serializeMaterial({ lowPass, antialiased, solidThreshold, depthWriteThreshold, look }: SplatVideoMaterial): ISerializedSplatMaterial {
    const { tint, opacity, brightness, contrast, saturation, crop } = look;
    return {
        lowPass,
        antialiased,
        solidThreshold,
        depthWriteThreshold,
        tint: tint.asArray(),
        opacity,
        brightness,
        contrast,
        saturation,
        crop: crop && { shape: crop.shape, matrix: [...crop.matrix.asArray()], softness: crop.softness ?? 0 },
    };
}

/**
 * Checks what a `.babylon` file says of a material. Throws BAD_OPTION.
 * @param saved what it says
 */
export function checkSerializedMaterial(saved: unknown): asserts saved is ISerializedSplatMaterial {
    checkFields(saved, "material", {
        lowPass: Number.isFinite,
        antialiased: isBoolean,
        solidThreshold: Number.isFinite,
        depthWriteThreshold: (value) => value === null || Number.isFinite(value),
        tint: (value) => isNumbers(value, 3),
        opacity: Number.isFinite,
        brightness: Number.isFinite,
        contrast: Number.isFinite,
        saturation: Number.isFinite,
        crop: isCrop,
    } satisfies Record<keyof ISerializedSplatMaterial, (value: unknown) => boolean>);
}

/** Sets a material as a `.babylon` file says. */
export function applySerializedMaterial(material: SplatVideoMaterial, saved: ISerializedSplatMaterial): void {
    const { lowPass, antialiased, solidThreshold, depthWriteThreshold, tint, crop, opacity, brightness, contrast, saturation } = saved;
    Object.assign(material, { lowPass, antialiased, solidThreshold, depthWriteThreshold });
    Object.assign(material.look, { opacity, brightness, contrast, saturation });
    material.look.tint = Color3.FromArray(tint);
    material.look.crop = crop && { ...crop, matrix: Matrix.FromArray(crop.matrix) };
}

function isCrop(value: unknown): boolean {
    if (value === null) {
        return true;
    }
    const { shape, matrix, softness } = Object(value) as Record<string, unknown>;
    return (shape === "box" || shape === "sphere") && isNumbers(matrix, 16) && Number.isFinite(softness);
}

function isNumbers(value: unknown, count: number): boolean {
    return Array.isArray(value) && value.length === count && value.every(Number.isFinite);
}
