import type { Effect } from "@babylonjs/core/Materials/effect.js";
import type { ISegmentQuantization } from "../format/quantization.js";

/** Uniforms that say how codes become values, but those of the spherical harmonics. */
export const QUANTIZATION_UNIFORMS = ["positionStep", "positionOrigin", "rotationStep", "logScale", "opacityScale", "colorScale"];

/** Sets {@link QUANTIZATION_UNIFORMS}. */
export function bindQuantization(effect: Effect, q: ISegmentQuantization): void {
    const [x, y, z] = q.positionBase;
    effect.setFloat("positionStep", q.positionStep);
    effect.setFloat3("positionOrigin", x * q.positionStep, y * q.positionStep, z * q.positionStep);
    effect.setFloat("rotationStep", q.rotationStep);
    effect.setFloat2("logScale", q.scaleStep, q.scaleStep * q.scaleBase);
    effect.setFloat2("opacityScale", q.opacityStep, q.opacityStep * q.opacityBase);
    effect.setFloat2("colorScale", q.colorStep, q.colorStep * q.colorBase);
}
