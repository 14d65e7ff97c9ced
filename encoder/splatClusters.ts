import { MAX_CLUSTERS } from "../format/clusterMotion.js";
import type { IGroupScale } from "./groupScale.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Splats of a cluster, about. */
const CLUSTER_SIZE = 64;
const MOST_CLUSTERS = MAX_CLUSTERS;
/** Frames whose positions tell which splats move together. */
const FEATURE_FRAMES = 5;
const ROUNDS = 6;

/** Splats that move together. */
export interface ISplatClusters {
    /** Number of clusters. */
    count: number;
    /** Cluster of each provisional slot, from 1; 0: none. */
    labels: Uint16Array;
}

/**
 * Groups the splats that move and live through the whole segment by their paths: k-means on the positions in some of the frames.
 * @param scale of the positions
 * @param frames frames of the segment
 * @param splats where each splat is to be found
 */
export function clusterSplats(scale: IGroupScale, frames: readonly ISplatFrame[], splats: ISplatLives): ISplatClusters {
    const labels = new Uint16Array(splats.slotCount);
    const movers = findMovers(scale, frames, splats);
    const count = Math.min(MOST_CLUSTERS, Math.floor(movers.length / CLUSTER_SIZE));
    if (count === 0 || frames.length < 2) {
        return { count: 0, labels };
    }
    const features = readFeatures(movers, frames, splats);
    const assigned = cluster(features, movers.length, count);
    movers.forEach((slot, i) => (labels[slot] = assigned[i] + 1));
    return { count, labels };
}

/** Slots of the splats that leave their place by more than the error bound. */
function findMovers({ step, tolerance }: IGroupScale, frames: readonly ISplatFrame[], { lives, sourceOf }: ISplatLives): number[] {
    const bound = step * tolerance;
    const checked = featureFrames(frames.length);
    const movers: number[] = [];
    for (let at = 0; at < lives.length; at += LIFE_STRIDE) {
        const slot = lives[at];
        if (lives[at + 2] < frames.length) {
            continue;
        }
        const home = frames[0].positions;
        const from = 3 * sourceOf[0][slot];
        const isMoving = checked.some((frame) => {
            const there = frames[frame].positions;
            const to = 3 * sourceOf[frame][slot];
            return Math.max(Math.abs(there[to] - home[from]), Math.abs(there[to + 1] - home[from + 1]), Math.abs(there[to + 2] - home[from + 2])) > bound;
        });
        if (isMoving) {
            movers.push(slot);
        }
    }
    return movers;
}

function featureFrames(frameCount: number): number[] {
    return Array.from({ length: FEATURE_FRAMES }, (_, i) => Math.round((i * (frameCount - 1)) / (FEATURE_FRAMES - 1)));
}

function readFeatures(slots: readonly number[], frames: readonly ISplatFrame[], { sourceOf }: ISplatLives): Float32Array {
    const size = 3 * FEATURE_FRAMES;
    const features = new Float32Array(slots.length * size);
    featureFrames(frames.length).forEach((frame, k) => {
        const { positions } = frames[frame];
        slots.forEach((slot, i) => {
            for (let c = 0; c < 3; c++) {
                features[i * size + 3 * k + c] = positions[3 * sourceOf[frame][slot] + c];
            }
        });
    });
    return features;
}

/** k-means from evenly spread seeds. */
function cluster(features: Float32Array, count: number, clusters: number): Uint16Array {
    const size = features.length / count;
    const centres = new Float32Array(clusters * size);
    for (let k = 0; k < clusters; k++) {
        const seed = Math.floor(((k + 0.5) * count) / clusters);
        centres.set(features.subarray(seed * size, (seed + 1) * size), k * size);
    }
    const assigned = new Uint16Array(count);
    for (let round = 0; round < ROUNDS; round++) {
        assign(features, centres, size, assigned);
        const sums = new Float64Array(centres.length);
        const sizes = new Uint32Array(clusters);
        for (let i = 0; i < count; i++) {
            sizes[assigned[i]]++;
            for (let j = 0; j < size; j++) {
                sums[assigned[i] * size + j] += features[i * size + j];
            }
        }
        for (let k = 0; k < clusters; k++) {
            for (let j = 0; sizes[k] > 0 && j < size; j++) {
                centres[k * size + j] = sums[k * size + j] / sizes[k];
            }
        }
    }
    return assigned;
}

function assign(features: Float32Array, centres: Float32Array, size: number, assigned: Uint16Array): void {
    const clusters = centres.length / size;
    for (let i = 0; i < assigned.length; i++) {
        const from = i * size;
        let best = assigned[i];
        let bestDistance = distance(features, from, centres, best * size, size, Infinity);
        for (let k = 0; k < clusters; k++) {
            const d = distance(features, from, centres, k * size, size, bestDistance);
            if (d < bestDistance) {
                bestDistance = d;
                best = k;
            }
        }
        assigned[i] = best;
    }
}

/** Squared distance; stops where it is over the limit. */
function distance(a: Float32Array, atA: number, b: Float32Array, atB: number, size: number, limit: number): number {
    let sum = 0;
    for (let j = 0; j < size && sum < limit; j++) {
        const d = a[atA + j] - b[atB + j];
        sum += d * d;
    }
    return sum;
}
