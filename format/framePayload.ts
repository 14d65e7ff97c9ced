import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { readTables, writeTables, type IEntropyTables } from "./entropyTables.js";
import { KEY_CONTEXTS, RESIDUAL_CONTEXTS } from "./frameContexts.js";
import { MAX_KEY_RATE, type IKeyPredictor } from "./absoluteModel.js";
import { codeResidualFrame } from "./frameModel.js";
import { codeKeyFrame } from "./keyModel.js";
import type { FrameState } from "./frameState.js";
import { FvvError } from "./fvvError.js";
import { encodeRans, RANS_STATES } from "./rans.js";
import type { ISymbolReader } from "./symbolReader.js";
import type { IRecordedSymbols } from "./symbolRecorder.js";

/** Static-table interleaved rANS: the only entropy coder of this version. */
const ENTROPY_CODER_RANS = 1;
const FLAG_TABLES = 1;
const FLAG_FLIPS = 2;

/** A recorded frame, ready to be written. */
export interface IRecordedFrame {
    /** Number of the frame in the clip. */
    frame: number;
    /** Live splats in it. */
    liveCount: number;
    /** Whether any splat is born or dies in it (residual frames). */
    hasFlips: boolean;
    /** Predictor of each channel (key frames). */
    keyPredictors?: readonly IKeyPredictor[];
    /** Its symbols. */
    symbols: IRecordedSymbols;
}

/**
 * Writes the payload of a KEYF or RESF chunk.
 * @param recorded the frame
 * @param tables entropy tables in force
 * @param withTables whether the frame carries them; else they are those of an earlier frame of the segment
 */
export function writeFramePayload(recorded: IRecordedFrame, tables: IEntropyTables, withTables: boolean): Uint8Array<ArrayBuffer> {
    const { contexts, symbols, lanes, raw } = recorded.symbols;
    const out = new ByteWriter(symbols.length + raw.length + 256);
    out.u32(recorded.frame);
    out.u32(recorded.liveCount);
    out.u8(ENTROPY_CODER_RANS);
    out.u8((withTables ? FLAG_TABLES : 0) | (recorded.hasFlips ? FLAG_FLIPS : 0));
    recorded.keyPredictors?.forEach(({ mean, weight, rate }) => {
        out.i32(mean);
        out.u16(weight);
        out.u8(rate);
    });
    if (withTables) {
        writeTables(out, tables);
    }
    out.varint(raw.length);
    out.bytes(raw);
    const { contextMap } = tables;
    const tableOf = new Uint8Array(symbols.length);
    for (let i = 0; i < symbols.length; i++) {
        tableOf[i] = contextMap[contexts[i]];
    }
    out.bytes(encodeRans(tableOf, symbols, lanes, tables.frequencies));
    return out.toBytes();
}

/**
 * Decodes the payload of a KEYF chunk into the state.
 * @param state state after `beginSegment`
 * @param reader reusable symbol reader
 * @param payload payload of the chunk
 * @param frame number that the frame must have
 * @param origin byte offset of the payload in the file
 */
export function decodeKeyPayload(state: FrameState, reader: ISymbolReader, payload: Uint8Array, frame: number, origin: number): void {
    const head = readFrameHead(payload, frame, origin, state);
    const predictors = state.codes.map((_, channel) => readKeyPredictor(head.bytes, state.masks[channel]));
    if ((head.flags & FLAG_TABLES) === 0) {
        throw head.bytes.error("is a key frame without entropy tables");
    }
    startStreams(head, reader, KEY_CONTEXTS);
    codeKeyFrame(reader, state, predictors);
    finish(state, reader, head);
}

/**
 * Decodes the payload of a RESF chunk on top of the state of the frame before.
 * @param state state of the frame before
 * @param reader symbol reader that decoded the frames of this segment before
 * @param payload payload of the chunk
 * @param frame number that the frame must have
 * @param origin byte offset of the payload in the file
 * @param hasTables whether an earlier residual frame of the segment brought entropy tables
 * @returns whether entropy tables are there for the next frame
 */
export function decodeResidualPayload(state: FrameState, reader: ISymbolReader, payload: Uint8Array, frame: number, origin: number, hasTables: boolean): boolean {
    const head = readFrameHead(payload, frame, origin, state);
    if (!hasTables && (head.flags & FLAG_TABLES) === 0) {
        throw head.bytes.error("needs entropy tables that no frame before it brought");
    }
    startStreams(head, reader, RESIDUAL_CONTEXTS);
    codeResidualFrame(reader, state, (head.flags & FLAG_FLIPS) !== 0);
    finish(state, reader, head);
    return true;
}

function readKeyPredictor(bytes: ByteReader, largest: number): IKeyPredictor {
    const predictor = { mean: bytes.i32(), weight: bytes.u16(), rate: bytes.u8() };
    if (predictor.weight > 256 || predictor.rate > MAX_KEY_RATE || predictor.mean < 0 || predictor.mean > largest) {
        throw bytes.error("has an impossible predictor");
    }
    return predictor;
}

interface IFrameHead {
    bytes: ByteReader;
    liveCount: number;
    flags: number;
}

function readFrameHead(payload: Uint8Array, frame: number, origin: number, state: FrameState): IFrameHead {
    const bytes = new ByteReader(payload, origin, `Frame ${frame}`, "BAD_FRAME");
    const number = bytes.u32();
    if (number !== frame) {
        throw bytes.error(`says that it is frame ${number}`);
    }
    const liveCount = bytes.u32();
    if (liveCount > state.slotCount) {
        throw bytes.error(`has ${liveCount} splats in ${state.slotCount} slots`);
    }
    const entropyCoder = bytes.u8();
    if (entropyCoder !== ENTROPY_CODER_RANS) {
        throw new FvvError("UNSUPPORTED_FEATURE", `The clip needs entropy coder ${entropyCoder}, which this version of babylon-fvv does not have; update it`, {
            frame,
            offset: origin,
        });
    }
    const flags = bytes.u8();
    if ((flags & ~(FLAG_TABLES | FLAG_FLIPS)) !== 0) {
        throw new FvvError("UNSUPPORTED_FEATURE", `The clip needs frame flags ${flags}, which this version of babylon-fvv does not have; update it`, {
            frame,
            offset: origin,
        });
    }
    return { bytes, liveCount, flags };
}

function startStreams(head: IFrameHead, reader: ISymbolReader, contextCount: number): void {
    const { bytes } = head;
    if (head.flags & FLAG_TABLES) {
        reader.setTables(readTables(bytes, contextCount));
    }
    const raw = bytes.bytes(bytes.varint());
    if (bytes.remaining < 4 * RANS_STATES) {
        throw bytes.error("has no symbols");
    }
    reader.start(bytes.bytes(bytes.remaining), raw);
}

function finish(state: FrameState, reader: ISymbolReader, head: IFrameHead): void {
    if (!reader.isComplete || state.liveCount !== head.liveCount) {
        throw head.bytes.error("does not decode to what it says");
    }
}
