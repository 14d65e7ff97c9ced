import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { closeHarnessAsync } from "../test/browser/harness.js";
import { openSessionAsync } from "../test/browser/pageClient.js";
import type { AudioPageApi } from "../test/browser/pages/audioPage.js";
import { makeWav } from "../test/support/audioFiles.js";
import { encodeFramesAsync } from "../test/support/encodeFrames.js";
import { makeFrame } from "../test/support/makeFrame.js";
import { writeTestFile } from "../test/support/testClips.js";

const SPEEDS = [0.5, 1, 2];
const FPS = 30;

const { values } = parseArgs({ options: { json: { type: "boolean" }, seconds: { type: "string", default: "60" } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
    console.error("use: npm run bench:audio -- [--json] [--seconds 60]");
    process.exit(2);
}

// The fastest run plays this long, and begins a little late.
const duration = Math.ceil(Math.max(...SPEEDS) * (seconds + 2));
const frames = Array.from({ length: duration * FPS }, () => makeFrame(20));
const { bytes } = await encodeFramesAsync(frames, { fps: FPS, tracked: true, effort: "fast", audio: { bytes: makeWav(duration) } });
writeTestFile("audioBench.fvv", bytes);

const machine = { cpu: cpus()[0].model, cores: cpus().length, load: loadavg()[0] };
console.log(`machine        ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before`);
const session = await openSessionAsync<AudioPageApi>("audioPage");
await session.call.start(`${session.url}/files/audioBench.fvv`);
await session.call.attach();
const results = [];
for (const speed of SPEEDS) {
    const run = await session.call.measure(speed, seconds);
    results.push({ asked: speed, ...run });
    console.log(
        `speed ${speed.toFixed(1)}      ${run.seconds.toFixed(1)} s, ${run.count} renders: what is heard is ${run.meanMs.toFixed(1)} ms of the clip ahead of what is seen, ${run.lastMs.toFixed(1)} ms at the end; ` +
            `within ${run.p95Ms.toFixed(1)} ms in 95 of 100, farther than 40 ms in ${run.farCount}, at most ${run.worstMs.toFixed(1)} ms (told: ${run.toldMs.toFixed(1)} ms); ${run.cuts} times joined again; the clip went at ${run.speed.toFixed(4)}`,
    );
}
if (values.json) {
    console.log(JSON.stringify({ results, machine }));
}
await session.page.close();
await closeHarnessAsync();
