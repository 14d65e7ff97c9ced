import { cp, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { bundleAsync } from "./bundle.js";
import { makeLadderAsync } from "./makeLadder.js";
import { makeSampleAsync } from "./makeSample.js";

/** Where the sample pages are served from. */
export const SAMPLES_FOLDER = "samples/public";

/** Builds the sample pages and all their clips. */
export async function buildSamplesAsync(): Promise<void> {
    await buildPagesAsync();
    await makeLadderAsync();
}

/** Builds the sample pages and the sample clip, without the ladder, which takes the longest. */
export async function buildPagesAsync(): Promise<void> {
    await mkdir(SAMPLES_FOLDER, { recursive: true });
    await bundleAsync("samples");
    for (const name of await readdir("samples")) {
        if (/\.(html|css)$/.test(name) || name === "images") {
            await cp(join("samples", name), join(SAMPLES_FOLDER, name), { recursive: true });
        }
    }
    await makeSampleAsync();
}
