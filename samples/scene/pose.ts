import { add, cross, dot, length, normalize, subtract, type Vec3 } from "./vec3.js";

/** Where the joints of the dancer are in a frame, metres. [left, right] where there are two. */
export interface IPose {
    pelvis: Vec3;
    waist: Vec3;
    chest: Vec3;
    neck: Vec3;
    head: Vec3;
    /** Which way hips, chest and head look. */
    hipsFront: Vec3;
    chestFront: Vec3;
    headFront: Vec3;
    hips: [Vec3, Vec3];
    knees: [Vec3, Vec3];
    ankles: [Vec3, Vec3];
    toes: [Vec3, Vec3];
    shoulders: [Vec3, Vec3];
    elbows: [Vec3, Vec3];
    wrists: [Vec3, Vec3];
}

const THIGH = 0.43;
const SHIN = 0.43;
const UPPER_ARM = 0.29;
const FOREARM = 0.26;

const UP: Vec3 = [0, 1, 0];

/**
 * A dance of three seconds: steps from side to side on every beat, hips against shoulders, arms in two waves.
 * @param phase 0 to 2 pi over the clip; the pose at both ends is the same
 */
export function dance(phase: number): IPose {
    const beat = 2 * phase;
    const sway = Math.sin(beat);
    const bounce = 0.03 * Math.cos(2 * beat);
    const hipsTurn = 0.3 * Math.sin(beat + 0.4) + 0.25 * Math.sin(phase);
    const chestTurn = -0.35 * Math.sin(beat + 0.9) + 0.3 * Math.sin(phase);
    const hipsFront = heading(hipsTurn);
    const chestFront = heading(chestTurn);
    const pelvis: Vec3 = [0.13 * sway, 0.86 + bounce, 0.03 * Math.cos(beat)];
    const lean = 0.12 * Math.cos(beat + 0.5);
    const waist = add(pelvis, [0.02 * sway, 0.13, 0]);
    const chest = add(waist, [-0.07 * sway + 0.3 * lean, 0.24, 0.03 * Math.sin(2 * beat)]);
    const neck = add(chest, [-0.03 * sway + 0.3 * lean, 0.19, 0.012]);
    const head = add(neck, [0.035 * Math.sin(beat + 0.6), 0.155, 0.02 + 0.018 * Math.cos(2 * beat)]);
    const hips = pair((side) => add(pelvis, across(hipsFront, side * 0.105), 1));
    const ankles = pair((side) => foot(side, phase));
    const knees = pair((side) => bend(hips[index(side)], ankles[index(side)], THIGH, SHIN, add(hipsFront, across(hipsFront, side * 0.35))));
    const toes = pair((side) => add(ankles[index(side)], add(mixUp(heading(0.28 * side + 0.4 * hipsTurn), ankles[index(side)][1]), [0, -0.045, 0]), 1));
    const shoulders = pair((side) => add(add(chest, across(chestFront, side * 0.185)), [0, 0.11 - 0.025 * side * sway, 0]));
    const wrists = pair((side) => add(shoulders[index(side)], hand(side, phase, chestFront)));
    const elbows = pair((side) => bend(shoulders[index(side)], wrists[index(side)], UPPER_ARM, FOREARM, add(across(chestFront, side * 0.5), [0, -0.7, -0.6])));
    return {
        pelvis,
        waist,
        chest,
        neck,
        head,
        hipsFront,
        chestFront,
        headFront: heading(0.5 * chestTurn + 0.2 * sway),
        hips,
        knees,
        ankles,
        toes,
        shoulders,
        elbows,
        wrists,
    };
}

/** Feet stay while they carry and lift while they step, one after the other. */
function foot(side: number, phase: number): Vec3 {
    const beat = 2 * phase;
    const lift = Math.max(0, Math.sin(beat + (side > 0 ? 0 : Math.PI))) ** 2;
    const x = side * (0.17 + 0.05 * Math.sin(beat)) + 0.05 * Math.sin(beat);
    return [x, 0.085 + 0.13 * lift, 0.02 * side + 0.1 * lift * Math.sin(phase + side)];
}

/** Where the hand is from the shoulder: one up, one out, changing over the clip. */
function hand(side: number, phase: number, front: Vec3): Vec3 {
    const beat = 2 * phase + (side > 0 ? 0 : Math.PI * 0.8);
    const raise = 0.5 + 0.5 * Math.sin(phase + (side > 0 ? 0 : Math.PI));
    const out = across(front, side * (0.3 + 0.1 * Math.sin(beat)));
    const height = -0.22 + 0.55 * raise + 0.09 * Math.sin(beat + 1);
    return add(add(out, front, 0.16 + 0.1 * Math.cos(beat)), [0, height, 0]);
}

/**
 * The joint between two bones (two-bone inverse kinematics); a target out of reach is reached for.
 * @param root where the first bone begins
 * @param target where the second ends
 * @param first length of the first bone
 * @param second length of the second
 * @param pole direction that the joint bends to
 */
function bend(root: Vec3, target: Vec3, first: number, second: number, pole: Vec3): Vec3 {
    const direction = normalize(subtract(target, root));
    const distance = Math.min(length(subtract(target, root)), 0.999 * (first + second));
    const along = (first * first - second * second + distance * distance) / (2 * distance);
    const out = Math.sqrt(Math.max(0, first * first - along * along));
    const side = normalize(add(pole, direction, -dot(pole, direction)));
    return add(add(root, direction, along), side, out);
}

function heading(turn: number): Vec3 {
    return [Math.sin(turn), 0, Math.cos(turn)];
}

/** To the left (+) or right (-) of who looks ahead. */
function across(front: Vec3, distance: number): Vec3 {
    const left = cross(UP, front);
    return [left[0] * distance, left[1] * distance, left[2] * distance];
}

/** A foot points down while it is in the air. */
function mixUp(direction: Vec3, height: number): Vec3 {
    const air = Math.min(1, Math.max(0, (height - 0.085) / 0.13));
    return [0.15 * direction[0], -0.05 * air, 0.15 * direction[2]];
}

function pair(make: (side: number) => Vec3): [Vec3, Vec3] {
    return [make(1), make(-1)];
}

function index(side: number): 0 | 1 {
    return side > 0 ? 0 : 1;
}
