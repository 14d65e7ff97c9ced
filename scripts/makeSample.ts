import { mkdir, rename, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ClipEncoder, MemoryClipOutput } from "../encoder/index.js";
import { SampleScene } from "../samples/scene/sampleScene.js";
import { newestAsync } from "./newest.js";

const PATH = "samples/public/clips/sample.fvv";
/** What the clip is made of: where one of these is newer than the clip, it is made again. */
const SOURCES = ["samples/scene", "encoder", "format", "scripts/makeSample.ts"];

/**
 * Makes the sample clip with our own encoder, unless it is there and newer than what it is made of.
 * @returns its path
 */
export async function makeSampleAsync(): Promise<string> {
    const made = await newestAsync(PATH);
    const needed = await newestAsync(...SOURCES);
    if (made > needed) {
        return PATH;
    }
    const scene = new SampleScene();
    const output = new MemoryClipOutput();
    const encoder = new ClipEncoder(
        {
            fps: scene.fps,
            up: "+y",
            metresPerUnit: 1,
            metadata: {
                title: "Dancer on a stage",
                author: "babylon-fvv contributors",
                licence: "MIT",
                encoder: "babylon-fvv",
                camera: { position: [1.15, 1.75, 4.3], target: [0, 0.9, 0] },
            },
        },
        output,
        { onSegment: ({ firstFrame, frameCount }) => console.log(`sample clip: ${firstFrame + frameCount}/${scene.frameCount} frames`) },
    );
    for (let index = 0; index < scene.frameCount; index++) {
        await encoder.addFrameAsync(await scene.readFrameAsync(index));
    }
    const { byteLength, maxLive } = await encoder.finishAsync();
    await mkdir(dirname(PATH), { recursive: true });
    const temporary = `${PATH}.${process.pid}.tmp`;
    await writeFile(temporary, output.toBytes());
    // As old as the code that ran: what changed since then was not in it.
    await utimes(temporary, performance.timeOrigin / 1000, performance.timeOrigin / 1000);
    await rename(temporary, PATH);
    console.log(`sample clip: ${(byteLength / 1e6).toFixed(1)} MB, ${maxLive} splats`);
    return PATH;
}
