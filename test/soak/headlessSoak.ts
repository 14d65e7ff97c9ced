import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ClipStream } from "../../loader/clipStream.js";
import { UrlClipSource } from "../../loader/sources/urlClipSource.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { FakeClock } from "../support/fakeClock.js";
import { FakeNetwork } from "../support/fakeNetwork.js";
import { HeadlessPlayer, TICK_MS } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import type { ISoakReading } from "./soakReading.js";

/** Ticks between two looks at what was shown, and what was asked for, which are kept for tests that compare them. */
const TICKS_AT_ONCE = 75;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

// A process of its own, so that nothing else is in the heap: loops a clip at speed 4 for minutes of a fake clock, and prints a reading a minute as a line of JSON.
const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const { frames } = makeMovingFrames({ count: 60, frames: 240, turnover: 0.02 });
const { bytes } = await encodeFramesAsync(frames, { segmentLength: 15, tracked: false, effort: "fast", fps: 30 });
const clock = new FakeClock();
const network = new FakeNetwork({ "clip.fvv": bytes }, clock);
network.latencyMs = 20;
network.mbps = 20;
// A third of the clip fits: what was passed goes, and is fetched again in the next round.
const stream = await openAsync(
    ClipStream.OpenAsync(new UrlClipSource("http://host/clip.fvv", { fetch: network.fetch, clock }), { clock, buffer: { maxBytes: bytes.length / 3 } }),
);
const headless = new HeadlessPlayer(stream, clock);
const { player } = headless;
player.speed = 4;
player.play();
let loops = 0;
player.onLoopObservable.add(() => loops++);
for (let minute = 1; minute <= Number(values.minutes); minute++) {
    for (let ticks = 0; ticks * TICK_MS < 60_000; ticks += TICKS_AT_ONCE) {
        await headless.tickAsync(TICKS_AT_ONCE);
        headless.shown.length = 0;
        network.log.length = 0;
    }
    collectGarbage();
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    const { meshes, materials, textures } = player.mesh.getScene();
    const gpuObjects = { meshes: meshes.length, materials: materials.length, textures: textures.length };
    const reading: ISoakReading = {
        minute,
        heapBytes: heapUsed + external,
        gpuObjects,
        loops,
        frames: player.statistics.shownFrames,
        fetchedBytes: player.streaming.fetchedBytes,
        errors: headless.errors.map(({ message }) => message),
    };
    console.log(JSON.stringify(reading));
}
headless.dispose();

/** Lets time pass until something has come. */
async function openAsync<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    while (!isSettled) {
        clock.pass(TICK_MS);
        await new Promise((resolve) => setImmediate(resolve));
    }
    return await promise;
}
