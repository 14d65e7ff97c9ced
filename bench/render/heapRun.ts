import type { Browser } from "playwright-core";
import type { HeapPageApi, IPlayCounts } from "../pages/heapPage.js";
import type { EngineKind } from "../pages/pageScene.js";
import { allocationSites, type IAllocationSite, type IProfileNode, type Owner } from "./allocations.js";
import { BenchPage } from "./benchPage.js";
import type { IClipFiles } from "./clipFiles.js";
import { WorkerSession } from "./workerSession.js";

/** Bytes between two samples of allocations, mean. */
const SAMPLING_INTERVAL = 256;
const SAMPLING = { samplingInterval: SAMPLING_INTERVAL, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
/** Share of the run that warms up: code is compiled, pools fill. */
const WARM_UP = 0.2;
/** Times at which the heap is measured. */
const POINTS = 8;
/** Sites that are printed: of ours, of others. */
const TOP_OURS = 15;
const TOP_OTHERS = 5;

/** Heap of a thread while a clip plays. */
export interface IThreadHeap {
    /** Bytes in use after a forced collection, at times evenly apart. */
    usedBytes: number[];
    /** Growth, bytes a tick, by least squares. */
    growthPerTick: number;
    /** Growth over a minute, bytes. */
    growthPerMinute: number;
    /** Bytes allocated a tick, by whose code it was; sampled. */
    bytesPerTick: Record<Owner, number>;
    /** Functions that allocate, bytes a tick, most first. */
    sites: { owner: Owner; site: string; bytesPerTick: number }[];
}

/** What a run has shown. */
export interface IHeapRun {
    engine: EngineKind;
    seconds: number;
    counts: IPlayCounts;
    mainThread: IThreadHeap;
    worker: IThreadHeap;
}

type Send = (method: string, params?: object) => Promise<unknown>;

/** Plays for a time, with allocations of page and worker sampled. */
export async function runHeapAsync(browser: Browser, url: string, files: IClipFiles, engine: EngineKind, seconds: number): Promise<IHeapRun> {
    const page = await BenchPage.OpenAsync<HeapPageApi>(browser, url, "heapPage");
    const session = await page.page.context().newCDPSession(page.page);
    const attached = WorkerSession.AttachAsync(session);
    await page.callAsync("start", engine, `${url}/files/${files.clip}`);
    const worker = await attached;
    const threads: Send[] = [(method, params) => session.send(method as "Runtime.enable", params), (method, params) => worker.send(method, params)];
    await sleepAsync(1000 * WARM_UP * seconds);
    for (const send of threads) {
        await send("HeapProfiler.enable");
        await send("HeapProfiler.collectGarbage");
        await send("HeapProfiler.startSampling", SAMPLING);
    }
    const points: { counts: IPlayCounts; used: number[] }[] = [];
    for (let point = 0; point < POINTS; point++) {
        await sleepAsync(point > 0 ? (1000 * (1 - WARM_UP) * seconds) / (POINTS - 1) : 0);
        points.push({ counts: await page.callAsync("count"), used: await Promise.all(threads.map(usedAsync)) });
    }
    const sites = await Promise.all(threads.map(sitesAsync));
    await page.closeAsync();
    const counts = countsBetween(points[0].counts, points[POINTS - 1].counts);
    const ticks = points.map(({ counts: { ticks: at } }) => at - points[0].counts.ticks);
    const ticksPerMinute = (60 * counts.ticks) / ((1 - WARM_UP) * seconds);
    const [mainThread, workerHeap] = sites.map((own, thread) =>
        summarise(
            points.map(({ used }) => used[thread]),
            ticks,
            ticksPerMinute,
            own,
        ),
    );
    return { engine, seconds, counts, mainThread, worker: workerHeap };
}

async function sleepAsync(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
}

async function usedAsync(send: Send): Promise<number> {
    await send("HeapProfiler.collectGarbage");
    return ((await send("Runtime.getHeapUsage")) as { usedSize: number }).usedSize;
}

async function sitesAsync(send: Send): Promise<IAllocationSite[]> {
    const { profile } = (await send("HeapProfiler.stopSampling")) as { profile: { head: IProfileNode } };
    return allocationSites(profile.head);
}

function countsBetween(from: IPlayCounts, to: IPlayCounts): IPlayCounts {
    return { ticks: to.ticks - from.ticks, frames: to.frames - from.frames };
}

function summarise(usedBytes: number[], ticks: number[], ticksPerMinute: number, sites: readonly IAllocationSite[]): IThreadHeap {
    const all = ticks[ticks.length - 1];
    const bytesOf = (owner: Owner): number => sites.reduce((sum, site) => sum + (site.owner === owner ? site.bytes : 0), 0) / all;
    const growthPerTick = slope(ticks, usedBytes);
    return {
        usedBytes,
        growthPerTick,
        growthPerMinute: growthPerTick * ticksPerMinute,
        bytesPerTick: { ours: bytesOf("ours"), babylon: bytesOf("babylon"), bench: bytesOf("bench"), browser: bytesOf("browser") },
        sites: sites.map(({ owner, site, bytes }) => ({ owner, site, bytesPerTick: bytes / all })),
    };
}

/** Slope of a line through points, by least squares. */
function slope(xs: readonly number[], ys: readonly number[]): number {
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [x, y] = [mean(xs), mean(ys)];
    return xs.reduce((sum, at, i) => sum + (at - x) * (ys[i] - y), 0) / xs.reduce((sum, at) => sum + (at - x) ** 2, 0);
}

/** Prints a run. */
export function printHeap({ engine, seconds, counts, mainThread, worker }: IHeapRun): void {
    console.log(`heap, ${engine}: ${seconds} s, ${counts.frames} frames in ${counts.ticks} ticks after warm-up, camera orbiting`);
    printThread("main thread", mainThread);
    printThread("worker", worker);
}

function printThread(name: string, { usedBytes, growthPerTick, growthPerMinute, bytesPerTick, sites }: IThreadHeap): void {
    const { ours, babylon, bench, browser } = bytesPerTick;
    console.log(
        `  ${name}: ${usedBytes.map((bytes) => (bytes / 1e6).toFixed(3)).join(", ")} MB after collections; slope ${growthPerTick.toFixed(1)} B a tick, ${(growthPerMinute / 1e3).toFixed(1)} kB a minute`,
    );
    console.log(
        `    allocated a tick: ours ${ours.toFixed(0)} B, Babylon ${babylon.toFixed(0)} B, benchmark ${bench.toFixed(0)} B, browser ${browser.toFixed(0)} B (one sample each ${SAMPLING_INTERVAL} B)`,
    );
    const isOurs = ({ owner }: { owner: Owner }): boolean => owner === "ours";
    const top = [...sites.filter(isOurs).slice(0, TOP_OURS), ...sites.filter((site) => !isOurs(site)).slice(0, TOP_OTHERS)];
    for (const { owner, site, bytesPerTick: bytes } of top) {
        console.log(`    ${bytes.toFixed(1).padStart(9)} B  ${owner.padEnd(7)}  ${site}`);
    }
}
