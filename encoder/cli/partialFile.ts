import { ByteWriter } from "../../format/byteWriter.js";
import { CHUNK_HEADER_BYTES, fourCc, readChunk, readChunkHeader, writeChunk, type IChunk } from "../../format/chunk.js";
import { FvvError } from "../../format/fvvError.js";
import { readPartAsync, type IByteSource } from "../byteSource.js";
import type { IFinishedSegment, ISegmentResult } from "../segmentJob.js";

/*
 * A partial clip is a file of chunks: one with the settings, then for each segment its own chunks, the rows of its splats where they are wanted, and a record. A segment counts when its
 * record is there and every CRC up to it is right; whatever follows was cut short and is written again.
 */
const SETTINGS = fourCc("part");
const ROWS = fourCc("rows");
const RECORD = fourCc("done");

/** What a partial clip depends on: must be the same when it goes on. */
export type PartialSettings = Record<string, unknown>;

/** Name and bytes of the input file of a frame. */
export type PartialInput = readonly [name: string, byteLength: number];

/** A finished segment and where it is in the partial clip. */
export interface IPartialSegment extends IFinishedSegment {
    /** Byte offset of its first chunk. */
    offset: number;
    /** Byte offset after its record. */
    end: number;
    /** Inputs of its frames. */
    inputs: PartialInput[];
    /** Where the source rows of its splats are; undefined where they were not wanted. */
    rows?: { offset: number; byteLength: number };
}

/** What is in a partial clip. */
export interface IPartialContent {
    settings: PartialSettings;
    segments: IPartialSegment[];
    /** Byte offset of the first segment. */
    start: number;
    /** Byte offset after the last finished segment. */
    end: number;
}

/**
 * The beginning of a partial clip.
 * @param settings what it depends on
 */
export function writePartialStart(settings: PartialSettings): Uint8Array {
    return chunk(SETTINGS, json(settings));
}

/**
 * A segment as it goes into a partial clip.
 * @param result the segment
 * @param inputs inputs of its frames
 * @param withRows whether the rows of its splats are wanted
 */
export function writePartialSegment(result: ISegmentResult, inputs: readonly PartialInput[], withRows: boolean): Uint8Array {
    const { bytes, sourceIndices, bounds, key: _, ...segment } = result;
    const out = new ByteWriter(2 * bytes.length);
    out.bytes(bytes);
    if (withRows) {
        writeChunk(out, ROWS, rowBytes(sourceIndices));
    }
    writeChunk(out, RECORD, json({ ...segment, bounds: [...bounds], byteLength: bytes.length, inputs }));
    return out.toBytes();
}

/**
 * Source rows as `--perm-out` has them: for each frame u32 count, then u32 rows.
 * @param sourceIndices rows of each frame
 */
export function rowBytes(sourceIndices: readonly Uint32Array[]): Uint8Array {
    const out = new ByteWriter(sourceIndices.reduce((sum, { length }) => sum + 4 + 4 * length, 0));
    for (const rows of sourceIndices) {
        out.u32(rows.length);
        rows.forEach((row) => out.u32(row));
    }
    return out.toBytes();
}

/**
 * Reads a partial clip, however it was interrupted.
 * @param source the file
 * @returns what of it is whole; undefined when not even its settings are
 */
export async function readPartialAsync(source: IByteSource): Promise<IPartialContent | undefined> {
    const signature = await source.readAsync(0, Math.min(4, source.byteLength));
    if (signature.some((byte, i) => byte !== (SETTINGS >>> (8 * i)) % 256)) {
        throw new FvvError("RESUME_MISMATCH", "The file is no partial clip of fvv; give the output another name, or remove the file", { source: source.name });
    }
    const first = await readWholeChunkAsync(source, 0);
    if (!first) {
        return undefined;
    }
    const start = CHUNK_HEADER_BYTES + first.payload.length;
    const content: IPartialContent = { settings: parse(first.payload) as PartialSettings, segments: [], start, end: start };
    let rows: IPartialSegment["rows"];
    for (let at = start; ;) {
        const next = await readWholeChunkAsync(source, at);
        if (!next) {
            return content;
        }
        at += CHUNK_HEADER_BYTES + next.payload.length;
        if (next.type === ROWS) {
            rows = { offset: at - next.payload.length, byteLength: next.payload.length };
        } else if (next.type === RECORD) {
            const record = parse(next.payload) as IPartialSegment;
            content.segments.push({ ...record, bounds: Float32Array.from(record.bounds), offset: content.end, end: at, rows });
            content.end = at;
            rows = undefined;
        }
    }
}

/** The chunk at a place, or undefined where it is cut short or damaged. */
async function readWholeChunkAsync(source: IByteSource, at: number): Promise<IChunk | undefined> {
    try {
        const { length } = readChunkHeader(await readPartAsync(source, at, CHUNK_HEADER_BYTES), 0);
        return readChunk(await readPartAsync(source, at, CHUNK_HEADER_BYTES + length), 0, at);
    } catch (error) {
        if (error instanceof FvvError && error.category === "format") {
            return undefined;
        }
        throw error;
    }
}

function chunk(type: number, payload: Uint8Array): Uint8Array {
    const out = new ByteWriter(CHUNK_HEADER_BYTES + payload.length);
    writeChunk(out, type, payload);
    return out.toBytes();
}

function json(value: unknown): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(value));
}

function parse(payload: Uint8Array): unknown {
    return JSON.parse(new TextDecoder().decode(payload));
}
