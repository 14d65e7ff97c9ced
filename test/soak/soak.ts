import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { WorkerSession } from "../../bench/render/workerSession.js";
import { closeHarnessAsync } from "../browser/harness.js";
import { openSessionAsync } from "../browser/pageClient.js";
import type { EngineKind } from "../browser/pages/engines.js";
import type { SoakPageApi } from "../browser/pages/soakPage.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { writeTestFile } from "../support/testClips.js";
import { changingObjects, heapGrowth, type ISoakReading } from "./soakReading.js";

const SPEED = 4;
/** Readings of a run. */
const READINGS = 20;
const MOST_GROWTH = 0.02;
const CLIP = "soak.fvv";

type Send = (method: string) => Promise<unknown>;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" }, engine: { type: "string", default: "webgl2" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && ["webgl2", "webgpu"].includes(values.engine))) {
    console.error("use: npm run soak -- [--minutes 10] [--engine webgl2|webgpu]");
    process.exit(2);
}
const { frames } = makeMovingFrames({ count: 500, frames: 240, turnover: 0.02 });
const { bytes } = await encodeFramesAsync(frames, { segmentLength: 15, effort: "fast", fps: 30 });
writeTestFile(CLIP, bytes);
const { page, url, call, errors } = await openSessionAsync<SoakPageApi>("soakPage");
const session = await page.context().newCDPSession(page);
const attached = WorkerSession.AttachAsync(session);
await call.start(values.engine as EngineKind, `${url}/files/${CLIP}`, { buffer: { maxBytes: bytes.length / 3 } }, SPEED);
const worker = await attached;
const threads: Send[] = [(method) => session.send(method as "Runtime.enable"), (method) => worker.send(method)];
console.log(
    `${values.engine}, ${minutes} min of a clip of ${frames.length} frames and ${(bytes.length / 1e6).toFixed(1)} MB at speed ${SPEED}, a third of it in memory; load ${loadavg()[0].toFixed(1)}`,
);
const readings: ISoakReading[] = [];
for (let i = 1; i <= READINGS; i++) {
    await new Promise((resolve) => setTimeout(resolve, (60_000 * minutes) / READINGS));
    const used = await Promise.all(threads.map(usedAsync));
    const reading = { minute: (i * minutes) / READINGS, heapBytes: used[0] + used[1], ...(await call.read()) };
    readings.push(reading);
    const objects = Object.entries(reading.gpuObjects)
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => `${count} ${kind}`);
    const threadsMb = used.map((heap) => (heap / 1e6).toFixed(3)).join(" + ");
    console.log(
        `${reading.minute.toFixed(1).padStart(6)} min  heap ${threadsMb} MB  ${reading.loops} loops  ${reading.frames} frames  ${(reading.fetchedBytes / 1e6).toFixed(1)} MB fetched  ${objects.join(", ")}`,
    );
}
await closeHarnessAsync();
const growth = heapGrowth(readings);
const changing = changingObjects(readings);
const failures = [...errors, ...readings[READINGS - 1].errors];
console.log(
    `heap grown by ${(100 * growth).toFixed(2)} % after the warm-up; objects that change in number: ${changing.join(", ") || "none"}; errors: ${failures.join(" | ") || "none"}`,
);
process.exitCode = growth < MOST_GROWTH && changing.length === 0 && failures.length === 0 ? 0 : 1;

/** Bytes of a thread, buffers included. */
async function usedAsync(send: Send): Promise<number> {
    await send("HeapProfiler.collectGarbage");
    const usage = (await send("Runtime.getHeapUsage")) as { usedSize: number; backingStorageSize?: number };
    return usage.usedSize + (usage.backingStorageSize ?? 0);
}
