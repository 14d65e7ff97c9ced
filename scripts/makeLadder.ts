import { availableParallelism } from "node:os";
import { SegmentThreads } from "../encoder/cli/segmentThreads.js";
import { ClipEncoder, concatClipsAsync, describeRendition, MemoryClipOutput, writeLadderManifest, type IByteSource, type ILadderRendition } from "../encoder/index.js";
import { SampleScene } from "../samples/scene/sampleScene.js";
import { CLIPS_FOLDER, isFreshAsync, SAMPLE_METADATA, writeWholeAsync } from "./sampleClip.js";

/** The clip that is shown live: one of the renditions. */
export const LIVE_CLIP = `${CLIPS_FOLDER}/ladder-large.fvv`;
const MANIFEST = `${CLIPS_FOLDER}/ladder.fvvm`;

/** Every second frame of the scene, for half the time to encode; it loops all the same. */
const STEP = 2;
/** How often the scene is repeated: a clip of three seconds would be in memory before a line can be slow. */
const ROUNDS = 10;
/**
 * The smaller one is the scene made anew with fewer and larger splats, as a capture is trained with fewer: it is soft, where a coarser quality of the same splats has blotches. A share of the splats (`fvv ladder`) would be a
 * stage without a dancer: those that cover most are the floor.
 */
const RENDITIONS = [
    { name: "small", quality: 50, spacing: 1.5 },
    { name: "large", quality: 60, spacing: 1 },
];

/** Makes the sample scene as a ladder, unless it is there and newer than what it is made of. */
export async function makeLadderAsync(): Promise<void> {
    if (await isFreshAsync(MANIFEST, "scripts/makeLadder.ts")) {
        return;
    }
    console.log("making the ladder ...");
    const threads = new SegmentThreads(availableParallelism());
    const renditions = await Promise.all(RENDITIONS.map((rendition) => makeRenditionAsync(rendition, threads))).finally(() => threads.disposeAsync());
    await writeWholeAsync(MANIFEST, writeLadderManifest({ renditions }));
    console.log(`ladder: ${renditions.map(({ bitrate }) => (bitrate / 1e6).toFixed(1)).join(", ")} Mbps`);
}

/** The splats keep their identities, and segments have one length: those of the renditions hold the same frames, as in a ladder they must. */
async function makeRenditionAsync({ name, quality, spacing }: (typeof RENDITIONS)[number], threads: SegmentThreads): Promise<ILadderRendition> {
    const scene = new SampleScene(spacing);
    const fps = scene.fps / STEP;
    const output = new MemoryClipOutput();
    const options = { fps, up: "+y", metresPerUnit: 1, segmentLength: fps, keyWindow: 1, effort: "fast", quality, metadata: SAMPLE_METADATA } as const;
    const encoder = new ClipEncoder(options, output, {}, threads);
    for (let index = 0; index < scene.frameCount; index += STEP) {
        await encoder.addFrameAsync(await scene.readFrameAsync(index));
    }
    const report = await encoder.finishAsync();
    const url = `ladder-${name}.fvv`;
    const { bytes, ...joined } = await repeatAsync(url, output.toBytes());
    await writeWholeAsync(`${CLIPS_FOLDER}/${url}`, bytes);
    return describeRendition(url, { ...report, ...joined }, fps, quality);
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
