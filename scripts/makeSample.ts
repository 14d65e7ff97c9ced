import { ClipEncoder, MemoryClipOutput } from "../encoder/index.js";
import { SampleScene } from "../samples/scene/sampleScene.js";
import { CLIPS_FOLDER, isFreshAsync, SAMPLE_METADATA, writeWholeAsync } from "./sampleClip.js";

const PATH = `${CLIPS_FOLDER}/sample.fvv`;

/**
 * Makes the sample clip with our own encoder, unless it is there and newer than what it is made of.
 * @returns its path
 */
export async function makeSampleAsync(): Promise<string> {
    if (await isFreshAsync(PATH, "scripts/makeSample.ts")) {
        return PATH;
    }
    const scene = new SampleScene();
    const output = new MemoryClipOutput();
    const encoder = new ClipEncoder({ fps: scene.fps, up: "+y", metresPerUnit: 1, metadata: SAMPLE_METADATA }, output, {
        onSegment: ({ firstFrame, frameCount }) => console.log(`sample clip: ${firstFrame + frameCount}/${scene.frameCount} frames`),
    });
    for (let index = 0; index < scene.frameCount; index++) {
        await encoder.addFrameAsync(await scene.readFrameAsync(index));
    }
    const { byteLength, maxLive } = await encoder.finishAsync();
    await writeWholeAsync(PATH, output.toBytes());
    console.log(`sample clip: ${(byteLength / 1e6).toFixed(1)} MB, ${maxLive} splats`);
    return PATH;
}
