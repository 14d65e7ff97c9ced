import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { bundleAsync } from "./bundle.js";
import { bundleInspectorPageAsync } from "./bundleInspectorPage.js";
import { makeSampleAsync } from "./makeSample.js";

/** Where the sample pages are served from. */
export const SAMPLES_FOLDER = "samples/public";

/** Builds the sample pages and the sample clip. */
export async function buildSamplesAsync(): Promise<void> {
    await copyPagesAsync();
    await bundleAsync("samples");
    await bundleInspectorPageAsync(SAMPLES_FOLDER);
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
        if (/\.(html|css)$/.test(name)) {
            await copyFile(join("samples", name), join(SAMPLES_FOLDER, name));
        }
    }
}
