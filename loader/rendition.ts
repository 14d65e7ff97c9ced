import { ByteWriter } from "../format/byteWriter.js";
import { readClipHead, type IClipHead } from "../format/clipHead.js";
import { UNKNOWN_COUNT } from "../format/clipHeader.js";
import type { ISegmentEntry } from "../format/clipIndex.js";
import { FvvError } from "../format/fvvError.js";
import { resolveLimits, type IFvvLimits } from "../format/limits.js";
import { SegmentScanner } from "../format/segmentScanner.js";
import type { IClipSource } from "./sources/clipSource.js";

/** Bytes of the first read: enough for the head of a clip of about 1,000 segments. */
const FIRST_READ_BYTES = 64 * 1024;

/** One file of a clip, whose head is read. */
export class Rendition {
    private constructor(
        /** Where its bytes come from. */
        public readonly source: IClipSource,
        /** Its header and metadata. */
        public readonly head: IClipHead,
        /** Its segments; a live one grows. */
        public readonly segments: ISegmentEntry[],
        /** The first bytes of the file, which came with the head. */
        public readonly firstBytes: Uint8Array,
    ) {}

    /** Whether more segments may come. */
    public get isLive(): boolean {
        return this.head.segments === undefined && this.source.isLive;
    }

    /**
     * Reads the head of a clip. A file without an index that is not live is read whole, and its segments found by looking.
     * @param source where the bytes come from
     * @param limits limits for the counts in the file
     * @param signal ends the read
     * @param onProgress told how many bytes of the present read have come, and how many are wanted
     * @param firstReadBytes bytes to begin with
     */
    public static async OpenAsync(
        source: IClipSource,
        limits: Partial<IFvvLimits>,
        signal: AbortSignal,
        onProgress?: (loaded: number, total: number) => void,
        firstReadBytes = FIRST_READ_BYTES,
    ): Promise<Rendition> {
        const resolved = resolveLimits(limits);
        const read = (end: number | undefined): Promise<Uint8Array<ArrayBuffer>> => readStartAsync(source, end, resolved, signal, onProgress);
        let asked = firstReadBytes;
        let bytes = await read(asked);
        let head = readClipHead(bytes, resolved, bytes.length < asked && !source.isLive);
        while (typeof head === "number") {
            asked = Math.max(head, bytes.length + FIRST_READ_BYTES);
            bytes = await read(asked);
            head = readClipHead(bytes, resolved, bytes.length < asked);
        }
        if (!head.segments && source.isLive) {
            return new Rendition(source, head, [], bytes);
        }
        if (!head.segments && bytes.length === asked) {
            bytes = await read(undefined);
        }
        const segments = head.segments ?? new SegmentScanner(head.header, resolved, head.byteLength).scan(bytes, true);
        if (segments.length === 0) {
            throw new FvvError(head.header.frameCount === UNKNOWN_COUNT ? "BAD_INDEX" : "TRUNCATED", "The clip has no frame; it was cut or is empty, encode it again", {
                source: source.name,
            });
        }
        return new Rendition(source, head, segments, bytes.subarray(0, FIRST_READ_BYTES));
    }
}

/** Reads the first bytes of a clip; of one that is live, which may pause at any byte, no more than its head takes. */
async function readStartAsync(
    source: IClipSource,
    end: number | undefined,
    limits: IFvvLimits,
    signal: AbortSignal,
    onProgress?: (loaded: number, total: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
    const enough = new AbortController();
    const bytes = new ByteWriter(FIRST_READ_BYTES);
    const onPart = (part: Uint8Array): void => {
        bytes.bytes(part);
        onProgress?.(bytes.length, Math.max(bytes.length, end ?? 0));
        if (source.isLive && isHead(bytes.toBytes(), limits)) {
            enough.abort();
        }
    };
    try {
        await source.readAsync(0, end, { signal: AbortSignal.any([signal, enough.signal]), onPart });
    } catch (error) {
        if (!enough.signal.aborted || signal.aborted) {
            throw error;
        }
    }
    // The file may be shorter than what was asked for.
    onProgress?.(bytes.length, bytes.length);
    return bytes.toBytes();
}

/** Whether bytes are a whole head, or no head at all. */
function isHead(bytes: Uint8Array, limits: IFvvLimits): boolean {
    try {
        return typeof readClipHead(bytes, limits, false) !== "number";
    } catch {
        return true;
    }
}
