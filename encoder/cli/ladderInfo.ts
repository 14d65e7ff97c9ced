import { readFile } from "node:fs/promises";
import { FvvError } from "../../format/fvvError.js";
import { readLadderManifest, type ILadderManifest } from "../../format/ladderManifest.js";
import { formatBytes } from "./formatting.js";

/**
 * Reads a manifest.
 * @param path the file
 */
export async function readLadderAsync(path: string): Promise<ILadderManifest> {
    const text = await readFile(path, "utf8").catch((error: unknown) => {
        throw FvvError.From(error, "UNREADABLE_INPUT", "The manifest cannot be read; check the path", { source: path });
    });
    return readLadderManifest(text);
}

/**
 * What is in a manifest, for people: a line for each rendition.
 * @param path the file
 * @param manifest what is in it
 */
export function describeLadder(path: string, { renditions, audio }: ILadderManifest): string {
    const mbps = (bits: number): string => `${(bits / 1e6).toFixed(2)} Mbps`;
    const lines = renditions.map(({ url, byteLength, bitrate, peakBitrate, splats, quality }) => {
        const suffix = quality === undefined ? "" : `, quality ${quality}`;
        return `${url}: ${formatBytes(byteLength)}, ${mbps(bitrate)}, at most ${mbps(peakBitrate)}, capacity ${splats}${suffix}\n`;
    });
    const sound = audio ? `${audio.url}: the sound, from ${audio.startTime} s\n` : "";
    return `${path}: ${renditions.length} renditions\n${lines.join("")}${sound}`;
}
