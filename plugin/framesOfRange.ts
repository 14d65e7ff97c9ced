import { FvvError } from "../format/fvvError.js";
import type { IFrameRange } from "../loader/clipStream.js";
import type { IFvvTimeRange } from "./fvvStreaming.js";

/**
 * The frames that a part of a clip holds. Throws BAD_OPTION where it holds none.
 * @param range the part, seconds
 * @param fps frames a second
 * @param firstFrame first frame of the clip
 * @param frameCount frame after its last one
 */
export function framesOfRange({ from, to }: Readonly<IFvvTimeRange>, fps: number, firstFrame: number, frameCount: number): IFrameRange {
    const first = Math.max(firstFrame, Math.floor(from * fps + 1e-4));
    const last = Math.min(frameCount, Math.ceil(to * fps - 1e-4));
    if (!(last > first)) {
        throw new FvvError("BAD_OPTION", `range is ${from} to ${to} s; it must hold at least a frame of the clip's ${frameCount / fps} s`, { source: "range" });
    }
    return { from: first, to: last };
}
