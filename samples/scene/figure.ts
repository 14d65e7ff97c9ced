import type { Lighting } from "./lighting.js";
import type { IPose } from "./pose.js";
import { addLimb, type ILimb } from "./solids.js";
import type { SplatList } from "./splatList.js";
import { add, mix, type Vec3 } from "./vec3.js";

const SKIN: Vec3 = [0.93, 0.68, 0.53];
const HAIR: Vec3 = [0.24, 0.13, 0.1];
const LIPS: Vec3 = [0.78, 0.3, 0.3];
const EYE: Vec3 = [0.1, 0.09, 0.1];
const JACKET: Vec3 = [0.1, 0.62, 0.62];
const STRIPE: Vec3 = [1, 0.8, 0.3];
const SHIRT: Vec3 = [0.97, 0.95, 0.9];
const TROUSERS: Vec3 = [0.22, 0.24, 0.42];
const SHOE: Vec3 = [0.96, 0.95, 0.93];
const SOLE: Vec3 = [0.95, 0.35, 0.25];

/** A limb and the length it was made for: its number of splats stays the same while it bends. */
type Part = ILimb & { restLength: number };

/**
 * Adds the dancer to a frame.
 * @param list takes the splats
 * @param firstId identity of its first splat
 * @param lighting light of the frame
 * @param pose joints in this frame
 * @returns the next free identity
 */
export function addFigure(list: SplatList, firstId: number, lighting: Lighting, pose: IPose): number {
    let id = firstId;
    for (const part of [...trunk(pose), ...head(pose), ...limbs(pose, 0), ...limbs(pose, 1)]) {
        id = addLimb(list, id, lighting, part, part.restLength);
    }
    return id;
}

function trunk({ pelvis, waist, chest, neck, hipsFront, chestFront }: IPose): Part[] {
    const middle = mix(hipsFront, chestFront, 0.5);
    return [
        {
            from: add(pelvis, [0, -0.03, 0]),
            to: add(pelvis, [0, 0.05, 0]),
            radii: [0.118, 0.112],
            front: hipsFront,
            flatten: [1.25, 0.95],
            restLength: 0.08,
            color: (t) => (t > 0.9 ? STRIPE : TROUSERS),
        },
        { from: waist, to: mix(waist, chest, 0.75), radii: [0.112, 0.135], front: middle, flatten: [1.18, 0.9], restLength: 0.18, color: (_, angle) => front(angle) },
        {
            from: mix(waist, chest, 0.7),
            to: add(chest, [0, 0.07, 0]),
            radii: [0.132, 0.118],
            front: chestFront,
            flatten: [1.32, 0.9],
            restLength: 0.14,
            color: (_, angle) => front(angle),
        },
        {
            from: add(chest, [0, 0.13, 0.0]),
            to: add(neck, [0, 0.06, 0]),
            radii: [0.062, 0.05],
            front: chestFront,
            restLength: 0.12,
            color: (t) => (t < 0.25 ? JACKET : SKIN),
        },
    ];
}

/** The jacket is open over a shirt; stripes run down its edges. */
function front(angle: number): Vec3 {
    const side = Math.abs(angle);
    return side < 0.32 ? SHIRT : side < 0.42 ? STRIPE : JACKET;
}

function head({ head: center, headFront, neck }: IPose): Part[] {
    const up = mix(add(center, neck, -1), [0, 0.155, 0], 0.3);
    const low = add(center, up, -0.28);
    const high = add(center, up, 0.28);
    const bun = add(add(center, up, 0.75), headFront, -0.085);
    return [
        { from: low, to: high, radii: [0.078, 0.096], front: headFront, flatten: [0.98, 1.1], restLength: 0.09, color: face },
        { from: bun, to: add(bun, up, 0.12), radii: [0.05, 0.047], front: headFront, restLength: 0.02, color: () => HAIR },
    ];
}

/** Hair above and behind, eyes, brows and mouth in front. */
function face(t: number, angle: number): Vec3 {
    const side = Math.abs(angle);
    const hairLine = 0.86 - 0.55 * Math.max(0, side - 0.9);
    if (t > hairLine || (side > 1.75 && t > 0.02)) {
        return HAIR;
    }
    if (side > 0.27 && side < 0.52) {
        if (t > 0.44 && t < 0.58) {
            return EYE;
        }
        if (t > 0.7 && t < 0.77) {
            return HAIR;
        }
    }
    return side < 0.3 && t > 0.0 && t < 0.06 ? LIPS : SKIN;
}

function limbs(pose: IPose, i: 0 | 1): Part[] {
    const { hipsFront, chestFront } = pose;
    const [hip, knee, ankle, toe] = [pose.hips[i], pose.knees[i], pose.ankles[i], pose.toes[i]];
    const [shoulder, elbow, wrist] = [pose.shoulders[i], pose.elbows[i], pose.wrists[i]];
    const hand = add(wrist, add(wrist, elbow, -1), 0.3);
    const heel = add(add(ankle, [0, -0.045, 0]), add(toe, ankle, -1), -0.25);
    const isSeam = (angle: number): boolean => Math.abs(Math.abs(angle) - Math.PI / 2) < 0.2;
    return [
        { from: hip, to: knee, radii: [0.093, 0.064], front: hipsFront, restLength: 0.43, color: (_, angle) => (isSeam(angle) ? STRIPE : TROUSERS) },
        { from: knee, to: add(ankle, [0, 0.04, 0]), radii: [0.064, 0.048], front: hipsFront, restLength: 0.39, color: (_, angle) => (isSeam(angle) ? STRIPE : TROUSERS) },
        {
            from: heel,
            to: toe,
            radii: [0.044, 0.038],
            front: [0, 1, 0],
            flatten: [1.05, 0.95],
            restLength: 0.19,
            color: (_, angle) => (Math.abs(angle) > 2.2 ? SOLE : SHOE),
        },
        { from: shoulder, to: elbow, radii: [0.066, 0.047], front: chestFront, restLength: 0.29, color: () => JACKET },
        { from: elbow, to: wrist, radii: [0.047, 0.036], front: chestFront, restLength: 0.26, color: (t) => (t > 0.8 ? STRIPE : JACKET) },
        { from: wrist, to: hand, radii: [0.034, 0.032], front: chestFront, flatten: [1.1, 0.75], restLength: 0.08, color: () => SKIN },
    ];
}
