import { ByteWriter } from "./byteWriter.js";
import { CHUNK_HEADER_BYTES, CHUNK_TYPES, writeChunk } from "./chunk.js";
import { buildTables, type IEntropyTables } from "./entropyTables.js";
import { KEY_CONTEXTS, RESIDUAL_CONTEXTS } from "./frameContexts.js";
import type { IKeyPredictor } from "./absoluteModel.js";
import type { IFrameContent } from "./frameContent.js";
import { codeResidualFrame } from "./frameModel.js";
import { codeKeyFrame } from "./keyModel.js";
import { chooseKeyPredictors } from "./keyPredictors.js";
import { writeFramePayload, type IRecordedFrame } from "./framePayload.js";
import { FrameState, type IKeySnapshot } from "./frameState.js";
import { RANS_MAX_SYMBOLS } from "./rans.js";
import { writeSegmentHeader, type ISegmentHeader } from "./segmentHeader.js";
import { SymbolRecorder, type IRecordedSymbols } from "./symbolRecorder.js";

/** A segment as bytes. */
export interface IWrittenSegment {
    /** All its chunks. */
    bytes: Uint8Array<ArrayBuffer>;
    /** Bytes up to the end of its key frame. */
    keyByteLength: number;
    /** Bytes of each frame's chunk. */
    frameByteLengths: Uint32Array;
}

/**
 * Writes one segment. Frames go in one by one and are kept as symbols; {@link finish} chooses the entropy tables over all of
 * them. Tables of residual frames go into the first one.
 */
export class SegmentWriter {
    private readonly _state: FrameState;
    private readonly _frames: IRecordedFrame[] = [];
    private readonly _recorder: SymbolRecorder;

    /**
     * @param _header header without the frame count and lengths, which follow from the frames
     * @param shDegree of the clip
     * @param reference the key frame that its key frame is coded against, where the header says so
     */
    public constructor(
        private readonly _header: Omit<ISegmentHeader, "frameCount" | "frameByteLengths">,
        shDegree: number,
        reference?: IKeySnapshot,
    ) {
        this._state = new FrameState(_header.slotCount, shDegree);
        this._recorder = new SymbolRecorder(_header.slotCount);
        this._state.beginSegment(_header, reference);
    }

    /**
     * Adds the next frame; the first is the key frame.
     * @param content what it is; the writer keeps nothing of it
     */
    public addFrame(content: IFrameContent): void {
        const recorder = this._recorder;
        recorder.clear();
        const frame = this._header.firstFrame + this._frames.length;
        let hasFlips = false;
        let keyPredictors: readonly IKeyPredictor[] | undefined;
        if (this._frames.length === 0) {
            keyPredictors = chooseKeyPredictors(content, this._state);
            codeKeyFrame(recorder, this._state, keyPredictors, content);
        } else {
            const { alive, activeSlotCount } = this._state;
            for (let slot = 0; slot < activeSlotCount && !hasFlips; slot++) {
                hasFlips = alive[slot] !== content.alive[slot];
            }
            codeResidualFrame(recorder, this._state, hasFlips, content);
        }
        this._frames.push({ frame, liveCount: this._state.liveCount, hasFlips, keyPredictors, symbols: recorder.take() });
    }

    /** Encodes the frames. */
    public finish(): IWrittenSegment {
        const [key, ...residuals] = this._frames;
        const chunks = [frameChunk(CHUNK_TYPES.keyFrame, key, tablesFor([key], KEY_CONTEXTS), true)];
        const tables = tablesFor(residuals, RESIDUAL_CONTEXTS);
        residuals.forEach((frame, i) => chunks.push(frameChunk(CHUNK_TYPES.residualFrame, frame, tables, i === 0)));
        const frameByteLengths = Uint32Array.from(chunks, (chunk) => chunk.length);
        const header = { ...this._header, frameCount: this._frames.length, frameByteLengths };
        const out = new ByteWriter(frameByteLengths.reduce((sum, length) => sum + length, 1024));
        writeChunk(out, CHUNK_TYPES.segment, writeSegmentHeader(header, this._state.shDegree));
        const keyByteLength = out.length + chunks[0].length;
        chunks.forEach((chunk) => out.bytes(chunk));
        return { bytes: out.toBytes(), keyByteLength, frameByteLengths };
    }
}

function frameChunk(type: number, frame: IRecordedFrame, tables: IEntropyTables, withTables: boolean): Uint8Array {
    const payload = writeFramePayload(frame, tables, withTables);
    const out = new ByteWriter(payload.length + CHUNK_HEADER_BYTES);
    writeChunk(out, type, payload);
    return out.toBytes();
}

function tablesFor(frames: readonly IRecordedFrame[], contextCount: number): IEntropyTables {
    const counts = new Uint32Array(contextCount * RANS_MAX_SYMBOLS);
    const isUsed = new Uint8Array(contextCount);
    for (const { symbols } of frames) {
        count(symbols, counts, isUsed);
    }
    const histograms = Array.from(isUsed, (used, context) => (used ? counts.subarray(context * RANS_MAX_SYMBOLS, (context + 1) * RANS_MAX_SYMBOLS) : undefined));
    return buildTables(histograms, contextCount);
}

function count({ contexts, symbols }: IRecordedSymbols, counts: Uint32Array, isUsed: Uint8Array): void {
    for (let i = 0; i < symbols.length; i++) {
        counts[contexts[i] * RANS_MAX_SYMBOLS + symbols[i]]++;
        isUsed[contexts[i]] = 1;
    }
}
