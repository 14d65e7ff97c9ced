import { GROUP_POSITION, GROUP_ROTATION } from "../format/attributeGroups.js";
import { PLAIN_CODING, PREDICTOR_HOLD, PREDICTOR_MOTION, PREDICTOR_VELOCITY } from "../format/segmentHeader.js";
import { trackClusters } from "./clusterTracks.js";
import { PlanMeter } from "./groupPlan.js";
import type { IGroupScale } from "./groupScale.js";
import { LifePlanner, type IMovingSplats } from "./lifePlanner.js";
import { clusterSplats, type ISplatClusters } from "./splatClusters.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Splats of a cluster that are tried. */
const SAMPLES = 24;
/** Clusters that are tried before all are: where none of them pays there is no motion to find. */
const PROBES = 24;
/** What a cluster takes for its motion, bits a frame. */
const MOTION_BITS = 30;

/**
 * Finds the splats that are cheaper to code when they go with a cluster.
 * @param scales how values become codes, by attribute group
 * @param frames frames of the segment
 * @param splats where each splat is to be found
 * @param clusterSize splats of a cluster, about; 0: none is looked for
 * @returns undefined where there are none
 */
export function findMovingSplats(scales: readonly IGroupScale[], frames: readonly ISplatFrame[], splats: ISplatLives, clusterSize: number): IMovingSplats | undefined {
    const clusters = clusterSplats(scales[GROUP_POSITION], frames, splats, clusterSize);
    if (clusters.count === 0) {
        return undefined;
    }
    const step = Math.max(1, Math.floor(clusters.count / PROBES));
    const probed = keepClusters(
        clusters,
        Array.from({ length: clusters.count }, (_, cluster) => cluster % step === 0),
    );
    if (fitClusters(scales, frames, splats, probed).count === 0) {
        return undefined;
    }
    const { labels, count, withTurns } = fitClusters(scales, frames, splats, clusters);
    return count > 0 ? { labels, tracks: trackClusters({ labels, count }, scales, frames, splats, withTurns) } : undefined;
}

/** The clusters that save more than their motion takes, and how each is fitted best. */
function fitClusters(
    scales: readonly IGroupScale[],
    frames: readonly ISplatFrame[],
    splats: ISplatLives,
    clusters: ISplatClusters,
): ISplatClusters & { withTurns: boolean[] } {
    const every = new Array<boolean>(clusters.count).fill(true);
    const [turned, placed] = [every, every.map(() => false)].map((withTurns) => {
        const tracks = trackClusters(clusters, scales, frames, splats, withTurns);
        return savedBits(scales, frames, splats, { labels: clusters.labels, tracks });
    });
    const kept = every.map((_, cluster) => Math.max(turned[cluster], placed[cluster]) > MOTION_BITS * frames.length);
    return { ...keepClusters(clusters, kept), withTurns: every.map((_, cluster) => turned[cluster] >= placed[cluster]).filter((_, cluster) => kept[cluster]) };
}

/** What each cluster saves, about, in bits. */
function savedBits(scales: readonly IGroupScale[], frames: readonly ISplatFrame[], splats: ISplatLives, moving: IMovingSplats): number[] {
    const groups = [GROUP_POSITION, GROUP_ROTATION].map((group) => {
        const scale = scales[group];
        const coding = { ...PLAIN_CODING, keyShift: scale.precision - 1 };
        return {
            apart: new LifePlanner(scale, frames, splats, undefined),
            together: new LifePlanner(scale, frames, splats, moving),
            meters: (predictor: number): PlanMeter =>
                new PlanMeter(scale.group.channelCount, { ...coding, predictor, residualShift: predictor & PREDICTOR_VELOCITY ? 1 : scale.precision - 1 }),
        };
    });
    return livesByCluster(splats, moving).map((lives) => {
        const step = Math.max(1, Math.floor(lives.length / SAMPLES));
        const sample = lives.filter((_, i) => i % step === 0);
        let saved = 0;
        for (const { apart, together, meters } of groups) {
            const hold = meters(PREDICTOR_HOLD);
            const velocity = meters(PREDICTOR_VELOCITY);
            const motion = meters(PREDICTOR_MOTION | PREDICTOR_HOLD);
            const drift = meters(PREDICTOR_MOTION | PREDICTOR_VELOCITY);
            for (const life of sample) {
                apart.plan(life, [hold, velocity]);
                together.plan(life, [motion, drift]);
            }
            saved += Math.min(hold.bits, velocity.bits) - Math.min(motion.bits, drift.bits);
        }
        return (saved * lives.length) / Math.max(1, sample.length);
    });
}

/** Lives of the splats of each cluster. */
function livesByCluster({ lives }: ISplatLives, { labels, tracks }: IMovingSplats): number[][] {
    const byCluster: number[][] = Array.from({ length: tracks.count }, () => []);
    for (let life = 0; life < lives.length / LIFE_STRIDE; life++) {
        const label = labels[lives[life * LIFE_STRIDE]];
        if (label > 0) {
            byCluster[label - 1].push(life);
        }
    }
    return byCluster;
}

/** Numbers the clusters that are kept from 1. */
function keepClusters({ labels }: ISplatClusters, kept: readonly boolean[]): ISplatClusters {
    let count = 0;
    const renamed = [0, ...kept.map((pays) => (pays ? ++count : 0))];
    return { count, labels: labels.map((label) => renamed[label]) };
}
