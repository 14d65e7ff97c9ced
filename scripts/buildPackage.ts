import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { bundleAsync } from "./bundle.js";
import { newestAsync } from "./newest.js";

/** What dist is made of. */
const SOURCES = ["format", "encoder", "loader", "plugin", "shaders", "tsconfig.json", "tsconfig.build.json", "webpack.config.js"];
/** What is written last. */
const LAST = "dist/umd/babylon-fvv.js";

/** Builds dist: modules and types, and the bundle for a script tag. */
export async function buildPackageAsync(): Promise<void> {
    rmSync("dist", { recursive: true, force: true });
    console.log("dist/esm: modules and types");
    execFileSync(process.execPath, [createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json"], { stdio: "inherit" });
    chmodSync("dist/esm/encoder/cli/fvv.js", 0o755);
    console.log("dist/umd: the bundle for a script tag");
    await bundleAsync("umd");
}

/** Builds dist where it is older than what it is made of. */
export async function refreshPackageAsync(): Promise<void> {
    if ((await newestAsync(LAST)) < (await newestAsync(...SOURCES))) {
        await buildPackageAsync();
    }
}
