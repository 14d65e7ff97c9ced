import type { IEntropyTables } from "./entropyTables.js";
import { PART_MOTION, partOfContext, RESIDUAL_CONTEXTS } from "./frameContexts.js";
import { RANS_TOTAL } from "./rans.js";
import { rawBitsOf, TOKEN_CLASSES } from "./symbolCoder.js";
import { SymbolReader } from "./symbolReader.js";

/**
 * A symbol reader that counts the bits of what it reads: of a symbol, the logarithm of its frequency in its table; raw bits as they are, with the symbol before
 * them.
 */
export class SymbolMeter extends SymbolReader {
    /** Bits so far, by number of the attribute group, PART_LIFE and PART_GATES. */
    public readonly bitsByPart = new Float64Array(PART_MOTION + 1);
    private readonly _parts = Uint8Array.from({ length: RESIDUAL_CONTEXTS }, (_, context) => partOfContext(context));
    private _costs: Float64Array[] = [];
    private _map: Uint8Array = new Uint8Array(0);

    public override setTables(tables: IEntropyTables): void {
        super.setTables(tables);
        this._map = tables.contextMap;
        this._costs = tables.frequencies.map((frequencies) => Float64Array.from(frequencies, (frequency) => Math.log2(RANS_TOTAL / frequency)));
    }

    protected override _read(count: number, stride: number, classes: Uint8Array): void {
        super._read(count, stride, classes);
        let before = 0;
        for (let i = 0; i < count; i++) {
            const context = this.contexts[i] + before;
            const symbol = this.values[i];
            // Only a hostile frame has a symbol and no table.
            const bits = this._costs[this._map[context]]?.[symbol] ?? 0;
            this.bitsByPart[this._parts[context]] += bits + (classes === TOKEN_CLASSES ? rawBitsOf(symbol) : 0);
            before = stride * classes[symbol];
        }
    }
}
