import type { ISplatFrame } from "../format/splatFrame.js";

export { SH_C0, shCoefficientCount, type ISplatFrame, type ShDegree } from "../format/splatFrame.js";

/** A sequence of frames that can be read in any order, each as often as wanted. */
export interface IFrameSource {
    /** Number of frames. */
    readonly frameCount: number;
    /** Frames a second, where the source says so. */
    readonly fps?: number;
    /** Short name of a frame for messages, for instance its file name. */
    frameName(index: number): string;
    /**
     * Reads one frame.
     * @param index 0..frameCount-1
     */
    readFrameAsync(index: number): Promise<ISplatFrame>;
}

/**
 * Whether two frames have ids, and the same ones row by row.
 * @param frame a frame
 * @param other another one
 */
export function haveSameIds(frame: ISplatFrame, other?: ISplatFrame): boolean {
    const [a, b] = [frame.ids, other?.ids];
    if (!a || !b || frame.count !== other?.count) {
        return false;
    }
    for (let i = 0; a !== b && i < frame.count; i++) {
        if (a[i] !== b[i]) {
            return false;
        }
    }
    return true;
}
