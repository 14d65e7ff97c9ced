import { pushClipAsync } from "../../encoder/cli/index.js";
import type { ISplatFrame } from "../../encoder/index.js";
import { makeFrame, randomNumbers } from "../support/makeFrame.js";
import { FPS, SEGMENT } from "./liveClip.js";

/** How likely a frame is to come late, and by how much, ms: all frames after it come later too, as when a camera stops for a moment. */
const STALL_SHARE = 1 / 40;
const STALL_MS = [100, 400] as const;

// A process that films: pushes frames in real time, with stalls, and prints the time at which each was there.
const [url, frameCount, seed] = process.argv.slice(2);
const random = randomNumbers(Number(seed));

async function* film(): AsyncGenerator<ISplatFrame> {
    let due = Date.now();
    for (let number = 0; number < Number(frameCount); number++) {
        due += 1000 / FPS;
        if (random() < STALL_SHARE) {
            due += STALL_MS[0] + random() * (STALL_MS[1] - STALL_MS[0]);
        }
        await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
        // What waits for the encoder has been there since then.
        console.log(`${number} ${due}`);
        yield turned(number);
    }
}

/** A small cloud that drifts; small, so that software draws it quickly. */
function turned(number: number): ISplatFrame {
    const frame = makeFrame(200, 0, 9);
    frame.positions.forEach((value, i) => (frame.positions[i] = 0.5 * value + (i % 3 === 0 ? 0.2 * Math.sin(number / 10) : 0)));
    return frame;
}

await pushClipAsync(url, film(), { fps: FPS, segmentLength: SEGMENT, tracked: true, effort: "fast", up: "+y" });
