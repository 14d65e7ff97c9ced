import type { ISegmentEntry } from "../format/clipIndex.js";

/** The segment that holds a frame, -1 where none does. */
export function segmentOf(segments: readonly ISegmentEntry[], frame: number): number {
    let low = 0;
    let high = segments.length - 1;
    while (low <= high) {
        const middle = (low + high) >> 1;
        const { firstFrame, frameCount } = segments[middle];
        if (frame < firstFrame) {
            high = middle - 1;
        } else if (frame >= firstFrame + frameCount) {
            low = middle + 1;
        } else {
            return middle;
        }
    }
    return -1;
}
