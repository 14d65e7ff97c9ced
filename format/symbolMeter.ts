import type { IEntropyTables } from "./entropyTables.js";
import { PART_GATES, partOfContext, RESIDUAL_CONTEXTS } from "./frameModel.js";
import { RANS_TOTAL } from "./rans.js";
import { SymbolReader } from "./symbolCoder.js";

/**
 * A symbol reader that counts the bits of what it reads: of a symbol, the logarithm of its frequency in its table; raw bits as they are, with the symbol before
 * them.
 */
export class SymbolMeter extends SymbolReader {
    /** Bits so far, by number of the attribute group, PART_LIFE and PART_GATES. */
    public readonly bitsByPart = new Float64Array(PART_GATES + 1);
    private readonly _parts = Uint8Array.from({ length: RESIDUAL_CONTEXTS }, (_, context) => partOfContext(context));
    private _costs: Float64Array[] = [];
    private _map: Uint8Array = new Uint8Array(0);
    private _part = 0;

    public override setTables(tables: IEntropyTables): void {
        super.setTables(tables);
        this._map = tables.contextMap;
        this._costs = tables.frequencies.map((frequencies) => Float64Array.from(frequencies, (frequency) => Math.log2(RANS_TOTAL / frequency)));
    }

    public override symbol(context: number): number {
        const symbol = super.symbol(context);
        this._part = this._parts[context];
        this.bitsByPart[this._part] += this._costs[this._map[context]][symbol];
        return symbol;
    }

    public override bits(count: number): number {
        this.bitsByPart[this._part] += count;
        return super.bits(count);
    }
}
