import { referenceOf } from "../format/clipIndex.js";
import { FvvError } from "../format/fvvError.js";
import type { BandwidthMeter } from "./bandwidthMeter.js";
import type { Rendition } from "./rendition.js";
import { segmentOf } from "./segmentOf.js";
import type { SegmentStore, IStoredSegment } from "./segmentStore.js";
import type { StreamReader } from "./streamReader.js";

/** Most requests at once; from a source that gives bytes in order only, one. */
const MAX_PARALLEL = 3;

/** What is to be fetched. */
interface IWant {
    rendition: number;
    segment: number;
    /** Bytes from its start. */
    byteLength: number;
    /** Whether a decoder waits for it. */
    isAwaited: boolean;
    /** Whether that, or a playhead is in it. */
    isUrgent: boolean;
}

interface ITask extends IWant {
    abort: AbortController;
    /** Whether bytes have come. */
    hasBegun: boolean;
}

/**
 * Decides what to fetch next: first what decoders wait for, then what playheads will come to, up to a number of seconds and of bytes. Ends what nobody wants any more; what has come of it stays.
 */
export class SegmentFetcher {
    /** Those who play. */
    public readonly readers: StreamReader[] = [];
    private readonly _tasks: ITask[] = [];
    /** What could not be had ahead of time: that is tried again when somebody waits for it. */
    private readonly _failed = new Set<string>();
    private _chosen = 0;
    private _isDisposed = false;

    /**
     * @param _renditions the files; those not opened yet are undefined
     * @param _store where bytes go
     * @param _meter what measures
     * @param _aheadSeconds how far ahead of a playhead to fetch
     * @param _choose the rendition that a segment is to be fetched of
     */
    public constructor(
        private readonly _renditions: readonly (Rendition | undefined)[],
        private readonly _store: SegmentStore,
        private readonly _meter: BandwidthMeter,
        private readonly _aheadSeconds: number,
        private readonly _choose: () => number,
    ) {}

    /** Segments of the clip: all renditions hold the same frames in each. */
    private get _segments(): Rendition["segments"] {
        return this._renditions[0]?.segments ?? [];
    }

    /** Whether nothing is on its way. */
    public get isIdle(): boolean {
        return this._tasks.length === 0;
    }

    /** Looks again at what is wanted. */
    public update(): void {
        if (this._isDisposed) {
            return;
        }
        this._chosen = this._choose();
        this.readers.forEach((reader) => this._passOn(reader));
        const wants = this._collectWants();
        const missing = wants.filter((want) => !this._isThere(want) && (want.isAwaited || !this._failed.has(nameOf(want))));
        const mustHurry = missing.some((want) => want.isUrgent && !this._isUnderWay(want));
        for (const task of [...this._tasks]) {
            const want = wants.find((candidate) => isSame(candidate, task));
            if (!want || (mustHurry && !want.isUrgent)) {
                this._end(task);
            }
        }
        this._start(missing, wants);
    }

    /** Ends everything. */
    public dispose(): void {
        this._isDisposed = true;
        [...this._tasks].forEach((task) => this._end(task));
    }

    /** Gives a reader what there is of the segments that it needs. */
    private _passOn(reader: StreamReader): void {
        for (const need of [...reader.needs]) {
            const stored = need.rendition < 0 ? this._bestOf(need.segment) : this._store.get(need.rendition, need.segment);
            const byteLength = stored ? this._byteLengthOf(stored.rendition, need.segment, need.isKeyOnly) : 0;
            if (!stored || (stored.available <= need.from && !stored.isCut)) {
                continue;
            }
            const at = need.from;
            if (stored.available >= this._byteLengthOf(stored.rendition, need.segment, true)) {
                reader.noteKey(stored.rendition, need.segment);
            }
            const isAll = stored.isCut || stored.available >= byteLength;
            // Parts of two renditions do not go together.
            need.rendition = stored.rendition;
            need.from = stored.available;
            if (isAll) {
                reader.needs.splice(reader.needs.indexOf(need), 1);
            }
            reader.listener.onBytes(need.segment, stored.rendition, at, stored.bytes.slice(at, stored.available), stored.isCut);
        }
    }

    private _collectWants(): IWant[] {
        const wants: IWant[] = [];
        for (const { needs } of this.readers) {
            for (const { segment, rendition, isKeyOnly, isAhead } of needs) {
                if (!isAhead) {
                    this._want(wants, segment, rendition, isKeyOnly, true, true);
                }
            }
        }
        for (const reader of this.readers) {
            this._wantAhead(wants, reader);
        }
        return wants;
    }

    /** What a playhead comes to. */
    private _wantAhead(wants: IWant[], reader: StreamReader): void {
        const { position } = reader;
        const segments = this._segments;
        const { direction, isLooping } = position;
        const first = segmentOf(segments, position.from);
        const last = segmentOf(segments, Math.min(position.to, endOf(segments)) - 1);
        let segment = segmentOf(segments, position.frame);
        let frames = this._aheadSeconds * position.framesPerSecond;
        for (let count = 0; count < segments.length && segment >= 0 && frames > 0; count++) {
            const { firstFrame, frameCount } = segments[segment];
            frames -= count > 0 ? frameCount : direction > 0 ? firstFrame + frameCount - position.frame : position.frame - firstFrame;
            // What the playhead is in comes before all else, also before a decoder has said that it waits for it.
            if (count === 0) {
                this._wantReference(wants, segment, reader);
            }
            this._want(wants, segment, -1, false, count === 0, false);
            segment += direction;
            if (segment < first || segment > last) {
                segment = isLooping ? (direction > 0 ? first : last) : -1;
            }
        }
        if (isLooping && first >= 0) {
            // Whoever loops comes back to the beginning.
            this._want(wants, first, -1, false, false, false);
        }
    }

    /** The key frame that a segment's key frame is coded against is decoded first. */
    private _wantReference(wants: IWant[], segment: number, reader: StreamReader): void {
        const rendition = this._bestOf(segment)?.rendition ?? this._chosen;
        const reference = referenceOf(this._renditions[rendition]?.segments ?? [], segment);
        if (reference >= 0 && !reader.hadKey(rendition, reference)) {
            this._want(wants, reference, rendition, true, true, false);
        }
    }

    private _want(wants: IWant[], segment: number, asked: number, isKeyOnly: boolean, isUrgent: boolean, isAwaited: boolean): void {
        const rendition = asked >= 0 ? asked : (this._bestOf(segment)?.rendition ?? this._chosen);
        const byteLength = this._byteLengthOf(rendition, segment, isKeyOnly);
        const known = wants.find((want) => want.segment === segment && want.rendition === rendition);
        if (known) {
            known.byteLength = Math.max(known.byteLength, byteLength);
            known.isUrgent ||= isUrgent;
            known.isAwaited ||= isAwaited;
        } else if (byteLength > 0) {
            wants.push({ rendition, segment, byteLength, isUrgent, isAwaited });
        }
    }

    /** What there is of a segment, if it is whole, in the best rendition; else what there is of the rendition chosen. */
    private _bestOf(segment: number): IStoredSegment | undefined {
        let best: IStoredSegment | undefined;
        for (const stored of this._store.all(segment)) {
            if (stored.available === this._byteLengthOf(stored.rendition, segment, false) && stored.rendition >= (best?.rendition ?? 0)) {
                best = stored;
            }
        }
        return best ?? this._store.get(this._chosen, segment);
    }

    private _byteLengthOf(rendition: number, segment: number, isKeyOnly: boolean): number {
        const entry = this._renditions[rendition]?.segments[segment];
        return (isKeyOnly ? entry?.keyByteLength : entry?.byteLength) ?? 0;
    }

    private _isThere({ rendition, segment, byteLength }: IWant): boolean {
        const stored = this._store.get(rendition, segment);
        return stored !== undefined && (stored.isCut || stored.available >= byteLength);
    }

    private _isUnderWay(want: IWant): boolean {
        return this._tasks.some((task) => isSame(task, want));
    }

    private _start(missing: readonly IWant[], wants: readonly IWant[]): void {
        const waits = missing.some(({ isUrgent }) => isUrgent);
        for (const want of missing) {
            const isOrdered = this._renditions[want.rendition]?.source.isForwardOnly === true;
            if (this._tasks.length >= (isOrdered ? 1 : MAX_PARALLEL) || (waits && !want.isUrgent)) {
                return;
            }
            const task = this._tasks.find((candidate) => isSame(candidate, want));
            if (task?.hasBegun || this._renditions[want.rendition]?.isLive) {
                continue;
            }
            // What comes next shares the connection: it is asked for when this has begun to come.
            if (!task && this._haveRoom(want, wants)) {
                void this._fetchAsync(want);
            }
            return;
        }
    }

    /** Frees what is farthest from all playheads; for what somebody waits for, also what is wanted later. */
    private _haveRoom(want: IWant, wants: readonly IWant[]): boolean {
        const room = want.byteLength - (this._store.get(want.rendition, want.segment)?.bytes.length ?? 0);
        const isFixed = (stored: IStoredSegment): boolean => isSame(stored, want) || this._tasks.some((task) => isSame(task, stored));
        const farthest = (stored: IStoredSegment): number => (isFixed(stored) || wants.some((other) => isSame(other, stored)) ? -1 : this._distanceTo(stored.segment));
        const latest = (stored: IStoredSegment): number => (isFixed(stored) ? -1 : wants.findIndex((other) => isSame(other, stored) && !other.isAwaited));
        const latestOfOthers = (stored: IStoredSegment): number => (this._isPinned(stored.segment) ? -1 : latest(stored));
        const haveRoom = (rank: (stored: IStoredSegment) => number): boolean => this._store.makeRoom(room, rank);
        // One that is larger than all room there is must come all the same, alone.
        return haveRoom(farthest) || (want.isAwaited && (haveRoom(latestOfOthers) || haveRoom(latest) || this._tasks.length === 0));
    }

    /** Whether somebody who loops comes back to a segment. */
    private _isPinned(segment: number): boolean {
        return this.readers.some(({ position }) => position.isLooping && segmentOf(this._segments, position.from) === segment);
    }

    private _distanceTo(segment: number): number {
        const distances = this.readers.map(({ position }) => Math.abs(segmentOf(this._segments, position.frame) - segment));
        return Math.min(...distances, Number.MAX_SAFE_INTEGER);
    }

    private async _fetchAsync(want: IWant): Promise<void> {
        const { rendition, segment, byteLength } = want;
        const { source, segments } = this._renditions[rendition] as Rendition;
        const { offset } = segments[segment];
        const task: ITask = { ...want, abort: new AbortController(), hasBegun: false };
        this._tasks.push(task);
        const stored = this._store.reserve(rendition, segment, byteLength);
        const { signal } = task.abort;
        this._meter.begin();
        try {
            await source.readAsync(offset + stored.available, offset + byteLength, {
                signal,
                onPart: (part) => {
                    if (!signal.aborted) {
                        const isFirst = !task.hasBegun;
                        task.hasBegun = true;
                        this._add(stored, part.subarray(0, byteLength - stored.available), isFirst);
                    }
                },
            });
            stored.isCut ||= !signal.aborted && stored.available < byteLength;
            // The connection works: what could not be had before may be had now.
            this._failed.clear();
        } catch (error) {
            if (!signal.aborted) {
                this._fail(want, FvvError.From(error, "NETWORK", "A segment of the clip cannot be read", { segment }));
            }
        } finally {
            this._meter.end();
            this._forget(task);
            this.update();
        }
    }

    private _add(stored: IStoredSegment, part: Uint8Array, isFirst: boolean): void {
        stored.bytes.set(part, stored.available);
        stored.available += part.length;
        this._meter.add(part.length);
        if (isFirst) {
            this.update();
        } else {
            this.readers.forEach((reader) => this._passOn(reader));
        }
    }

    /** What cannot be had matters to those who wait for it. */
    private _fail(want: IWant, error: FvvError): void {
        this._failed.add(nameOf(want));
        for (const reader of this.readers) {
            for (const need of [...reader.needs]) {
                if (need.segment === want.segment && (need.rendition < 0 || need.rendition === want.rendition)) {
                    reader.needs.splice(reader.needs.indexOf(need), 1);
                    if (!need.isAhead) {
                        reader.listener.onFailed(want.segment, new FvvError(error.code, error.detail, { ...error.where, segment: want.segment }));
                    }
                }
            }
        }
    }

    private _end(task: ITask): void {
        this._forget(task);
        task.abort.abort();
    }

    private _forget(task: ITask): void {
        const at = this._tasks.indexOf(task);
        if (at >= 0) {
            this._tasks.splice(at, 1);
        }
    }
}

function isSame(a: { rendition: number; segment: number }, b: { rendition: number; segment: number }): boolean {
    return a.rendition === b.rendition && a.segment === b.segment;
}

function nameOf({ rendition, segment }: IWant): string {
    return `${rendition} ${segment}`;
}

function endOf(segments: Rendition["segments"]): number {
    const last = segments.at(-1);
    return last ? last.firstFrame + last.frameCount : 0;
}
