/**
 * Interleaved range asymmetric numeral systems (rANS; Duda 2013, Giesen 2014): four 32-bit states share one stream of 16-bit words, from which
 * each renormalises. Probabilities have 12 bits. A table is static. Symbol i of a batch goes through state i mod 4, so four symbols decode side by side.
 */

/** Bits of a probability: the frequencies of a table add up to 2^12. */
export const RANS_PROBABILITY_BITS = 12;
/** Sum of the frequencies of a table. */
export const RANS_TOTAL = 1 << RANS_PROBABILITY_BITS;
/** Number of states. */
export const RANS_STATES = 4;
/** Largest alphabet. */
export const RANS_MAX_SYMBOLS = 64;
/** Lower bound of a state, also its value before the first symbol is encoded. */
export const RANS_STATE_LOW = 0x10000;

/**
 * Encodes symbols. The decoder gets them in the order given.
 * @param tables table of each symbol
 * @param symbols the symbols
 * @param lanes state, 0 to 3, of each symbol
 * @param frequencies frequencies by table and symbol: `frequencies[table][symbol]`, never 0 for a symbol that occurs
 */
export function encodeRans(tables: Uint8Array, symbols: Uint8Array, lanes: Uint8Array, frequencies: readonly Uint16Array[]): Uint8Array<ArrayBuffer> {
    const widths = flatten(frequencies);
    const starts = flatten(frequencies.map(startsOf));
    const states = new Float64Array(RANS_STATES).fill(RANS_STATE_LOW);
    const words = new Uint16Array(symbols.length + 16);
    let at = words.length;
    for (let i = symbols.length - 1; i >= 0; i--) {
        const entry = tables[i] * RANS_MAX_SYMBOLS + symbols[i];
        const frequency = widths[entry];
        const lane = lanes[i];
        let x = states[lane];
        if (x >= frequency * 0x100000) {
            words[--at] = x & 0xffff;
            x = Math.floor(x / 0x10000);
        }
        const quotient = Math.floor(x / frequency);
        states[lane] = quotient * RANS_TOTAL + (x - quotient * frequency) + starts[entry];
    }
    const bytes = new Uint8Array(4 * RANS_STATES + 2 * (words.length - at));
    const view = new DataView(bytes.buffer);
    states.forEach((state, i) => view.setUint32(4 * i, state, true));
    for (let i = at; i < words.length; i++) {
        view.setUint16(4 * RANS_STATES + 2 * (i - at), words[i], true);
    }
    return bytes;
}

/** Tables one after the other. */
function flatten(tables: readonly Uint16Array[]): Uint16Array {
    const flat = new Uint16Array(tables.length * RANS_MAX_SYMBOLS);
    tables.forEach((table, i) => flat.set(table, i * RANS_MAX_SYMBOLS));
    return flat;
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
 * Writes a table for a decoder: for each of the 4096 low parts of a state the symbol, its frequency - 1 and the offset in the symbol's range, in one word, so that
 * a symbol takes one load.
 * @param slots where to, by table and low part
 * @param table number of the table
 * @param frequencies frequency of each symbol; they add up to RANS_TOTAL
 */
export function fillRansTable(slots: Uint32Array, table: number, frequencies: Uint16Array): void {
    let at = table * RANS_TOTAL;
    for (let symbol = 0; symbol < frequencies.length; symbol++) {
        const frequency = frequencies[symbol];
        for (let i = 0; i < frequency; i++) {
            slots[at++] = (symbol | ((frequency - 1) << 8) | (i << 20)) >>> 0;
        }
    }
}
