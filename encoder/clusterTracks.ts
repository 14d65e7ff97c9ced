import { GROUP_POSITION, GROUP_ROTATION } from "../format/attributeGroups.js";
import { CENTRE_UNIT, ClusterMotion, FRACTION_BITS, GIBBS_UNIT, MOTION_LIMIT, MOTION_NUMBERS, TRANSLATION_UNIT } from "../format/clusterMotion.js";
import type { IGroupScale } from "./groupScale.js";
import { addTurn, fitRigidMotion, type IRigidMotion } from "./rigidFit.js";
import { readRotation } from "./rotations.js";
import type { ISplatClusters } from "./splatClusters.js";
import type { ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";

const FRACTION = 1 << FRACTION_BITS;
/** The largest that a number can tell. */
const LARGEST_CHANGE = 2 ** 23 - 1;
/** Numbers of a cluster in a frame: its turn (9), quaternion (4), centre before the motion (3), translation (3). */
export const STEP_NUMBERS = 19;
/** Numbers of a cluster's pose: rotation matrix (9), translation (3), quaternion (4). */
export const POSE_NUMBERS = 16;

/** How clusters move through a segment, as a decoder will see it. */
export interface IClusterTracks {
    /** Number of clusters. */
    count: number;
    /** First centres, in CENTRE_UNIT codes. */
    centres: Int32Array;
    /** Motions from the frame before, by frame. */
    motions: Int32Array[];
    /** What a decoder does in each frame: `STEP_NUMBERS` a cluster. */
    steps: Float64Array[];
    /** Pose against the key frame, by frame: `x = R x0 + t` in 1/16 codes; `POSE_NUMBERS` a cluster. */
    poses: Float64Array[];
}

/**
 * Fits a rigid motion to each cluster, frame by frame, and rounds it as the file does.
 * @param clusters which splats move together
 * @param scales how values become codes, by attribute group
 * @param frames frames of the segment
 * @param splats where each splat is to be found
 * @param withTurns by cluster, whether the motion is fitted to how its splats turn, and not only to where they go
 */
export function trackClusters(
    { count, labels }: ISplatClusters,
    scales: readonly IGroupScale[],
    frames: readonly ISplatFrame[],
    splats: ISplatLives,
    withTurns: readonly boolean[],
): IClusterTracks {
    const position = scales[GROUP_POSITION];
    const members = membersOf(labels, count);
    const motion = new ClusterMotion(0);
    motion.begin(count, 0);
    const tracks: IClusterTracks = { count, centres: new Int32Array(3 * count), motions: [], steps: [], poses: [] };
    let points = frames.slice(0, 1).map((frame) => readPoints(members, frame, splats.sourceOf[0], position))[0];
    tracks.centres.set(points.flatMap((own) => [0, 1, 2].map((c) => Math.round(meanOf(own, c) / (FRACTION * CENTRE_UNIT)))));
    tracks.centres.forEach((value, i) => (motion.centres[i] = value * CENTRE_UNIT * FRACTION));
    for (let frame = 0; frame < frames.length; frame++) {
        const next = readPoints(members, frames[frame], splats.sourceOf[frame], position);
        const motions = new Int32Array(MOTION_NUMBERS * count);
        for (let cluster = 0; frame > 0 && cluster < count; cluster++) {
            const turns = sumTurns(withTurns[cluster] ? members[cluster] : [], frames, frame, splats, scales[GROUP_ROTATION]);
            quantize(fitRigidMotion(points[cluster], next[cluster], members[cluster].length, FRACTION * position.tolerance, turns), motion.centres, cluster, motions);
        }
        motions.forEach((value, i) => (motions[i] = codableMotion(value, motion.motions[i])));
        motion.setMotions(motions);
        const steps = stepsOf(motion);
        tracks.motions.push(motions);
        tracks.steps.push(steps);
        tracks.poses.push(posesOf(steps, count, tracks.poses[frame - 1]));
        motion.moveCentres();
        points = next;
    }
    return tracks;
}

function meanOf(points: Float64Array, c: number): number {
    let sum = 0;
    for (let at = c; at < points.length; at += 3) {
        sum += points[at];
    }
    return sum / Math.max(1, points.length / 3);
}

/** How the splats of a cluster turn from the frame before. */
function sumTurns(members: readonly number[], frames: readonly ISplatFrame[], frame: number, { sourceOf }: ISplatLives, { step, tolerance }: IGroupScale): Float64Array {
    const turns = new Float64Array(16);
    const from = new Float64Array(4);
    const to = new Float64Array(4);
    const weight = 1 / (step * tolerance) ** 2;
    for (const slot of members) {
        readRotation(frames[frame - 1], sourceOf[frame - 1][slot], from);
        readRotation(frames[frame], sourceOf[frame][slot], to);
        addTurn(turns, from, to, weight);
    }
    return turns;
}

function membersOf(labels: Uint16Array, count: number): number[][] {
    const members: number[][] = Array.from({ length: count }, () => []);
    labels.forEach((label, slot) => label > 0 && members[label - 1].push(slot));
    return members;
}

/** Positions in 1/16 codes, by cluster. */
function readPoints(members: readonly number[][], { positions }: ISplatFrame, sourceOf: Int32Array, { step, bases }: IGroupScale): Float64Array[] {
    return members.map((slots) => {
        const points = new Float64Array(3 * slots.length);
        slots.forEach((slot, i) => {
            for (let c = 0; c < 3; c++) {
                points[3 * i + c] = FRACTION * (positions[3 * sourceOf[slot] + c] / step - bases[c]);
            }
        });
        return points;
    });
}

/** The nearest number that the difference from the frame before can lead to. Where that is another one, the cluster jumps: its splats get residuals. */
function codableMotion(wanted: number, before: number): number {
    return Math.max(-MOTION_LIMIT, before - LARGEST_CHANGE, Math.min(MOTION_LIMIT, before + LARGEST_CHANGE, wanted));
}

/** Rounds a motion: Gibbs vector, then the translation that is best with the rotation about the centre that a decoder has. */
function quantize({ quaternion: [w, x, y, z], fromMean, toMean }: IRigidMotion, centres: Float64Array, cluster: number, out: Int32Array): void {
    const at = MOTION_NUMBERS * cluster;
    // Over 120 degrees a frame nothing rigid is left to find.
    const scale = w > 0.5 ? GIBBS_UNIT / w : 0;
    out[at] = Math.round(x * scale);
    out[at + 1] = Math.round(y * scale);
    out[at + 2] = Math.round(z * scale);
    const [gx, gy, gz] = out.subarray(at, at + 3);
    const length = Math.hypot(GIBBS_UNIT, gx, gy, gz);
    const r = matrixOf(GIBBS_UNIT / length, gx / length, gy / length, gz / length);
    const d = [0, 1, 2].map((c) => fromMean[c] - centres[3 * cluster + c]);
    for (let c = 0; c < 3; c++) {
        const turned = r[3 * c] * d[0] + r[3 * c + 1] * d[1] + r[3 * c + 2] * d[2];
        out[at + 3 + c] = Math.round((toMean[c] - centres[3 * cluster + c] - turned) / TRANSLATION_UNIT);
    }
}

function matrixOf(w: number, x: number, y: number, z: number): number[] {
    return [
        1 - 2 * (y * y + z * z),
        2 * (x * y - w * z),
        2 * (x * z + w * y),
        2 * (x * y + w * z),
        1 - 2 * (x * x + z * z),
        2 * (y * z - w * x),
        2 * (x * z - w * y),
        2 * (y * z + w * x),
        1 - 2 * (x * x + y * y),
    ];
}

function stepsOf({ count, turns, quaternions, centres, motions }: ClusterMotion): Float64Array {
    const steps = new Float64Array(STEP_NUMBERS * count);
    for (let cluster = 0; cluster < count; cluster++) {
        const at = STEP_NUMBERS * cluster;
        steps.set(turns.subarray(9 * cluster, 9 * cluster + 9), at);
        steps.set(quaternions.subarray(4 * cluster, 4 * cluster + 4), at + 9);
        steps.set(centres.subarray(3 * cluster, 3 * cluster + 3), at + 13);
        for (let c = 0; c < 3; c++) {
            steps[at + 16 + c] = TRANSLATION_UNIT * motions[MOTION_NUMBERS * cluster + 3 + c];
        }
    }
    return steps;
}

/** The pose after a step. */
function posesOf(steps: Float64Array, count: number, before?: Float64Array): Float64Array {
    const poses = new Float64Array(POSE_NUMBERS * count);
    for (let cluster = 0; cluster < count; cluster++) {
        const s = STEP_NUMBERS * cluster;
        const p = POSE_NUMBERS * cluster;
        const old = before?.subarray(p, p + POSE_NUMBERS) ?? IDENTITY_POSE;
        const r = Array.from(steps.subarray(s, s + 9), (turn, i) => turn / 1048576 + (i % 4 === 0 ? 1 : 0));
        for (let row = 0; row < 3; row++) {
            for (let c = 0; c < 3; c++) {
                poses[p + 3 * row + c] = r[3 * row] * old[c] + r[3 * row + 1] * old[3 + c] + r[3 * row + 2] * old[6 + c];
            }
            const centre = steps[s + 13 + row];
            const d = [0, 1, 2].map((c) => old[9 + c] - steps[s + 13 + c]);
            poses[p + 9 + row] = centre + steps[s + 16 + row] + r[3 * row] * d[0] + r[3 * row + 1] * d[1] + r[3 * row + 2] * d[2];
        }
        const [a, b, c, d] = steps.subarray(s + 9, s + 13);
        const [w, x, y, z] = old.subarray(12, 16);
        poses.set([a * w - b * x - c * y - d * z, a * x + b * w + c * z - d * y, a * y - b * z + c * w + d * x, a * z + b * y - c * x + d * w], p + 12);
    }
    return poses;
}

const IDENTITY_POSE = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0);
