import { FvvError } from "../../format/fvvError.js";
import type { ISplatFrame } from "../splatFrame.js";
import type { IFedFrame } from "./frameFeed.js";

/**
 * Reads a frame and gives it to an encoder. Errors about it name its file.
 * @param encoder the encoder
 * @param fed the frame
 */
export async function addFedFrameAsync(encoder: { addFrameAsync(frame: ISplatFrame): Promise<void> }, fed: IFedFrame): Promise<void> {
    try {
        await encoder.addFrameAsync(await fed.readAsync());
    } catch (error) {
        if (error instanceof FvvError && error.category === "input" && error.where.source === undefined) {
            throw new FvvError(error.code, error.detail, { ...error.where, source: fed.name });
        }
        throw error;
    }
}
