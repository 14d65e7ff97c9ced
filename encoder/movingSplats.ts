import { GROUP_POSITION, GROUP_ROTATION } from "../format/attributeGroups.js";
import { PLAIN_CODING, PREDICTOR_HOLD, PREDICTOR_MOTION, PREDICTOR_VELOCITY } from "../format/segmentHeader.js";
import { fitClusterPaths } from "./clusterPaths.js";
import { trackClusters } from "./clusterTracks.js";
import { PlanMeter } from "./groupPlan.js";
import type { IGroupScale } from "./groupScale.js";
import { LifePlanner, type IMovingSplats } from "./lifePlanner.js";
import { clusterSplats, type ISplatClusters } from "./splatClusters.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Splats of a cluster that are tried. */
const SAMPLES = 12;
/** Clusters that are tried before all are: where none of them pays there is no motion to find. */
const PROBES = 24;
/** What a cluster takes for its motion, bits a frame. */
const MOTION_BITS = 20;

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
    const { labels, paths, groups } = fitClusters(scales, frames, splats, clusters);
    return paths.length > 0 ? { labels, tracks: trackClusters(paths, frames.length), groups } : undefined;
}

/** Clusters that save more than their motion takes. */
interface IFittedClusters extends ISplatClusters {
    /** Where they go. */
    paths: Float64Array[];
    /** Attribute groups that they move. */
    groups: readonly number[];
}

/** Rotations that are noisier than their bound are cheaper where they stay apart: so it is found out with them and without. */
function fitClusters(scales: readonly IGroupScale[], frames: readonly ISplatFrame[], splats: ISplatLives, clusters: ISplatClusters): IFittedClusters {
    const { placed, turned } = fitClusterPaths(clusters, scales, frames, splats);
    const choices = [
        { groups: [GROUP_POSITION, GROUP_ROTATION], paths: turned },
        { groups: [GROUP_POSITION], paths: placed },
    ].map(({ groups, paths }) => {
        const moving = { labels: clusters.labels, tracks: trackClusters(paths, frames.length), groups };
        const saved = groups.map((group) => savedBits(scales[group], frames, splats, moving));
        const byCluster = paths.map((_, cluster) => saved.reduce((sum, bits) => sum + bits[cluster], -MOTION_BITS * frames.length));
        return { groups, paths, byCluster, total: byCluster.reduce((sum, bits) => sum + Math.max(0, bits), 0) };
    });
    const { groups, paths, byCluster } = choices[1].total > choices[0].total ? choices[1] : choices[0];
    const kept = byCluster.map((bits) => bits > 0);
    return { ...keepClusters(clusters, kept), paths: paths.filter((_, cluster) => kept[cluster]), groups };
}

/** What each cluster saves in a group, about, in bits: against the predictor that is best for all clusters, as one is chosen for all. */
function savedBits(scale: IGroupScale, frames: readonly ISplatFrame[], splats: ISplatLives, moving: IMovingSplats): number[] {
    const apart = new LifePlanner(scale, frames, splats, undefined);
    const together = new LifePlanner(scale, frames, splats, moving);
    const [hold, velocity, motion, drift] = PREDICTORS.map(() => new Float64Array(moving.tracks.count));
    livesByCluster(splats, moving).forEach((lives, cluster) => {
        const step = Math.max(1, Math.floor(lives.length / SAMPLES));
        const sample = lives.filter((_, i) => i % step === 0);
        const meters = PREDICTORS.map((predictor) => meterOf(scale, predictor));
        for (const life of sample) {
            apart.plan(life, meters.slice(0, 2));
            together.plan(life, meters.slice(2));
        }
        const weight = lives.length / Math.max(1, sample.length);
        [hold, velocity, motion, drift].forEach((bits, i) => (bits[cluster] = weight * meters[i].bits));
    });
    const before = cheaper(hold, velocity);
    const after = cheaper(motion, drift);
    return Array.from(before, (bits, cluster) => bits - after[cluster]);
}

const PREDICTORS: readonly number[] = [PREDICTOR_HOLD, PREDICTOR_VELOCITY, PREDICTOR_MOTION | PREDICTOR_HOLD, PREDICTOR_MOTION | PREDICTOR_VELOCITY];

function meterOf({ group, precision }: IGroupScale, predictor: number): PlanMeter {
    const residualShift = predictor & PREDICTOR_VELOCITY ? 1 : precision - 1;
    return new PlanMeter(group.channelCount, { ...PLAIN_CODING, keyShift: precision - 1, predictor, residualShift });
}

function cheaper(a: Float64Array, b: Float64Array): Float64Array {
    const sum = (bits: Float64Array): number => bits.reduce((total, own) => total + own, 0);
    return sum(b) < sum(a) ? b : a;
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
