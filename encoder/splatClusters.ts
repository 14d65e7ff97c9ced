import { MAX_CLUSTERS } from "../format/clusterMotion.js";
import type { IGroupScale } from "./groupScale.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Frames whose positions tell which splats move together. */
const FEATURE_FRAMES = 5;
const ROUNDS = 6;
const NEIGHBOURS = 16;

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
 * @param clusterSize splats of a cluster, about; 0: none is looked for
 */
export function clusterSplats(scale: IGroupScale, frames: readonly ISplatFrame[], splats: ISplatLives, clusterSize: number): ISplatClusters {
    const labels = new Uint16Array(splats.slotCount);
    const movers = clusterSize > 0 && frames.length > 1 ? findMovers(scale, frames, splats) : [];
    const count = Math.min(MAX_CLUSTERS, Math.floor(movers.length / clusterSize));
    if (!(count > 0)) {
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

/** k-means from evenly spread seeds. After the first round a splat looks only at the neighbours of its cluster: splats go from one to the next. */
function cluster(features: Float32Array, count: number, clusters: number): Uint16Array {
    const size = features.length / count;
    const centres = new Float32Array(clusters * size);
    for (let k = 0; k < clusters; k++) {
        const seed = Math.floor(((k + 0.5) * count) / clusters);
        centres.set(features.subarray(seed * size, (seed + 1) * size), k * size);
    }
    const assigned = new Uint16Array(count);
    const all = Uint16Array.from({ length: clusters }, (_, k) => k);
    for (let round = 0; round < ROUNDS; round++) {
        const near = round > 0 ? nearestCentres(centres, size) : undefined;
        for (let i = 0; i < count; i++) {
            const candidates = near ? near.subarray(assigned[i] * NEIGHBOURS, (assigned[i] + 1) * NEIGHBOURS) : all;
            assigned[i] = nearest(features, i * size, centres, size, assigned[i], candidates);
        }
        moveCentres(features, assigned, centres, size);
    }
    return assigned;
}

/** The nearest other centres of each centre, NEIGHBOURS each. */
function nearestCentres(centres: Float32Array, size: number): Uint16Array {
    const clusters = centres.length / size;
    const near = new Uint16Array(clusters * NEIGHBOURS);
    const distances = new Float64Array(clusters);
    const order = Uint16Array.from({ length: clusters }, (_, k) => k);
    for (let k = 0; k < clusters; k++) {
        for (let other = 0; other < clusters; other++) {
            distances[other] = distance(centres, k * size, centres, other * size, size, Infinity);
        }
        // Itself is first, and again where there are too few others.
        const sorted = order.slice().sort((a, b) => distances[a] - distances[b] || a - b);
        for (let n = 0; n < NEIGHBOURS; n++) {
            near[k * NEIGHBOURS + n] = sorted[Math.min(n + 1, clusters - 1)];
        }
    }
    return near;
}

function nearest(features: Float32Array, from: number, centres: Float32Array, size: number, present: number, candidates: Uint16Array): number {
    let best = present;
    let bestDistance = distance(features, from, centres, present * size, size, Infinity);
    for (let n = 0; n < candidates.length; n++) {
        const d = distance(features, from, centres, candidates[n] * size, size, bestDistance);
        if (d < bestDistance) {
            bestDistance = d;
            best = candidates[n];
        }
    }
    return best;
}

function moveCentres(features: Float32Array, assigned: Uint16Array, centres: Float32Array, size: number): void {
    const clusters = centres.length / size;
    const sums = new Float64Array(centres.length);
    const sizes = new Uint32Array(clusters);
    for (let i = 0; i < assigned.length; i++) {
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

/** Squared distance; stops where it is over the limit. */
function distance(a: Float32Array, atA: number, b: Float32Array, atB: number, size: number, limit: number): number {
    let sum = 0;
    for (let j = 0; j < size && sum < limit; j++) {
        const d = a[atA + j] - b[atB + j];
        sum += d * d;
    }
    return sum;
}
