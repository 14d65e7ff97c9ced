import { FvvError } from "../../format/fvvError.js";
import type { UpAxis } from "../../format/clipHeader.js";
import type { ISplatFrame } from "../splatFrame.js";
import type { IFrameFile } from "./frameFile.js";
import { isCompressedPly, readPly } from "./plyReader.js";
import { readSplat } from "./splatReader.js";
import { readBySplatTransformAsync } from "./splatTransformReader.js";

/** Ends of the names of files that hold one frame. */
export const FRAME_FILE_ENDINGS = [".ply", ".splat", ".spz", ".sog", "meta.json", ".ksplat"] as const;

/**
 * Whether a name is that of a file that holds one frame.
 * @param name name of a file
 */
export function isFrameFileName(name: string): boolean {
    return FRAME_FILE_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}

/**
 * The up axis that a file format prescribes, or undefined where it leaves it open: SPZ files are y up.
 * @param name name of a file
 */
export function upAxisOfFile(name: string): UpAxis | undefined {
    return name.toLowerCase().endsWith(".spz") ? "+y" : undefined;
}

/**
 * Reads one frame from a file of any format that is known: INRIA `.ply`, `.compressed.ply`, `.splat`, `.spz`, `.sog` or its `meta.json`, `.ksplat`. Splats with a
 * value that is not finite are dropped and counted.
 * @param file the file; its name says the format
 */
export async function readFrameAsync(file: IFrameFile): Promise<ISplatFrame> {
    const name = file.name.toLowerCase();
    if (name.endsWith(".splat")) {
        return readSplat(file.bytes, file.name);
    }
    if (name.endsWith(".ply") && !isCompressedPly(file.bytes, file.name)) {
        return readPly(file.bytes, file.name);
    }
    if (isFrameFileName(name)) {
        return await readBySplatTransformAsync(file);
    }
    throw new FvvError("UNSUPPORTED_INPUT", `The file is none of ${FRAME_FILE_ENDINGS.join(", ")} and .splatv; convert it`, {
        source: file.name,
    });
}
