/** A turn, a scaling and a shift: q = scale * rotation * p + shift. */
export interface ISimilarity {
    scale: number;
    /** Unit quaternion w, x, y, z. */
    rotation: number[];
    shift: number[];
}

/** What leaves everything where it is. */
export const NO_SIMILARITY: ISimilarity = { scale: 1, rotation: [1, 0, 0, 0], shift: [0, 0, 0] };

/** Rounds of power iteration; each doubles the exponent, so that the largest eigenvalue wins by far. */
const SQUARINGS = 12;

/**
 * The similarity that takes points to points with the least squares of what is left (Horn 1987).
 * @param from 3 N: points
 * @param to 3 N: what they became
 * @param chosen indices of those that count; at least one
 */
export function fitSimilarity(from: Float64Array, to: Float64Array, chosen: ArrayLike<number>): ISimilarity {
    const a = meanOf(from, chosen);
    const b = meanOf(to, chosen);
    const s = new Float64Array(9);
    let fromSize = 0;
    let toSize = 0;
    for (let n = 0; n < chosen.length; n++) {
        const at = 3 * chosen[n];
        for (let r = 0; r < 3; r++) {
            const p = from[at + r] - a[r];
            for (let c = 0; c < 3; c++) {
                s[3 * r + c] += p * (to[at + c] - b[c]);
            }
            fromSize += p * p;
            toSize += (to[at + r] - b[r]) ** 2;
        }
    }
    const rotation = largestEigenvector([
        [s[0] + s[4] + s[8], s[5] - s[7], s[6] - s[2], s[1] - s[3]],
        [s[5] - s[7], s[0] - s[4] - s[8], s[1] + s[3], s[6] + s[2]],
        [s[6] - s[2], s[1] + s[3], s[4] - s[0] - s[8], s[5] + s[7]],
        [s[1] - s[3], s[6] + s[2], s[5] + s[7], s[8] - s[0] - s[4]],
    ]);
    const scale = fromSize > 0 && toSize > 0 ? Math.sqrt(toSize / fromSize) : 1;
    const turned = applySimilarity({ scale, rotation, shift: [0, 0, 0] }, Float64Array.from(a));
    return { scale, rotation, shift: b.map((value, c) => value - turned[c]) };
}

/**
 * Moves points.
 * @param motion the similarity
 * @param points 3 N
 */
export function applySimilarity({ scale, rotation, shift }: ISimilarity, points: Float64Array): Float64Array {
    const [w, x, y, z] = rotation;
    const m = [
        scale * (1 - 2 * (y * y + z * z)),
        scale * 2 * (x * y - w * z),
        scale * 2 * (x * z + w * y),
        scale * 2 * (x * y + w * z),
        scale * (1 - 2 * (x * x + z * z)),
        scale * 2 * (y * z - w * x),
        scale * 2 * (x * z - w * y),
        scale * 2 * (y * z + w * x),
        scale * (1 - 2 * (x * x + y * y)),
    ];
    const moved = new Float64Array(points.length);
    for (let at = 0; at < points.length; at += 3) {
        for (let r = 0; r < 3; r++) {
            moved[at + r] = m[3 * r] * points[at] + m[3 * r + 1] * points[at + 1] + m[3 * r + 2] * points[at + 2] + shift[r];
        }
    }
    return moved;
}

function meanOf(points: Float64Array, chosen: ArrayLike<number>): number[] {
    const sum = [0, 0, 0];
    for (let n = 0; n < chosen.length; n++) {
        for (let c = 0; c < 3; c++) {
            sum[c] += points[3 * chosen[n] + c];
        }
    }
    return sum.map((value) => value / chosen.length);
}

/** Of a symmetric matrix, by squaring it again and again; no rotation for a matrix of zeros. */
function largestEigenvector(matrix: number[][]): number[] {
    const bound = Math.max(...matrix.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
    if (!(bound > 0)) {
        return [1, 0, 0, 0];
    }
    // Shifted, so that no eigenvalue is below zero and the largest is the one wanted.
    let m = matrix.map((row, r) => row.map((value, c) => value / bound + (r === c ? 1 : 0)));
    for (let n = 0; n < SQUARINGS; n++) {
        const squared = m.map((row) => row.map((_, c) => row.reduce((sum, value, k) => sum + value * m[k][c], 0)));
        const trace = squared.reduce((sum, row, r) => sum + row[r], 0);
        m = squared.map((row) => row.map((value) => value / trace));
    }
    const column = m[0].map((_, c) => c).reduce((best, c) => (m[c][c] > m[best][best] ? c : best), 0);
    const length = Math.sqrt(m.reduce((sum, row) => sum + row[column] ** 2, 0));
    return m.map((row) => row[column] / length);
}
