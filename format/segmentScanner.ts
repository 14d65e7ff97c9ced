import { CHUNK_HEADER_BYTES, CHUNK_TYPES, isSkippable, readChunk, readChunkHeader } from "./chunk.js";
import { unexpectedChunk } from "./clipHead.js";
import type { IClipHeader } from "./clipHeader.js";
import type { ISegmentEntry } from "./clipIndex.js";
import { FvvError } from "./fvvError.js";
import { checkLimit, type IFvvLimits } from "./limits.js";
import { readSegmentHeader, type ISegmentHeader } from "./segmentHeader.js";

/**
 * Finds the segments of a clip that has no index, in order, as its bytes arrive. It reads chunk headers and segment headers only.
 */
export class SegmentScanner {
    private _at: number;
    private _open: ISegmentEntry | undefined;
    /** Frames that the header of the open segment promises; 0 where it does not say. */
    private _openFrames = 0;
    private _nextFrame = 0;
    private readonly _firstFrames: number[] = [];
    private _segmentCount = 0;
    private _isEnded = false;

    /**
     * @param _header header of the clip
     * @param _limits limits for the counts
     * @param start byte offset of the first segment
     */
    public constructor(
        private readonly _header: IClipHeader,
        private readonly _limits: IFvvLimits,
        start: number,
    ) {
        this._at = start;
    }

    /** Whether the chunk that ends a clip was seen. */
    public get isEnded(): boolean {
        return this._isEnded;
    }

    /** Byte offset from which on bytes are still needed: the start of the segment that is not complete, or of what was not looked at. */
    public get neededFrom(): number {
        return this._open?.offset ?? this._at;
    }

    /**
     * Looks at what is there.
     * @param bytes bytes of the file so far
     * @param isWhole whether no more bytes will come
     * @param origin byte offset of the first of them in the file, at most {@link neededFrom}
     * @returns the segments completed since the last call; at the end of a cut file the last one may be a prefix
     */
    public scan(bytes: Uint8Array, isWhole: boolean, origin = 0): ISegmentEntry[] {
        const found: ISegmentEntry[] = [];
        const available = origin + bytes.length;
        while (!this._isEnded && available - this._at >= CHUNK_HEADER_BYTES) {
            const { type, length } = readChunkHeader(bytes, this._at - origin);
            const end = this._at + CHUNK_HEADER_BYTES + length;
            checkLimit(this._limits, "segmentBytes", length, this._at + 4);
            if (end > available) {
                break;
            }
            if (type === CHUNK_TYPES.segment || type === CHUNK_TYPES.end) {
                this._close(found);
            }
            if (type === CHUNK_TYPES.segment) {
                this._begin(bytes, origin);
            } else if (type === CHUNK_TYPES.end) {
                this._isEnded = true;
            } else {
                this._extend(type, end, found);
            }
            this._at = end;
        }
        if (isWhole && !this._isEnded) {
            this._close(found);
        }
        return found;
    }

    private _begin(bytes: Uint8Array, origin: number): void {
        const { payload } = readChunk(bytes, this._at - origin, origin);
        const header = readSegmentHeader(payload, this._at + CHUNK_HEADER_BYTES, this._limits, this._header.shDegree, this._header.capacity);
        if (header.firstFrame < this._nextFrame) {
            throw new FvvError("BAD_SEGMENT", "The segment begins with a frame that came before; the file is damaged, encode it again", { offset: this._at });
        }
        this._openFrames = header.frameCount;
        this._open = {
            offset: this._at,
            byteLength: CHUNK_HEADER_BYTES + payload.length,
            keyByteLength: 0,
            firstFrame: header.firstFrame,
            frameCount: 0,
            bounds: header.bounds,
            referenceDistance: this._referenceDistance(header),
        };
    }

    /** Segments back to the one that a segment refers to: frames back, by the segments seen. */
    private _referenceDistance({ firstFrame, referenceFrames }: ISegmentHeader): number {
        if (referenceFrames === 0) {
            return 0;
        }
        const reference = this._firstFrames.indexOf(firstFrame - referenceFrames);
        if (reference < 0) {
            throw new FvvError("BAD_SEGMENT", "The segment refers to a key frame that is not there; the file is damaged, encode it again", { offset: this._at });
        }
        return this._firstFrames.length - reference;
    }

    private _extend(type: number, end: number, found: ISegmentEntry[]): void {
        const isKey = type === CHUNK_TYPES.keyFrame;
        const isFrame = isKey || type === CHUNK_TYPES.residualFrame;
        if (!isFrame && !isSkippable(type)) {
            throw unexpectedChunk(type, this._at);
        }
        const open = this._open;
        if (!open && !isFrame) {
            return;
        }
        if (!open) {
            throw new FvvError("BAD_SEGMENT", "A frame stands outside a segment; the file is damaged, fetch or encode it again", { offset: this._at });
        }
        open.byteLength = end - open.offset;
        open.keyByteLength ||= isKey ? open.byteLength : 0;
        open.frameCount += isFrame ? 1 : 0;
        checkLimit(this._limits, "segmentBytes", open.byteLength, this._at);
        checkLimit(this._limits, "segmentFrames", open.frameCount, this._at);
        if (open.frameCount === this._openFrames) {
            // What is being made while it is read is to be shown at once, not when the next one begins.
            this._close(found);
        }
    }

    private _close(found: ISegmentEntry[]): void {
        if (this._open && this._open.frameCount > 0) {
            this._nextFrame = this._open.firstFrame + this._open.frameCount;
            this._segmentCount++;
            checkLimit(this._limits, "frames", this._nextFrame, this._at);
            checkLimit(this._limits, "segments", this._segmentCount, this._at);
            found.push(this._open);
            this._firstFrames.push(this._open.firstFrame);
        }
        this._open = undefined;
    }
}
