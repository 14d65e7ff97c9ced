import type { ByteReader } from "./byteReader.js";
import type { ByteWriter } from "./byteWriter.js";
import { clusterContexts } from "./contextClusters.js";
import { RANS_MAX_SYMBOLS, RANS_TOTAL } from "./rans.js";

/** Most tables of a frame. */
export const MAX_TABLES = 64;

/** Static tables: contexts share a few of them. */
export interface IEntropyTables {
    /** Table of each context. */
    contextMap: Uint8Array;
    /** Frequencies of each table; they add up to RANS_TOTAL. */
    frequencies: Uint16Array[];
}

/**
 * Chooses tables for counted symbols: contexts whose statistics are alike share a table, so that rare contexts cost no table of
 * their own.
 * @param histograms `histograms[context][symbol]`; an empty context is undefined
 * @param contextCount number of contexts
 */
export function buildTables(histograms: readonly (Uint32Array | undefined)[], contextCount: number): IEntropyTables {
    const clusters = clusterContexts(histograms, MAX_TABLES);
    const contextMap = new Uint8Array(contextCount);
    const frequencies = clusters.map((entry, table) => {
        entry.contexts.forEach((context) => (contextMap[context] = table));
        return normalise(entry.histogram);
    });
    return { contextMap, frequencies };
}

/** Scales counts to frequencies that add up to RANS_TOTAL, at least 1 for what occurs. */
function normalise(histogram: Uint32Array): Uint16Array {
    const frequencies = new Uint16Array(RANS_MAX_SYMBOLS);
    const total = histogram.reduce((sum, count) => sum + count, 0);
    let sum = 0;
    for (let i = 0; i < histogram.length; i++) {
        if (histogram[i] > 0) {
            frequencies[i] = Math.max(1, Math.round((histogram[i] / total) * RANS_TOTAL));
            sum += frequencies[i];
        }
    }
    while (sum !== RANS_TOTAL) {
        // Give to, or take from, the symbol that loses least by it.
        const step = sum < RANS_TOTAL ? 1 : -1;
        let best = -1;
        let bestLoss = Infinity;
        for (let i = 0; i < frequencies.length; i++) {
            if (frequencies[i] > (step < 0 ? 1 : 0)) {
                const loss = histogram[i] * Math.log2(frequencies[i] / (frequencies[i] + step));
                if (loss < bestLoss) {
                    bestLoss = loss;
                    best = i;
                }
            }
        }
        frequencies[best] += step;
        sum += step;
    }
    return frequencies;
}

/** Writes tables: the context map as runs, then each table as runs of zeros and frequencies. */
export function writeTables(out: ByteWriter, tables: IEntropyTables): void {
    out.varint(tables.frequencies.length);
    const map = tables.contextMap;
    for (let i = 0; i < map.length;) {
        let run = 1;
        while (i + run < map.length && map[i + run] === map[i]) {
            run++;
        }
        out.u8(map[i]);
        out.varint(run);
        i += run;
    }
    for (const frequencies of tables.frequencies) {
        let left = RANS_TOTAL;
        for (let i = 0; left > 0; i++) {
            out.varint(frequencies[i]);
            left -= frequencies[i];
            if (frequencies[i] === 0) {
                let zeros = 0;
                while (frequencies[i + 1] === 0) {
                    zeros++;
                    i++;
                }
                out.varint(zeros);
            }
        }
    }
}

/**
 * Reads tables and checks them: every context has a table, every table adds up.
 * @param reader where from
 * @param contextCount number of contexts
 */
export function readTables(reader: ByteReader, contextCount: number): IEntropyTables {
    const count = reader.varint();
    if (count > MAX_TABLES) {
        throw reader.error(`has ${count} entropy tables, over ${MAX_TABLES}`);
    }
    const contextMap = new Uint8Array(contextCount);
    for (let i = 0; i < contextCount;) {
        const table = reader.u8();
        const run = reader.varint();
        if (table >= Math.max(count, 1) || run === 0 || run > contextCount - i) {
            throw reader.error("has an impossible context map");
        }
        contextMap.fill(table, i, i + run);
        i += run;
    }
    const frequencies: Uint16Array[] = [];
    for (let table = 0; table < count; table++) {
        frequencies.push(readTable(reader));
    }
    return { contextMap, frequencies };
}

function readTable(reader: ByteReader): Uint16Array {
    const frequencies = new Uint16Array(RANS_MAX_SYMBOLS);
    let left = RANS_TOTAL;
    for (let symbol = 0; left > 0; symbol++) {
        const frequency = reader.varint();
        if (symbol >= RANS_MAX_SYMBOLS || frequency > left) {
            throw reader.error("has an entropy table that does not add up");
        }
        frequencies[symbol] = frequency;
        left -= frequency;
        if (frequency === 0) {
            symbol += reader.varint();
        }
    }
    return frequencies;
}
