import { concatClipsAsync, describeRendition, LadderEncoder, MemoryClipOutput, writeLadderManifest, type IByteSource, type ISplatFrame } from "../../encoder/index.js";
import { makeFrame } from "../support/makeFrame.js";
import { encodeAsync, TEST_FILES, writeTestFile } from "../support/testClips.js";

const FPS = 10;
/** Frames that are encoded, and how often they are repeated. */
const FRAMES = 10;
const ROUNDS = 20;

/** Frames of splats that shake, which take many bytes. */
function shake(count: number): ISplatFrame[] {
    const base = makeFrame(count);
    return Array.from({ length: FRAMES }, (_, frame) => ({ ...base, positions: base.positions.map((value, i) => value + 0.1 * Math.sin(7 * frame * (i + 1))) }));
}

/**
 * Writes a ladder of twenty seconds, `files/ladder.fvvm`, of two renditions.
 * @param count splats of the larger one: as many that a line of 0.5 Mbps tells them apart, which take seconds to encode
 */
export async function writeTestLadderAsync(count = 2400): Promise<void> {
    const renditions = [
        { name: "ladder-small.fvv", quality: 40, share: 0.3 },
        { name: "ladder-large.fvv", quality: 90, share: 1 },
    ];
    const outputs = renditions.map(() => new MemoryClipOutput());
    const encoder = new LadderEncoder(
        { fps: FPS, segmentLength: FRAMES, keyWindow: 1, tracked: true, effort: "fast" },
        renditions.map(({ quality, share }, i) => ({ quality, share, output: outputs[i] })),
    );
    for (const frame of shake(count)) {
        await encoder.addFrameAsync(frame);
    }
    const reports = await encoder.finishAsync();
    const described = renditions.map(async ({ name, quality }, i) => {
        const joined = await repeatAsync(outputs[i].toBytes(), name);
        return describeRendition(name, { ...reports[i], ...joined }, FPS, quality);
    });
    writeTestFile("ladder.fvvm", new TextEncoder().encode(writeLadderManifest({ renditions: await Promise.all(described) })));
}

async function repeatAsync(clip: Uint8Array, name: string): Promise<{ byteLength: number; frameCount: number }> {
    const source: IByteSource = { name, byteLength: clip.length, readAsync: (offset, length) => Promise.resolve(clip.slice(offset, offset + length)) };
    const parts: Uint8Array[] = [];
    const report = await concatClipsAsync(new Array<IByteSource>(ROUNDS).fill(source), (bytes) => {
        parts.push(bytes);
        return Promise.resolve();
    });
    writeTestFile(name, new Uint8Array(Buffer.concat(parts)));
    return report;
}

/**
 * Writes a clip that can be shown live.
 * @returns its path
 */
export async function writeTestLiveClipAsync(): Promise<string> {
    const frames = shake(200);
    const source = { frameCount: FRAMES, frameName: String, readFrameAsync: (index: number) => Promise.resolve(frames[index]) };
    writeTestFile("live-source.fvv", await encodeAsync(source, { fps: FPS, segmentLength: 5, keyWindow: 1, tracked: true }));
    return `${TEST_FILES}/live-source.fvv`;
}
