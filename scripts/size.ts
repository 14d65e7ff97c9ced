import { execFileSync } from "node:child_process";
import { bundleAsync } from "./bundle.js";

await bundleAsync("size");
execFileSync("npx", ["--no-install", "size-limit"], { stdio: "inherit" });
