import { ByteWriter } from "./byteWriter.js";
import { MAX_TABLES, type IEntropyTables } from "./entropyTables.js";
import { RansDecoder } from "./rans.js";

/**
 * One end of the entropy coder. The frame model says every symbol of a frame once, in order; a reader returns the value from the
 * stream, a recorder takes the value given and returns it. So the bitstream is defined in one place for both directions.
 */
export interface ISymbolCoder {
    /**
     * Codes a symbol.
     * @param context its context
     * @param value the symbol; ignored by a reader
     */
    symbol(context: number, value: number): number;
    /**
     * Codes raw bits, least significant first.
     * @param count 0..24
     * @param value the bits; ignored by a reader
     */
    bits(count: number, value: number): number;
}

/** Direct tokens; larger values have an exponent, one mantissa bit and raw bits. */
const DIRECT_TOKENS = 16;

/**
 * Codes an unsigned number below 2^24: 0..15 are tokens of their own; from there token 16 + 2 (n - 4) + m stands for the numbers
 * whose highest bit is n and whose next bit is m, followed by n - 1 raw bits.
 * @param coder either end
 * @param context context of the token
 * @param value the number; ignored by a reader
 */
export function codeNumber(coder: ISymbolCoder, context: number, value: number): number {
    let token = value;
    if (value >= DIRECT_TOKENS) {
        const n = 31 - Math.clz32(value);
        token = DIRECT_TOKENS + 2 * (n - 4) + ((value >>> (n - 1)) & 1);
    }
    token = coder.symbol(context, token);
    if (token < DIRECT_TOKENS) {
        return token;
    }
    const n = ((token - DIRECT_TOKENS) >>> 1) + 4;
    if (n > 23) {
        // Only a hostile stream gets here; its frame ends in an error or in garbage that is in range.
        return 0;
    }
    const rawBits = n - 1;
    const raw = coder.bits(rawBits, value & ((1 << rawBits) - 1));
    return ((2 | ((token - DIRECT_TOKENS) & 1)) << rawBits) | raw;
}

/** Reads symbols from a frame's streams. Reusable; allocates only here. */
export class SymbolReader implements ISymbolCoder {
    private readonly _rans = new RansDecoder(MAX_TABLES);
    private _contextMap: Uint8Array = new Uint8Array(0);
    private _raw: Uint8Array = new Uint8Array(0);
    private _rawAt = 0;
    private _held = 0;
    private _heldBits = 0;
    private _overrun = false;

    /** Sets the tables of the frames to come. */
    public setTables(tables: IEntropyTables): void {
        this._contextMap = tables.contextMap;
        tables.frequencies.forEach((frequencies, table) => this._rans.setTable(table, frequencies));
    }

    /**
     * Starts a frame.
     * @param symbols rANS stream
     * @param raw raw bits
     */
    public start(symbols: Uint8Array, raw: Uint8Array): void {
        this._rans.start(symbols);
        this._raw = raw;
        this._rawAt = 0;
        this._held = 0;
        this._heldBits = 0;
        this._overrun = false;
    }

    public symbol(context: number): number {
        return this._rans.read(this._contextMap[context]);
    }

    public bits(count: number): number {
        while (this._heldBits < count) {
            if (this._rawAt >= this._raw.length) {
                this._overrun = true;
            }
            this._held |= (this._raw[this._rawAt++] | 0) << this._heldBits;
            this._heldBits += 8;
        }
        const value = this._held & ((1 << count) - 1);
        this._held >>>= count;
        this._heldBits -= count;
        return value;
    }

    /** Whether both streams ended exactly where the frame did. */
    public get isComplete(): boolean {
        return this._rans.isComplete && !this._overrun && this._rawAt === this._raw.length;
    }
}

/** Records the symbols of a frame, to count and then to encode them. */
export class SymbolRecorder implements ISymbolCoder {
    private _contexts = new Uint16Array(4096);
    private _symbols = new Uint8Array(4096);
    private _count = 0;
    private readonly _raw = new ByteWriter();
    private _held = 0;
    private _heldBits = 0;

    public symbol(context: number, value: number): number {
        if (this._count === this._symbols.length) {
            this._grow();
        }
        this._contexts[this._count] = context;
        this._symbols[this._count++] = value;
        return value;
    }

    public bits(count: number, value: number): number {
        this._held |= value << this._heldBits;
        this._heldBits += count;
        while (this._heldBits >= 8) {
            this._raw.u8(this._held & 255);
            this._held >>>= 8;
            this._heldBits -= 8;
        }
        return value;
    }

    /** Number of symbols. */
    public get count(): number {
        return this._count;
    }

    /** Context of each symbol. */
    public get contexts(): Uint16Array {
        return this._contexts.subarray(0, this._count);
    }

    /** The symbols. */
    public get symbols(): Uint8Array {
        return this._symbols.subarray(0, this._count);
    }

    /** Raw bits, the last byte filled up with zeros. Ends the recording. */
    public finishRaw(): Uint8Array<ArrayBuffer> {
        if (this._heldBits > 0) {
            this._raw.u8(this._held & 255);
            this._held = 0;
            this._heldBits = 0;
        }
        return this._raw.toBytes();
    }

    private _grow(): void {
        const contexts = new Uint16Array(this._contexts.length * 2);
        contexts.set(this._contexts);
        this._contexts = contexts;
        const symbols = new Uint8Array(this._symbols.length * 2);
        symbols.set(this._symbols);
        this._symbols = symbols;
    }
}
