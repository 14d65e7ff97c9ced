import { GROUP_POSITION, GROUP_ROTATION } from "../format/attributeGroups.js";
import { CENTRE_UNIT, FRACTION_BITS } from "../format/clusterMotion.js";
import type { IGroupScale } from "./groupScale.js";
import { addTurn, fitRigidMotion } from "./rigidFit.js";
import { readRotation } from "./rotations.js";
import type { ISplatClusters } from "./splatClusters.js";
import type { ISplatFrame } from "./splatFrame.js";
import type { ISplatLives } from "./splatLives.js";

const FRACTION = 1 << FRACTION_BITS;
/** Numbers of a path in a frame: the turn against the first frame as a unit quaternion w, x, y, z, and the centre in 1/16 codes. */
export const PATH_NUMBERS = 7;

/**
 * Fits rigid motions of clusters from the first frame to each other.
 * @param clusters which splats move together
 * @param scales how values become codes, by attribute group
 * @param frames frames of the segment
 * @param splats where each splat is to be found
 * @param withTurns by cluster, whether it is fitted to how its splats turn, and not only to where they go
 * @returns for each cluster `PATH_NUMBERS` a frame
 */
export function fitClusterPaths(
    { count, labels }: ISplatClusters,
    scales: readonly IGroupScale[],
    frames: readonly ISplatFrame[],
    splats: ISplatLives,
    withTurns: readonly boolean[],
): Float64Array[] {
    const members: number[][] = Array.from({ length: count }, () => []);
    labels.forEach((label, slot) => label > 0 && members[label - 1].push(slot));
    return members.map((slots, cluster) => fitPath(slots, scales, frames, splats, withTurns[cluster]));
}

function fitPath(slots: readonly number[], scales: readonly IGroupScale[], frames: readonly ISplatFrame[], { sourceOf }: ISplatLives, hasTurns: boolean): Float64Array {
    const position = scales[GROUP_POSITION];
    const rotation = scales[GROUP_ROTATION];
    const first = readPoints(slots, frames[0], sourceOf[0], position);
    const centre = [0, 1, 2].map((c) => Math.round(meanOf(first, c) / (FRACTION * CENTRE_UNIT)) * FRACTION * CENTRE_UNIT);
    const path = new Float64Array(PATH_NUMBERS * frames.length);
    frames.forEach((frame, k) => {
        const turns = hasTurns ? sumTurns(slots, frames[0], sourceOf[0], frame, sourceOf[k], rotation) : new Float64Array(16);
        const points = readPoints(slots, frame, sourceOf[k], position);
        const { quaternion, fromMean, toMean } = fitRigidMotion(first, points, slots.length, FRACTION * position.tolerance, turns);
        const offset = turn(
            quaternion,
            centre.map((value, c) => value - fromMean[c]),
        );
        path.set(quaternion, PATH_NUMBERS * k);
        path.set(k === 0 ? centre : offset.map((value, c) => toMean[c] + value), PATH_NUMBERS * k + 4);
    });
    return path;
}

/** Positions in 1/16 codes. */
function readPoints(slots: readonly number[], { positions }: ISplatFrame, sourceOf: Int32Array, { step, bases }: IGroupScale): Float64Array {
    const points = new Float64Array(3 * slots.length);
    slots.forEach((slot, i) => {
        for (let c = 0; c < 3; c++) {
            points[3 * i + c] = FRACTION * (positions[3 * sourceOf[slot] + c] / step - bases[c]);
        }
    });
    return points;
}

/** How the splats of a cluster turn. */
function sumTurns(
    slots: readonly number[],
    first: ISplatFrame,
    firstSourceOf: Int32Array,
    frame: ISplatFrame,
    sourceOf: Int32Array,
    { step, tolerance }: IGroupScale,
): Float64Array {
    const turns = new Float64Array(16);
    const from = new Float64Array(4);
    const to = new Float64Array(4);
    const weight = 1 / (step * tolerance) ** 2;
    for (const slot of slots) {
        readRotation(first, firstSourceOf[slot], from);
        readRotation(frame, sourceOf[slot], to);
        addTurn(turns, from, to, weight);
    }
    return turns;
}

function meanOf(points: Float64Array, c: number): number {
    let sum = 0;
    for (let at = c; at < points.length; at += 3) {
        sum += points[at];
    }
    return sum / Math.max(1, points.length / 3);
}

/** Turns a vector by a unit quaternion. */
function turn([w, x, y, z]: readonly number[], [a, b, c]: readonly number[]): number[] {
    const tx = 2 * (y * c - z * b);
    const ty = 2 * (z * a - x * c);
    const tz = 2 * (x * b - y * a);
    return [a + w * tx + y * tz - z * ty, b + w * ty + z * tx - x * tz, c + w * tz + x * ty - y * tx];
}
