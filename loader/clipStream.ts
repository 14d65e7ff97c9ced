import { readClipHead, type IClipHead } from "../format/clipHead.js";
import { UNKNOWN_COUNT } from "../format/clipHeader.js";
import type { ISegmentEntry } from "../format/clipIndex.js";
import { FvvError } from "../format/fvvError.js";
import { resolveLimits, type IFvvLimits } from "../format/limits.js";
import { SegmentScanner } from "../format/segmentScanner.js";
import type { IClipSource } from "./clipSource.js";

/** Bytes of the first read: enough for the head of a clip of about 1,000 segments. */
const FIRST_READ_BYTES = 64 * 1024;

/** A clip whose head is read and whose segments can be. */
export class ClipStream {
    private readonly _abort = new AbortController();

    private constructor(
        private readonly _source: IClipSource,
        /** Header and metadata of the clip. */
        public readonly head: IClipHead,
        /** All segments. */
        public readonly segments: readonly ISegmentEntry[],
    ) {}

    /** Number of frames that can be played. */
    public get frameCount(): number {
        const last = this.segments[this.segments.length - 1];
        return last.firstFrame + last.frameCount;
    }

    /**
     * Reads the head of a clip. A file without an index is read whole, and its segments found by looking.
     * @param source where the bytes come from
     * @param limits limits for the counts in the file
     * @param onProgress told how many bytes of the present read have come, and how many will
     */
    public static async OpenAsync(source: IClipSource, limits: Partial<IFvvLimits> = {}, onProgress?: (loaded: number, total: number) => void): Promise<ClipStream> {
        const resolved = resolveLimits(limits);
        const { signal } = new AbortController();
        let bytes = await source.readAsync(0, FIRST_READ_BYTES, signal, onProgress);
        let isWhole = bytes.length < FIRST_READ_BYTES;
        let head = readClipHead(bytes, resolved, isWhole);
        while (typeof head === "number") {
            const asked = Math.max(head, bytes.length + FIRST_READ_BYTES);
            bytes = await source.readAsync(0, asked, signal, onProgress);
            isWhole = bytes.length < asked;
            head = readClipHead(bytes, resolved, isWhole);
        }
        if (!head.segments) {
            bytes = isWhole ? bytes : await source.readAsync(0, undefined, signal, onProgress);
        }
        const segments = head.segments ?? new SegmentScanner(head.header, resolved, head.byteLength).scan(bytes, true);
        if (segments.length === 0) {
            throw new FvvError(head.header.frameCount === UNKNOWN_COUNT ? "BAD_INDEX" : "TRUNCATED", "The clip has no frame; it was cut or is empty, encode it again", {
                source: source.name,
            });
        }
        return new ClipStream(source, head, segments);
    }

    /**
     * Reads the bytes of a segment.
     * @param segment its number
     * @param onProgress told how many bytes have come, and how many will
     */
    public async readSegmentAsync(segment: number, onProgress?: (loaded: number, total: number) => void): Promise<Uint8Array<ArrayBuffer>> {
        const { offset, byteLength } = this.segments[segment];
        const bytes = await this._source.readAsync(offset, offset + byteLength, this._abort.signal, onProgress);
        if (bytes.length === 0) {
            throw new FvvError("TRUNCATED", "The file ends before this segment; it was cut, fetch or encode it again", { source: this._source.name, segment, offset });
        }
        return bytes;
    }

    /** Aborts all reads. */
    public dispose(): void {
        this._abort.abort();
    }
}
