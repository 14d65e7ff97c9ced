import { ByteWriter } from "./byteWriter.js";
import { LEAST_BATCH, MASK_CLASSES, MEAN_CLASSES, nextMean, rawBitsOf, tokenOf, type ISymbolCoder } from "./symbolCoder.js";

/** Records the symbols of a frame, to count and then to encode them. */
export class SymbolRecorder implements ISymbolCoder {
    public readonly contexts: Uint16Array;
    public readonly values: Int32Array;
    private _recordedContexts = new Uint16Array(4096);
    private _symbols = new Uint8Array(4096);
    private _lanes = new Uint8Array(4096);
    private _count = 0;
    private readonly _raw = new ByteWriter();
    private _held = 0;
    private _heldBits = 0;

    /** @param batch most symbols of a batch */
    public constructor(batch: number) {
        const size = Math.max(batch, LEAST_BATCH);
        this.contexts = new Uint16Array(size);
        this.values = new Int32Array(size);
    }

    /** Forgets what was recorded. */
    public clear(): void {
        this._count = 0;
        this._raw.clear();
        this._held = 0;
        this._heldBits = 0;
    }

    public numbers(count: number, stride: number): void {
        const { values } = this;
        this._grow(count);
        let mean = 0;
        for (let i = 0; i < count; i++) {
            const token = tokenOf(values[i]);
            this._push(i, this.contexts[i] + stride * MEAN_CLASSES[mean >> 3], token);
            mean = nextMean(mean, token);
            const rawBits = rawBitsOf(token);
            if (rawBits > 0) {
                this._bits(rawBits, values[i] & ((1 << rawBits) - 1));
            }
        }
    }

    public masks(count: number, stride: number): void {
        this._grow(count);
        let before = 0;
        for (let i = 0; i < count; i++) {
            this._push(i, this.contexts[i] + before, this.values[i]);
            before = stride * MASK_CLASSES[this.values[i]];
        }
    }

    /** What was recorded, copied. Fills the last byte of the raw bits up with zeros. */
    public take(): IRecordedSymbols {
        if (this._heldBits > 0) {
            this._raw.u8(this._held & 255);
            this._held = 0;
            this._heldBits = 0;
        }
        const count = this._count;
        return {
            contexts: this._recordedContexts.slice(0, count),
            symbols: this._symbols.slice(0, count),
            lanes: this._lanes.slice(0, count),
            raw: this._raw.toBytes(),
        };
    }

    private _push(indexInBatch: number, context: number, symbol: number): void {
        this._recordedContexts[this._count] = context;
        this._lanes[this._count] = indexInBatch & 3;
        this._symbols[this._count++] = symbol;
    }

    private _bits(count: number, value: number): void {
        this._held |= value << this._heldBits;
        this._heldBits += count;
        while (this._heldBits >= 8) {
            this._raw.u8(this._held & 255);
            this._held >>>= 8;
            this._heldBits -= 8;
        }
    }

    private _grow(more: number): void {
        if (this._count + more <= this._symbols.length) {
            return;
        }
        const size = 2 * (this._count + more);
        const contexts = new Uint16Array(size);
        contexts.set(this._recordedContexts);
        this._recordedContexts = contexts;
        this._symbols = enlarged(this._symbols, size);
        this._lanes = enlarged(this._lanes, size);
    }
}

/** The symbols of a frame. */
export interface IRecordedSymbols {
    /** Context of each symbol. */
    contexts: Uint16Array;
    /** The symbols. */
    symbols: Uint8Array;
    /** State of the entropy coder that each one goes through. */
    lanes: Uint8Array;
    /** Raw bits. */
    raw: Uint8Array<ArrayBuffer>;
}

function enlarged(array: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(size);
    copy.set(array);
    return copy;
}
