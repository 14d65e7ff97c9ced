import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { bundleAsync } from "./bundle.js";
import { buildSamplesAsync } from "./buildSamples.js";

rmSync("dist", { recursive: true, force: true });
console.log("dist/esm: modules and types");
execFileSync(process.execPath, [createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json"], { stdio: "inherit" });
chmodSync("dist/esm/encoder/cli/fvv.js", 0o755);
console.log("dist/umd: the bundle for a script tag");
await bundleAsync("umd");
console.log("samples/public: pages and the sample clip");
await buildSamplesAsync();
