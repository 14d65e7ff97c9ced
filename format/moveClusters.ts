import { CHANNEL_ROTATION_LARGEST } from "./attributeGroups.js";
import { FRACTION_BITS, MOTION_NUMBERS, TRANSLATION_UNIT } from "./clusterMotion.js";
import type { FrameState } from "./frameState.js";
import { ROTATION_BIAS } from "./quantization.js";

const FRACTION = 1 << FRACTION_BITS;
const FRACTION_MASK = FRACTION - 1;
/** What is left of 2^20, the unit of a turn, once a difference in 1/16 code is one in 1/16 code again. */
const TURN_UNIT = 1048576;
const FIRST_ROTATION = CHANNEL_ROTATION_LARGEST - 3;
const LARGEST_COMPONENT = (2 * ROTATION_BIAS - 1) * FRACTION;

/**
 * Moves the centres of all splats that go with a cluster.
 * @param state the state
 */
export function movePositions({ alive, born, activeSlotCount, codes, fractions, masks, motion }: FrameState): void {
    const { labels, motions, centres, turns } = motion;
    for (let slot = 0; slot < activeSlotCount; slot++) {
        const label = labels[slot];
        if (label === 0 || !alive[slot] || born[slot]) {
            continue;
        }
        const cluster = label - 1;
        const c = 3 * cluster;
        const t = 9 * cluster;
        const m = MOTION_NUMBERS * cluster + 3;
        const x = codes[0][slot] * FRACTION + fractions[0][slot];
        const y = codes[1][slot] * FRACTION + fractions[1][slot];
        const z = codes[2][slot] * FRACTION + fractions[2][slot];
        const dx = x - centres[c];
        const dy = y - centres[c + 1];
        const dz = z - centres[c + 2];
        const nx = x + TRANSLATION_UNIT * motions[m] + Math.floor((turns[t] * dx + turns[t + 1] * dy + turns[t + 2] * dz) / TURN_UNIT + 0.5);
        const ny = y + TRANSLATION_UNIT * motions[m + 1] + Math.floor((turns[t + 3] * dx + turns[t + 4] * dy + turns[t + 5] * dz) / TURN_UNIT + 0.5);
        const nz = z + TRANSLATION_UNIT * motions[m + 2] + Math.floor((turns[t + 6] * dx + turns[t + 7] * dy + turns[t + 8] * dz) / TURN_UNIT + 0.5);
        codes[0][slot] = (nx >> FRACTION_BITS) & masks[0];
        codes[1][slot] = (ny >> FRACTION_BITS) & masks[1];
        codes[2][slot] = (nz >> FRACTION_BITS) & masks[2];
        fractions[0][slot] = nx & FRACTION_MASK;
        fractions[1][slot] = ny & FRACTION_MASK;
        fractions[2][slot] = nz & FRACTION_MASK;
    }
}

/** Working memory of {@link turnRotation}. */
const rotation = new Float64Array(4);
const turned = new Float64Array(4);

/**
 * Turns the splats that go with a cluster.
 * @param state the state
 */
export function moveRotations({ alive, born, activeSlotCount, codes, fractions, motion, rotationStep }: FrameState): void {
    const { labels, quaternions } = motion;
    const unit = FRACTION / rotationStep;
    const parts = new Int32Array(3);
    for (let slot = 0; slot < activeSlotCount; slot++) {
        const label = labels[slot];
        if (label === 0 || !alive[slot] || born[slot]) {
            continue;
        }
        for (let c = 0; c < 3; c++) {
            parts[c] = (codes[FIRST_ROTATION + c][slot] - ROTATION_BIAS) * FRACTION + fractions[FIRST_ROTATION + c][slot];
        }
        turnRotation(parts, codes[CHANNEL_ROTATION_LARGEST][slot], unit, quaternions, 4 * (label - 1));
        for (let c = 0; c < 3; c++) {
            codes[FIRST_ROTATION + c][slot] = (parts[c] >> FRACTION_BITS) + ROTATION_BIAS;
            fractions[FIRST_ROTATION + c][slot] = parts[c] & FRACTION_MASK;
        }
    }
}

/**
 * Turns three components of a quaternion, with the fourth that follows from them.
 * @param parts the three, in 1/16 code; changed
 * @param leftOut which component is left out
 * @param unit how many 1/16 codes are 1
 * @param quaternions where the turn is: unit quaternion w, x, y, z
 * @param at from this place on
 */
export function turnRotation(parts: Int32Array, leftOut: number, unit: number, quaternions: Float64Array, at: number): void {
    const sum = parts[0] * parts[0] + parts[1] * parts[1] + parts[2] * parts[2];
    const rest = unit * unit - sum;
    for (let c = 0, from = 0; c < 4; c++) {
        rotation[c] = c === leftOut ? (rest > 0 ? Math.sqrt(rest) : 0) : parts[from++];
    }
    const w = rotation[0];
    const x = rotation[1];
    const y = rotation[2];
    const z = rotation[3];
    const a = quaternions[at];
    const b = quaternions[at + 1];
    const c = quaternions[at + 2];
    const d = quaternions[at + 3];
    turned[0] = a * w - b * x - c * y - d * z;
    turned[1] = a * x + b * w + c * z - d * y;
    turned[2] = a * y - b * z + c * w + d * x;
    turned[3] = a * z + b * y - c * x + d * w;
    const sign = turned[leftOut] < 0 ? -1 : 1;
    for (let i = 0, to = 0; i < 4; i++) {
        if (i !== leftOut) {
            const part = Math.floor(sign * turned[i] + 0.5);
            parts[to++] = Math.max(-LARGEST_COMPONENT / 2, Math.min(LARGEST_COMPONENT / 2, part));
        }
    }
}
