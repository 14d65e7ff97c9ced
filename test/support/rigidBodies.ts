import type { ISplatFrame } from "../../encoder/index.js";
import { takeRows } from "../../encoder/readers/frameArrays.js";
import { makeFrame, randomNumbers } from "./makeFrame.js";

/** What some rigid bodies are like. */
export interface IRigidBodiesOptions {
    /** Number of bodies. */
    bodies: number;
    /** Splats of each. */
    splats: number;
    /** Number of frames. */
    frames: number;
    /** Same seed, same bodies. */
    seed: number;
    /** Radians that a body turns in a frame. Default 0.05. */
    turn?: number;
    /** World units that a body moves in a frame. Default 0.02. */
    speed?: number;
    /** Share of the splats that are not there in a frame. Default 0. */
    turnover?: number;
    /** Whether each splat turns about an axis of its own and moves its own way, as fast as the body would take it. Default false. */
    isScattered?: boolean;
}

type Quaternion = [number, number, number, number];

/**
 * Bodies of splats that each turn about a centre and move; splats have ids.
 * @param options what they are like
 */
export function makeRigidBodies({ bodies, splats, frames, seed, turn = 0.05, speed = 0.02, turnover = 0, isScattered = false }: IRigidBodiesOptions): ISplatFrame[] {
    const next = randomNumbers(seed);
    const start = makeFrame(bodies * splats, 0, seed + 1);
    const ways = Array.from({ length: isScattered ? bodies * splats : bodies }, () => ({ axis: unit(next), way: unit(next) }));
    return Array.from({ length: frames }, (_, t) => {
        const frame = { ...start, positions: start.positions.slice(), rotations: start.rotations.slice() };
        for (let i = 0; i < bodies * splats; i++) {
            const body = Math.floor(i / splats);
            const { axis, way } = ways[isScattered ? i : body];
            const half = (turn * t) / 2;
            const q: Quaternion = [Math.cos(half), axis[0] * Math.sin(half), axis[1] * Math.sin(half), axis[2] * Math.sin(half)];
            const p = start.positions.subarray(3 * i, 3 * i + 3);
            const turned = product(product(q, [0, p[0], p[1], p[2]]), [q[0], -q[1], -q[2], -q[3]]);
            for (let c = 0; c < 3; c++) {
                frame.positions[3 * i + c] = turned[1 + c] + way[c] * speed * t + (c === 0 ? 4 * body : 0);
            }
            const [w, x, y, z] = start.rotations.subarray(4 * i, 4 * i + 4);
            frame.rotations.set(product(q, [w, x, y, z]), 4 * i);
        }
        const rows = Uint32Array.from({ length: bodies * splats }, (_value, i) => i).filter(() => next() >= turnover);
        return { ...takeRows(frame, rows), ids: Int32Array.from(rows), sourceIndices: undefined, droppedCount: 0 };
    });
}

function unit(next: () => number): number[] {
    const v = [next() - 0.5, next() - 0.5, next() - 0.5];
    const length = Math.hypot(...v);
    return v.map((value) => value / length);
}

function product([a, b, c, d]: Quaternion, [w, x, y, z]: Quaternion): Quaternion {
    return [a * w - b * x - c * y - d * z, a * x + b * w + c * z - d * y, a * y - b * z + c * w + d * x, a * z + b * y - c * x + d * w];
}
