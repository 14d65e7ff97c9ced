import type { ISegmentEntry } from "../format/clipIndex.js";
import type { FvvError } from "../format/fvvError.js";
import type { Rendition } from "./rendition.js";
import type { ISegmentNeed } from "./segmentSupply.js";

/** Where one who plays a clip is, and where it goes from there. */
export interface IPlayPosition {
    /** Frame of the playhead. */
    frame: number;
    /** 1 forwards, -1 backwards. */
    direction: 1 | -1;
    /** Frames of the clip that pass in a second. */
    framesPerSecond: number;
    /** Whether the end of the range joins its beginning. */
    isLooping: boolean;
    /** First frame of the range that is played. */
    from: number;
    /** Frame after the last one of that range. */
    to: number;
}

/** Whom a {@link StreamReader} tells. */
export interface IStreamListener {
    /** A rendition is there, before any of its bytes. */
    onRendition: (rendition: number, opened: Rendition) => void;
    /** A rendition that is live has more segments. */
    onGrowth: (rendition: number, segments: readonly ISegmentEntry[]) => void;
    /** Bytes of a segment that is needed; they are the listener's own. */
    onBytes: (segment: number, rendition: number, at: number, bytes: Uint8Array<ArrayBuffer>, isCut: boolean) => void;
    /** The bytes of a segment that is needed cannot be had. */
    onFailed: (segment: number, error: FvvError) => void;
    /** A live clip broke off, or, which is recoverable, a rendition cannot be opened. */
    onError: (error: FvvError) => void;
}

/** What one who plays a clip takes from its stream. */
export class StreamReader {
    /** What is needed and has not come whole. */
    public readonly needs: ISegmentNeed[] = [];
    /** Where it is. */
    public readonly position: IPlayPosition = { frame: 0, direction: 1, framesPerSecond: 30, isLooping: false, from: 0, to: Infinity };
    /** Key frames that its decoder has had, and so need not be fetched before another is coded against them; by rendition and segment. */
    private readonly _keys = new Set<string>();
    private readonly _asked: IPlayPosition = { ...this.position };

    /**
     * @param listener whom to tell
     * @param _onChange told when something else is needed
     */
    public constructor(
        public readonly listener: IStreamListener,
        private readonly _onChange: () => void,
    ) {}

    /** Needs a segment, in place of what was needed of it before. */
    public need(need: ISegmentNeed): void {
        this.drop(need.segment);
        this.needs.push(need);
        this._onChange();
    }

    /** The whole key frame of a segment was handed over. */
    public noteKey(rendition: number, segment: number): void {
        this._keys.add(`${rendition} ${segment}`);
    }

    /** Whether it was. The decoder may have forgotten it: then it asks for it. */
    public hadKey(rendition: number, segment: number): boolean {
        return this._keys.has(`${rendition} ${segment}`);
    }

    /** Needs nothing any more: the playhead has gone elsewhere. */
    public flush(): void {
        this.needs.length = 0;
    }

    /** Forgets what is needed of a segment. */
    public drop(segment: number): void {
        const at = this.needs.findIndex((need) => need.segment === segment);
        if (at >= 0) {
            this.needs.splice(at, 1);
        }
    }

    /** Says that {@link position} has been set. */
    public move(isElsewhere: boolean): void {
        const { position, _asked: asked } = this;
        const isOther =
            isElsewhere ||
            position.direction !== asked.direction ||
            position.framesPerSecond !== asked.framesPerSecond ||
            position.isLooping !== asked.isLooping ||
            position.from !== asked.from ||
            position.to !== asked.to;
        if (isOther) {
            Object.assign(asked, position);
            this._onChange();
        }
    }
}
