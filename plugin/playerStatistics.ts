import type { ISegmentEntry } from "../format/clipIndex.js";

/** What a player measures. The object is the player's own and changes; copy what you keep. */
export interface IFvvPlayerStatistics {
    /** Time that the decoder took for the frame on screen, ms. */
    decodeMs: number;
    /** Time that the decode worker took to sort last, for all cameras or for one that has turned, ms; 0 where the GPU sorts. */
    sortMs: number;
    /** Time that the player took on the main thread in the last tick, ms. */
    mainThreadMs: number;
    /** Mean bit rate of the clip, megabits a second. */
    bitrateMbps: number;
    /** Splats of the frame on screen: all that live, or what the budget leaves of them. */
    splatCount: number;
    /** Frames put on screen so far. */
    shownFrames: number;
    /** Frames passed over so far because time had gone on. */
    skippedFrames: number;
    /** How often time had to wait for frames so far, after the first frame. */
    stalls: number;
}

/** Statistics of a player that has shown nothing yet. */
export function createStatistics(segments: readonly ISegmentEntry[], seconds: number): IFvvPlayerStatistics {
    const bytes = segments.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return { decodeMs: 0, sortMs: 0, mainThreadMs: 0, bitrateMbps: (bytes * 8) / (seconds * 1e6), splatCount: 0, shownFrames: 0, skippedFrames: 0, stalls: 0 };
}
