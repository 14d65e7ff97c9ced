import { hasChunk } from "../format/chunk.js";
import type { IClipHeader } from "../format/clipHeader.js";
import { referenceOf, type ISegmentEntry } from "../format/clipIndex.js";
import type { FrameState } from "../format/frameState.js";
import { FvvError, type IFvvErrorWhere } from "../format/fvvError.js";
import type { IFvvLimits } from "../format/limits.js";
import { SegmentDecoder } from "../format/segmentDecoder.js";
import type { ISegmentHeader } from "../format/segmentHeader.js";
import { KeyStates } from "./keyStates.js";
import type { ISuppliedSegment, SegmentSupply } from "./segmentSupply.js";
import { segmentOf } from "./segmentOf.js";

/** A rendition of the clip. */
interface IOpenRendition {
    segments: ISegmentEntry[];
    decoder: SegmentDecoder;
}

/** What a step came to: the frame wanted is there; a segment was begun; a frame was decoded; bytes are missing. */
export type DecodeStep = "there" | "begun" | "decoded" | "waiting";

/** Finds the way to any frame of a clip: which segment, which key frame before it, and then frame by frame, as far as there are bytes. */
export class ClipDecoder {
    private readonly _renditions: (IOpenRendition | undefined)[] = [];
    private readonly _keyStates: KeyStates;
    /** What is decoded from; undefined where the next frame begins a segment. */
    private _source: ISuppliedSegment | undefined;
    private _rendition = 0;
    private _segment = -1;
    private _frame = -1;
    /** Segment of the frame wanted last. */
    private _aim = -1;

    /**
     * @param _limits limits for the counts in the file
     * @param keyStateBytes most bytes of key frames to keep
     * @param _supply where bytes come from
     */
    public constructor(
        private readonly _limits: Partial<IFvvLimits>,
        keyStateBytes: number,
        private readonly _supply: SegmentSupply,
    ) {
        this._keyStates = new KeyStates(keyStateBytes);
    }

    /** State of {@link frame}. */
    public get state(): FrameState {
        return this._decoder.state;
    }

    /** Header of the segment of {@link frame}. */
    public get header(): ISegmentHeader {
        return this._decoder.segment;
    }

    /** Number of that segment. */
    public get segment(): number {
        return this._segment;
    }

    /** Rendition of {@link frame}. */
    public get rendition(): number {
        return this._rendition;
    }

    /** Frame decoded last. */
    public get frame(): number {
        return this._frame;
    }

    /** Whether that is a key frame. */
    public get isKey(): boolean {
        return this._source?.entry.firstFrame === this._frame;
    }

    /** Whether the bytes of a frame of the present segment have come, and of all before it. */
    public hasBytesOf(frame: number): boolean {
        const source = this._source;
        if (!source) {
            return false;
        }
        const { firstFrame, keyByteLength } = source.entry;
        const { frameByteLengths } = this.header;
        let end = keyByteLength;
        for (let i = 1; i <= frame - firstFrame; i++) {
            end += frameByteLengths[i] ?? 0;
        }
        return source.isCut || source.available >= Math.min(end, source.entry.byteLength);
    }

    /** What an error that a step threw prevents: the frames from there on to the end of the segment cannot be had. */
    public get failure(): IFvvErrorWhere {
        const segment = this._aim;
        const entry = this.entryOf(this._rendition, segment);
        return entry ? { segment, frame: this._source ? this._frame + 1 : entry.firstFrame } : {};
    }

    /** Adds a rendition. */
    public addRendition(rendition: number, header: IClipHeader, segments: readonly ISegmentEntry[]): void {
        this._rendition = this._renditions[this._rendition] ? this._rendition : rendition;
        this._renditions[rendition] = { segments: [...segments], decoder: new SegmentDecoder(header, this._limits) };
    }

    /** More segments of a rendition. */
    public grow(rendition: number, segments: readonly ISegmentEntry[]): void {
        this._renditions[rendition]?.segments.push(...segments);
    }

    /** The entry of a segment, or undefined. */
    public entryOf(rendition: number, segment: number): ISegmentEntry | undefined {
        return this._renditions[rendition]?.segments[segment];
    }

    /**
     * Goes one step towards a frame.
     * @param frame the frame wanted
     */
    public stepTowards(frame: number): DecodeStep {
        const segment = segmentOf(this._renditions[this._rendition]?.segments ?? [], frame);
        this._aim = segment;
        if (segment < 0) {
            throw new FvvError("FRAME_OUT_OF_RANGE", `The clip has no frame ${frame}`, { frame });
        }
        const source = this._source;
        if (!source || this._segment !== segment || this._frame > frame) {
            this._source = undefined;
            return this._begin(segment) ? "begun" : "waiting";
        }
        if (this._frame === frame) {
            return "there";
        }
        const decoder = this._decoder;
        if (!decoder.isNextFrameIn(source.available)) {
            if (source.isCut) {
                throw new FvvError("TRUNCATED", "The file ends inside this segment; fetch or encode it again", { offset: source.entry.offset + source.available });
            }
            if (!isWhole(source)) {
                return this._waitFor(source);
            }
        }
        this._frame = decoder.decodeFrame();
        if (this.isKey) {
            this._keepReference(decoder);
        }
        return "decoded";
    }

    /** After an error: the segment is begun anew when one of its frames is wanted again. */
    public abandon(): void {
        this._source = undefined;
    }

    private get _decoder(): SegmentDecoder {
        return (this._renditions[this._rendition] as IOpenRendition).decoder;
    }

    /** What comes is taken into the source; this asks again for what a seek has stopped. Where the source was let go meanwhile, the segment is begun anew. */
    private _waitFor(source: ISuppliedSegment): DecodeStep {
        const isHeld = this._supply.get(this._segment, source.rendition) === source;
        this._source = isHeld ? source : undefined;
        return !isHeld && this._begin(this._segment) ? "begun" : "waiting";
    }

    /** Begins a segment; false when bytes are missing. */
    private _begin(segment: number): boolean {
        this._rendition = this._supply.renditionOf(segment) ?? this._rendition;
        // Both are asked for together, what is decoded first first.
        const hasReference = this._haveReference(segment);
        const source = this._supply.get(segment);
        if (!source || !hasReference || (!isWhole(source) && !hasChunk(source.bytes, 0, source.available))) {
            return false;
        }
        this._decoder.begin(bytesOf(source), source.entry);
        this._source = source;
        this._segment = segment;
        this._frame = source.entry.firstFrame - 1;
        this._supply.prepare((segment + 1) % this._segmentCount);
        return true;
    }

    private get _segmentCount(): number {
        return (this._renditions[this._rendition] as IOpenRendition).segments.length;
    }

    /** Sees to it that the key frame that a segment's key frame is coded against is known; false when its bytes are missing. */
    private _haveReference(segment: number): boolean {
        const { segments, decoder } = this._renditions[this._rendition] as IOpenRendition;
        const reference = referenceOf(segments, segment);
        if (reference < 0 || decoder.reference?.firstFrame === segments[reference].firstFrame) {
            return true;
        }
        const known = this._keyStates.get(this._rendition, segments[reference].firstFrame);
        if (known) {
            decoder.reference = known;
            return true;
        }
        const source = this._supply.get(reference, this._rendition, true);
        if (!source || (!source.isCut && source.available < source.entry.keyByteLength)) {
            return false;
        }
        decoder.begin(bytesOf(source), source.entry);
        decoder.decodeFrame();
        this._keepReference(decoder);
        return true;
    }

    private _keepReference({ reference }: SegmentDecoder): void {
        if (reference) {
            this._keyStates.add(this._rendition, reference);
        }
    }
}

/** Whether no more bytes will come: what is missing then is damage. */
function isWhole({ entry, available, isCut }: ISuppliedSegment): boolean {
    return isCut || available === entry.byteLength;
}

/** What a decoder may take as all bytes of a segment. */
function bytesOf({ bytes, available, isCut }: ISuppliedSegment): Uint8Array {
    return isCut ? bytes.subarray(0, available) : bytes;
}
