import type { Browser } from "playwright-core";
import { median } from "../codec/statistics.js";
import type { EngineKind } from "../pages/pageScene.js";
import type { ICoreGpuSortTimes, IPlayTimes, RenderPageApi } from "../pages/renderPage.js";
import { BenchPage } from "./benchPage.js";
import type { IClipFiles } from "./clipFiles.js";

/** New frames measured, by engine: WebGPU in software takes seconds for a frame. */
const MEASURED_FRAMES: Readonly<Record<EngineKind, number>> = { webgl2: 60, webgpu: 12 };
const CORE_CALLS = 12;
const CORE_TICKS = 12;

/** Main-thread time with one engine. */
export interface IMainThread {
    engine: EngineKind;
    /** Playing, ms a tick, see `IPlayTimes.msPerTick`. */
    oursMs: number;
    /** Median of core's calls, ms. */
    coreUpdateDataMs: number;
    /** Ours a tick to core's. */
    ratio: number;
    /** Ours a new frame to core's. */
    frameRatio: number;
    ours: IPlayTimes;
}

/** Core's mesh that only turns, and sorts on the GPU, next to ours that plays; both on WebGPU. */
export interface ICoreGpuSort {
    core: ICoreGpuSortTimes;
    /** Our whole `scene.render` to core's. */
    renderRatio: number;
}

/** Plays a clip, and feeds core's mesh with its frames, in one page. */
export async function measureMainThreadAsync(browser: Browser, url: string, files: IClipFiles, engine: EngineKind): Promise<IMainThread> {
    const page = await BenchPage.OpenAsync<RenderPageApi>(browser, url, "renderPage");
    const ours = await page.callAsync("play", engine, `${url}/files/${files.clip}`, MEASURED_FRAMES[engine]);
    const frames = files.coreFrames.map((file) => `${url}/files/${file}`);
    const coreUpdateDataMs = median(await page.callAsync("updateCore", engine, frames, CORE_CALLS));
    await page.closeAsync();
    return { engine, oursMs: ours.msPerTick, coreUpdateDataMs, ratio: ours.msPerTick / coreUpdateDataMs, frameRatio: ours.msPerFrame / coreUpdateDataMs, ours };
}

/** Orbits around core's mesh. */
export async function measureCoreGpuSortAsync(browser: Browser, url: string, files: IClipFiles, ours: IPlayTimes): Promise<ICoreGpuSort> {
    const page = await BenchPage.OpenAsync<RenderPageApi>(browser, url, "renderPage");
    const core = await page.callAsync("orbitCoreGpuSort", `${url}/files/${files.coreFrames[0]}`, CORE_TICKS);
    await page.closeAsync();
    return { core, renderRatio: ours.renderMs / core.renderMs };
}

/** Prints what one engine took. */
export function printMainThread({ engine, coreUpdateDataMs, ratio, frameRatio, ours }: IMainThread): void {
    const ms = (value: number): string => `${value.toFixed(3)} ms`;
    const part = (value: number): string => `${value.toFixed(4)} (1/${(1 / value).toFixed(0)})`;
    console.log(`${engine}, in software`);
    console.log(
        `  ours         ${ms(ours.msPerTick)} of the main thread a tick: ${ms(ours.msPerFrame)} with a new frame, uploads included, ${ms(ours.msBetween)} between (medians)`,
    );
    console.log(
        `               ${ours.frames} frames in ${ours.ticks} ticks, camera orbiting; mean ${ms(ours.meanMs)}, messages ${ms(ours.messageMs)}, worst ${ms(ours.worstTickMs)};`,
    );
    console.log(`               scene.render ${ms(ours.renderMs)} a tick`);
    console.log(`  core         ${ms(coreUpdateDataMs)} a call of updateData (median of ${CORE_CALLS})`);
    console.log(`  ratio        ${part(ratio)} a tick, ${part(frameRatio)} a new frame`);
}

/** Prints what core's mesh took with its GPU sorter. */
export function printCoreGpuSort({ core, renderRatio }: ICoreGpuSort): void {
    console.log(
        `  core, sorted on the GPU, data static, camera orbiting (${core.ticks} ticks): sort ${core.sortMs.toFixed(3)} ms, scene.render ${core.renderMs.toFixed(3)} ms`,
    );
    console.log(`  ratio        ${renderRatio.toFixed(2)} of scene.render, ours playing`);
}
