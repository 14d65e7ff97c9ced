import { CENTRE_UNIT, ClusterMotion, FRACTION_BITS, GIBBS_UNIT, MOTION_LIMIT, MOTION_NUMBERS, TRANSLATION_UNIT } from "../format/clusterMotion.js";
import { PATH_NUMBERS } from "./clusterPaths.js";

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
 * Finds the motions, rounded as in the file, that lead clusters along their paths.
 * @param paths where clusters go: `PATH_NUMBERS` a frame
 * @param frameCount frames of the segment
 */
export function trackClusters(paths: readonly Float64Array[], frameCount: number): IClusterTracks {
    const count = paths.length;
    const motion = new ClusterMotion(0);
    motion.begin(count, 0);
    paths.forEach((path, cluster) => motion.centres.set(path.subarray(4, PATH_NUMBERS), 3 * cluster));
    const centres = Int32Array.from(motion.centres.subarray(0, 3 * count), (value) => value / (CENTRE_UNIT * FRACTION));
    const tracks: IClusterTracks = { count, centres, motions: [], steps: [], poses: [] };
    for (let frame = 0; frame < frameCount; frame++) {
        const motions = new Int32Array(MOTION_NUMBERS * count);
        for (let cluster = 0; cluster < count; cluster++) {
            const own = motions.subarray(MOTION_NUMBERS * cluster, MOTION_NUMBERS * (cluster + 1));
            const path = paths[cluster].subarray(PATH_NUMBERS * frame, PATH_NUMBERS * (frame + 1));
            if (frame > 0) {
                follow(path, tracks.poses[frame - 1].subarray(POSE_NUMBERS * cluster), motion.centres.subarray(3 * cluster), own);
                makeCodable(own, motion.predict(cluster));
            }
            motion.motions.set(own, MOTION_NUMBERS * cluster);
            motion.ready(cluster);
        }
        const steps = stepsOf(motion);
        tracks.motions.push(motions);
        tracks.steps.push(steps);
        tracks.poses.push(posesOf(steps, count, tracks.poses[frame - 1]));
        motion.moveCentres();
    }
    return tracks;
}

/** The motion that leads a cluster from where a decoder has it to where it is: what rounding left over does not add up. */
function follow(path: Float64Array, pose: Float64Array, centre: Float64Array, out: Int32Array): void {
    const [a, b, c, d] = pose.subarray(12, 16);
    const [w, x, y, z] = path;
    // What turns the present rotation into that of the path.
    const q = [w * a + x * b + y * c + z * d, x * a - w * b - y * d + z * c, y * a - w * c - z * b + x * d, z * a - w * d - x * c + y * b];
    // Over 120 degrees a frame nothing rigid is left to find.
    const scale = Math.abs(q[0]) > 0.5 ? GIBBS_UNIT / q[0] : 0;
    for (let i = 0; i < 3; i++) {
        out[i] = Math.round(scale * q[1 + i]);
        out[3 + i] = Math.round((path[4 + i] - centre[i]) / TRANSLATION_UNIT);
    }
}

/** Takes the nearest numbers that the differences from the prediction can lead to. Where these are others, the cluster jumps: its splats get residuals. */
function makeCodable(motion: Int32Array, predicted: Int32Array): void {
    motion.forEach((wanted, i) => {
        const least = Math.max(-MOTION_LIMIT, predicted[i] - LARGEST_CHANGE);
        motion[i] = Math.max(least, Math.min(MOTION_LIMIT, predicted[i] + LARGEST_CHANGE, wanted));
    });
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
