import { readFile } from "node:fs/promises";
import { FvvError } from "../../format/fvvError.js";

/**
 * Reads a clip whole.
 * @param path the file
 */
export async function readClipBytesAsync(path: string): Promise<Uint8Array> {
    return await readFile(path).catch((error: unknown) => {
        throw FvvError.From(error, "UNREADABLE_INPUT", "The clip cannot be read; check the path", { source: path });
    });
}
