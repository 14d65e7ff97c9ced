import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Time of the last change of a file or of anything in a folder, ms; 0 where there is none.
 * @param paths files and folders
 */
export async function newestAsync(...paths: readonly string[]): Promise<number> {
    return Math.max(0, ...(await Promise.all(paths.map(newestOfAsync))));
}

async function newestOfAsync(path: string): Promise<number> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isDirectory()) {
        return found?.mtimeMs ?? 0;
    }
    const names = await readdir(path);
    return newestAsync(...names.map((name) => join(path, name)));
}
