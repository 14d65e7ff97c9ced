import type { ILadderRendition } from "../format/ladderManifest.js";
import { FvvError } from "../format/fvvError.js";
import type { ClipStream } from "../loader/clipStream.js";
import type { SplatVideoMesh } from "./splatVideoMesh.js";
import type { Playhead } from "./playhead.js";

/** A part of a clip, seconds. */
export interface IFvvTimeRange {
    /** Where it begins. */
    from: number;
    /** Where it ends. */
    to: number;
}

/** How a clip comes: what is in memory, how fast it comes, which rendition of it. */
export class FvvStreaming {
    /**
     * @param stream the clip
     * @param _mesh who shows it
     * @param _playhead where time is
     */
    public constructor(
        public readonly stream: ClipStream,
        private readonly _mesh: SplatVideoMesh,
        private readonly _playhead: Playhead,
    ) {}

    /** The parts of the clip whose bytes are in memory, seconds, in order. */
    public get buffered(): IFvvTimeRange[] {
        const { fps } = this._playhead;
        return this.stream.bufferedRanges.map(({ from, to }) => ({ from: from / fps, to: to / fps }));
    }

    /** How long what is in memory lasts from the present time on, seconds. */
    public get bufferedSeconds(): number {
        return this.stream.framesAhead({ frame: this._playhead.frame, direction: 1 }) / this._playhead.fps;
    }

    /** Compressed bytes in memory; at most `buffer.maxBytes` of the loader's options. */
    public get memoryBytes(): number {
        return this.stream.store.byteLength;
    }

    /** Bytes that have come so far, heads left out. */
    public get fetchedBytes(): number {
        return this.stream.meter.byteTotal;
    }

    /** What the connection gives, megabits a second, estimated; undefined where too little has come to tell. */
    public get bandwidthMbps(): number | undefined {
        const { bitsPerSecond } = this.stream.meter;
        return bitsPerSecond === undefined ? undefined : bitsPerSecond / 1e6;
    }

    /** The renditions of a ladder, by ascending bitrate; empty where the clip is one file. */
    public get renditions(): readonly ILadderRendition[] {
        return this.stream.renditions;
    }

    /** Number of the rendition on screen, -1 before the first frame. */
    public get rendition(): number {
        return this._mesh.committedRendition;
    }

    /** Number of the rendition that is always fetched; null: the best that bandwidth and machine allow. Holds for segments that are not in memory yet. Default null. */
    public get fixedRendition(): number | null {
        return this.stream.chooser?.fixed ?? null;
    }

    public set fixedRendition(value: number | null) {
        if (value !== null) {
            this._checkRendition(value, "fixedRendition");
        }
        if (this.stream.chooser) {
            this.stream.chooser.fixed = value;
        }
    }

    /** Number of the best rendition that is fetched by itself. Default: the last. */
    public get highestRendition(): number {
        return this.stream.chooser?.highest ?? 0;
    }

    public set highestRendition(value: number) {
        this._checkRendition(value, "highestRendition");
        if (this.stream.chooser) {
            this.stream.chooser.highest = value;
        }
    }

    /** Whether the clip is still being made. */
    public get isLive(): boolean {
        return this.stream.isLive;
    }

    /** How far a live clip is behind the newest frame that has come, seconds; 0 for any other. */
    public get latency(): number {
        return this.isLive ? (this.stream.frameCount - this._playhead.value) / this._playhead.fps : 0;
    }

    private _checkRendition(value: number, source: string): void {
        const count = Math.max(1, this.renditions.length);
        if (!(Number.isInteger(value) && value >= 0 && value < count)) {
            throw new FvvError("BAD_OPTION", `${source} is ${value}; the clip has the renditions 0 to ${count - 1}`, { source });
        }
    }
}
