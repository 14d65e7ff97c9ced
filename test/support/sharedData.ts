import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Context } from "mocha";

/** Where the shared test data is, or undefined where it is not. */
export const SHARED_DATA = existsSync("../shared/data") ? resolve("../shared/data") : undefined;

/**
 * Path of shared test data; skips the test, and says so, where it is absent.
 * @param test `this` of the test or hook
 * @param path path below the data folder
 */
export function sharedPath(test: Context, path: string): string {
    if (!SHARED_DATA || !existsSync(join(SHARED_DATA, path))) {
        console.log(`      skipped: there is no ../shared/data/${path}`);
        test.skip();
    }
    return join(SHARED_DATA, path);
}

/**
 * Bytes of a file of the shared test data; skips the test, and says so, where it is absent.
 * @param test `this` of the test or hook
 * @param path path below the data folder
 */
export function sharedBytes(test: Context, path: string): Uint8Array {
    return readFileSync(sharedPath(test, path));
}
