import { basename } from "node:path";
import type { UpAxis } from "../../format/clipHeader.js";
import type { ISplatFrame } from "../splatFrame.js";
import type { IFileFrameSource } from "./fileFrameSource.js";

/** A frame of a feed. */
export interface IFedFrame {
    /** Name for messages, for instance its path. */
    name: string;
    /** What it is known by, wherever its folder is, and bytes of the file that it is in. */
    id: string;
    byteLength: number;
    /** Reads it. */
    readAsync(): Promise<ISplatFrame>;
}

/** Frames one after the other; how many there will be need not be known. */
export interface IFrameFeed {
    /** Frames a second, where the source says so. */
    readonly fps?: number;
    /** Up axis that the file format prescribes, where it does. */
    readonly up?: UpAxis;
    /** Number of frames, where it is known. */
    readonly frameCount?: number;
    /** Bytes of the input files so far. */
    readonly byteLength: number;
    /** Takes the next frame; waits for it where more may come. Undefined after the last. */
    nextAsync(): Promise<IFedFrame | undefined>;
}

/**
 * The frames of a sequence that is there as a whole.
 * @param source the sequence
 */
export function feedOf(source: IFileFrameSource): IFrameFeed {
    const { fps, up, frameCount, byteLength } = source;
    let next = 0;
    const nextAsync = (): Promise<IFedFrame | undefined> => {
        const index = next++;
        const name = source.frameName(index);
        return Promise.resolve({ name, id: basename(name), byteLength: source.frameByteLength(index), readAsync: () => source.readFrameAsync(index) });
    };
    return { fps, up, frameCount, byteLength, nextAsync: () => (next < frameCount ? nextAsync() : Promise.resolve(undefined)) };
}
