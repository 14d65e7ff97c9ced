import { mkdir, rename, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { IClipMetadata } from "../encoder/index.js";
import { newestAsync } from "./newest.js";

/** Where the clips of the sample pages are. */
export const CLIPS_FOLDER = "samples/public/clips";

/** What the sample clips say of themselves. */
export const SAMPLE_METADATA: IClipMetadata = {
    title: "Dancer on a stage",
    author: "babylon-fvv contributors",
    licence: "MIT",
    encoder: "babylon-fvv",
    camera: { position: [1.15, 1.75, 4.3], target: [0, 0.9, 0] },
};

/**
 * Whether a file is there and newer than what it is made of.
 * @param path the file
 * @param maker the script that makes it, besides scene and encoder
 */
export async function isFreshAsync(path: string, maker: string): Promise<boolean> {
    return (await newestAsync(path)) > (await newestAsync("samples/scene", "encoder", "format", "scripts/sampleClip.ts", maker));
}

/**
 * Writes a file whole or not at all.
 * @param path where to
 * @param content what
 */
export async function writeWholeAsync(path: string, content: Uint8Array | string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, content);
    // As old as the code that ran: what changed since then was not in it.
    await utimes(temporary, performance.timeOrigin / 1000, performance.timeOrigin / 1000);
    await rename(temporary, path);
}
