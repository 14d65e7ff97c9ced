import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { bundleAsync } from "../scripts/bundle.js";
import { launchChromiumAsync } from "../scripts/chromium.js";
import { serveAsync } from "../scripts/staticServer.js";
import type { EngineKind } from "./pages/pageScene.js";
import { PAGES } from "./render/benchPage.js";
import { FILES, makeClipAsync, type IClipFiles } from "./render/clipFiles.js";
import { printHeap, runHeapAsync, type IHeapRun } from "./render/heapRun.js";
import { measureCoreGpuSortAsync, measureMainThreadAsync, printCoreGpuSort, printMainThread, type ICoreGpuSort, type IMainThread } from "./render/mainThread.js";
import { measureStagesAsync, printStages, type Stages } from "./render/stages.js";
import { measureSort } from "./sort/measureSort.js";

/** Sizes whose stages are measured, and the one that is played. */
const SIZES = [50_000, 200_000, 300_000, 1_000_000];
const PLAYED = 200_000;
/** Splats of the heap run: a GPU in software keeps pace with these, and what a tick allocates does not grow with them. */
const HEAP_PLAYED = 5_000;

const { values } = parseArgs({
    options: { json: { type: "boolean" }, splats: { type: "string" }, engine: { type: "string", default: "both" }, seconds: { type: "string" } },
});
// Other work on the machine shows as time of whoever runs: a load well above 0 at the start makes all figures worse.
const load = loadavg()[0];
const sizes = values.splats ? [Number(values.splats)] : SIZES;
const played = values.splats ? Number(values.splats) : PLAYED;
const engines = values.engine === "both" ? ["webgl2", "webgpu"] : [values.engine];
const heapPlayed = values.splats ? Number(values.splats) : HEAP_PLAYED;
const seconds = Number(values.seconds ?? 0);
if (!(Number.isInteger(played) && played > 0 && seconds >= 0) || !engines.every((engine): engine is EngineKind => engine === "webgl2" || engine === "webgpu")) {
    console.error("use: npm run bench:render -- [--json] [--splats 200000] [--engine webgl2|webgpu|both] [--seconds 60]");
    process.exit(2);
}

const sort300k = measureSort(300_000, 0);
await bundleAsync("bench/pages");
const { server, url } = await serveAsync(
    [
        { path: "/files", folder: FILES },
        { path: "/", folder: PAGES },
    ],
    0,
);
const browser = await launchChromiumAsync();
const machine = { cpu: cpus()[0].model, cores: cpus().length, load, chromium: browser.version() };
console.log(`machine        ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before, Chromium ${machine.chromium} headless`);

async function measurePlayingAsync(files: IClipFiles): Promise<{ results: IMainThread[]; coreGpuSort: ICoreGpuSort | undefined }> {
    const results: IMainThread[] = [];
    let coreGpuSort: ICoreGpuSort | undefined;
    for (const engine of engines as EngineKind[]) {
        const result = await measureMainThreadAsync(browser, url, files, engine);
        results.push(result);
        printMainThread(result);
        if (engine === "webgpu") {
            coreGpuSort = await measureCoreGpuSortAsync(browser, url, files, result.ours);
            printCoreGpuSort(coreGpuSort);
        }
    }
    return { results, coreGpuSort };
}

async function runHeapsAsync(files: IClipFiles): Promise<IHeapRun[]> {
    const runs: IHeapRun[] = [];
    for (const engine of engines as EngineKind[]) {
        for (const subject of ["clip", "core"] as const) {
            const run = await runHeapAsync(browser, url, files, engine, subject, seconds);
            runs.push(run);
            printHeap(run);
        }
    }
    return runs;
}

const clips = new Map<number, IClipFiles>();
for (const splats of new Set([played, ...sizes])) {
    console.error(`encoding ${splats} splats, half of them move in each frame ...`);
    clips.set(splats, await makeClipAsync(splats));
}
const playedFiles = clips.get(played) as IClipFiles;
const { results, coreGpuSort } = await measurePlayingAsync(playedFiles);
console.log(`sort of 300000 in the worker: ours ${sort300k.oursMs.toFixed(2)} ms, core ${sort300k.coreMs.toFixed(2)} ms, ratio ${sort300k.ratio.toFixed(2)}`);
const stages: Record<number, Stages> = {};
for (const splats of sizes) {
    stages[splats] = await measureStagesAsync(browser, url, clips.get(splats) as IClipFiles);
    printStages(splats, stages[splats]);
}
const heap = seconds > 0 ? await runHeapsAsync(clips.get(heapPlayed) ?? (await makeClipAsync(heapPlayed))) : undefined;
await browser.close();
server.close();
if (values.json) {
    const { oursMs, coreUpdateDataMs, ratio, frameRatio, engine } = results[0];
    const mainThread = { oursMs, coreUpdateDataMs, ratio, frameRatio, engine };
    console.log(JSON.stringify({ mainThread, coreGpuSort, sort300k, stages, heap, engines: results, splats: played, machine }));
}
