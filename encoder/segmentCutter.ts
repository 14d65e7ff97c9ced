import { checkFrame } from "./checkFrame.js";
import type { ClipEncoderSettings } from "./encoderOptions.js";
import { shareUnchanged } from "./shareUnchanged.js";
import { SlotTracker } from "./slotTracker.js";
import type { ISplatFrame, ShDegree } from "./splatFrame.js";
import type { ITrackedFrame } from "./trackedFrame.js";

/** A frame, the slots of its splats, and its place in the segments. */
export interface ICutFrame extends ITrackedFrame {
    /** Whether it is the first of a segment. */
    startsSegment: boolean;
    /** Whether that segment is the first of a window: its splats have new slots, and its key frame stands alone. */
    startsWindow: boolean;
    /** Whether its segment is full. One may also end because the next frame starts another. */
    endsSegment: boolean;
}

/**
 * Follows the splats of a sequence and says where its segments begin. Neither depends on a quality: renditions of one sequence have the same segments.
 */
export class SegmentCutter {
    private readonly _tracker: SlotTracker;
    private _lastFrame: ISplatFrame | undefined;
    private _shDegree: ShDegree | undefined;
    private _frameCount = 0;
    /** Frames of the open segment; 0: none is open. */
    private _openFrames = 0;
    /** Full segments of the open window; 0: none is open. */
    private _openSegments = 0;

    /** @param _settings of the encoder */
    public constructor(private readonly _settings: ClipEncoderSettings) {
        this._tracker = new SlotTracker(_settings);
    }

    /**
     * Goes on after a segment that another cutter made.
     * @param segment what is known of it
     */
    public resume(segment: { frameCount: number; maxLive: number; shDegree: ShDegree }): void {
        this._shDegree = segment.shDegree;
        this._frameCount += segment.frameCount;
        this._tracker.resume(segment.maxLive);
    }

    /**
     * Follows the splats into the next frame.
     * @param frame the frame; every value finite
     */
    public next(frame: ISplatFrame): ICutFrame {
        this._shDegree ??= frame.shDegree;
        // Frames of other segments are not the encoder's any more.
        let kept = this._openFrames > 0 && this._lastFrame ? shareUnchanged(frame, this._lastFrame) : frame;
        checkFrame(kept, this._frameCount, this._shDegree, this._lastFrame);
        const goesOn = this._openFrames > 0 || this._openSegments > 0;
        let slotOf = goesOn ? this._tracker.follow(kept, this._frameCount) : undefined;
        const startsWindow = !slotOf;
        if (!slotOf) {
            kept = frame;
            slotOf = this._tracker.begin(kept, this._frameCount);
            this._openFrames = 0;
            this._openSegments = 0;
        }
        const startsSegment = this._openFrames === 0;
        this._lastFrame = kept;
        this._frameCount++;
        return { frame: kept, slotOf, slotCount: this._tracker.slotCount, startsSegment, startsWindow, endsSegment: this._countFrame() };
    }

    /** Whether the segment is full with this frame. */
    private _countFrame(): boolean {
        const isFull = ++this._openFrames === this._settings.segmentLength;
        if (isFull) {
            this._openFrames = 0;
            this._openSegments = (this._openSegments + 1) % this._settings.keyWindow;
        }
        return isFull;
    }
}
