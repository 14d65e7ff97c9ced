/** Squarings that find an eigenvector: 2^12 steps of the power iteration. */
const SQUARINGS = 12;

/** How the points of a body lie before a motion and after it. */
export interface IMoments {
    /** Means before and after. */
    fromMean: Float64Array;
    toMean: Float64Array;
    /** Sum of (from - fromMean) (to - toMean)^T, row by row. */
    products: Float64Array;
}

/**
 * Sums up pairs of points.
 * @param from points x, y, z
 * @param to their partners
 * @param length how many numbers each has
 */
export function sumMoments(from: Float64Array, to: Float64Array, length: number): IMoments {
    const fromMean = new Float64Array(3);
    const toMean = new Float64Array(3);
    for (let at = 0; at < length; at += 3) {
        for (let c = 0; c < 3; c++) {
            fromMean[c] += from[at + c];
            toMean[c] += to[at + c];
        }
    }
    const count = Math.max(1, length / 3);
    for (let c = 0; c < 3; c++) {
        fromMean[c] /= count;
        toMean[c] /= count;
    }
    const products = new Float64Array(9);
    for (let at = 0; at < length; at += 3) {
        const x = to[at] - toMean[0];
        const y = to[at + 1] - toMean[1];
        const z = to[at + 2] - toMean[2];
        for (let r = 0; r < 3; r++) {
            const d = from[at + r] - fromMean[r];
            products[3 * r] += d * x;
            products[3 * r + 1] += d * y;
            products[3 * r + 2] += d * z;
        }
    }
    return { fromMean, toMean, products };
}

/**
 * Finds the turn that leads points nearest to their partners, least squares (Horn, "Closed-form solution of absolute orientation using unit quaternions", 1987): the eigenvector of the
 * largest eigenvalue of a symmetric 4 x 4 matrix.
 * @param moments of the points
 * @param pointTolerance error of a point that matters
 * @param turns sum of the turns that it is to be near too, see {@link addTurn}; undefined: none
 * @returns unit quaternion w, x, y, z, w >= 0
 */
export function fitTurn({ products: [xx, xy, xz, yx, yy, yz, zx, zy, zz] }: IMoments, pointTolerance: number, turns?: Float64Array): Float64Array {
    const matrix = Float64Array.of(
        ...[xx + yy + zz, yz - zy, zx - xz, xy - yx],
        ...[yz - zy, xx - yy - zz, xy + yx, zx + xz],
        ...[zx - xz, xy + yx, yy - xx - zz, yz + zy],
        ...[xy - yx, zx + xz, yz + zy, zz - xx - yy],
    );
    const scale = 2 / (pointTolerance * pointTolerance);
    for (let i = 0; i < 16; i++) {
        matrix[i] = scale * matrix[i] + (turns ? turns[i] : 0);
    }
    return largestEigenvector(matrix);
}

/**
 * Adds a turn to those that a motion is fitted to.
 * @param turns 4 x 4 numbers
 * @param from where the unit quaternion w, x, y, z before the turn is
 * @param at from this place on
 * @param to the one after it
 * @param weight 1 / tolerance^2
 */
export function addTurn(turns: Float64Array, from: Float64Array, at: number, to: Float64Array, weight: number): void {
    const w = from[at];
    const x = -from[at + 1];
    const y = -from[at + 2];
    const z = -from[at + 3];
    const p = to[0];
    const q = to[1];
    const r = to[2];
    const s = to[3];
    const t0 = p * w - q * x - r * y - s * z;
    const t1 = p * x + q * w + r * z - s * y;
    const t2 = p * y - q * z + r * w + s * x;
    const t3 = p * z + q * y - r * x + s * w;
    const w0 = weight * t0;
    const w1 = weight * t1;
    const w2 = weight * t2;
    turns[0] += w0 * t0;
    turns[5] += w1 * t1;
    turns[10] += w2 * t2;
    turns[15] += weight * t3 * t3;
    turns[1] += w0 * t1;
    turns[2] += w0 * t2;
    turns[3] += w0 * t3;
    turns[6] += w1 * t2;
    turns[7] += w1 * t3;
    turns[11] += w2 * t3;
    turns[4] = turns[1];
    turns[8] = turns[2];
    turns[12] = turns[3];
    turns[9] = turns[6];
    turns[13] = turns[7];
    turns[14] = turns[11];
}

/** By squaring the matrix again and again: it becomes the product of the eigenvector with itself. A shift makes the largest eigenvalue the largest in size. */
function largestEigenvector(matrix: Float64Array): Float64Array {
    let size = 0;
    for (const value of matrix) {
        size += value * value;
    }
    if (!(size > 0) || size === Infinity) {
        return Float64Array.of(1, 0, 0, 0);
    }
    size = Math.sqrt(size);
    let power = matrix.map((value, i) => value / size + (i % 5 === 0 ? 1 : 0));
    let square = new Float64Array(16);
    for (let round = 0; round < SQUARINGS; round++) {
        multiplySelf(power, square);
        const trace = square[0] + square[5] + square[10] + square[15];
        for (let i = 0; i < 16; i++) {
            square[i] /= trace;
        }
        [power, square] = [square, power];
    }
    let column = 0;
    for (let c = 1; c < 4; c++) {
        column = power[5 * c] > power[5 * column] ? c : column;
    }
    const vector = Float64Array.of(power[column], power[4 + column], power[8 + column], power[12 + column]);
    const length = Math.hypot(...vector) * (vector[0] < 0 ? -1 : 1);
    return vector.map((value) => value / length);
}

/** Square of a symmetric 4 x 4 matrix. */
function multiplySelf(m: Float64Array, out: Float64Array): void {
    for (let r = 0; r < 4; r++) {
        for (let c = r; c < 4; c++) {
            const sum = m[4 * r] * m[4 * c] + m[4 * r + 1] * m[4 * c + 1] + m[4 * r + 2] * m[4 * c + 2] + m[4 * r + 3] * m[4 * c + 3];
            out[4 * r + c] = sum;
            out[4 * c + r] = sum;
        }
    }
}
