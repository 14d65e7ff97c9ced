import type { IClipHead } from "../format/clipHead.js";
import type { ISegmentEntry } from "../format/clipIndex.js";
import { FvvError } from "../format/fvvError.js";
import type { IFvvLimits } from "../format/limits.js";
import { BandwidthMeter } from "./bandwidthMeter.js";
import { readAudioFileAsync, readAudioTrackAsync, type IClipAudio } from "./clipAudio.js";
import { SYSTEM_CLOCK, type IClock } from "./clock.js";
import type { ILadderRendition } from "../format/ladderManifest.js";
import { checkRendition, type ILadder } from "./ladder.js";
import { LiveIntake } from "./liveIntake.js";
import { Rendition } from "./rendition.js";
import { RenditionChooser } from "./renditionChooser.js";
import { SegmentFetcher } from "./segmentFetcher.js";
import { segmentOf } from "./segmentOf.js";
import { SegmentStore } from "./segmentStore.js";
import { readBytesAsync, type IClipSource } from "./sources/clipSource.js";
import { StreamReader, type IStreamListener } from "./streamReader.js";
import { withDefaults } from "./withDefaults.js";

/** How much of a clip is kept in memory. */
export interface IBufferOptions {
    /** How far ahead of the playhead to fetch, seconds. Default 6. */
    aheadSeconds?: number;
    /** How much must be there, seconds, before time goes on after it has waited for bytes. Default 1. */
    resumeSeconds?: number;
    /** Most compressed bytes in memory. Default 64 MiB. A single segment that is larger is held all the same. */
    maxBytes?: number;
}

/** How a clip is streamed. */
export interface IStreamOptions {
    /** How much is kept in memory. */
    buffer?: IBufferOptions;
    /** Limits for the counts in the file. */
    limits?: Partial<IFvvLimits>;
    /** Time, for tests. */
    clock?: IClock;
}

/** A range of frames. */
export interface IFrameRange {
    /** First frame. */
    from: number;
    /** Frame after the last one. */
    to: number;
}

/** Defaults of {@link IBufferOptions}. */
export const BUFFER_DEFAULTS: Readonly<Required<IBufferOptions>> = { aheadSeconds: 6, resumeSeconds: 1, maxBytes: 64 * 1024 * 1024 };

/** Bytes by which the head of a rendition may be longer than that of the first one, and is still read at once: what more is read is taken from those who play. */
const HEAD_SPARE_BYTES = 1024;

/** A clip whose head is read, and whose segments are fetched as those who play it need them. */
export class ClipStream {
    /** What measures the connection. */
    public readonly meter: BandwidthMeter;
    /** How much is kept in memory. */
    public readonly buffer: Readonly<Required<IBufferOptions>>;
    /** Segments in memory. */
    public readonly store: SegmentStore;
    /** What chooses among the renditions of a ladder; undefined where there is one file only. */
    public readonly chooser: RenditionChooser | undefined;
    /** Most slots of a segment, of any rendition. */
    public readonly capacity: number;
    private readonly _abort = new AbortController();
    private readonly _renditions: (Rendition | undefined)[];
    /** Those that are being opened or cannot be. */
    private readonly _tried = new Set<number>();
    private readonly _fetcher: SegmentFetcher;
    private readonly _clock: IClock;
    /** Settles when there is a segment. */
    private readonly _hasBegun: Promise<void>;
    private _active = 0;
    private _isLive: boolean;

    private constructor(
        rendition: Rendition,
        private readonly _options: IStreamOptions,
        private readonly _ladder?: ILadder,
    ) {
        this._clock = _options.clock ?? SYSTEM_CLOCK;
        this.meter = new BandwidthMeter(this._clock);
        this.chooser = _ladder && new RenditionChooser(_ladder.renditions.map(({ bitrate }) => bitrate));
        this.capacity = Math.max(rendition.head.header.capacity, ...(_ladder?.renditions.map(({ splats }) => splats) ?? []));
        this.buffer = withDefaults(BUFFER_DEFAULTS, _options.buffer, "buffer");
        this.store = new SegmentStore(this.buffer.maxBytes);
        this._renditions = [rendition];
        this._fetcher = new SegmentFetcher(this._renditions, this.store, this.meter, this.buffer.aheadSeconds, () => this._choose());
        this._isLive = rendition.isLive;
        this._hasBegun = this._isLive ? this._beginAsync(rendition) : Promise.resolve();
        if (!this._isLive) {
            this._keepFirst(rendition);
        }
    }

    /**
     * Reads the head of a clip.
     * @param source where the bytes come from
     * @param options how to stream
     * @param onProgress told how many bytes of the present read have come, and how many are wanted
     */
    public static async OpenAsync(source: IClipSource, options: IStreamOptions = {}, onProgress?: (loaded: number, total: number) => void): Promise<ClipStream> {
        const { signal } = new AbortController();
        const stream = new ClipStream(await Rendition.OpenAsync(source, options.limits ?? {}, signal, onProgress), options);
        await stream._hasBegun;
        return stream;
    }

    /**
     * Reads the head of the smallest rendition of a clip; the others are opened when they are chosen.
     * @param ladder the renditions
     * @param options how to stream
     * @param onProgress told how many bytes of the present read have come, and how many are wanted
     */
    public static async OpenLadderAsync(ladder: ILadder, options: IStreamOptions = {}, onProgress?: (loaded: number, total: number) => void): Promise<ClipStream> {
        const { signal } = new AbortController();
        return new ClipStream(await Rendition.OpenAsync(ladder.sources[0], options.limits ?? {}, signal, onProgress), options, ladder);
    }

    /** The renditions of a ladder, by ascending bitrate; none where there is one file only. */
    public get renditions(): readonly ILadderRendition[] {
        return this._ladder?.renditions ?? [];
    }

    /** Header and metadata of the clip. */
    public get head(): IClipHead {
        return this._first.head;
    }

    /** All segments; those of a live clip grow. */
    public get segments(): readonly ISegmentEntry[] {
        return this._first.segments;
    }

    /** Number of frames that can be played, or up to the newest one of a live clip. */
    public get frameCount(): number {
        const last = this.segments.at(-1);
        return last ? last.firstFrame + last.frameCount : 0;
    }

    /** First frame that can be played: not 0 where a viewer came late to a live clip. */
    public get firstFrame(): number {
        return this.segments[0]?.firstFrame ?? 0;
    }

    /** Whether the clip is still being made. */
    public get isLive(): boolean {
        return this._isLive;
    }

    /** Whether nothing is on its way. */
    public get isIdle(): boolean {
        return this._fetcher.isIdle && !this._isLive;
    }

    /** Frames were put on screen, or passed over because the machine does not keep up. */
    public noteFrames(shown: number, dropped: number): void {
        this.chooser?.noteFrames(shown, dropped, this._clock.now());
    }

    /** Another one plays this clip. */
    public createReader(listener: IStreamListener): StreamReader {
        const reader = new StreamReader(listener, () => this._fetcher.update());
        this._fetcher.readers.push(reader);
        this._renditions.forEach((rendition, i) => rendition && listener.onRendition(i, rendition));
        return reader;
    }

    /** One plays it no more; after the last one nothing is fetched. */
    public removeReader(reader: StreamReader): void {
        const { readers } = this._fetcher;
        readers.splice(0, readers.length, ...readers.filter((other) => other !== reader));
        if (readers.length === 0) {
            this.dispose();
        }
    }

    /** Limits for the counts in the file. */
    public get limits(): Partial<IFvvLimits> {
        return this._options.limits ?? {};
    }

    /**
     * A file of the clip.
     * @param number of the rendition; 0 where there is one file only
     */
    public rendition(number: number): Rendition {
        const rendition = this._renditions[number];
        if (!rendition) {
            throw new FvvError("INTERNAL", `Rendition ${number} is not open; please report this`);
        }
        return rendition;
    }

    /**
     * Bytes of a segment: those in memory, or, where they are not all there, read anew and not kept.
     * @param rendition number of the rendition
     * @param segment number of the segment
     */
    public async readSegmentAsync(rendition: number, segment: number): Promise<Uint8Array> {
        const { source, segments } = this.rendition(rendition);
        const { offset, byteLength } = segments[segment];
        const stored = this.store.get(rendition, segment);
        if (stored && (stored.isCut || stored.available >= byteLength)) {
            return stored.bytes.subarray(0, stored.available);
        }
        if (this._isLive) {
            throw new FvvError("FRAME_OUT_OF_RANGE", "A live clip cannot go back to what is no longer in memory; raise buffer.maxBytes, or take a newer frame", {
                segment,
            });
        }
        return await readBytesAsync(source, offset, offset + byteLength, this._abort.signal);
    }

    /** The segment that holds a frame, -1 where none does. */
    public segmentOf(frame: number): number {
        return segmentOf(this.segments, frame);
    }

    /** The frames whose bytes are in memory, in order. */
    public get bufferedRanges(): IFrameRange[] {
        const ranges: IFrameRange[] = [];
        this.segments.forEach(({ firstFrame, frameCount }, segment) => {
            const last = ranges.at(-1);
            const share = this._shareOf(segment);
            if (share > 0) {
                const to = firstFrame + Math.floor(share * frameCount);
                if (last?.to === firstFrame) {
                    last.to = to;
                } else {
                    ranges.push({ from: firstFrame, to });
                }
            }
        });
        return ranges;
    }

    /**
     * How many frames from one on have their bytes in memory.
     * @param position where somebody plays
     */
    public framesAhead({ frame, direction }: { frame: number; direction: 1 | -1 }): number {
        let segment = this.segmentOf(frame);
        let frames = 0;
        for (; segment >= 0 && segment < this.segments.length; segment += direction) {
            const { firstFrame, frameCount } = this.segments[segment];
            const share = this._shareOf(segment);
            // Backwards, a frame needs all before it in its segment.
            frames += direction > 0 ? share * frameCount : share === 1 ? frameCount : 0;
            if (frames > 0 && frame >= firstFrame && frame < firstFrame + frameCount) {
                frames -= direction > 0 ? frame - firstFrame : firstFrame + frameCount - 1 - frame;
            }
            if (share < 1) {
                break;
            }
        }
        return Math.max(0, frames);
    }

    /** Whether the clip has a sound, in its file or, of a ladder, beside it. */
    public get hasAudio(): boolean {
        return (this._ladder ? this._ladder.audio : this.head.audio) !== undefined;
    }

    /**
     * Reads the sound of the clip, by one request.
     * @returns undefined where there is none
     */
    public async readAudioAsync(): Promise<IClipAudio | undefined> {
        const { signal } = this._abort;
        if (this._ladder) {
            const { audio } = this._ladder;
            return audio && (await readAudioFileAsync(audio.source, audio.startTime, this._options.limits ?? {}, signal));
        }
        const { head, source } = this._first;
        return head.audio && (await readAudioTrackAsync(source, head.audio, signal));
    }

    /** Ends all reads. */
    public dispose(): void {
        this._abort.abort();
        this._fetcher.dispose();
        this.store.clear();
        this._renditions.forEach((rendition) => rendition?.source.dispose());
        this._ladder?.audio?.source.dispose();
    }

    /** The rendition to fetch next: the one chosen, once it is open. */
    private _choose(): number {
        if (this.chooser) {
            const { bitsPerSecond } = this.meter;
            const seconds = this._fetcher.readers.map(({ position }) => this.framesAhead(position) / position.framesPerSecond);
            this.chooser.update({ now: this._clock.now(), bitsPerSecond, bufferedSeconds: Math.min(...seconds) });
            const { current } = this.chooser;
            if (!this._renditions[current] && !this._tried.has(current)) {
                void this._openAsync(current);
            }
            // Until it is open, the best one below it that is.
            for (this._active = current; !this._renditions[this._active]; this._active--);
        }
        return this._active;
    }

    private async _openAsync(rendition: number): Promise<void> {
        this._tried.add(rendition);
        try {
            const source = (this._ladder as ILadder).sources[rendition];
            const opened = await Rendition.OpenAsync(source, this._options.limits ?? {}, this._abort.signal, undefined, this.head.byteLength + HEAD_SPARE_BYTES);
            checkRendition(opened, this._first, this.capacity);
            this._renditions[rendition] = opened;
            this._fetcher.readers.forEach(({ listener }) => listener.onRendition(rendition, opened));
            this._fetcher.update();
        } catch (error) {
            if (!this._abort.signal.aborted) {
                const { code, detail, where } = FvvError.From(error, "NETWORK", "A rendition cannot be opened");
                this._tellError(new FvvError(code, detail, { ...where, isRecoverable: true }));
            }
        }
    }

    private _tellError(error: FvvError): void {
        this._fetcher.readers.forEach(({ listener }) => listener.onError(error));
    }

    private get _first(): Rendition {
        return this._renditions[0] as Rendition;
    }

    /** How much of a segment is there, about: its key frame counts as one frame of it. */
    private _shareOf(segment: number): number {
        let best = 0;
        for (const { rendition, available, isCut } of this.store.all(segment)) {
            const { byteLength, keyByteLength, frameCount } = (this._renditions[rendition] as Rendition).segments[segment];
            const isWhole = isCut || available === byteLength;
            const rest = (available - keyByteLength) / Math.max(1, byteLength - keyByteLength);
            best = Math.max(best, isWhole ? 1 : available < keyByteLength ? 0 : Math.min(1 - 1e-9, (1 + rest * (frameCount - 1)) / frameCount));
        }
        return best;
    }

    /** The beginning of the first segment came with the head. */
    private _keepFirst({ segments: [entry], firstBytes }: Rendition): void {
        const bytes = firstBytes.subarray(entry.offset, entry.offset + entry.byteLength);
        if (bytes.length > 0) {
            const stored = this.store.reserve(0, 0, entry.byteLength);
            stored.bytes.set(bytes);
            stored.available = bytes.length;
        }
    }

    /** Takes in a live clip; settles with its first segment, or with what prevents it. */
    private _beginAsync(rendition: Rendition): Promise<void> {
        return new Promise((resolve, reject) => {
            const intake = new LiveIntake(rendition, this._options.limits ?? {}, (segment, entry, bytes) => {
                this._grow(segment, entry, bytes);
                resolve();
            });
            const end = (error?: unknown): void => {
                this._isLive = false;
                if (rendition.segments.length === 0) {
                    reject(FvvError.From(error ?? new FvvError("TRUNCATED", "The live clip ended before its first frame"), "NETWORK", "The live clip broke off"));
                } else if (error !== undefined && !this._abort.signal.aborted) {
                    this._tellError(FvvError.From(error, "NETWORK", "The live clip broke off"));
                }
            };
            intake.runAsync(this._abort.signal).then(() => end(), end);
        });
    }

    private _grow(segment: number, entry: ISegmentEntry, bytes: Uint8Array): void {
        // Nobody goes back to what is oldest.
        this.store.makeRoom(bytes.length, (stored) => segment - stored.segment);
        const stored = this.store.reserve(0, segment, bytes.length);
        stored.bytes.set(bytes);
        stored.available = bytes.length;
        this.meter.add(bytes.length);
        this._fetcher.readers.forEach(({ listener }) => listener.onGrowth(0, [entry]));
        this._fetcher.update();
    }
}
