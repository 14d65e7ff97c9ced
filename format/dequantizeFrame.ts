import { FIRST_SH_CHANNEL } from "./attributeGroups.js";
import { COLOR_CHANNEL, OPACITY_CHANNEL, SCALE_CHANNEL } from "./channels.js";
import { dequantizeRotation, opacityFromCode, scaleFromCode } from "./dequantize.js";
import type { FrameState } from "./frameState.js";
import type { ISegmentQuantization } from "./quantization.js";
import { allocateFrame, shCoefficientCount, type ISplatFrame, type ShDegree } from "./splatFrame.js";

/**
 * Takes the live splats of a decoded frame, in the order of their slots.
 * @param state the frame
 * @param q scales of its segment
 * @param shDegree of the clip
 */
export function dequantizeFrame(state: FrameState, q: ISegmentQuantization, shDegree: ShDegree): ISplatFrame {
    const { codes, alive } = state;
    const frame = allocateFrame(state.liveCount, shDegree);
    const coefficients = 3 * shCoefficientCount(shDegree);
    const rotation = new Float64Array(4);
    for (let slot = 0, i = 0; slot < state.slotCount; slot++) {
        if (!alive[slot]) {
            continue;
        }
        for (let c = 0; c < 3; c++) {
            frame.positions[3 * i + c] = q.positionStep * (q.positionBase[c] + codes[c][slot]);
            frame.scales[3 * i + c] = scaleFromCode(codes[SCALE_CHANNEL + c][slot], q);
            frame.colors[3 * i + c] = q.colorStep * (q.colorBase + codes[COLOR_CHANNEL + c][slot]);
        }
        dequantizeRotation(codes, slot, q, rotation);
        frame.rotations.set(rotation, 4 * i);
        frame.opacities[i] = opacityFromCode(codes[OPACITY_CHANNEL][slot], q);
        for (let c = 0; c < coefficients; c++) {
            frame.sh[coefficients * i + c] = q.shStep * (q.shBase + codes[FIRST_SH_CHANNEL + c][slot]);
        }
        i++;
    }
    return frame;
}
