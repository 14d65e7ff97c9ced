import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { chromium, type Browser } from "playwright-core";

/**
 * WebGL2 and WebGPU in software. Without the two Vulkan flags a WebGPU device is lost at the first frame that is presented to a canvas. A page makes no sound before the user has done something, as in any browser with a window;
 * without a window it could from the first on. There need be no audio device: the clock of audio runs all the same.
 */
const FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    "--disable-background-networking",
    "--autoplay-policy=document-user-activation-required",
];

/**
 * Starts a headless Chromium: the one at CHROME_PATH where that is set, else the one inside the npm package @sparticuz/chromium, which is unpacked
 * into `.cache` the first time and needs nothing of the system. Says which one runs.
 */
export async function launchChromiumAsync(): Promise<Browser> {
    const executablePath = await chromiumPathAsync();
    const browser = await chromium.launch({ executablePath, args: FLAGS, headless: true });
    console.log(`Chromium ${browser.version()} (${process.env.CHROME_PATH ? "CHROME_PATH" : "@sparticuz/chromium"})`);
    return browser;
}

/** Where the Chromium is that {@link launchChromiumAsync} starts; sets the environment that it needs. */
export async function chromiumPathAsync(): Promise<string> {
    return process.env.CHROME_PATH ?? (await unpackChromiumAsync());
}

async function unpackChromiumAsync(): Promise<string> {
    const { default: pack, inflate, setupLambdaEnvironment } = await import("@sparticuz/chromium");
    const folder = resolve(".cache/chromium");
    const isComplete = join(folder, "complete");
    if (!existsSync(isComplete)) {
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder, { recursive: true });
    }
    const temporary = process.env.TMPDIR;
    // The package unpacks into the folder for temporary files, and takes what is there for whole.
    process.env.TMPDIR = folder;
    try {
        const path = await pack.executablePath();
        const libraries = await inflate(resolve("node_modules/@sparticuz/chromium/bin/al2023.tar.br"));
        await writeFile(join(folder, "fonts/fonts.conf"), fontsConfiguration(folder));
        setupLambdaEnvironment(join(libraries, "lib"));
        await writeFile(isComplete, "");
        return path;
    } finally {
        if (temporary === undefined) {
            delete process.env.TMPDIR;
        } else {
            process.env.TMPDIR = temporary;
        }
    }
}

/** The package looks for its fonts in fixed places, where they are not; without any font it draws no text and dies of a list to choose from. */
function fontsConfiguration(folder: string): string {
    return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
    <dir>${folder}/fonts</dir>
    <dir>/usr/share/fonts</dir>
    <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}
