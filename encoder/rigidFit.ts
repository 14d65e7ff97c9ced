/** A rigid motion: `to = toMean + R (from - fromMean)`. */
export interface IRigidMotion {
    /** Unit quaternion w, x, y, z of R, w >= 0. */
    quaternion: [number, number, number, number];
    fromMean: [number, number, number];
    toMean: [number, number, number];
}

/** Rounds of the power iteration: enough for a step from frame to frame. */
const ROUNDS = 60;

/**
 * Fits a rigid motion to pairs of points, least squares (Horn, "Closed-form solution of absolute orientation using unit quaternions", 1987): the quaternion is the eigenvector of the
 * largest eigenvalue of a 4 x 4 matrix.
 * @param from points x, y, z
 * @param to their partners
 * @param count number of pairs
 * @param pointTolerance error of a point that matters
 * @param turns sum of the turns that the motion is to be near too, see {@link addTurn}
 */
export function fitRigidMotion(from: Float64Array, to: Float64Array, count: number, pointTolerance: number, turns: Float64Array): IRigidMotion {
    const fromMean: [number, number, number] = [0, 0, 0];
    const toMean: [number, number, number] = [0, 0, 0];
    for (let i = 0; i < count; i++) {
        for (let c = 0; c < 3; c++) {
            fromMean[c] += from[3 * i + c] / count;
            toMean[c] += to[3 * i + c] / count;
        }
    }
    const s = new Float64Array(9);
    for (let i = 0; i < count; i++) {
        for (let r = 0; r < 3; r++) {
            for (let c = 0; c < 3; c++) {
                s[3 * r + c] += (from[3 * i + r] - fromMean[r]) * (to[3 * i + c] - toMean[c]);
            }
        }
    }
    const matrix = hornMatrix(s);
    const scale = 2 / (pointTolerance * pointTolerance);
    return { quaternion: largestEigenvector(matrix.map((row, r) => row.map((value, c) => scale * value + turns[4 * r + c]))), fromMean, toMean };
}

/**
 * Adds a turn to those that a motion is fitted to.
 * @param turns 4 x 4 numbers
 * @param from unit quaternion w, x, y, z before the turn
 * @param to after it
 * @param weight 1 / tolerance^2
 */
export function addTurn(turns: Float64Array, from: Float64Array, to: Float64Array, weight: number): void {
    const [w, x, y, z] = [from[0], -from[1], -from[2], -from[3]];
    const [p, q, r, s] = to;
    const turn = [p * w - q * x - r * y - s * z, p * x + q * w + r * z - s * y, p * y - q * z + r * w + s * x, p * z + q * y - r * x + s * w];
    for (let i = 0; i < 16; i++) {
        turns[i] += weight * turn[i >> 2] * turn[i & 3];
    }
}

function hornMatrix([xx, xy, xz, yx, yy, yz, zx, zy, zz]: Float64Array): number[][] {
    return [
        [xx + yy + zz, yz - zy, zx - xz, xy - yx],
        [yz - zy, xx - yy - zz, xy + yx, zx + xz],
        [zx - xz, xy + yx, -xx + yy - zz, yz + zy],
        [xy - yx, zx + xz, yz + zy, -xx - yy + zz],
    ];
}

/** By squaring the matrix some times, then by powers. A shift makes the largest eigenvalue the largest in size. */
function largestEigenvector(matrix: number[][]): [number, number, number, number] {
    const size = Math.sqrt(matrix.flat().reduce((sum, value) => sum + value * value, 0));
    if (!(size > 0)) {
        return [1, 0, 0, 0];
    }
    let power = matrix.map((row, r) => row.map((value, c) => value / size + (r === c ? 1 : 0)));
    for (let i = 0; i < 5; i++) {
        const squared = power.map((row) => power[0].map((_, c) => row.reduce((sum, value, k) => sum + value * power[k][c], 0)));
        const norm = Math.max(...squared.flat().map(Math.abs));
        power = squared.map((row) => row.map((value) => value / norm));
    }
    let q = [1, 1e-3, 1e-3, 1e-3];
    for (let round = 0; round < ROUNDS; round++) {
        const next = power.map((row) => row.reduce((sum, value, k) => sum + value * q[k], 0));
        const length = Math.hypot(...next);
        const moved = next.reduce((sum, value, k) => Math.max(sum, Math.abs(value / length - q[k])), 0);
        q = next.map((value) => value / length);
        if (moved < 1e-12) {
            break;
        }
    }
    const sign = q[0] < 0 ? -1 : 1;
    return [sign * q[0], sign * q[1], sign * q[2], sign * q[3]];
}
