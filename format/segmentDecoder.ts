import { CHUNK_HEADER_BYTES, CHUNK_TYPES, chunkTypeName, hasChunk, isSkippable, readChunk, readChunkHeader } from "./chunk.js";
import { unexpectedChunk } from "./clipHead.js";
import type { IClipHeader } from "./clipHeader.js";
import type { ISegmentEntry } from "./clipIndex.js";
import { decodeKeyPayload, decodeResidualPayload } from "./framePayload.js";
import { FrameState, stateByteLength, type IKeySnapshot, type IStateHost } from "./frameState.js";
import { FvvError } from "./fvvError.js";
import { mostSymbols } from "./frameModel.js";
import { resolveLimits, type IFvvLimits } from "./limits.js";
import { readSegmentHeader, type ISegmentHeader } from "./segmentHeader.js";
import { createSymbolReader } from "./createSymbolReader.js";
import { SymbolReader, type ISymbolReader } from "./symbolReader.js";
import { WasmSymbolReader } from "./wasmSymbolReader.js";

/**
 * Decodes a segment frame by frame into a {@link FrameState}. One decoder serves all segments of a clip, one after the other. After an
 * error it takes the next segment.
 */
export class SegmentDecoder {
    private readonly _limits: IFvvLimits;
    private _state: FrameState | undefined;
    private _segment: ISegmentHeader | undefined;
    private _bytes: Uint8Array = new Uint8Array(0);
    private _origin = 0;
    private _at = 0;
    private _nextFrame = 0;
    private _endFrame = 0;
    private _hasTables = false;
    private _reference: IKeySnapshot | undefined;

    /**
     * @param _header header of the clip
     * @param limits limits for the counts
     * @param _reader what reads the symbols; another one can count them
     */
    public constructor(
        private readonly _header: IClipHeader,
        limits?: Partial<IFvvLimits>,
        private _reader: ISymbolReader = createSymbolReader(),
    ) {
        this._limits = resolveLimits(limits);
    }

    /** State of the last decoded frame. */
    public get state(): FrameState {
        // Allocated late: a header alone must not make us allocate.
        this._state ??= new FrameState(this._header.capacity, this._header.shDegree, this._reserve());
        return this._state;
    }

    /** The key frame that others can be coded against, and that was decoded last. A segment whose key frame is coded against it can be begun. */
    public get reference(): IKeySnapshot | undefined {
        return this._reference;
    }

    public set reference(reference: IKeySnapshot | undefined) {
        this._reference = reference;
    }

    /** Header of the segment begun last. */
    public get segment(): ISegmentHeader {
        if (!this._segment) {
            throw new FvvError("INTERNAL", "No segment was begun; call begin first");
        }
        return this._segment;
    }

    /** Number of the frame that {@link decodeFrame} decodes next. */
    public get nextFrame(): number {
        return this._nextFrame;
    }

    /** Whether the segment has another frame. */
    public get hasNext(): boolean {
        return this._nextFrame < this._endFrame;
    }

    /**
     * Whether the next frame can be decoded while bytes of the segment are still coming.
     * @param available how many of the bytes given to {@link begin} have come
     */
    public isNextFrameIn(available: number): boolean {
        let at = this._at;
        while (hasChunk(this._bytes, at, available)) {
            const { type, length } = readChunkHeader(this._bytes, at);
            if (!isSkippable(type)) {
                return true;
            }
            at += CHUNK_HEADER_BYTES + length;
        }
        return at > available;
    }

    /**
     * Begins a segment.
     * @param bytes bytes of the segment, or an intact prefix of it, or room for all of it, at least whose first chunk has come
     * @param entry its entry in the index
     */
    public begin(bytes: Uint8Array, entry: ISegmentEntry): ISegmentHeader {
        this._endFrame = this._nextFrame = 0;
        const chunk = readChunk(bytes, 0, entry.offset);
        if (chunk.type !== CHUNK_TYPES.segment) {
            throw new FvvError("BAD_SEGMENT", `The index points to a chunk ${chunkTypeName(chunk.type)}, not to a segment; the file is damaged, encode it again`, {
                offset: entry.offset,
            });
        }
        const { shDegree, capacity } = this._header;
        const segment = readSegmentHeader(chunk.payload, entry.offset + CHUNK_HEADER_BYTES, this._limits, shDegree, capacity);
        if (segment.firstFrame !== entry.firstFrame || (segment.frameCount !== 0 && segment.frameCount < entry.frameCount)) {
            throw new FvvError("BAD_SEGMENT", "The segment does not hold the frames that the index says; the file is damaged, encode it again", { offset: entry.offset });
        }
        const reference = segment.referenceFrames > 0 ? this._reference : undefined;
        if (segment.referenceFrames > 0 && (reference?.firstFrame !== segment.firstFrame - segment.referenceFrames || reference.slotCount > segment.slotCount)) {
            throw new FvvError("BAD_SEGMENT", "The segment needs a key frame that was not decoded before it; the file is damaged, encode it again", {
                offset: entry.offset,
            });
        }
        this.state.beginSegment(segment, reference);
        this._segment = segment;
        this._bytes = bytes;
        this._origin = entry.offset;
        this._at = CHUNK_HEADER_BYTES + chunk.payload.length;
        this._nextFrame = segment.firstFrame;
        this._endFrame = segment.firstFrame + entry.frameCount;
        this._hasTables = false;
        return segment;
    }

    /**
     * Decodes the next frame into {@link state}.
     * @returns its number
     */
    public decodeFrame(): number {
        if (!this.hasNext) {
            throw new FvvError("INTERNAL", "The segment has no further frame; begin the next one");
        }
        const frame = this._nextFrame;
        const isKey = frame === this.segment.firstFrame;
        // Set again at the end: after an error nothing of this segment can be decoded any more.
        const end = this._endFrame;
        this._endFrame = 0;
        const { payload, origin } = this._nextFramePayload(isKey ? CHUNK_TYPES.keyFrame : CHUNK_TYPES.residualFrame);
        if (isKey) {
            decodeKeyPayload(this.state, this._reader, payload, frame, origin);
            if (this.segment.isReference) {
                this._reference = this.state.takeSnapshot(frame);
            }
        } else {
            this._hasTables = decodeResidualPayload(this.state, this._reader, payload, frame, origin, this._hasTables);
        }
        this._nextFrame = frame + 1;
        this._endFrame = end;
        return frame;
    }

    private _reserve(): IStateHost | undefined {
        const { capacity, shDegree } = this._header;
        try {
            return this._reader.reserve(capacity, mostSymbols(capacity, shDegree), stateByteLength(capacity, shDegree));
        } catch (error) {
            if (!(this._reader instanceof WasmSymbolReader)) {
                throw error;
            }
            // WebAssembly needs room for the longest frame that there can be, where TypeScript takes what it needs.
            const reader = new SymbolReader();
            this._reader = reader;
            return reader.reserve(capacity);
        }
    }

    private _nextFramePayload(expected: number): { payload: Uint8Array; origin: number } {
        for (;;) {
            const chunk = readChunk(this._bytes, this._at, this._origin);
            this._at += CHUNK_HEADER_BYTES + chunk.payload.length;
            if (chunk.type === expected) {
                return { payload: chunk.payload, origin: chunk.offset + CHUNK_HEADER_BYTES };
            }
            if (!isSkippable(chunk.type)) {
                throw unexpectedChunk(chunk.type, chunk.offset);
            }
        }
    }
}
