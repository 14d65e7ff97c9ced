import type { Matrix } from "@babylonjs/core/Maths/math.vector.js";

/** A direction of length 1. */
export type Direction = [number, number, number];

/** Differences of directions below this do not matter. */
const SAME = 1e-6;

/**
 * The direction along which a camera looks, in the space of the clip, whatever transforms lie between: splats are sorted along it.
 * @param world world matrix of the mesh
 * @param view view matrix
 * @param isRightHanded whether the scene is right-handed
 * @param out takes the direction
 */
export function findForward(world: Matrix, view: Matrix, isRightHanded: boolean, out: Direction): void {
    // Depth in view space is linear in the local position: its gradient is the direction to sort along.
    const w = world.m;
    const v = view.m;
    for (let c = 0; c < 3; c++) {
        out[c] = w[4 * c] * v[2] + w[4 * c + 1] * v[6] + w[4 * c + 2] * v[10];
    }
    const scale = (isRightHanded ? -1 : 1) / (Math.hypot(out[0], out[1], out[2]) || 1);
    for (let c = 0; c < 3; c++) {
        out[c] *= scale;
    }
}

/** Whether two directions sort alike. */
export function isSameDirection(a: Direction, b: Direction): boolean {
    return Math.abs(a[0] - b[0]) < SAME && Math.abs(a[1] - b[1]) < SAME && Math.abs(a[2] - b[2]) < SAME;
}
