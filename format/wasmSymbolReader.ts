import type { IEntropyTables } from "./entropyTables.js";
import type { IStateHost } from "./frameState.js";
import { RANS_TOTAL } from "./rans.js";
import { LEAST_BATCH } from "./symbolCoder.js";
import { MAX_CONTEXTS, type ISymbolReader } from "./symbolReader.js";
import { BUCKET_TABLE_WORDS, fillBucketTable } from "./wasm/bucketTable.js";
import { ReaderMemory } from "./wasm/readerMemory.js";
import type { IReaderExports } from "./wasm/readerExports.js";
import { WasmStateHost } from "./wasmStateHost.js";

/** Batches of a reader that nothing was reserved for. */
const LEAST_SYMBOLS = 16 * LEAST_BATCH;

/** A table that gives 0 and leaves a state as it is. */
const ONLY_ZERO = Uint16Array.of(RANS_TOTAL);

/** The reader in WebAssembly: the same symbols, the same errors, in a fraction of the time. States that it reads live in its memory. */
export class WasmSymbolReader implements ISymbolReader {
    private readonly _exports: IReaderExports;
    private readonly _memory: ReaderMemory;

    /** @param module the compiled module, see createSymbolReader */
    public constructor(module: WebAssembly.Module) {
        this._exports = new WebAssembly.Instance(module).exports as unknown as IReaderExports;
        this._memory = new ReaderMemory(this._exports);
        this.reserve(LEAST_BATCH, LEAST_SYMBOLS, 0);
        this.setTables({ contextMap: new Uint8Array(MAX_CONTEXTS), frequencies: [] });
    }

    public get contexts(): Uint16Array {
        return this._memory.contexts;
    }

    public get values(): Int32Array {
        return this._memory.values;
    }

    public reserve(batch: number, symbols: number, stateBytes: number): IStateHost {
        this._memory.reserve(Math.max(batch, LEAST_BATCH), symbols, stateBytes);
        return new WasmStateHost(this._exports, this._memory.stateAt, this._memory.values);
    }

    public setTables({ contextMap, frequencies }: IEntropyTables): void {
        const { tableOf, tables, tablesAt } = this._memory;
        for (let context = 0; context < contextMap.length; context++) {
            tableOf[context] = tablesAt + 4 * BUCKET_TABLE_WORDS * contextMap[context];
        }
        this._exports.setHasTables(Number(frequencies.length > 0));
        const given = frequencies.length > 0 ? frequencies : [ONLY_ZERO];
        given.forEach((table, number) => fillBucketTable(tables, BUCKET_TABLE_WORDS * number, table));
    }

    public start(symbols: Uint8Array, raw: Uint8Array): void {
        const symbolsPlace = this._memory.writeSymbols(symbols);
        const rawPlace = this._memory.writeRaw(raw);
        this._exports.start(symbolsPlace.at, symbolsPlace.byteLength, rawPlace.at, rawPlace.byteLength);
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
}
