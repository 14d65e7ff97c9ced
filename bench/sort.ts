import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { createSplatSorter } from "../loader/createSplatSorter.js";
import { SplatSorter } from "../loader/splatSorter.js";
import { median } from "./codec/statistics.js";
import { corePositions, fillSortCloud, makeBenchCloud } from "./sort/benchCloud.js";
import { CoreSorter } from "./sort/coreSorter.js";

/** Cameras measured, after those that warm up. */
const CAMERAS = 60;
const WARM_UP = 12;

const CASES = [
    { name: "sort300k", splats: 300_000, outliers: 0 },
    { name: "sort1m", splats: 1_000_000, outliers: 0 },
    { name: "outliers300k", splats: 300_000, outliers: 0.001 },
];

const { values } = parseArgs({ options: { json: { type: "boolean" } } });
// Other work on the machine shows in all times, which is why sorts take turns: what counts is the ratio.
const machine = { cpu: cpus()[0].model, cores: cpus().length, load: loadavg()[0], node: process.version };

/** What one cloud took, ms a sort (medians). */
interface IResult {
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

function measure(splats: number, outliers: number): IResult {
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

const results = CASES.map(({ name, splats, outliers }) => [name, measure(splats, outliers)] as const);
console.log(`machine        ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before, Node ${machine.node}; ${CAMERAS} cameras, medians`);
for (const [name, { oursMs, coreMs, ratio, fallbackRatio, oursWrong, coreWrong }] of results) {
    const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
    console.log(
        `${name.padEnd(14)} ours ${oursMs.toFixed(2)} ms, core ${coreMs.toFixed(2)} ms, ratio ${ratio.toFixed(2)} (without WebAssembly ${fallbackRatio.toFixed(2)});`,
    );
    console.log(`               neighbours in the wrong order: ours ${percent(oursWrong)}, core ${percent(coreWrong)}`);
}
if (values.json) {
    console.log(JSON.stringify({ ...Object.fromEntries(results), machine }));
}
