import { MAX_TABLES } from "../entropyTables.js";
import { GATE_OF_LOOK_AGE, GATE_OF_POSITION_AGE, GATE_OF_ROTATION_AGE } from "../frameContexts.js";
import { RANS_STATES } from "../rans.js";
import { MEAN_CLASSES } from "../symbolCoder.js";
import { MAX_CONTEXTS } from "../symbolReader.js";
import { BUCKET_TABLE_WORDS } from "./bucketTable.js";
import type { IReaderExports } from "./readerExports.js";

const PAGE = 65536;
/** Places that the module knows: small tables, and for each context the address of its table. The tables themselves follow. */
const MEAN_CLASSES_AT = 0;
const GATE_TABLES_AT = 512;
const TABLE_OF_AT = 2048;
const TABLES_AT = TABLE_OF_AT + 4 * MAX_CONTEXTS;
const STATE_AT = TABLES_AT + 4 * MAX_TABLES * BUCKET_TABLE_WORDS;
/** Zeros that the module may read behind a stream. */
const ZEROS = 16;
/** Most raw bits of a symbol. */
const RAW_BITS = 22;

/**
 * The memory of the module: tables, a state, a batch, the streams of a frame. It grows only when room is reserved, so that views of it last. The streams have room for the longest frame
 * that there can be; where a hostile one is longer, what no symbol can reach is left out.
 */
export class ReaderMemory {
    /** The batch. */
    public contexts = new Uint16Array(0);
    public values = new Int32Array(0);
    /** Address of each context's table, and the tables. */
    public tableOf = new Uint32Array(0);
    public tables = new Uint32Array(0);
    /** Address of the tables. */
    public readonly tablesAt = TABLES_AT;
    /** Address of the state. */
    public readonly stateAt = STATE_AT;
    private _bytes = new Uint8Array(0);
    private _symbolsAt = 0;
    private _rawAt = 0;
    private _end = 0;

    /** @param _exports of the module */
    public constructor(private readonly _exports: IReaderExports) {}

    /**
     * Makes room.
     * @param batch most symbols of a batch
     * @param symbols most symbols of a frame
     * @param stateBytes bytes of a state
     */
    public reserve(batch: number, symbols: number, stateBytes: number): void {
        const contextsAt = STATE_AT + aligned(stateBytes);
        const valuesAt = contextsAt + aligned(2 * batch);
        this._symbolsAt = valuesAt + aligned(4 * batch);
        // One word more than can be read: who leaves out the rest does not end complete.
        this._rawAt = this._symbolsAt + aligned(4 * RANS_STATES + 2 * (symbols + 1) + ZEROS);
        this._end = this._rawAt + aligned(Math.ceil((RAW_BITS * symbols) / 8) + 1 + ZEROS);
        const { memory } = this._exports;
        const missing = this._end - memory.buffer.byteLength;
        if (missing > 0) {
            memory.grow(Math.ceil(missing / PAGE));
        }
        this._view(memory.buffer, batch, contextsAt, valuesAt);
        this._bytes.fill(0, STATE_AT, this._symbolsAt);
        this._exports.place(contextsAt, valuesAt);
    }

    /**
     * Copies the symbols of a frame.
     * @returns how many bytes, and where they are
     */
    public writeSymbols(symbols: Uint8Array): { at: number; byteLength: number } {
        const kept = this._write(symbols, this._symbolsAt, this._rawAt);
        // That a byte is left over is to be seen.
        return { at: this._symbolsAt, byteLength: (kept & ~1) | (symbols.length & 1) };
    }

    /**
     * Copies the raw bits of a frame.
     * @returns how many bytes, and where they are
     */
    public writeRaw(raw: Uint8Array): { at: number; byteLength: number } {
        return { at: this._rawAt, byteLength: this._write(raw, this._rawAt, this._end) };
    }

    private _write(stream: Uint8Array, at: number, end: number): number {
        const byteLength = Math.min(stream.length, end - ZEROS - at);
        this._bytes.set(byteLength < stream.length ? stream.subarray(0, byteLength) : stream, at);
        this._bytes.fill(0, at + byteLength, at + byteLength + ZEROS);
        return byteLength;
    }

    private _view(buffer: ArrayBuffer, batch: number, contextsAt: number, valuesAt: number): void {
        this._bytes = new Uint8Array(buffer);
        this.contexts = new Uint16Array(buffer, contextsAt, batch);
        this.values = new Int32Array(buffer, valuesAt, batch);
        this.tableOf = new Uint32Array(buffer, TABLE_OF_AT, MAX_CONTEXTS);
        this.tables = new Uint32Array(buffer, TABLES_AT, MAX_TABLES * BUCKET_TABLE_WORDS);
        this._bytes.set(MEAN_CLASSES, MEAN_CLASSES_AT);
        new Uint16Array(buffer, GATE_TABLES_AT).set([...GATE_OF_POSITION_AGE, ...GATE_OF_ROTATION_AGE, ...GATE_OF_LOOK_AGE]);
    }
}

function aligned(address: number): number {
    return Math.ceil(address / 16) * 16;
}
