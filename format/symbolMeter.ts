import type { IEntropyTables } from "./entropyTables.js";
import { PART_MOTION, partOfContext, RESIDUAL_CONTEXTS } from "./frameContexts.js";
import { RANS_TOTAL } from "./rans.js";
import { MASK_CLASSES, MEAN_CLASSES, nextMean, rawBitsOf, tokenOf } from "./symbolCoder.js";
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

    public override numbers(count: number, stride: number): void {
        super.numbers(count, stride);
        let mean = 0;
        for (let i = 0; i < count; i++) {
            const token = tokenOf(this.values[i]);
            this._count(this.contexts[i] + stride * MEAN_CLASSES[mean >> 3], token, rawBitsOf(token));
            mean = nextMean(mean, token);
        }
    }

    public override masks(count: number, stride: number): void {
        super.masks(count, stride);
        let before = 0;
        for (let i = 0; i < count; i++) {
            this._count(this.contexts[i] + before, this.values[i], 0);
            before = stride * MASK_CLASSES[this.values[i]];
        }
    }

    private _count(context: number, symbol: number, rawBits: number): void {
        this.bitsByPart[this._parts[context]] += (this._costs[this._map[context]]?.[symbol] ?? 0) + rawBits;
    }
}
