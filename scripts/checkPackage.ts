import { execFileSync } from "node:child_process";
import { packPackageAsync } from "./packPackage.js";

const tarball = await packPackageAsync(".cache/package");
execFileSync("npx", ["--no-install", "publint", "--strict", tarball], { stdio: "inherit" });
// Modules only: there is nothing for `require`, and no types for the bundle of a script tag, whose names are those of the main entry.
execFileSync("npx", ["--no-install", "attw", tarball, "--profile", "esm-only", "--exclude-entrypoints", "umd"], { stdio: "inherit" });
