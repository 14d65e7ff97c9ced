import { applySimilarity, fitSimilarity, type ISimilarity } from "./similarity.js";

/** Points that are moved, and points among which the nearest is looked for. */
const MOVED_POINTS = 256;
const TARGET_POINTS = 2048;
/** Most rounds. */
const ROUNDS = 24;
/** Share of the points that count: those nearest to their targets. */
const KEPT_SHARE = 0.8;

/**
 * Aligns a cloud with another by a similarity: trimmed iterative closest points on a part of both, from a guess.
 * @param from 3 N: points, neighbours near one another
 * @param to 3 M: points
 * @param guess where to begin
 */
export function alignClouds(from: Float64Array, to: Float64Array, guess: ISimilarity): ISimilarity {
    const points = everyNth(from, MOVED_POINTS);
    const targets = everyNth(to, TARGET_POINTS);
    const nearest = new Float64Array(points.length);
    const distances = new Float64Array(points.length / 3);
    let motion = guess;
    let before = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
        findNearest(applySimilarity(motion, points), targets, nearest, distances);
        const byDistance = Uint32Array.from(distances, (_, n) => n).sort((a, b) => distances[a] - distances[b] || a - b);
        const kept = byDistance.subarray(0, Math.max(1, Math.ceil(KEPT_SHARE * byDistance.length)));
        const error = kept.reduce((sum, n) => sum + distances[n], 0);
        if (!(error < 0.999 * before)) {
            break;
        }
        before = error;
        motion = fitSimilarity(points, nearest, kept);
    }
    return motion;
}

function everyNth(points: Float64Array, most: number): Float64Array {
    const count = points.length / 3;
    const part = Math.min(count, most);
    return Float64Array.from({ length: 3 * part }, (_, at) => points[3 * Math.floor((Math.floor(at / 3) * count) / part) + (at % 3)]);
}

function findNearest(points: Float64Array, targets: Float64Array, nearest: Float64Array, distances: Float64Array): void {
    for (let at = 0; at < points.length; at += 3) {
        let best = Infinity;
        let bestAt = 0;
        for (let t = 0; t < targets.length; t += 3) {
            const x = targets[t] - points[at];
            const y = targets[t + 1] - points[at + 1];
            const z = targets[t + 2] - points[at + 2];
            const distance = x * x + y * y + z * z;
            if (distance < best) {
                best = distance;
                bestAt = t;
            }
        }
        distances[at / 3] = best;
        nearest.set(targets.subarray(bestAt, bestAt + 3), at);
    }
}
