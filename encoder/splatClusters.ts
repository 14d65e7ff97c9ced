import { MAX_CLUSTERS } from "../format/clusterMotion.js";
import type { IGroupScale } from "./groupScale.js";
import { hilbertOrder } from "./slotOrder.js";
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
    // Along a curve the cluster of the splat before is a good guess.
    const order = orderAlongCurve(movers, scale, frames[0], splats);
    const placeOf = new Int32Array(order.length);
    order.forEach((mover, place) => (placeOf[mover] = place));
    const slots = Array.from(order, (mover) => movers[mover]);
    // So are clusters numbered: a motion is predicted from that of the cluster before.
    const seeds = Array.from({ length: count }, (_, k) => placeOf[Math.floor(((k + 0.5) * movers.length) / count)]).sort((a, b) => a - b);
    const assigned = cluster(readFeatures(slots, frames, splats), slots.length, seeds);
    slots.forEach((slot, i) => (labels[slot] = assigned[i] + 1));
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

function orderAlongCurve(slots: readonly number[], { step, bases }: IGroupScale, { positions }: ISplatFrame, { sourceOf }: ISplatLives): Int32Array {
    const codes = new Int32Array(3 * slots.length);
    slots.forEach((slot, i) => {
        for (let c = 0; c < 3; c++) {
            codes[3 * i + c] = Math.round(positions[3 * sourceOf[0][slot] + c] / step) - bases[c];
        }
    });
    return hilbertOrder(codes);
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

/** k-means from seeds. After the first round a splat looks only at the neighbours of its cluster: splats go from one to the next. */
function cluster(features: Float32Array, count: number, seeds: readonly number[]): Uint16Array {
    const size = features.length / count;
    const centres = new Float32Array(seeds.length * size);
    seeds.forEach((seed, k) => centres.set(features.subarray(seed * size, (seed + 1) * size), k * size));
    const assigned = new Uint16Array(count);
    const all = Uint16Array.from(seeds.keys());
    for (let round = 0; round < ROUNDS; round++) {
        const near = round > 0 ? nearestCentres(centres, size) : undefined;
        for (let i = 0; i < count; i++) {
            const guess = near ? assigned[i] : assigned[Math.max(0, i - 1)];
            const first = near ? guess * NEIGHBOURS : 0;
            assigned[i] = nearest(features, i * size, centres, size, guess, near ?? all, first, first + (near ? NEIGHBOURS : all.length));
        }
        moveCentres(features, assigned, centres, size);
    }
    return assigned;
}

/** The nearest other centres of each centre, NEIGHBOURS each. */
function nearestCentres(centres: Float32Array, size: number): Uint16Array {
    const clusters = centres.length / size;
    const near = new Uint16Array(clusters * NEIGHBOURS);
    const distances = new Float64Array(NEIGHBOURS);
    for (let k = 0; k < clusters; k++) {
        // Where there are too few others, the first is there again.
        near.fill(k > 0 ? 0 : clusters - 1, k * NEIGHBOURS, (k + 1) * NEIGHBOURS);
        distances.fill(Infinity);
        for (let other = 0; other < clusters; other++) {
            const d = other === k ? Infinity : distance(centres, k * size, centres, other * size, size, distances[NEIGHBOURS - 1]);
            let n = NEIGHBOURS - 1;
            if (!(d < distances[n])) {
                continue;
            }
            for (; n > 0 && distances[n - 1] > d; n--) {
                distances[n] = distances[n - 1];
                near[k * NEIGHBOURS + n] = near[k * NEIGHBOURS + n - 1];
            }
            distances[n] = d;
            near[k * NEIGHBOURS + n] = other;
        }
    }
    return near;
}

/** The nearest of a present centre and of some others. */
function nearest(features: Float32Array, from: number, centres: Float32Array, size: number, present: number, others: Uint16Array, first: number, end: number): number {
    let best = present;
    let bestDistance = distance(features, from, centres, present * size, size, Infinity);
    for (let n = first; n < end; n++) {
        const d = distance(features, from, centres, others[n] * size, size, bestDistance);
        if (d < bestDistance) {
            bestDistance = d;
            best = others[n];
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
