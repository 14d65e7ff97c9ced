import { ByteWriter } from "./byteWriter.js";
import { CHUNK_HEADER_BYTES, CHUNK_TYPES, writeChunk } from "./chunk.js";
import { buildTables, type IEntropyTables } from "./entropyTables.js";
import { codeKeyFrame, codeResidualFrame, KEY_CONTEXTS, KEY_PREDICTOR_PREVIOUS_SLOT, RESIDUAL_CONTEXTS, type IFrameTarget } from "./frameModel.js";
import { writeFramePayload, type IRecordedFrame } from "./framePayload.js";
import { FrameState } from "./frameState.js";
import { RANS_MAX_SYMBOLS } from "./rans.js";
import { writeSegmentHeader, type ISegmentHeader } from "./segmentHeader.js";
import { codeNumber, SymbolRecorder, type ISymbolCoder } from "./symbolCoder.js";

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

    /**
     * @param _header header without the frame count and lengths, which follow from the frames
     * @param shDegree of the clip
     */
    public constructor(
        private readonly _header: Omit<ISegmentHeader, "frameCount" | "frameByteLengths">,
        shDegree: number,
    ) {
        this._state = new FrameState(_header.slotCount, shDegree);
        this._state.beginSegment(_header.slotCount, _header.activeSlotCount, _header.predictors);
    }

    /**
     * Adds the next frame; the first is the key frame.
     * @param target what the frame is to hold; the writer keeps nothing of it
     */
    public addFrame(target: IFrameTarget): void {
        const recorder = new SymbolRecorder();
        const frame = this._header.firstFrame + this._frames.length;
        let hasFlips = false;
        let keyPredictors: Int32Array | undefined;
        if (this._frames.length === 0) {
            keyPredictors = chooseKeyPredictors(target, this._state);
            codeKeyFrame(recorder, this._state, keyPredictors, target);
        } else {
            const { alive, activeSlotCount } = this._state;
            for (let slot = 0; slot < activeSlotCount && !hasFlips; slot++) {
                hasFlips = alive[slot] !== target.alive[slot];
            }
            codeResidualFrame(recorder, this._state, hasFlips, target);
        }
        this._frames.push({ frame, liveCount: this._state.liveCount, hasFlips, keyPredictors, recorder });
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
    const histograms: (Uint32Array | undefined)[] = new Array<Uint32Array | undefined>(contextCount).fill(undefined);
    for (const { recorder } of frames) {
        const { contexts, symbols } = recorder;
        for (let i = 0; i < symbols.length; i++) {
            const histogram = (histograms[contexts[i]] ??= new Uint32Array(RANS_MAX_SYMBOLS));
            histogram[symbols[i]]++;
        }
    }
    return buildTables(histograms, contextCount);
}

/** Takes, for each channel, the cheaper of the previous slot's code and the mean code. */
function chooseKeyPredictors(target: IFrameTarget, state: FrameState): Int32Array {
    const meter = new TokenMeter();
    return Int32Array.from(target.codes, (codes, channel) => {
        const mask = state.masks[channel];
        let sum = 0;
        let count = 0;
        for (let slot = 0; slot < state.slotCount; slot++) {
            if (target.alive[slot]) {
                sum += codes[slot];
                count++;
            }
        }
        const mean = count > 0 ? Math.round(sum / count) & mask : 0;
        const cost = (isDelta: boolean): number => {
            meter.reset();
            let prediction = isDelta ? 0 : mean;
            const shift = Math.clz32(mask);
            for (let slot = 0; slot < state.slotCount; slot++) {
                if (target.alive[slot]) {
                    const residual = ((codes[slot] - prediction) << shift) >> shift;
                    codeNumber(meter, 0, (residual << 1) ^ (residual >> 31));
                    prediction = isDelta ? codes[slot] : prediction;
                }
            }
            return meter.bitCount;
        };
        return cost(true) < cost(false) ? KEY_PREDICTOR_PREVIOUS_SLOT : mean;
    });
}

/** Estimates what symbols of one context cost: their entropy and the raw bits. */
class TokenMeter implements ISymbolCoder {
    private readonly _counts = new Uint32Array(RANS_MAX_SYMBOLS);
    private _rawBits = 0;

    public reset(): void {
        this._counts.fill(0);
        this._rawBits = 0;
    }

    public symbol(_context: number, value: number): number {
        this._counts[value]++;
        return value;
    }

    public bits(count: number, value: number): number {
        this._rawBits += count;
        return value;
    }

    public get bitCount(): number {
        const total = this._counts.reduce((sum, count) => sum + count, 0);
        return this._counts.reduce((bits, count) => bits - (count > 0 ? count * Math.log2(count / total) : 0), this._rawBits);
    }
}
