import type { Effect } from "@babylonjs/core/Materials/effect.js";
import type { ISegmentQuantization } from "../format/quantization.js";

/** Uniforms that say how codes become values, but those of the spherical harmonics. */
export const QUANTIZATION_UNIFORMS = ["positionStep", "positionOrigin", "rotationStep", "logScale", "opacityScale", "colorScale"];

/** Sets {@link QUANTIZATION_UNIFORMS}. */
export function bindQuantization(effect: Effect, q: ISegmentQuantization): void {
    const { positionBase: base, positionStep: step } = q;
    effect.setFloat("positionStep", step);
    effect.setFloat3("positionOrigin", base[0] * step, base[1] * step, base[2] * step);
    effect.setFloat("rotationStep", q.rotationStep);
    effect.setFloat2("logScale", q.scaleStep, q.scaleStep * q.scaleBase);
    effect.setFloat2("opacityScale", q.opacityStep, q.opacityStep * q.opacityBase);
    effect.setFloat2("colorScale", q.colorStep, q.colorStep * q.colorBase);
}
