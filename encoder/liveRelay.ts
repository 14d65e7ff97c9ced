import { CHUNK_HEADER_BYTES, CHUNK_TYPES, isSkippable, readChunk, readChunkHeader } from "../format/chunk.js";
import { readClipHead, unexpectedChunk, type IClipHead } from "../format/clipHead.js";
import { UNKNOWN_COUNT } from "../format/clipHeader.js";
import { FvvError } from "../format/fvvError.js";
import { checkLimit, resolveLimits, type IFvvLimits } from "../format/limits.js";
import { readSegmentHeader } from "../format/segmentHeader.js";
import { ByteQueue } from "./byteQueue.js";

/** Limits of a relay unless it is given others: it holds a head, and the segments since the newest key frame that stands alone. */
export const LIVE_LIMITS: Readonly<IFvvLimits> = resolveLimits({ segmentBytes: 64 * 1024 * 1024, chunkBytes: 256 * 1024 });

/** What a chunk takes of memory beyond its bytes: a flood of empty ones must not fill it. */
const CHUNK_COST = 128;

/** Bytes that a viewer may be behind when a segment begins, unless a relay is told otherwise. */
export const LIVE_MAX_BEHIND = 16 * 1024 * 1024;

/** Whoever watches a live clip. What a relay calls here must not throw. */
export interface ILiveViewer {
    /** Bytes that it was sent and has not taken yet. */
    readonly behind: number;
    /**
     * Takes the next bytes of the clip.
     * @param bytes whole chunks; other viewers get the same, so they are not to be changed
     */
    send(bytes: Uint8Array): void;
    /**
     * Nothing more will come.
     * @param isWhole whether the clip ended; else its publisher broke off, or sent what is no clip
     */
    end(isWhole: boolean): void;
}

/** What is known of a viewer. */
interface IAudience {
    viewer: ILiveViewer;
    /** Whether it waits for a segment whose key frame stands alone. */
    isWaiting: boolean;
}

/**
 * Passes a clip on while it is being published. A viewer gets the head, then the newest segment whose key frame stands alone, then every chunk as soon as it is there whole and its CRC is right.
 * A viewer that takes its bytes too slowly misses whole segments. Nothing a publisher sends is trusted; memory holds what {@link LIVE_LIMITS} allow.
 */
export class LiveRelay {
    private readonly _queue = new ByteQueue();
    private readonly _audience = new Set<IAudience>();
    private readonly _limits: IFvvLimits;
    private readonly _maxBehind: number;
    /** Bytes of the head, once it is whole. */
    private _headBytes: Uint8Array | undefined;
    private _head: IClipHead | undefined;
    /** Bytes to wait for before it can be. */
    private _headNeeds = 0;
    /** Bytes of the clip that were passed on. */
    private _offset = 0;
    /** Chunks since the newest segment whose key frame stands alone began. */
    private _held: Uint8Array[] = [];
    private _heldBytes = 0;
    /** First frame of that segment. */
    private _reference = 0;
    /** Number of the next frame; undefined before the first segment. */
    private _nextFrame: number | undefined;
    /** Frames of the open segment so far. */
    private _openFrames = 0;
    private _state: "open" | "ended" | "closed" = "open";

    /**
     * @param options limits for what is published, and bytes that a viewer may be behind when a segment begins
     */
    public constructor(options: { limits?: Partial<IFvvLimits>; maxBehind?: number } = {}) {
        this._limits = { ...LIVE_LIMITS, ...options.limits };
        this._maxBehind = options.maxBehind ?? LIVE_MAX_BEHIND;
    }

    /** Number of viewers. */
    public get viewerCount(): number {
        return this._audience.size;
    }

    /**
     * Takes the next bytes of the publisher, cut anywhere. Throws when they are no live clip; the publication is over then.
     * @param bytes bytes; the relay copies them
     */
    public push(bytes: Uint8Array): void {
        if (this._state !== "open") {
            return;
        }
        this._queue.push(bytes);
        try {
            while (this._state === "open" && this._advance());
        } catch (error) {
            this.close();
            throw error;
        }
    }

    /** The publisher is gone. Where the clip has not ended before, it breaks off. */
    public close(): void {
        if (this._state !== "closed") {
            const isWhole = this._state === "ended";
            this._state = "closed";
            this._audience.forEach(({ viewer }) => viewer.end(isWhole));
            this._audience.clear();
        }
    }

    /** Whether the clip has ended as a clip does. */
    public get isEnded(): boolean {
        return this._state === "ended";
    }

    /**
     * Lets a viewer watch.
     * @param viewer the viewer
     * @returns what to call when it leaves
     */
    public join(viewer: ILiveViewer): () => void {
        const member = { viewer, isWaiting: this._held.length === 0 };
        this._audience.add(member);
        if (this._headBytes) {
            viewer.send(this._headBytes);
            this._held.forEach((chunk) => viewer.send(chunk));
        }
        return () => this._audience.delete(member);
    }

    /** Reads the head or the next chunk; false when more bytes are needed. */
    private _advance(): boolean {
        if (!this._head) {
            return this._readHead();
        }
        if (this._queue.byteLength < CHUNK_HEADER_BYTES) {
            return false;
        }
        const { type, length } = readChunkHeader(this._queue.peek(CHUNK_HEADER_BYTES), 0);
        checkLimit(this._limits, isSkippable(type) ? "chunkBytes" : "segmentBytes", length, this._offset + 4);
        if (this._queue.byteLength < CHUNK_HEADER_BYTES + length) {
            return false;
        }
        const chunk = this._queue.take(CHUNK_HEADER_BYTES + length);
        this._take(type, readChunk(chunk, 0, this._offset).payload, chunk, this._head);
        this._offset += chunk.length;
        return true;
    }

    private _readHead(): boolean {
        if (this._queue.byteLength < this._headNeeds) {
            return false;
        }
        const bytes = this._queue.peek(this._queue.byteLength);
        const head = readClipHead(bytes, this._limits, false);
        const byteLength = typeof head === "number" ? head : head.byteLength;
        checkLimit(this._limits, "chunkBytes", byteLength);
        if (typeof head === "number") {
            this._headNeeds = head;
            return false;
        }
        if (head.segments || head.header.frameCount !== UNKNOWN_COUNT) {
            throw new FvvError("UNSUPPORTED_INPUT", "A live clip has neither an index nor a number of frames; publish it with `fvv encode -o http://...`");
        }
        const headBytes = this._queue.take(head.byteLength);
        this._audience.forEach(({ viewer }) => viewer.send(headBytes));
        this._head = head;
        this._headBytes = headBytes;
        this._offset = head.byteLength;
        return true;
    }

    /** Takes a whole chunk: checks that it may stand here, holds it and passes it on. */
    private _take(type: number, payload: Uint8Array, chunk: Uint8Array, { header }: IClipHead): void {
        if (type === CHUNK_TYPES.segment) {
            this._beginSegment(payload, header);
        } else if (type === CHUNK_TYPES.keyFrame || type === CHUNK_TYPES.residualFrame) {
            this._countFrame(type === CHUNK_TYPES.keyFrame);
        } else if (type === CHUNK_TYPES.end) {
            this._endSegment();
            this._state = "ended";
        } else if (!isSkippable(type)) {
            throw unexpectedChunk(type, this._offset);
        }
        this._held.push(chunk);
        this._heldBytes += chunk.length + CHUNK_COST;
        checkLimit(this._limits, "segmentBytes", this._heldBytes, this._offset);
        this._audience.forEach((member) => {
            member.isWaiting &&= this._state !== "ended";
            if (!member.isWaiting) {
                member.viewer.send(chunk);
            }
        });
    }

    private _beginSegment(payload: Uint8Array, { shDegree, capacity }: IClipHead["header"]): void {
        this._endSegment();
        const { firstFrame, referenceFrames } = readSegmentHeader(payload, this._offset + CHUNK_HEADER_BYTES, this._limits, shDegree, capacity);
        if (firstFrame < (this._nextFrame ?? 0)) {
            throw this._bad(`begins with frame ${firstFrame}, where frame ${this._nextFrame} should come`);
        }
        const standsAlone = referenceFrames === 0;
        if (standsAlone) {
            this._held = [];
            this._heldBytes = 0;
            this._reference = firstFrame;
        } else if (this._nextFrame === undefined || firstFrame - referenceFrames !== this._reference) {
            throw this._bad("refers to another key frame than the newest that stands alone");
        }
        this._nextFrame = firstFrame;
        this._openFrames = 0;
        this._audience.forEach((member) => {
            const isSlow = member.viewer.behind > this._maxBehind;
            member.isWaiting = isSlow || (member.isWaiting && !standsAlone);
        });
    }

    private _countFrame(isKey: boolean): void {
        if (this._nextFrame === undefined || isKey !== (this._openFrames === 0)) {
            throw this._bad("does not begin with its key frame, or has a second one");
        }
        this._openFrames++;
        this._nextFrame++;
        checkLimit(this._limits, "segmentFrames", this._openFrames, this._offset);
    }

    private _endSegment(): void {
        if (this._nextFrame !== undefined && this._openFrames === 0) {
            throw this._bad("has no frame");
        }
    }

    private _bad(what: string): FvvError {
        return new FvvError("BAD_SEGMENT", `A segment ${what}; publish the clip again, or report it`, { offset: this._offset });
    }
}
