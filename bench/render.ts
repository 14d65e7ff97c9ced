import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
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
const splats = Number(values.splats);
const note = (line: string): void => console.error(line);

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

async function measureAsync(page: Page, url: string): Promise<{ ours: IPlayTimes; core: number[] }> {
    await page.route("**/blank.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><body></body>" }));
    await page.goto(`${url}/blank.html`);
    await page.addScriptTag({ url: `${url}/renderPage.js`, type: "module" });
    await page.waitForFunction("window.fvvBench !== undefined");
    const clip = `${url}/files/cloud.fvv`;
    const frames = Array.from({ length: CORE_FRAMES }, (_, index) => `${url}/files/frame_${index}.splat`);
    const ours = await page.evaluate(async ([kind, address, count]) => await (window as unknown as { fvvBench: RenderPageApi }).fvvBench.play(kind, address, count), [
        values.engine,
        clip,
        MEASURED_FRAMES,
    ] as const);
    const core = await page.evaluate(
        async ([kind, addresses, count]) => await (window as unknown as { fvvBench: RenderPageApi }).fvvBench.updateCore(kind, [...addresses], count),
        [values.engine, frames, CORE_CALLS] as const,
    );
    return { ours, core };
}

note(`encoding ${splats} splats x ${CLIP_FRAMES} frames, half of the splats move ...`);
await makeFilesAsync();
await bundleAsync("bench/pages");
const folders = [
    { path: "/files", folder: FILES },
    { path: "/", folder: resolve(".cache/bench/pages") },
];
const { server, url } = await serveAsync(folders, 0);
const browser = await launchChromiumAsync();
const { ours, core } = await measureAsync(await browser.newPage(), url);
const chromium = browser.version();
await browser.close();
server.close();

const coreMs = [...core].sort((a, b) => a - b)[core.length >> 1];
const ratio = ours.msPerTick / coreMs;
const frameRatio = ours.msPerFrame / coreMs;
const machine = { cpu: cpus()[0].model, cores: cpus().length, chromium, engine: values.engine, gpu: "software" };
const ms = (value: number): string => `${value.toFixed(3)} ms`;
console.log(`machine        ${machine.cpu}, ${machine.cores} cores, Chromium ${chromium} headless, ${values.engine} in software`);
console.log(`ours           ${ms(ours.msPerTick)} of the main thread a tick, uploads included (messages ${ms(ours.messageMs)}), worst tick ${ms(ours.worstTickMs)}`);
console.log(`               ${ms(ours.msPerFrame)} a new frame: ${ours.frames} frames in ${ours.ticks} ticks, camera orbiting; scene.render ${ms(ours.renderMs)} a tick`);
console.log(`core           ${ms(coreMs)} a call of updateData (median of ${core.length})`);
console.log(`ratio          ${ratio.toFixed(4)}, 1/${(1 / ratio).toFixed(0)} a tick; ${frameRatio.toFixed(4)}, 1/${(1 / frameRatio).toFixed(0)} a new frame`);
if (values.json) {
    console.log(JSON.stringify({ mainThread: { oursMs: ours.msPerTick, coreUpdateDataMs: coreMs, ratio, frameRatio }, splats, ours, machine }));
}
