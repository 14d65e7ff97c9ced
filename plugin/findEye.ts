import type { Matrix } from "@babylonjs/core/Maths/math.vector.js";

/**
 * Where splats are seen from, in the space of the clip: the camera and 1, or, where the projection is orthographic, a vector against the direction of view and 0.
 * @param inverseWorldView inverse of world * view
 * @param projection projection
 * @param isRightHanded whether the scene is right-handed
 * @param out takes four values
 */
export function findEye(inverseWorldView: Matrix, projection: Matrix, isRightHanded: boolean, out: Float32Array): void {
    const m = inverseWorldView.m;
    const isPerspective = projection.m[11] !== 0;
    const backward = isRightHanded ? 1 : -1;
    for (let c = 0; c < 3; c++) {
        out[c] = isPerspective ? m[12 + c] : backward * m[8 + c];
    }
    out[3] = isPerspective ? 1 : 0;
}
