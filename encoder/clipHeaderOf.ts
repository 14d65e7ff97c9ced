import type { IClipHeader } from "../format/clipHeader.js";
import { errorBoundsOf, type ClipEncoderSettings } from "./encoderOptions.js";

/**
 * The header of a clip.
 * @param settings of its encoder
 * @param found what its frames say
 */
export function clipHeaderOf(settings: ClipEncoderSettings, found: Pick<IClipHeader, "frameCount" | "capacity" | "shDegree" | "bounds">): IClipHeader {
    const { fps, up, handedness, antialiased, metresPerUnit } = settings;
    const [fpsNumerator, fpsDenominator] = fpsFraction(fps);
    return { ...found, fpsNumerator, fpsDenominator, up, handedness, antialiased, metresPerUnit, errorBounds: errorBoundsOf(settings) };
}

/** A frame rate as a fraction; 23.976, 29.97 and 59.94 become the NTSC fractions. */
function fpsFraction(fps: number): [number, number] {
    const ntsc = Math.ceil(fps) * 1000;
    if (!Number.isInteger(fps) && Math.abs(ntsc / 1001 - fps) < 0.005) {
        return [ntsc, 1001];
    }
    return Number.isInteger(fps) ? [fps, 1] : [Math.round(fps * 1000), 1000];
}
