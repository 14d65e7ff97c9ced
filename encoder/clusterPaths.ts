import { GROUP_POSITION, GROUP_ROTATION } from "../format/attributeGroups.js";
import { CENTRE_UNIT, FRACTION_BITS } from "../format/clusterMotion.js";
import type { IGroupScale } from "./groupScale.js";
import { addTurn, fitTurn, sumMoments, type IMoments } from "./rigidFit.js";
import { readRotation } from "./rotations.js";
import type { ISplatClusters } from "./splatClusters.js";
import type { ISplatFrame } from "./splatFrame.js";
import type { ISplatLives } from "./splatLives.js";

const FRACTION = 1 << FRACTION_BITS;
/** Numbers of a path in a frame: the turn against the first frame as a unit quaternion w, x, y, z, and the centre in 1/16 codes. */
export const PATH_NUMBERS = 7;

/** Where clusters go: for each cluster `PATH_NUMBERS` a frame. */
export interface IClusterPaths {
    /** Fitted to where their splats go. */
    placed: Float64Array[];
    /** Fitted to how their splats turn as well. */
    turned: Float64Array[];
}

/**
 * Fits rigid motions of clusters from the first frame to each other.
 * @param clusters which splats move together
 * @param scales how values become codes, by attribute group
 * @param frames frames of the segment
 * @param splats where each splat is to be found
 */
export function fitClusterPaths(
    { count, labels }: ISplatClusters,
    scales: readonly IGroupScale[],
    frames: readonly ISplatFrame[],
    { sourceOf }: ISplatLives,
): IClusterPaths {
    const members: number[][] = Array.from({ length: count }, () => []);
    labels.forEach((label, slot) => label > 0 && members[label - 1].push(slot));
    const paths: IClusterPaths = { placed: [], turned: [] };
    for (const slots of members) {
        const placed = new Float64Array(PATH_NUMBERS * frames.length);
        const turned = new Float64Array(PATH_NUMBERS * frames.length);
        fitPaths(slots, scales, frames, sourceOf, placed, turned);
        paths.placed.push(placed);
        paths.turned.push(turned);
    }
    return paths;
}

function fitPaths(
    slots: readonly number[],
    scales: readonly IGroupScale[],
    frames: readonly ISplatFrame[],
    sourceOf: readonly Int32Array[],
    placed: Float64Array,
    turned: Float64Array,
): void {
    const position = scales[GROUP_POSITION];
    const bound = FRACTION * position.tolerance;
    const first = new Float64Array(3 * slots.length);
    const points = new Float64Array(3 * slots.length);
    const firstTurns = new Float64Array(4 * slots.length);
    readPoints(slots, frames[0], sourceOf[0], position, first);
    slots.forEach((slot, i) => readRotation(frames[0], sourceOf[0][slot], firstTurns, 4 * i));
    const centre = sumMoments(first, first, first.length).fromMean.map((mean) => Math.round(mean / (FRACTION * CENTRE_UNIT)) * FRACTION * CENTRE_UNIT);
    for (let frame = 0; frame < frames.length; frame++) {
        readPoints(slots, frames[frame], sourceOf[frame], position, points);
        const moments = sumMoments(first, points, points.length);
        const turns = sumTurns(slots, firstTurns, frames[frame], sourceOf[frame], scales[GROUP_ROTATION]);
        setPose(placed, frame, fitTurn(moments, bound), centre, moments);
        setPose(turned, frame, fitTurn(moments, bound, turns), centre, moments);
    }
}

/** A turn, and where it and the means of the points lead the centre. */
function setPose(path: Float64Array, frame: number, quaternion: Float64Array, centre: Float64Array, { fromMean, toMean }: IMoments): void {
    const offset = turn(
        quaternion,
        centre.map((value, c) => value - fromMean[c]),
    );
    path.set(quaternion, PATH_NUMBERS * frame);
    for (let c = 0; c < 3; c++) {
        path[PATH_NUMBERS * frame + 4 + c] = frame === 0 ? centre[c] : toMean[c] + offset[c];
    }
}

/** Positions in 1/16 codes. */
function readPoints(slots: readonly number[], { positions }: ISplatFrame, sourceOf: Int32Array, { step, bases }: IGroupScale, out: Float64Array): void {
    for (let i = 0; i < slots.length; i++) {
        const from = 3 * sourceOf[slots[i]];
        for (let c = 0; c < 3; c++) {
            out[3 * i + c] = FRACTION * (positions[from + c] / step - bases[c]);
        }
    }
}

/** How the splats of a cluster turn. */
function sumTurns(slots: readonly number[], first: Float64Array, frame: ISplatFrame, sourceOf: Int32Array, { step, tolerance }: IGroupScale): Float64Array {
    const turns = new Float64Array(16);
    const to = new Float64Array(4);
    const weight = 1 / (step * tolerance) ** 2;
    for (let i = 0; i < slots.length; i++) {
        readRotation(frame, sourceOf[slots[i]], to);
        addTurn(turns, first, 4 * i, to, weight);
    }
    return turns;
}

/** Turns a vector by a unit quaternion. */
function turn([w, x, y, z]: Float64Array, [a, b, c]: Float64Array): number[] {
    const tx = 2 * (y * c - z * b);
    const ty = 2 * (z * a - x * c);
    const tz = 2 * (x * b - y * a);
    return [a + w * tx + y * tz - z * ty, b + w * ty + z * tx - x * tz, c + w * tz + x * ty - y * tx];
}
