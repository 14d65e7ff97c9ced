import { GROUP_COLOR, GROUP_OPACITY, GROUP_POSITION, GROUP_ROTATION, GROUP_SCALE } from "../format/attributeGroups.js";
import { readRotation } from "./rotations.js";
import { LEAST_OPACITY } from "./sceneBox.js";
import type { ISplatFrame } from "./splatFrame.js";

/**
 * A frame whose splats are off by as much as quantisation may put them: every value by a random share of its tolerance. The same frame has the same errors every time.
 * @param frame the frame
 * @param toleranceOf how far a splat may be off, by attribute group
 */
export function roughenFrame(frame: ISplatFrame, toleranceOf: (group: number, index: number) => number): ISplatFrame {
    const rough = {
        ...frame,
        positions: frame.positions.slice(),
        rotations: new Float32Array(frame.rotations.length),
        scales: frame.scales.slice(),
        opacities: frame.opacities.slice(),
        colors: frame.colors.slice(),
    };
    const random = new Random();
    const q = new Float64Array(4);
    for (let i = 0; i < frame.count; i++) {
        if (frame.opacities[i] < LEAST_OPACITY) {
            continue;
        }
        const [position, rotation, scale, opacity, color] = [GROUP_POSITION, GROUP_ROTATION, GROUP_SCALE, GROUP_OPACITY, GROUP_COLOR].map((group) =>
            toleranceOf(group, i),
        );
        readRotation(frame, i, q);
        for (let c = 0; c < 4; c++) {
            rough.rotations[4 * i + c] = q[c] + rotation * random.next();
        }
        for (let c = 0; c < 3; c++) {
            rough.positions[3 * i + c] += position * random.next();
            rough.scales[3 * i + c] *= Math.exp(Math.log1p(scale) * random.next());
            rough.colors[3 * i + c] += color * random.next();
        }
        rough.opacities[i] = Math.min(1, Math.max(0, rough.opacities[i] + opacity * random.next()));
    }
    return rough;
}

/** Numbers of -1 to 1 that look random: mulberry32. */
class Random {
    private _state = 1;

    public next(): number {
        this._state = (this._state + 0x6d2b79f5) | 0;
        let t = Math.imul(this._state ^ (this._state >>> 15), 1 | this._state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
    }
}
