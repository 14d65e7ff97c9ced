import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { ClipEncoder, ClipReader, MemoryClipOutput, writeSplat } from "../encoder/index.js";
import { bundleAsync } from "../scripts/bundle.js";
import { launchChromiumAsync } from "../scripts/chromium.js";
import { serveAsync } from "../scripts/staticServer.js";
import { MovingCloud } from "./movingCloud.js";
import type { IPlayTimes, RenderPageApi } from "./pages/renderPage.js";

/** Frames of the clip, frames measured, calls of updateData measured, and frames that core is fed with in turn. */
const CLIP_FRAMES = 30;
const MEASURED_FRAMES = 60;
const CORE_CALLS = 12;
const CORE_FRAMES = 4;

const FILES = resolve(".cache/bench-files");

const { values } = parseArgs({ options: { json: { type: "boolean" }, splats: { type: "string", default: "200000" }, engine: { type: "string", default: "webgl2" } } });
// Other work on the machine shows as time of whoever runs: a load well above 0 at the start makes all figures worse.
const load = loadavg()[0];
const splats = Number(values.splats);
const engines = values.engine === "both" ? ["webgl2", "webgpu"] : [values.engine];
if (!(Number.isInteger(splats) && splats > 0) || !engines.every((engine) => engine === "webgl2" || engine === "webgpu")) {
    console.error("use: npm run bench:render -- [--json] [--splats 200000] [--engine webgl2|webgpu|both]");
    process.exit(2);
}

/** What one engine took. */
interface IResult {
    engine: string;
    /** Main-thread time of playing, ms a tick, see `IPlayTimes.msPerTick`. */
    oursMs: number;
    /** Median of core's calls, ms. */
    coreUpdateDataMs: number;
    /** Ours a tick to core's. */
    ratio: number;
    /** Ours a new frame to core's. */
    frameRatio: number;
    ours: IPlayTimes;
}

async function makeFilesAsync(): Promise<void> {
    mkdirSync(FILES, { recursive: true });
    const cloud = new MovingCloud(splats, CLIP_FRAMES);
    const output = new MemoryClipOutput();
    const encoder = new ClipEncoder({ tracked: true, up: "+y" }, output);
    for (let index = 0; index < CLIP_FRAMES; index++) {
        await encoder.addFrameAsync(await cloud.readFrameAsync(index));
    }
    await encoder.finishAsync();
    const bytes = output.toBytes();
    writeFileSync(join(FILES, "cloud.fvv"), bytes);
    const clip = new ClipReader(bytes);
    for (let index = 0; index < CORE_FRAMES; index++) {
        writeFileSync(join(FILES, `frame_${index}.splat`), writeSplat(await clip.readFrameAsync(index)));
    }
}

async function measureAsync(page: Page, url: string, engine: string): Promise<IResult> {
    await page.route("**/blank.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><body></body>" }));
    await page.goto(`${url}/blank.html`);
    await page.addScriptTag({ url: `${url}/renderPage.js`, type: "module" });
    await page.waitForFunction("window.fvvBench !== undefined");
    const clip = `${url}/files/cloud.fvv`;
    const frames = Array.from({ length: CORE_FRAMES }, (_, index) => `${url}/files/frame_${index}.splat`);
    const ours = await page.evaluate(async ([kind, address, count]) => await (window as unknown as { fvvBench: RenderPageApi }).fvvBench.play(kind, address, count), [
        engine,
        clip,
        MEASURED_FRAMES,
    ] as const);
    const core = await page.evaluate(
        async ([kind, addresses, count]) => await (window as unknown as { fvvBench: RenderPageApi }).fvvBench.updateCore(kind, [...addresses], count),
        [engine, frames, CORE_CALLS] as const,
    );
    const coreUpdateDataMs = [...core].sort((a, b) => a - b)[core.length >> 1];
    return { engine, oursMs: ours.msPerTick, coreUpdateDataMs, ratio: ours.msPerTick / coreUpdateDataMs, frameRatio: ours.msPerFrame / coreUpdateDataMs, ours };
}

function printResult({ engine, coreUpdateDataMs, ratio, frameRatio, ours }: IResult): void {
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

console.error(`encoding ${splats} splats x ${CLIP_FRAMES} frames, half of the splats move ...`);
await makeFilesAsync();
await bundleAsync("bench/pages");
const folders = [
    { path: "/files", folder: FILES },
    { path: "/", folder: resolve(".cache/bench/pages") },
];
const { server, url } = await serveAsync(folders, 0);
const browser = await launchChromiumAsync();
const machine = { cpu: cpus()[0].model, cores: cpus().length, load, chromium: browser.version() };
const results: IResult[] = [];
for (const engine of engines) {
    const page = await browser.newPage();
    results.push(await measureAsync(page, url, engine));
    await page.close();
}
await browser.close();
server.close();

console.log(`machine        ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before, Chromium ${machine.chromium} headless`);
results.forEach(printResult);
if (values.json) {
    const { oursMs, coreUpdateDataMs, ratio, frameRatio, engine } = results[0];
    console.log(JSON.stringify({ mainThread: { oursMs, coreUpdateDataMs, ratio, frameRatio, engine }, engines: results, splats, machine }));
}
