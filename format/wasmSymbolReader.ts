import { MAX_TABLES, type IEntropyTables } from "./entropyTables.js";
import { fillRansTable, RANS_TOTAL } from "./rans.js";
import { LEAST_BATCH, MEAN_CLASSES } from "./symbolCoder.js";
import { MAX_CONTEXTS, type ISymbolReader } from "./symbolReader.js";

/** What the module exports. */
interface IReaderExports {
    memory: WebAssembly.Memory;
    place(contexts: number, values: number): void;
    start(symbols: number, symbolBytes: number, raw: number, rawBytes: number): void;
    isComplete(): number;
    numbers(count: number, stride: number): void;
    masks(count: number, stride: number): void;
}

const PAGE = 65536;
/** Where in memory the addresses of the contexts' tables are, the tables, and the first batch. */
const MEAN_CLASSES_AT = 512;
const TABLE_OF = 1024;
const SLOTS = TABLE_OF + 4 * MAX_CONTEXTS;
const BATCH = SLOTS + 4 * MAX_TABLES * RANS_TOTAL;
/** Zeros that the module may read behind a stream. */
const ZEROS = 16;

/** The reader in WebAssembly: same symbols, same errors, a third of the time. Its memory grows when a frame is larger than all before it. */
export class WasmSymbolReader implements ISymbolReader {
    public contexts = new Uint16Array(0);
    public values = new Int32Array(0);
    private readonly _exports: IReaderExports;
    private _tableOf = new Uint32Array(0);
    private _slots = new Uint32Array(0);
    private _bytes = new Uint8Array(0);
    private _batch = 0;
    private _streamsAt = 0;

    /** @param module the compiled module, see createSymbolReader */
    public constructor(module: WebAssembly.Module) {
        this._exports = new WebAssembly.Instance(module).exports as unknown as IReaderExports;
        this.reserve(LEAST_BATCH);
        this._bytes.set(MEAN_CLASSES, MEAN_CLASSES_AT);
    }

    public reserve(batch: number): void {
        if (batch > this._batch) {
            this._batch = batch;
            const values = BATCH + aligned(2 * batch);
            this._streamsAt = values + 4 * batch;
            this._grow(this._streamsAt);
            this._exports.place(BATCH, values);
            this._view();
        }
    }

    public setTables(tables: IEntropyTables): void {
        for (let context = 0; context < tables.contextMap.length; context++) {
            this._tableOf[context] = SLOTS + 4 * RANS_TOTAL * tables.contextMap[context];
        }
        tables.frequencies.forEach((frequencies, table) => fillRansTable(this._slots, table, frequencies));
    }

    public start(symbols: Uint8Array, raw: Uint8Array): void {
        const symbolsAt = aligned(this._streamsAt);
        const rawAt = aligned(symbolsAt + symbols.length + ZEROS);
        const end = rawAt + raw.length + ZEROS;
        if (this._grow(end)) {
            this._view();
        }
        this._bytes.set(symbols, symbolsAt);
        this._bytes.fill(0, symbolsAt + symbols.length, rawAt);
        this._bytes.set(raw, rawAt);
        this._bytes.fill(0, rawAt + raw.length, end);
        this._exports.start(symbolsAt, symbols.length, rawAt, raw.length);
    }

    public numbers(count: number, stride: number): void {
        this._exports.numbers(count, stride);
    }

    public masks(count: number, stride: number): void {
        this._exports.masks(count, stride);
    }

    public get isComplete(): boolean {
        return this._exports.isComplete() !== 0;
    }

    /** Whether memory had to grow, which takes the views away. */
    private _grow(end: number): boolean {
        const { memory } = this._exports;
        const missing = end - memory.buffer.byteLength;
        if (missing > 0) {
            memory.grow(Math.ceil((missing + (missing >> 1)) / PAGE));
        }
        return missing > 0;
    }

    private _view(): void {
        const { buffer } = this._exports.memory;
        this.contexts = new Uint16Array(buffer, BATCH, this._batch);
        this.values = new Int32Array(buffer, BATCH + aligned(2 * this._batch), this._batch);
        this._tableOf = new Uint32Array(buffer, TABLE_OF, MAX_CONTEXTS);
        this._slots = new Uint32Array(buffer, SLOTS, MAX_TABLES * RANS_TOTAL);
        this._bytes = new Uint8Array(buffer);
    }
}

function aligned(address: number): number {
    return Math.ceil(address / 16) * 16;
}
