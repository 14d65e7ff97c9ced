/**
 * Interleaved range asymmetric numeral systems (rANS; Duda 2013, Giesen 2014): four 32-bit states take turns symbol by symbol,
 * renormalise by 16-bit words and share one stream. Probabilities have 12 bits. A table is static.
 */

/** Bits of a probability: the frequencies of a table add up to 2^12. */
export const RANS_PROBABILITY_BITS = 12;
/** Sum of the frequencies of a table. */
export const RANS_TOTAL = 1 << RANS_PROBABILITY_BITS;
/** Number of states. */
export const RANS_STATES = 4;
/** Largest alphabet. */
export const RANS_MAX_SYMBOLS = 256;

const SLOT_MASK = RANS_TOTAL - 1;
/** Lower bound of a state, also its value before the first symbol is encoded. */
const STATE_LOW = 0x10000;

/**
 * Encodes symbols. The decoder gets them in the order given.
 * @param tables table of each symbol
 * @param symbols the symbols
 * @param count number of symbols
 * @param frequencies frequencies by table and symbol: `frequencies[table][symbol]`, never 0 for a symbol that occurs
 */
export function encodeRans(tables: Uint8Array, symbols: Uint8Array, count: number, frequencies: readonly Uint16Array[]): Uint8Array<ArrayBuffer> {
    const starts = frequencies.map(startsOf);
    const states = [STATE_LOW, STATE_LOW, STATE_LOW, STATE_LOW];
    const words = new Uint16Array(count + 16);
    let at = words.length;
    for (let i = count - 1; i >= 0; i--) {
        const table = tables[i];
        const symbol = symbols[i];
        const frequency = frequencies[table][symbol];
        let x = states[i & 3];
        if (x >= frequency * 0x100000) {
            words[--at] = x & 0xffff;
            x = Math.floor(x / 0x10000);
        }
        const quotient = Math.floor(x / frequency);
        states[i & 3] = quotient * RANS_TOTAL + (x - quotient * frequency) + starts[table][symbol];
    }
    const bytes = new Uint8Array(4 * RANS_STATES + 2 * (words.length - at));
    const view = new DataView(bytes.buffer);
    states.forEach((state, i) => view.setUint32(4 * i, state, true));
    for (let i = at; i < words.length; i++) {
        view.setUint16(4 * RANS_STATES + 2 * (i - at), words[i], true);
    }
    return bytes;
}

/** Cumulated frequencies: where each symbol's range starts. */
function startsOf(frequencies: Uint16Array): Uint16Array {
    const starts = new Uint16Array(frequencies.length);
    for (let i = 1; i < frequencies.length; i++) {
        starts[i] = starts[i - 1] + frequencies[i - 1];
    }
    return starts;
}

/**
 * Decodes what {@link encodeRans} made. Never reads outside its bytes: past their end it reads zeros and `isExhausted` turns true.
 */
export class RansDecoder {
    private readonly _slots: Uint32Array;
    private _bytes: Uint8Array = new Uint8Array(0);
    private _at = 0;
    private _overrun = false;
    private _s0 = STATE_LOW;
    private _s1 = STATE_LOW;
    private _s2 = STATE_LOW;
    private _s3 = STATE_LOW;

    /** @param maxTables most tables that {@link setTable} will be given */
    public constructor(maxTables: number) {
        this._slots = new Uint32Array(maxTables * RANS_TOTAL);
    }

    /**
     * Sets a table.
     * @param table number of the table
     * @param frequencies frequency of each symbol; they add up to RANS_TOTAL
     */
    public setTable(table: number, frequencies: Uint16Array): void {
        const slots = this._slots;
        let at = table * RANS_TOTAL;
        for (let symbol = 0; symbol < frequencies.length; symbol++) {
            const frequency = frequencies[symbol];
            for (let i = 0; i < frequency; i++) {
                // Symbol, frequency - 1 and offset in the symbol's range share a word: one load a symbol.
                slots[at++] = (symbol | ((frequency - 1) << 8) | (i << 20)) >>> 0;
            }
        }
    }

    /**
     * Starts a stream.
     * @param bytes states and words, see {@link encodeRans}; at least 16 bytes
     */
    public start(bytes: Uint8Array): void {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this._bytes = bytes;
        this._s0 = view.getUint32(0, true);
        this._s1 = view.getUint32(4, true);
        this._s2 = view.getUint32(8, true);
        this._s3 = view.getUint32(12, true);
        this._at = 4 * RANS_STATES;
        this._overrun = false;
    }

    /**
     * Decodes the next symbol.
     * @param table its table
     */
    public read(table: number): number {
        const x = this._s0;
        const slot = this._slots[table * RANS_TOTAL + (x & SLOT_MASK)];
        let next = (Math.imul(((slot >>> 8) & SLOT_MASK) + 1, x >>> RANS_PROBABILITY_BITS) + (slot >>> 20)) >>> 0;
        if (next < STATE_LOW) {
            next = ((next << 16) | this._nextWord()) >>> 0;
        }
        this._s0 = this._s1;
        this._s1 = this._s2;
        this._s2 = this._s3;
        this._s3 = next;
        return slot & 255;
    }

    /** Whether the stream ended exactly with the last symbol: all words used, all states back where the encoder began. */
    public get isComplete(): boolean {
        return !this._overrun && this._at === this._bytes.length && this._s0 === STATE_LOW && this._s1 === STATE_LOW && this._s2 === STATE_LOW && this._s3 === STATE_LOW;
    }

    private _nextWord(): number {
        const at = this._at;
        if (at + 2 > this._bytes.length) {
            this._overrun = true;
            return 0;
        }
        this._at = at + 2;
        return this._bytes[at] | (this._bytes[at + 1] << 8);
    }
}
