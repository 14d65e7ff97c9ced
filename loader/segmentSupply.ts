import type { ISegmentEntry } from "../format/clipIndex.js";
import type { FvvError } from "../format/fvvError.js";

/** Segments whose bytes are held: the one that is decoded, the one after it, the one whose key frame they refer to, and one to spare. */
const HELD_SEGMENTS = 4;

/** The bytes of a segment, as far as they have come. */
export interface ISuppliedSegment {
    /** Whose bytes they are: number of the rendition. */
    rendition: number;
    /** Its entry in the index of that rendition. */
    entry: ISegmentEntry;
    /** Room for all bytes. */
    bytes: Uint8Array;
    /** How many have come. */
    available: number;
    /** Whether no more will come. */
    isCut: boolean;
}

/** What is asked for. */
export interface ISegmentNeed {
    /** Number of the segment. */
    segment: number;
    /** Rendition that it must be of, -1 for any. */
    rendition: number;
    /** First byte that is missing. */
    from: number;
    /** Whether its key frame is enough. */
    isKeyOnly: boolean;
    /** Whether it is needed later only. */
    isAhead: boolean;
}

/** How urgently a segment was asked for; what is asked for more urgently is asked for again. */
const ASKED_AHEAD = 1;
const ASKED_KEY = 2;
const ASKED_WHOLE = 3;

/** What was asked for of a segment. */
interface IAsked {
    rendition: number;
    urgency: number;
}

/** The decoder's side of the supply with bytes: asks for segments, puts together what comes. Of each segment one rendition at a time: what is asked for last takes the place of what was. */
export class SegmentSupply {
    private readonly _held = new Map<number, ISuppliedSegment>();
    /** What was asked for since the last {@link askAnew} and has not come, by segment. */
    private readonly _asked = new Map<number, IAsked>();
    private readonly _errors = new Map<number, FvvError>();

    /** @param _ask asks for bytes */
    public constructor(private readonly _ask: (need: ISegmentNeed) => void) {}

    /** Nothing that was asked for counts as being on its way: a request may have been dropped. */
    public askAnew(): void {
        this._asked.clear();
        this._errors.clear();
    }

    /** What could not be had is asked for again when it is needed. */
    public forgetErrors(): void {
        if (this._errors.size > 0) {
            this.askAnew();
        }
    }

    /**
     * The bytes of a segment; asks for those that are missing. Throws what prevents them from coming.
     * @param segment its number
     * @param rendition whose, -1 for any
     * @param isKeyOnly whether its key frame is enough
     */
    public get(segment: number, rendition = -1, isKeyOnly = false): ISuppliedSegment | undefined {
        const held = this._find(segment, rendition);
        const needed = held ? (isKeyOnly ? held.entry.keyByteLength : held.entry.byteLength) : Infinity;
        if (held?.isCut !== true && (held?.available ?? 0) < needed) {
            this._throwError(segment);
            // What has begun to come of a rendition goes on with that: parts of two do not go together.
            this._need(segment, held?.rendition ?? rendition, isKeyOnly ? ASKED_KEY : ASKED_WHOLE);
        }
        return held;
    }

    /** The rendition that there is something of. */
    public renditionOf(segment: number): number | undefined {
        return this._held.get(segment)?.rendition;
    }

    /** A segment will be needed soon: what was asked for of it for now is not given up for that. */
    public prepare(segment: number): void {
        const held = this._held.get(segment);
        if (!this._asked.has(segment) && (!held || (!held.isCut && held.available < held.entry.byteLength))) {
            this._need(segment, held?.rendition ?? -1, ASKED_AHEAD);
        }
    }

    /**
     * Takes bytes that have come.
     * @param segment number of the segment
     * @param rendition whose bytes they are
     * @param entry its entry in the index of that rendition
     * @param at number of the first byte
     * @param bytes the bytes
     * @param isCut whether no more will come
     */
    public take(segment: number, rendition: number, entry: ISegmentEntry, at: number, bytes: Uint8Array, isCut: boolean): void {
        const held = this._holderOf(segment, rendition, entry, at);
        if (!held) {
            return;
        }
        // What was asked for twice may come twice.
        if (at <= held.available && at + bytes.length > held.available) {
            held.bytes.set(bytes, at);
            held.available = at + bytes.length;
        }
        held.isCut ||= isCut;
        const asked = this._asked.get(segment);
        if (asked && asked.rendition < 0) {
            // Which one was for the other side to choose: it goes on with that.
            asked.rendition = rendition;
        }
        const isAll = held.isCut || held.available >= (asked?.urgency === ASKED_KEY ? entry.keyByteLength : entry.byteLength);
        if (asked?.rendition === rendition && isAll) {
            this._asked.delete(segment);
        }
    }

    /** Bytes cannot be had. That matters once they are needed; asked for again later, they are read again. */
    public fail(segment: number, error: FvvError): void {
        this._errors.set(segment, error);
    }

    private _find(segment: number, rendition: number): ISuppliedSegment | undefined {
        const held = this._held.get(segment);
        return held && (rendition < 0 || held.rendition === rendition) ? held : undefined;
    }

    /** Where bytes go; what comes late of a rendition that was given up goes nowhere. */
    private _holderOf(segment: number, rendition: number, entry: ISegmentEntry, at: number): ISuppliedSegment | undefined {
        const known = this._find(segment, rendition);
        const asked = this._asked.get(segment)?.rendition ?? -1;
        if (known || at > 0 || (asked >= 0 && asked !== rendition)) {
            return known;
        }
        const held = { rendition, entry, bytes: new Uint8Array(entry.byteLength), available: 0, isCut: false };
        // A map iterates in the order of insertion: the one put in first goes first.
        this._held.delete(segment);
        this._held.set(segment, held);
        for (const oldest of this._held.keys()) {
            if (this._held.size <= HELD_SEGMENTS) {
                break;
            }
            this._asked.delete(oldest);
            this._held.delete(oldest);
        }
        return held;
    }

    private _need(segment: number, rendition: number, urgency: number): void {
        const asked = this._asked.get(segment);
        if (asked?.rendition !== rendition || asked.urgency < urgency) {
            this._asked.set(segment, { rendition, urgency });
            const from = this._find(segment, rendition)?.available ?? 0;
            this._ask({ segment, rendition, from, isKeyOnly: urgency === ASKED_KEY, isAhead: urgency === ASKED_AHEAD });
        }
    }

    private _throwError(segment: number): void {
        const error = this._errors.get(segment);
        if (error) {
            this.askAnew();
            throw error;
        }
    }
}
