import { createSplatSorter } from "../../loader/createSplatSorter.js";
import { SplatSorter } from "../../loader/splatSorter.js";
import { median } from "../codec/statistics.js";
import { corePositions, fillSortCloud, makeBenchCloud } from "./benchCloud.js";
import { CoreSorter } from "./coreSorter.js";

/** Cameras measured, after those that warm up. */
export const CAMERAS = 60;
const WARM_UP = 12;

/** What one cloud took, ms a sort (medians). */
export interface ISortResult {
    oursMs: number;
    coreMs: number;
    /** Ours to core's. */
    ratio: number;
    /** The sorter in TypeScript, for where there is no WebAssembly, to core's. */
    fallbackRatio: number;
    /** Share of neighbours in the order that are not farthest first. */
    oursWrong: number;
    coreWrong: number;
}

function forwardOf(camera: number): [number, number, number] {
    const angle = 0.37 * camera;
    return [0.95 * Math.cos(angle), 0.3, 0.95 * Math.sin(angle)];
}

function time(work: () => void): number {
    const start = performance.now();
    work();
    return performance.now() - start;
}

/** Share of neighbours of which the one drawn first is nearer. */
function wrongShare(order: Uint32Array, count: number, positions: Float32Array, [x, y, z]: readonly number[]): number {
    const depth = (i: number): number => x * positions[4 * order[i]] + y * positions[4 * order[i] + 1] + z * positions[4 * order[i] + 2];
    let wrong = 0;
    for (let i = 1; i < count; i++) {
        wrong += Number(depth(i) > depth(i - 1));
    }
    return wrong / count;
}

/**
 * Sorts a cloud for one camera after the other, in turn with core's function.
 * @param splats their number
 * @param outliers the share of splats that lie far from the rest
 */
export function measureSort(splats: number, outliers: number): ISortResult {
    const cloud = makeBenchCloud(splats, outliers);
    const positions = corePositions(cloud);
    const core = new CoreSorter(positions);
    const ours = createSplatSorter(splats, 1);
    const fallback = new SplatSorter(splats, 1);
    fillSortCloud(cloud, ours.clouds[0]);
    fillSortCloud(cloud, fallback.clouds[0]);
    const order = new Uint32Array(splats);
    const times: [number, number, number][] = [];
    for (let camera = 0; camera < WARM_UP + CAMERAS; camera++) {
        const forward = forwardOf(camera);
        times.push([
            time(() => ours.sort(ours.clouds[0], forward, order)),
            time(() => core.sort(forward)),
            time(() => fallback.sort(fallback.clouds[0], forward, order)),
        ]);
    }
    const [oursMs, coreMs, fallbackMs] = [0, 1, 2].map((which) => median(times.slice(WARM_UP).map((row) => row[which])));
    const last = forwardOf(WARM_UP + CAMERAS - 1);
    if (new Set(core.order.subarray(0, splats)).size !== splats) {
        throw new Error("core's worker does not sort what it is sent: another release may take other messages, see bench/sort/coreSorter.ts");
    }
    return {
        oursMs,
        coreMs,
        ratio: oursMs / coreMs,
        fallbackRatio: fallbackMs / coreMs,
        oursWrong: wrongShare(order, splats, positions, last),
        coreWrong: wrongShare(core.order, splats, positions, last),
    };
}
