import { RANS_MAX_SYMBOLS, RANS_PROBABILITY_BITS } from "../rans.js";

/** Low parts of a state that share an entry. */
const BUCKET_BITS = 3;
const BUCKETS = 1 << (RANS_PROBABILITY_BITS - BUCKET_BITS);
/** Words of a table: an entry for each bucket, then one for each symbol. */
export const BUCKET_TABLE_WORDS = BUCKETS + RANS_MAX_SYMBOLS;

/**
 * Writes a table for the module. An entry of 4096 low parts would be 16 KB, and the tables of a frame together more than a processor keeps at hand: so eight low parts share the entry of
 * the first symbol among them, and where that ends within the eight, which is rare, the entry of the next symbol follows.
 * @param words where to
 * @param first from this word on
 * @param frequencies frequency of each symbol; they add up to 4096
 */
export function fillBucketTable(words: Uint32Array, first: number, frequencies: Uint16Array): void {
    let end = 1 << RANS_PROBABILITY_BITS;
    let entry = 0;
    for (let symbol = RANS_MAX_SYMBOLS - 1; symbol >= 0; symbol--) {
        const frequency = symbol < frequencies.length ? frequencies[symbol] : 0;
        if (frequency > 0) {
            const start = end - frequency;
            // Last the first bucket in which it is the first symbol: a symbol that begins before it is written later.
            entry = (symbol | (start << 8) | ((frequency - 1) << 20)) >>> 0;
            words.fill(entry, first + (start >> BUCKET_BITS), first + Math.ceil(end / (1 << BUCKET_BITS)));
            end = start;
        }
        // A symbol that does not occur is passed over.
        words[first + BUCKETS + symbol] = entry;
    }
}
