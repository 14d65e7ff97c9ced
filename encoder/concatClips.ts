import type { IAudioTrack } from "../format/audioTrack.js";
import { CHUNK_HEADER_BYTES, CHUNK_TYPES, FVV_SIGNATURE_BYTES, isSkippable, readChunk, readChunkHeader } from "../format/chunk.js";
import { framesPerSecond, type IClipHeader } from "../format/clipHeader.js";
import { readClipHead, unexpectedChunk, writeClipEnd, writeClipHead, type IClipHead, type IClipMetadata, type IndexedSegment } from "../format/clipHead.js";
import type { ISegmentEntry } from "../format/clipIndex.js";
import { FvvError } from "../format/fvvError.js";
import { checkLimit, resolveLimits, type IFvvLimits } from "../format/limits.js";
import { renumberSegment } from "../format/renumberSegment.js";
import { readPartAsync, type IByteSource } from "./byteSource.js";

/** What goes into a joined clip one after the other: a segment, or a chunk between segments that stays as it is. */
interface IPart {
    source: IByteSource;
    offset: number;
    byteLength: number;
    /** The segment as its own clip's index has it. */
    segment?: ISegmentEntry;
    /** Number of its first frame in the joined clip. */
    firstFrame: number;
    /** Whether it is the sound. */
    isAudio?: boolean;
}

/** Chunks that are written anew. */
const HEAD_CHUNKS: readonly number[] = [CHUNK_TYPES.header, CHUNK_TYPES.metadata, CHUNK_TYPES.audioPlace, CHUNK_TYPES.index];

/** What was joined. */
export interface IConcatReport {
    /** Bytes of the joined clip. */
    byteLength: number;
    /** Its number of frames. */
    frameCount: number;
    /** Its number of segments. */
    segmentCount: number;
}

/**
 * Joins clips that were encoded with the same settings into one, in the order given. Nothing is decoded: the frames get new numbers, and the index and the bounds are put together. Metadata
 * are those of the first clip; a sound, which one of them may have, begins where that clip does. Memory holds one segment. The clips of successive parts of a sequence, cut at the ends of segments, give the bytes of the sequence encoded whole.
 * @param sources the clips; each has its index
 * @param writeAsync takes the bytes of the joined clip from first to last
 * @param onFrames told how many frames are written, segment by segment
 * @param limits limits for the counts, those of the joined clip too: readers refuse what is over theirs
 */
export async function concatClipsAsync(
    sources: readonly IByteSource[],
    writeAsync: (bytes: Uint8Array) => Promise<void>,
    onFrames: (done: number, total: number) => void = () => {},
    limits: Partial<IFvvLimits> = {},
): Promise<IConcatReport> {
    const plan = await planAsync(sources, resolveLimits(limits));
    const head = writeClipHead(plan.header, plan.metadata, indexOf(plan.parts), plan.audio);
    const end = writeClipEnd(plan.header.frameCount);
    let byteLength = head.length + end.length;
    await writeAsync(head);
    for (const part of plan.parts) {
        await writeAsync(await readPieceAsync(part));
        byteLength += part.byteLength;
        if (part.segment) {
            onFrames(part.firstFrame + part.segment.frameCount, plan.header.frameCount);
        }
    }
    await writeAsync(end);
    return { byteLength, frameCount: plan.header.frameCount, segmentCount: plan.parts.filter(({ segment }) => segment).length };
}

interface IPlan {
    header: IClipHeader;
    metadata: IClipMetadata;
    parts: IPart[];
    audio?: IAudioTrack;
}

/** Reads heads and chunk headers, so that what is wrong shows before anything is written. */
async function planAsync(sources: readonly IByteSource[], limits: IFvvLimits): Promise<IPlan> {
    const heads: IClipHead[] = [];
    const parts: IPart[] = [];
    let audio: IAudioTrack | undefined;
    let frameCount = 0;
    for (const source of sources) {
        try {
            const head = await readHeadAsync(source, limits);
            heads.push(head);
            checkSame(head.header, heads[0].header);
            parts.push(...(await partsOfAsync(source, head, frameCount)));
            audio = joinAudio(audio, head, frameCount);
            frameCount += head.segments.reduce((sum, segment) => sum + segment.frameCount, 0);
        } catch (error) {
            throwNamed(error, source);
        }
    }
    if (heads.length === 0) {
        throw new FvvError("NO_INPUT", "There is no clip to join; give at least one");
    }
    checkLimit(limits, "frames", frameCount);
    checkLimit(limits, "segments", parts.filter(({ segment }) => segment).length);
    const headers = heads.map(({ header }) => header);
    const capacity = Math.max(...headers.map((header) => header.capacity));
    return { header: { ...headers[0], frameCount, capacity, bounds: boundsOf(headers) }, metadata: heads[0].metadata, parts: audioAfterSegments(parts), audio };
}

async function readHeadAsync(source: IByteSource, limits: IFvvLimits): Promise<IClipHead & { segments: ISegmentEntry[] }> {
    let length = Math.min(source.byteLength, 4096);
    for (;;) {
        const isWhole = length === source.byteLength;
        const head = readClipHead(await source.readAsync(0, length), limits, isWhole);
        if (typeof head === "number") {
            length = Math.min(source.byteLength, Math.max(head, 2 * length));
        } else if (!head.segments || head.segments.length === 0) {
            throw new FvvError("UNSUPPORTED_INPUT", "The clip has no index or no frame, as when it was cut or is still being written; encode it again");
        } else {
            return { ...head, segments: head.segments };
        }
    }
}

/** Sounds cannot be joined without decoding them: one clip may have one. */
function joinAudio(joined: IAudioTrack | undefined, { audio, header }: IClipHead, firstFrame: number): IAudioTrack | undefined {
    if (joined && audio) {
        throw new FvvError("CLIPS_DIFFER", "The clip has a sound, and one before it has another; join the sounds, and encode one clip only with --audio");
    }
    return audio ? { ...audio, startTime: audio.startTime + firstFrame / framesPerSecond(header) } : joined;
}

/** The sound comes right after the last segment. */
function audioAfterSegments(parts: readonly IPart[]): IPart[] {
    const audio = parts.filter(({ isAudio }) => isAudio);
    const others = parts.filter(({ isAudio }) => !isAudio);
    const end = others.reduce((after, { segment }, i) => (segment ? i + 1 : after), 0);
    return [...others.slice(0, end), ...audio, ...others.slice(end)];
}

/** Everything that is no head and no end, in the order of the file. */
async function partsOfAsync(source: IByteSource, { segments, audio }: IClipHead & { segments: ISegmentEntry[] }, firstFrame: number): Promise<IPart[]> {
    const parts: IPart[] = [];
    let next = 0;
    for (let offset = FVV_SIGNATURE_BYTES; ;) {
        if (next < segments.length && offset === segments[next].offset) {
            const segment = segments[next++];
            parts.push({ source, offset, byteLength: segment.byteLength, segment, firstFrame: firstFrame + segment.firstFrame });
            offset += segment.byteLength;
            continue;
        }
        const { type, length } = readChunkHeader(await readPartAsync(source, offset, CHUNK_HEADER_BYTES), 0);
        const byteLength = CHUNK_HEADER_BYTES + length;
        const isHead = HEAD_CHUNKS.includes(type);
        if (type === CHUNK_TYPES.end && next === segments.length) {
            return parts;
        } else if (!isHead && isSkippable(type)) {
            parts.push({ source, offset, byteLength, firstFrame, isAudio: offset === audio?.offset });
        } else if (!isHead) {
            throw unexpectedChunk(type, offset);
        }
        offset += byteLength;
    }
}

function indexOf(parts: readonly IPart[]): IndexedSegment[] {
    const index: IndexedSegment[] = [];
    let gapByteLength = 0;
    for (const { segment, byteLength, firstFrame } of parts) {
        if (segment) {
            const { offset: _, ...entry } = segment;
            index.push({ ...entry, firstFrame, gapByteLength });
        }
        gapByteLength = segment ? 0 : gapByteLength + byteLength;
    }
    return index;
}

async function readPieceAsync({ source, offset, byteLength, segment, firstFrame }: IPart): Promise<Uint8Array> {
    try {
        const bytes = await readPartAsync(source, offset, byteLength);
        if (segment) {
            return renumberSegment(bytes, segment, firstFrame);
        }
        readChunk(bytes, 0, offset);
        return bytes;
    } catch (error) {
        throwNamed(error, source);
    }
}

/** A box around all clips, or zeros where that of one is not known. A clip without splats has none. */
function boundsOf(headers: readonly IClipHeader[]): Float32Array {
    const boxes = headers.filter(({ capacity }) => capacity > 0).map(({ bounds }) => bounds);
    if (boxes.length === 0 || boxes.some((box) => box.every((value) => value === 0))) {
        return new Float32Array(6);
    }
    return Float32Array.from({ length: 6 }, (_, c) => boxes.reduce((value, box) => (c < 3 ? Math.min(value, box[c]) : Math.max(value, box[c])), boxes[0][c]));
}

/** What must be the same in all clips: everything in the header that does not follow from the frames. */
function settingsOf(header: IClipHeader): Record<string, unknown> {
    const { fpsNumerator, fpsDenominator, errorBounds, frameCount: _frames, capacity: _capacity, bounds: _bounds, ...others } = header;
    const settings: Record<string, unknown> = { "frame rate": `${fpsNumerator}/${fpsDenominator}`, ...others };
    for (const [name, value] of Object.entries(errorBounds) as [string, number][]) {
        settings[`error bound of ${name}`] = Number(value.toPrecision(7));
    }
    return settings;
}

function checkSame(header: IClipHeader, first: IClipHeader): void {
    const settings = settingsOf(header);
    for (const [name, value] of Object.entries(settingsOf(first))) {
        if (settings[name] !== value) {
            throw new FvvError(
                "CLIPS_DIFFER",
                `The clip's ${name} is ${String(settings[name])}, that of the first clip ${String(value)}; clips can be joined when all were encoded with the same settings`,
            );
        }
    }
}

/** Errors about a clip name it. */
function throwNamed(error: unknown, source: IByteSource): never {
    if (error instanceof FvvError && error.where.source === undefined) {
        throw new FvvError(error.code, error.detail, { ...error.where, source: source.name });
    }
    throw error;
}
