import type { IClipHeader, IErrorBounds } from "../format/clipHeader.js";
import { writeClipEnd, writeClipHead, type IndexedSegment } from "../format/clipHead.js";
import { FvvError } from "../format/fvvError.js";
import { BoundsChecker } from "./boundsChecker.js";
import type { IClipOutput } from "./clipOutput.js";
import { errorBoundsOf, resolveEncoderOptions, type ClipEncoderSettings, type IClipEncoderOptions } from "./encoderOptions.js";
import { OpenSegment } from "./openSegment.js";
import { SlotTracker } from "./slotTracker.js";
import { checkFrame } from "./checkFrame.js";
import type { ISplatFrame } from "./splatFrame.js";

/** What an encoder tells while it works. */
export interface IClipEncoderEvents {
    /**
     * A segment was written and verified.
     * @param segment its frames and bytes
     */
    onSegment?: (segment: { segment: number; firstFrame: number; frameCount: number; byteLength: number; slotCount: number }) => void;
    /**
     * Which source splat each decoded splat of a frame is: row of the source file, in the order of slots. Frames come in order.
     * @param frame number of the frame
     * @param sourceIndices rows of the source
     */
    onFramePermutation?: (frame: number, sourceIndices: Uint32Array) => void;
}

/** What an encoder did. */
export interface IEncodeReport {
    /** Bytes of the clip. */
    byteLength: number;
    /** Number of frames. */
    frameCount: number;
    /** Segments as in the index, with the bytes of each frame. */
    segments: { firstFrame: number; frameCount: number; byteLength: number; keyByteLength: number; slotCount: number }[];
    /** Most slots of a segment. */
    capacity: number;
    /** Fewest and most live splats of a frame. */
    minLive: number;
    maxLive: number;
    /** Splats of the source that were left out because a value was not finite, over all frames. */
    droppedCount: number;
    /** Largest errors found when verifying: never over the bounds. */
    worstErrors: IErrorBounds;
    /** Bounds that were asked for. */
    errorBounds: IErrorBounds;
}

/**
 * Encodes a sequence of splat frames into a clip. Frames go in one by one; memory holds one segment. Every segment is decoded again
 * and each splat of each frame compared with its source before its bytes go out.
 *
 * @example
 * const output = new MemoryClipOutput();
 * const encoder = new ClipEncoder({ fps: 30, up: "+y" }, output);
 * for (const frame of frames) {
 *     await encoder.addFrameAsync(frame);
 * }
 * await encoder.finishAsync();
 * const bytes = output.toBytes();
 */
export class ClipEncoder {
    private readonly _settings: ClipEncoderSettings;
    private readonly _tracker: SlotTracker;
    private readonly _checker: BoundsChecker;
    private readonly _segments: (IndexedSegment & { slotCount: number })[] = [];
    private _open: OpenSegment | undefined;
    private _shDegree: ISplatFrame["shDegree"] | undefined;
    private _frameCount = 0;
    private _bodyBytes = 0;
    private _droppedCount = 0;
    private _minLive = Infinity;
    private _maxLive = 0;
    private _isFinished = false;

    /**
     * @param options what to encode and how well
     * @param _output where the bytes go
     * @param _events what to tell
     */
    public constructor(
        options: IClipEncoderOptions,
        private readonly _output: IClipOutput,
        private readonly _events: IClipEncoderEvents = {},
    ) {
        this._settings = resolveEncoderOptions(options);
        this._tracker = new SlotTracker(this._settings);
        this._checker = new BoundsChecker(errorBoundsOf(this._settings));
    }

    /**
     * Adds the next frame. The encoder keeps it until its segment is written: do not change it.
     * @param frame the frame; every value finite
     */
    public async addFrameAsync(frame: ISplatFrame): Promise<void> {
        if (this._isFinished) {
            throw new FvvError("INTERNAL", "The encoder has finished; make another for another clip");
        }
        this._shDegree ??= frame.shDegree;
        checkFrame(frame, this._frameCount, this._shDegree);
        let slots = this._open ? this._tracker.follow(frame) : undefined;
        if (!this._open || !slots) {
            await this._closeAsync();
            slots = this._tracker.begin(frame);
            this._open = new OpenSegment(this._settings, this._frameCount, frame);
        }
        this._open.addFrame(frame, slots, this._tracker.slotCount);
        this._frameCount++;
        this._droppedCount += frame.droppedCount ?? 0;
        if (this._open.frameCount === this._settings.segmentLength) {
            await this._closeAsync();
        }
    }

    /** Writes what is left and the head with the index. */
    public async finishAsync(): Promise<IEncodeReport> {
        await this._closeAsync();
        this._isFinished = true;
        if (this._frameCount === 0 || this._shDegree === undefined) {
            throw new FvvError("NO_INPUT", "There is no frame to encode; give at least one");
        }
        const end = writeClipEnd(this._frameCount);
        await this._output.writeBodyAsync(end);
        const head = writeClipHead(this._header(this._shDegree), this._settings.metadata, this._segments);
        await this._output.writeHeadAsync(head);
        return {
            byteLength: head.length + this._bodyBytes + end.length,
            frameCount: this._frameCount,
            segments: this._segments.map(({ firstFrame, frameCount, byteLength, keyByteLength, slotCount }) => ({
                firstFrame,
                frameCount,
                byteLength,
                keyByteLength,
                slotCount,
            })),
            capacity: this._capacity,
            minLive: this._minLive,
            maxLive: this._maxLive,
            droppedCount: this._droppedCount,
            worstErrors: this._checker.worstErrors,
            errorBounds: errorBoundsOf(this._settings),
        };
    }

    private get _capacity(): number {
        return this._segments.reduce((most, { slotCount }) => Math.max(most, slotCount), 0);
    }

    private async _closeAsync(): Promise<void> {
        const open = this._open;
        if (!open) {
            return;
        }
        this._open = undefined;
        const built = open.finish(this._checker, this._events.onFramePermutation);
        const { bytes, keyByteLength, firstFrame, frameCount, bounds, slotCount } = built;
        this._segments.push({ byteLength: bytes.length, keyByteLength, firstFrame, frameCount, bounds, slotCount });
        this._minLive = Math.min(this._minLive, built.minLive);
        this._maxLive = Math.max(this._maxLive, built.maxLive);
        this._bodyBytes += bytes.length;
        await this._output.writeBodyAsync(bytes);
        this._events.onSegment?.({ segment: this._segments.length - 1, firstFrame, frameCount, byteLength: bytes.length, slotCount });
    }

    private _header(shDegree: ISplatFrame["shDegree"]): IClipHeader {
        const { fps, up, handedness, antialiased, metresPerUnit } = this._settings;
        const [fpsNumerator, fpsDenominator] = fpsFraction(fps);
        const bounds = Float32Array.from(this._segments[0].bounds);
        for (const segment of this._segments) {
            for (let c = 0; c < 3; c++) {
                bounds[c] = Math.min(bounds[c], segment.bounds[c]);
                bounds[3 + c] = Math.max(bounds[3 + c], segment.bounds[3 + c]);
            }
        }
        return {
            fpsNumerator,
            fpsDenominator,
            frameCount: this._frameCount,
            capacity: this._capacity,
            shDegree,
            up,
            handedness,
            antialiased,
            metresPerUnit,
            bounds,
            errorBounds: errorBoundsOf(this._settings),
        };
    }
}

/** A frame rate as a fraction; 23.976, 29.97 and 59.94 become the NTSC fractions. */
function fpsFraction(fps: number): [number, number] {
    const ntsc = Math.ceil(fps) * 1000;
    if (!Number.isInteger(fps) && Math.abs(ntsc / 1001 - fps) < 0.005) {
        return [ntsc, 1001];
    }
    return Number.isInteger(fps) ? [fps, 1] : [Math.round(fps * 1000), 1000];
}
