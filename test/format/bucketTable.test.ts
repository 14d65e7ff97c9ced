import { expect } from "chai";
import fc from "fast-check";
import { RANS_MAX_SYMBOLS, RANS_TOTAL } from "../../format/rans.js";
import { BUCKET_TABLE_WORDS, fillBucketTable } from "../../format/wasm/bucketTable.js";

/** Words of a table before those of its symbols. */
const BUCKETS = BUCKET_TABLE_WORDS - RANS_MAX_SYMBOLS;

interface IEntry {
    symbol: number;
    start: number;
    frequency: number;
}

function entryOf(word: number): IEntry {
    return { symbol: word & 255, start: (word >>> 8) & 4095, frequency: (word >>> 20) + 1 };
}

/** Looks a low part of a state up as the module does. */
function find(table: Uint32Array, low: number): IEntry {
    let entry = entryOf(table[Math.floor((low * BUCKETS) / RANS_TOTAL)]);
    while (low - entry.start >= entry.frequency) {
        entry = entryOf(table[BUCKETS + entry.symbol + 1]);
    }
    return entry;
}

/** Frequencies from where symbols end, some at the same place: such do not occur. */
const FREQUENCIES = fc.array(fc.nat(RANS_TOTAL), { maxLength: RANS_MAX_SYMBOLS - 1 }).map((ends) => {
    const sorted = [...ends, RANS_TOTAL].sort((a, b) => a - b);
    return Uint16Array.from(sorted, (end, i) => end - (sorted[i - 1] ?? 0));
});

describe("fillBucketTable", () => {
    it("leads each low part of a state to its symbol", () => {
        fc.assert(
            fc.property(FREQUENCIES, (frequencies) => {
                const table = new Uint32Array(BUCKET_TABLE_WORDS + 2).fill(7);
                fillBucketTable(table, 1, frequencies);
                let low = 0;
                frequencies.forEach((frequency, symbol) => {
                    for (const start = low; low < start + frequency; low++) {
                        expect(find(table.subarray(1), low)).to.deep.equal({ symbol, start, frequency });
                    }
                });
                expect([table[0], table[BUCKET_TABLE_WORDS + 1]]).to.deep.equal([7, 7]);
            }),
            { numRuns: 20 },
        );
    });
});
