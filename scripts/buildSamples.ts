import { cp, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { bundleAsync } from "./bundle.js";
import { bundleInspectorPageAsync } from "./bundleInspectorPage.js";
import { makeLadderAsync } from "./makeLadder.js";
import { makeSampleAsync } from "./makeSample.js";

/** Where the sample pages are served from. */
export const SAMPLES_FOLDER = "samples/public";

/** Builds the sample pages and all their clips. */
export async function buildSamplesAsync(): Promise<void> {
    await buildPagesAsync();
    await buildInspectorPageAsync();
    await makeLadderAsync();
}

/** Builds the sample pages and the sample clip, without what takes longest: the page with the Inspector, and the ladder. */
export async function buildPagesAsync(): Promise<void> {
    await copyPagesAsync();
    await bundleAsync("samples");
    await makeSampleAsync();
}

/** Builds the page with the Inspector alone, without a clip. */
export async function buildInspectorPageAsync(): Promise<void> {
    await copyPagesAsync();
    await bundleInspectorPageAsync(SAMPLES_FOLDER);
}

async function copyPagesAsync(): Promise<void> {
    await mkdir(SAMPLES_FOLDER, { recursive: true });
    for (const name of await readdir("samples")) {
        if (/\.(html|css)$/.test(name) || name === "images") {
            await cp(join("samples", name), join(SAMPLES_FOLDER, name), { recursive: true });
        }
    }
}
