import type { ClipEncoderSettings } from "./encoderOptions.js";
import type { IKeyReference } from "./keyReference.js";
import type { ISplatFrame } from "./splatFrame.js";

/** A frame and the provisional slots of its splats. */
export interface ITrackedFrame {
    /** Source. */
    frame: ISplatFrame;
    /** Provisional slot of each source splat. */
    slotOf: Int32Array;
    /** Provisional slots of the segment up to this frame. */
    slotCount: number;
}

/** All that is needed to write one segment. Plain data: it can go to another thread. */
export interface ISegmentJob {
    /** Settings of the encoder. */
    settings: ClipEncoderSettings;
    /** Number of the first frame in the clip. */
    firstFrame: number;
    /** Its frames, at least one. */
    frames: ITrackedFrame[];
    /** The key frame that its key frame may be coded against: slots go on from there. */
    reference?: IKeyReference;
    /** Whether later segments may refer to its key frame. */
    isReference: boolean;
}
