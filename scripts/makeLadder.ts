import { availableParallelism } from "node:os";
import { SegmentThreads } from "../encoder/cli/segmentThreads.js";
import {
    concatClipsAsync,
    describeRendition,
    LadderEncoder,
    MemoryClipOutput,
    writeLadderManifest,
    type IByteSource,
    type IEncodeReport,
    type ILadderRendition,
} from "../encoder/index.js";
import { SampleScene } from "../samples/scene/sampleScene.js";
import { CLIPS_FOLDER, isFreshAsync, SAMPLE_METADATA, writeWholeAsync } from "./sampleClip.js";

/** The clip that is shown live: one of the renditions. */
export const LIVE_CLIP = `${CLIPS_FOLDER}/ladder-large.fvv`;
const MANIFEST = `${CLIPS_FOLDER}/ladder.fvvm`;

/** Every second frame of the scene, for half the time to encode; it loops all the same. */
const STEP = 2;
/** How often the scene is repeated: a clip of three seconds would be in memory before a line can be slow. */
const ROUNDS = 10;
/** With all splats: those that cover most are the floor, and a share would be a stage without a dancer. */
const RENDITIONS = [
    { name: "small", quality: 12 },
    { name: "large", quality: 50 },
];

/** Makes the sample scene as a ladder, unless it is there and newer than what it is made of. */
export async function makeLadderAsync(): Promise<void> {
    if (await isFreshAsync(MANIFEST, "scripts/makeLadder.ts")) {
        return;
    }
    console.log("making the ladder ...");
    const fps = new SampleScene().fps / STEP;
    const outputs = RENDITIONS.map(() => new MemoryClipOutput());
    const reports = await encodeAsync(fps, outputs);
    const renditions: ILadderRendition[] = [];
    for (const [i, { name, quality }] of RENDITIONS.entries()) {
        const url = `ladder-${name}.fvv`;
        const { bytes, ...joined } = await repeatAsync(url, outputs[i].toBytes());
        await writeWholeAsync(`${CLIPS_FOLDER}/${url}`, bytes);
        renditions.push(describeRendition(url, { ...reports[i], ...joined }, fps, quality));
    }
    await writeWholeAsync(MANIFEST, writeLadderManifest({ renditions }));
    console.log(`ladder: ${renditions.map(({ bitrate }) => (bitrate / 1e6).toFixed(1)).join(", ")} Mbps`);
}

async function encodeAsync(fps: number, outputs: readonly MemoryClipOutput[]): Promise<IEncodeReport[]> {
    const scene = new SampleScene();
    const threads = new SegmentThreads(availableParallelism());
    try {
        const options = { fps, up: "+y", metresPerUnit: 1, segmentLength: fps, keyWindow: 1, effort: "fast", metadata: SAMPLE_METADATA } as const;
        const encoder = new LadderEncoder(
            options,
            RENDITIONS.map(({ quality }, i) => ({ quality, output: outputs[i] })),
            threads,
        );
        for (let index = 0; index < scene.frameCount; index += STEP) {
            await encoder.addFrameAsync(await scene.readFrameAsync(index));
        }
        return await encoder.finishAsync();
    } finally {
        await threads.disposeAsync();
    }
}

async function repeatAsync(name: string, clip: Uint8Array): Promise<{ bytes: Uint8Array; byteLength: number; frameCount: number }> {
    const source: IByteSource = { name, byteLength: clip.length, readAsync: (offset, length) => Promise.resolve(clip.subarray(offset, offset + length)) };
    const parts: Uint8Array[] = [];
    const { byteLength, frameCount } = await concatClipsAsync(new Array<IByteSource>(ROUNDS).fill(source), (bytes) => {
        parts.push(bytes);
        return Promise.resolve();
    });
    return { bytes: Buffer.concat(parts), byteLength, frameCount };
}
