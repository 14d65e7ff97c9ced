import type { Browser } from "playwright-core";
import { median } from "../codec/statistics.js";
import type { HeapPageApi, IPlayCounts } from "../pages/heapPage.js";
import type { EngineKind } from "../pages/pageScene.js";
import { allocationSites, type IAllocationSite, type IProfileNode, type Owner } from "./allocations.js";
import { BenchPage } from "./benchPage.js";
import type { IClipFiles } from "./clipFiles.js";
import { WorkerSession } from "./workerSession.js";

/** Bytes between two samples of allocations, mean. */
const SAMPLING_INTERVAL = 256;
const SAMPLING = { samplingInterval: SAMPLING_INTERVAL, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
/** Shares of the run: code is compiled and pools fill; the heap is measured; allocations are sampled, which makes the heap grow by itself. */
const WARM_UP = 0.3;
const MEASURE = 0.5;
const SAMPLE = 0.2;
/** Times at which the heap is measured. */
const POINTS = 8;
/** Sites that are printed: of ours, of others. */
const TOP_OURS = 15;
const TOP_OTHERS = 5;

/** Heap of a thread while a clip plays. */
export interface IThreadHeap {
    /** Bytes in use after a forced collection, at times evenly apart. */
    usedBytes: number[];
    /** Growth, bytes a tick, see `slope`. */
    growthPerTick: number;
    /** Growth over a minute, bytes. */
    growthPerMinute: number;
    /** Bytes allocated a tick, by whose code it was; sampled. */
    bytesPerTick: Record<Owner, number>;
    /** Functions that allocate, bytes a tick, most first. */
    sites: { owner: Owner; site: string; bytesPerTick: number }[];
}

/** What is shown: the clip, or a still frame of it in core's mesh, next to which "flat" can be judged. */
export type HeapSubject = "clip" | "core";

/** What a run has shown. */
export interface IHeapRun {
    engine: EngineKind;
    subject: HeapSubject;
    splats: number;
    seconds: number;
    /** All that was played. */
    counts: IPlayCounts;
    /** Ticks of which allocations were sampled. */
    sampledTicks: number;
    mainThread: IThreadHeap;
    worker: IThreadHeap;
}

interface IPoint {
    ticks: number;
    /** Bytes in use, by thread. */
    used: number[];
}

type Send = (method: string, params?: object) => Promise<unknown>;

/** Plays for a time, and measures heap and allocations of page and worker, ours or that of core's sort. */
export async function runHeapAsync(browser: Browser, url: string, files: IClipFiles, engine: EngineKind, subject: HeapSubject, seconds: number): Promise<IHeapRun> {
    const page = await BenchPage.OpenAsync<HeapPageApi>(browser, url, "heapPage");
    const session = await page.page.context().newCDPSession(page.page);
    const attached = WorkerSession.AttachAsync(session);
    await (subject === "clip"
        ? page.callAsync("start", engine, `${url}/files/${files.clip}`)
        : page.callAsync("startCore", engine, `${url}/files/${files.coreFrames[0]}`));
    const worker = await attached;
    const threads: Send[] = [(method, params) => session.send(method as "Runtime.enable", params), (method, params) => worker.send(method, params)];
    const countAsync = (): Promise<IPlayCounts> => page.callAsync("count");
    await sleepAsync(WARM_UP * seconds);
    const points: IPoint[] = [];
    for (let point = 0; point < POINTS; point++) {
        await sleepAsync(point > 0 ? (MEASURE * seconds) / (POINTS - 1) : 0);
        points.push({ ticks: (await countAsync()).ticks, used: await Promise.all(threads.map(usedAsync)) });
    }
    await Promise.all(threads.map((send) => send("HeapProfiler.startSampling", SAMPLING)));
    const before = await countAsync();
    await sleepAsync(SAMPLE * seconds);
    const after = await countAsync();
    const sites = await Promise.all(threads.map(sitesAsync));
    await page.closeAsync();
    const sampledTicks = after.ticks - before.ticks;
    const [mainThread, workerHeap] = sites.map((own, thread) => ({
        ...summariseUse(points, thread, MEASURE * seconds),
        ...summariseSites(own, sampledTicks),
    }));
    return { engine, subject, splats: files.splats, seconds, counts: after, sampledTicks, mainThread, worker: workerHeap };
}

async function sleepAsync(seconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}

async function usedAsync(send: Send): Promise<number> {
    await send("HeapProfiler.collectGarbage");
    return ((await send("Runtime.getHeapUsage")) as { usedSize: number }).usedSize;
}

async function sitesAsync(send: Send): Promise<IAllocationSite[]> {
    const { profile } = (await send("HeapProfiler.stopSampling")) as { profile: { head: IProfileNode } };
    return allocationSites(profile.head);
}

function summariseUse(points: readonly IPoint[], thread: number, seconds: number): Pick<IThreadHeap, "usedBytes" | "growthPerTick" | "growthPerMinute"> {
    const ticks = points.map((point) => point.ticks);
    const usedBytes = points.map(({ used }) => used[thread]);
    const growthPerTick = slope(ticks, usedBytes);
    return { usedBytes, growthPerTick, growthPerMinute: (growthPerTick * 60 * (ticks[POINTS - 1] - ticks[0])) / seconds };
}

function summariseSites(sites: readonly IAllocationSite[], ticks: number): Pick<IThreadHeap, "bytesPerTick" | "sites"> {
    const bytesOf = (owner: Owner): number => sites.reduce((sum, site) => sum + (site.owner === owner ? site.bytes : 0), 0) / ticks;
    return {
        bytesPerTick: { ours: bytesOf("ours"), babylon: bytesOf("babylon"), bench: bytesOf("bench"), browser: bytesOf("browser") },
        sites: sites.map(({ owner, site, bytes }) => ({ owner, site, bytesPerTick: bytes / ticks })),
    };
}

/** Median of the slopes between any two points: a leak is in all of them, code that the browser compiles in few. */
function slope(xs: readonly number[], ys: readonly number[]): number {
    const slopes = xs.flatMap((x, i) => xs.slice(0, i).map((before, j) => (ys[i] - ys[j]) / (x - before)));
    // Between two points of a GPU that stands there is no tick.
    return median(slopes.filter(Number.isFinite));
}

/** Prints a run. */
export function printHeap({ engine, subject, splats, seconds, counts, sampledTicks, mainThread, worker }: IHeapRun): void {
    console.log(
        `heap, ${engine}, ${subject === "clip" ? "ours" : "core, a still frame"}: ${seconds} s of ${splats} splats, ${counts.frames} frames in ${counts.ticks} ticks, allocations of the last ${sampledTicks} sampled, camera orbiting`,
    );
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
