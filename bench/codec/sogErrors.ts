import type { IErrorBounds, ISplatFrame } from "../../encoder/index.js";
import { noErrors, type IAttributeErrors } from "./attributeErrors.js";

/** What is needed of a SOG's `meta.json`. */
interface ISogMeta {
    means: { mins: number[]; maxs: number[] };
}

/** Steps of a SOG's quaternion components: 8 bits for -sqrt(1/2) to sqrt(1/2). */
const ROTATION_STEP = Math.SQRT2 / 255;

/**
 * Errors that a SOG has by rounding to the values that it can hold: of a value whose neighbours are d apart, d / 4 in the mean, d / 2 at most. Positions are
 * 16 bits of a logarithm, scales, colours and coefficients stand in codebooks, opacities are 8 bits.
 * @param frame the SOG, decoded
 * @param meta text of its meta.json
 */
export function sogErrors(frame: ISplatFrame, meta: string): IAttributeErrors {
    const { mins, maxs } = (JSON.parse(meta) as ISogMeta).means;
    const spacings: Record<keyof IErrorBounds, Float64Array> = {
        position: Float64Array.from(frame.positions, (value, i) => ((maxs[i % 3] - mins[i % 3]) / 65535) * (1 + Math.abs(value))),
        scale: codebookSpacings(frame.scales.map(Math.log)),
        rotation: Float64Array.of(ROTATION_STEP),
        opacity: Float64Array.of(1 / 255),
        color: codebookSpacings(frame.colors),
        sh: codebookSpacings(frame.sh),
    };
    const errors: IAttributeErrors = { mean: noErrors(), worst: noErrors() };
    for (const name of Object.keys(spacings) as (keyof IErrorBounds)[]) {
        errors.mean[name] = spacings[name].reduce((sum, spacing) => sum + spacing, 0) / Math.max(1, spacings[name].length) / 4;
        errors.worst[name] = spacings[name].reduce((most, spacing) => Math.max(most, spacing), 0) / 2;
    }
    return errors;
}

/** For each value the mean distance to the next smaller and the next larger one that occur. */
function codebookSpacings(values: Float32Array): Float64Array {
    const codebook = Float32Array.from(new Set(values)).sort();
    const last = codebook.length - 1;
    const spacing = new Map(Array.from(codebook, (value, i) => [value, (codebook[Math.min(i + 1, last)] - codebook[Math.max(i - 1, 0)]) / (i > 0 && i < last ? 2 : 1)]));
    return Float64Array.from(values, (value) => spacing.get(value) ?? 0);
}
