import { audioEnd, readAudioChunk, type IAudioTrack } from "../format/audioTrack.js";
import { framesPerSecond, type IClipHeader } from "../format/clipHeader.js";
import { readClipHead, type IClipMetadata } from "../format/clipHead.js";
import { referenceOf, type ISegmentEntry } from "../format/clipIndex.js";
import { dequantizeFrame } from "../format/dequantizeFrame.js";
import { FvvError } from "../format/fvvError.js";
import { resolveLimits, type IFvvLimits } from "../format/limits.js";
import { SegmentDecoder } from "../format/segmentDecoder.js";
import { SegmentScanner } from "../format/segmentScanner.js";
import type { ISymbolReader } from "../format/symbolReader.js";
import type { ISplatFrame } from "../format/splatFrame.js";
import type { IFrameSource } from "./splatFrame.js";

/**
 * A clip in memory as a sequence of frames. Frames in order cost one decode each; a step back decodes from the key frame of its segment.
 */
export class ClipReader implements IFrameSource {
    /** Header of the clip. */
    public readonly header: IClipHeader;
    /** Title, author, licence and whatever else the file says. */
    public readonly metadata: IClipMetadata;
    /** The audio track; undefined where there is none. */
    public readonly audio: IAudioTrack | undefined;
    /** The segments: those of the index, or, in a file without one, those found. */
    public readonly segments: readonly ISegmentEntry[];
    /** Bytes in front of the first segment. */
    public readonly headByteLength: number;
    /** Whether the file has an index. */
    public readonly hasIndex: boolean;
    /** Number of frames that are there. */
    public readonly frameCount: number;
    private readonly _decoder: SegmentDecoder;
    private _open: ISegmentEntry | undefined;
    private _decodedFrame = -1;

    /**
     * @param bytes the whole file
     * @param limits limits for the counts
     * @param symbolReader what reads the symbols; another one can count them
     */
    public constructor(
        public readonly bytes: Uint8Array,
        limits: Partial<IFvvLimits> = {},
        symbolReader?: ISymbolReader,
    ) {
        const resolved = resolveLimits(limits);
        const head = readClipHead(bytes, resolved, true);
        if (typeof head === "number") {
            throw new FvvError("TRUNCATED", "The file ends inside its head; fetch or encode it again", { offset: bytes.length });
        }
        this.header = head.header;
        this.metadata = head.metadata;
        this.audio = head.audio;
        this.hasIndex = head.segments !== undefined;
        this.segments = head.segments ?? new SegmentScanner(head.header, resolved, head.byteLength).scan(bytes, true);
        if (this.segments.length === 0) {
            throw new FvvError("TRUNCATED", "The clip has no frame; it was cut or is empty, fetch or encode it again", { offset: bytes.length });
        }
        this.headByteLength = head.byteLength;
        this.frameCount = this.segments.reduce((sum, { frameCount }) => sum + frameCount, 0);
        this._decoder = new SegmentDecoder(head.header, limits, symbolReader);
    }

    /** Frames a second. */
    public get fps(): number {
        return framesPerSecond(this.header);
    }

    /** The decoder, which holds the frame decoded last. */
    public get decoder(): SegmentDecoder {
        return this._decoder;
    }

    /** The audio file that is in the clip, a view; undefined where there is none. Throws where it is damaged. */
    public readAudio(): Uint8Array | undefined {
        return this.audio && readAudioChunk(this.bytes.subarray(this.audio.offset, audioEnd(this.audio)), this.audio);
    }

    public frameName(index: number): string {
        return `frame ${index}`;
    }

    /** Decodes a frame and takes its live splats, in the order of their slots. */
    public readFrameAsync(index: number): Promise<ISplatFrame> {
        this.decodeFrame(index);
        return Promise.resolve(dequantizeFrame(this._decoder.state, this._decoder.segment.quantization, this.header.shDegree));
    }

    /**
     * Decodes a frame into the {@link decoder}.
     * @param index 0..frameCount-1
     */
    public decodeFrame(index: number): void {
        const entry = this.segments.find(({ firstFrame, frameCount }) => index >= firstFrame && index < firstFrame + frameCount);
        if (!entry || !Number.isInteger(index)) {
            throw new FvvError("FRAME_OUT_OF_RANGE", `There is no frame ${index}; the clip has frames 0 to ${this.frameCount - 1}`);
        }
        const isOpen = this._open === entry;
        if (isOpen && index === this._decodedFrame) {
            return;
        }
        const canGoOn = isOpen && index > this._decodedFrame;
        // Set again at the end: after an error the state is of no frame, and the next call begins its segment again.
        this._open = undefined;
        if (!canGoOn) {
            this._decodedFrame = -1;
            this._beginReference(this.segments.indexOf(entry));
            this._decoder.begin(this._segmentBytes(entry), entry);
        }
        while (this._decodedFrame !== index) {
            this._decodedFrame = this._decoder.decodeFrame();
        }
        this._open = entry;
    }

    /** Decodes the key frame that a segment's key frame is coded against. */
    private _beginReference(segment: number): void {
        const reference = this.segments[referenceOf(this.segments, segment)];
        if (reference && this._decoder.reference?.firstFrame !== reference.firstFrame) {
            this._decoder.begin(this._segmentBytes(reference), reference);
            this._decoder.decodeFrame();
        }
    }

    private _segmentBytes({ offset, byteLength }: ISegmentEntry): Uint8Array {
        if (offset + byteLength > this.bytes.length) {
            throw new FvvError("TRUNCATED", "The file ends before this segment does; fetch or encode it again", {
                offset: this.bytes.length,
            });
        }
        return this.bytes.subarray(offset, offset + byteLength);
    }
}
