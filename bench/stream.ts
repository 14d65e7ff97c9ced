import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { bundleAsync } from "../scripts/bundle.js";
import { launchChromiumAsync } from "../scripts/chromium.js";
import { serveAsync } from "../scripts/staticServer.js";
import { ScriptedServer } from "../test/support/scriptedServer.js";
import { PAGES } from "./render/benchPage.js";
import { CLIP_PATH, StreamMeter, type INetworkResult } from "./stream/measureStream.js";
import { printClip, printNetwork } from "./stream/report.js";
import { makeStreamClipAsync } from "./stream/streamClip.js";

/** Networks, megabits a second. */
const NETWORKS = [50, 10];

const { values } = parseArgs({ options: { json: { type: "boolean" }, splats: { type: "string", default: "200000" }, seconds: { type: "string", default: "60" } } });
const splats = Number(values.splats);
const seconds = Number(values.seconds);
if (!(Number.isInteger(splats) && splats > 0 && seconds > 0)) {
    console.error("use: npm run bench:stream -- [--json] [--splats 200000] [--seconds 60]");
    process.exit(2);
}

const clip = await makeStreamClipAsync(splats);
await bundleAsync("bench/pages");
const { server: pages, url } = await serveAsync([{ path: "/", folder: PAGES }], 0);
const server = await ScriptedServer.StartAsync({ [CLIP_PATH]: clip.bytes });
const browser = await launchChromiumAsync();
const machine = { cpu: cpus()[0].model, cores: cpus().length, load: loadavg()[0], chromium: browser.version() };
console.log(`machine        ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before, WebGL2 in software, canvas of 96 x 96`);
printClip(clip);

const meter = new StreamMeter(browser, url, server, clip);
const results: Record<string, INetworkResult> = {};
for (const mbps of NETWORKS) {
    // Other work on the machine makes decoding slower, and with it all figures worse.
    const before = loadavg()[0];
    const result = await meter.measureAsync(mbps, seconds);
    results[`mbps${mbps}`] = result;
    printNetwork(mbps, [before, loadavg()[0]], result);
}
await browser.close();
pages.close();
await server.closeAsync();
if (values.json) {
    const { bytes, segments, ...figures } = clip;
    console.log(JSON.stringify({ ...results, clip: { ...figures, bytes: bytes.length, segments: segments.length }, machine }));
}
