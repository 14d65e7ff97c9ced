import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { refreshPackageAsync } from "./buildPackage.js";

/**
 * Packs the package as `npm publish` does; builds first where the build is old.
 * @param folder where to put the file
 * @returns its path
 */
export async function packPackageAsync(folder: string): Promise<string> {
    await refreshPackageAsync();
    mkdirSync(folder, { recursive: true });
    const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { encoding: "utf8" })) as {
        filename: string;
    }[];
    return join(folder, filename);
}
