import type { IErrorBounds } from "../format/clipHeader.js";
import { writeAudioChunk } from "../format/audioTrack.js";
import { writeClipEnd, writeClipHead, type IndexedSegment } from "../format/clipHead.js";
import { FvvError } from "../format/fvvError.js";
import { clipHeaderOf } from "./clipHeaderOf.js";
import type { IClipOutput } from "./clipOutput.js";
import { checkAudio, type CheckedAudio } from "./encoderAudio.js";
import { errorBoundsOf, resolveEncoderOptions, type ClipEncoderSettings, type IClipEncoderOptions } from "./encoderOptions.js";
import { buildSegment, type IFinishedSegment, type ISegmentJob, type ISegmentResult } from "./segmentJob.js";
import type { IKeyReference } from "./keyReference.js";
import { SegmentCutter, type ICutFrame } from "./segmentCutter.js";
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

/** Writes segments somewhere else, for instance in other threads. The result is the same wherever it is written. */
export interface ISegmentWorkers {
    /** How many segments may be under way. */
    readonly count: number;
    /**
     * Does what `buildSegment` does.
     * @param job what to write
     * @param onKey may get the key frame before the segment is written
     */
    buildAsync(job: ISegmentJob, onKey?: (key: IKeyReference) => void): Promise<ISegmentResult>;
}

/** Writes each segment here and now. */
const HERE: ISegmentWorkers = { count: 1, buildAsync: (job) => Promise.resolve().then(() => buildSegment(job)) };

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
 * Encodes a sequence of splat frames into a clip. Frames go in one by one; memory holds one segment (and those that other threads are
 * writing). Every segment is decoded again and each splat of each frame compared with its source before its bytes go out.
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
    private readonly _audio: CheckedAudio | undefined;
    private readonly _cutter: SegmentCutter;
    private readonly _worst: IErrorBounds = { position: 0, scale: 0, rotation: 0, opacity: 0, color: 0, sh: 0 };
    private readonly _segments: (IndexedSegment & { slotCount: number })[] = [];
    private _open: ISegmentJob | undefined;
    /** Segments whose key frames hang together, under way or written. The first stands alone. */
    private _window: Promise<ISegmentResult>[] = [];
    /** The key frame of the first. */
    private _key: Promise<IKeyReference | undefined> = Promise.resolve(undefined);
    /** Segments under way, in order: each promise is kept when its bytes are out. */
    private readonly _underWay: Promise<void>[] = [];
    private _lastTaken: Promise<void> = Promise.resolve();
    private _hasFailed = false;
    private _frameCount = 0;
    private _shDegree: ISplatFrame["shDegree"] | undefined;
    private _bodyBytes = 0;
    private _droppedCount = 0;
    private _minLive = Infinity;
    private _maxLive = 0;
    private _isFinished = false;

    /**
     * @param options what to encode and how well
     * @param _output where the bytes go
     * @param _events what to tell
     * @param _workers where segments are written; default here, one after the other
     */
    public constructor(
        options: IClipEncoderOptions,
        private readonly _output: IClipOutput,
        private readonly _events: IClipEncoderEvents = {},
        private readonly _workers: ISegmentWorkers = HERE,
    ) {
        this._settings = resolveEncoderOptions(options);
        this._audio = options.audio && checkAudio(options.audio);
        if (this._audio && _output.isLive) {
            throw new FvvError("BAD_OPTION", "A live clip has no place for a sound; leave audio away, and have players take the sound from an address of its own", {
                source: "audio",
            });
        }
        this._cutter = new SegmentCutter(this._settings);
    }

    /**
     * Goes on after segments that an encoder of the same settings wrote before it was interrupted; their bytes are in the output already. Before the first frame, which is the one after theirs.
     * @param segments what is there, from frame 0 on
     */
    public resume(segments: readonly IFinishedSegment[]): void {
        for (const segment of segments) {
            this._count(segment);
            this._cutter.resume(segment);
            this._shDegree = segment.shDegree;
            this._frameCount += segment.frameCount;
        }
    }

    /**
     * Adds the next frame. The encoder keeps it until its segment is written: do not change it.
     * @param frame the frame; every value finite
     */
    public async addFrameAsync(frame: ISplatFrame): Promise<void> {
        await this.addCutFrameAsync(this._cutter.next(frame));
    }

    /**
     * Adds the next frame when its splats are followed already: several encoders can share that. Either all frames go in this way, or none.
     * @param cut the frame, its slots and its place in the segments
     */
    public async addCutFrameAsync({ startsSegment, startsWindow, endsSegment, ...tracked }: ICutFrame): Promise<void> {
        if (this._isFinished) {
            throw new FvvError("INTERNAL", "The encoder has finished; make another for another clip");
        }
        if (this._hasFailed) {
            await this._lastTaken;
        }
        if (startsSegment) {
            await this._closeAsync();
        }
        if (startsWindow) {
            this._window = [];
        }
        this._shDegree ??= tracked.frame.shDegree;
        const isReference = startsWindow && this._settings.keyWindow > 1;
        this._open ??= { settings: this._settings, firstFrame: this._frameCount, frames: [], isReference };
        this._open.frames.push(tracked);
        this._frameCount++;
        if (endsSegment) {
            await this._closeAsync();
        }
    }

    /** Writes what is left and the head with the index. */
    public async finishAsync(): Promise<IEncodeReport> {
        await this._closeAsync();
        await this._lastTaken;
        this._isFinished = true;
        if (this._frameCount === 0 || this._shDegree === undefined) {
            throw new FvvError("NO_INPUT", "There is no frame to encode; give at least one");
        }
        const end = await this._writeEndAsync();
        const header = clipHeaderOf(this._settings, { frameCount: this._frameCount, capacity: this._capacity, shDegree: this._shDegree, bounds: this._bounds });
        const head = writeClipHead(header, this._settings.metadata, this._segments, this._audio);
        await this._output.writeHeadAsync(head);
        return {
            byteLength: head.length + this._bodyBytes + end,
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
            worstErrors: { ...this._worst },
            errorBounds: errorBoundsOf(this._settings),
        };
    }

    /** Writes what follows the segments; returns its bytes. */
    private async _writeEndAsync(): Promise<number> {
        const parts = [...(this._audio ? [writeAudioChunk(this._audio.bytes)] : []), writeClipEnd(this._frameCount)];
        for (const part of parts) {
            await this._output.writeBodyAsync(part);
        }
        return parts.reduce((sum, { length }) => sum + length, 0);
    }

    private get _capacity(): number {
        return this._segments.reduce((most, { slotCount }) => Math.max(most, slotCount), 0);
    }

    /** Has the open segment written; waits while as many are under way as may be. */
    private async _closeAsync(): Promise<void> {
        if (!this._open) {
            return;
        }
        const job = this._open;
        const result = this._window.length === 0 ? this._buildFirstAsync(job) : this._buildReferringAsync(job);
        this._window.push(result);
        // An error shows when its turn has come.
        void result.catch(() => {});
        this._open = undefined;
        // Segments go out as soon as they are written and those before them are out, whatever the encoder waits for.
        const taken = this._lastTaken.then(async () => await this._takeAsync(await result));
        taken.catch(() => (this._hasFailed = true));
        this._lastTaken = taken;
        this._underWay.push(taken);
        while (this._underWay.length >= this._workers.count) {
            await this._underWay.shift();
        }
    }

    private _buildFirstAsync(job: ISegmentJob): Promise<ISegmentResult> {
        let giveKey = (_: IKeyReference): void => {};
        const early = new Promise<IKeyReference>((resolve) => (giveKey = resolve));
        const result = this._workers.buildAsync(job, giveKey);
        this._key = Promise.race([early, result.then(({ key }) => key)]);
        this._key.catch(() => {});
        return result;
    }

    /** Segments of a window wait for the key frame of its first: theirs are coded against it. */
    private async _buildReferringAsync(job: ISegmentJob): Promise<ISegmentResult> {
        const reference = await this._key;
        return await this._workers.buildAsync({ ...job, reference });
    }

    private async _takeAsync(result: ISegmentResult): Promise<void> {
        const { bytes, sourceIndices, key: _, ...segment } = result;
        const { firstFrame, frameCount, slotCount } = segment;
        this._count({ ...segment, byteLength: bytes.length });
        await this._output.writeBodyAsync(bytes, result);
        sourceIndices.forEach((rows, i) => this._events.onFramePermutation?.(firstFrame + i, rows));
        this._events.onSegment?.({ segment: this._segments.length - 1, firstFrame, frameCount, byteLength: bytes.length, slotCount });
    }

    private _count(finished: IFinishedSegment): void {
        const { byteLength, keyByteLength, firstFrame, frameCount, bounds, slotCount, droppedCount, minLive, maxLive, worstErrors, referenceFrame } = finished;
        const reference = referenceFrame < 0 ? -1 : this._segments.findIndex((segment) => segment.firstFrame === referenceFrame);
        const referenceDistance = reference < 0 ? 0 : this._segments.length - reference;
        this._segments.push({ byteLength, keyByteLength, firstFrame, frameCount, bounds, slotCount, referenceDistance });
        this._bodyBytes += byteLength;
        this._droppedCount += droppedCount;
        this._minLive = Math.min(this._minLive, minLive);
        this._maxLive = Math.max(this._maxLive, maxLive);
        for (const name of Object.keys(this._worst) as (keyof IErrorBounds)[]) {
            this._worst[name] = Math.max(this._worst[name], worstErrors[name]);
        }
    }

    private get _bounds(): Float32Array {
        // A segment without splats has no bounds.
        const [first, ...others] = this._segments.filter(({ slotCount }) => slotCount > 0);
        const bounds = Float32Array.from(first?.bounds ?? new Float32Array(6));
        for (const segment of others) {
            for (let c = 0; c < 3; c++) {
                bounds[c] = Math.min(bounds[c], segment.bounds[c]);
                bounds[3 + c] = Math.max(bounds[3 + c], segment.bounds[3 + c]);
            }
        }
        return bounds;
    }
}
