import { expect } from "chai";
import fc from "fast-check";
import { ByteReader } from "../../format/byteReader.js";
import { ByteWriter } from "../../format/byteWriter.js";
import { buildTables, MAX_TABLES, readTables, writeTables, type IEntropyTables } from "../../format/entropyTables.js";
import { FvvError } from "../../format/fvvError.js";
import { RANS_MAX_SYMBOLS, RANS_TOTAL } from "../../format/rans.js";
import { expectErrorAsync } from "../support/expectError.js";

function histogramOf(counts: readonly (readonly [symbol: number, count: number])[]): Uint32Array {
    const histogram = new Uint32Array(RANS_MAX_SYMBOLS);
    counts.forEach(([symbol, count]) => (histogram[symbol] += count));
    return histogram;
}

const HISTOGRAM = fc
    .array(fc.tuple(fc.nat(RANS_MAX_SYMBOLS - 1), fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 1_000_000 }))), { minLength: 1, maxLength: 40 })
    .map(histogramOf);
const HISTOGRAMS = fc.array(fc.option(HISTOGRAM, { nil: undefined }), { maxLength: 90 });

function write(tables: IEntropyTables): Uint8Array {
    const out = new ByteWriter();
    writeTables(out, tables);
    return out.toBytes();
}

function read(bytes: Uint8Array, contextCount: number): IEntropyTables {
    return readTables(new ByteReader(bytes, 0, "A frame", "BAD_FRAME"), contextCount);
}

function expectSound({ contextMap, frequencies }: IEntropyTables): void {
    expect(frequencies.length).to.be.at.most(MAX_TABLES);
    contextMap.forEach((table) => expect(table).to.be.below(Math.max(1, frequencies.length)));
    frequencies.forEach((table) => {
        expect(table.length).to.equal(RANS_MAX_SYMBOLS);
        expect(table.reduce((sum, frequency) => sum + frequency, 0)).to.equal(RANS_TOTAL);
    });
}

describe("Entropy tables", () => {
    it("have a place for every symbol that occurs, and read back as they were written", () => {
        fc.assert(
            fc.property(HISTOGRAMS, fc.nat(30), (histograms, spare) => {
                const contextCount = histograms.length + spare;
                const tables = buildTables(histograms, contextCount);
                expectSound(tables);
                histograms.forEach((histogram, context) => {
                    histogram?.forEach((count, symbol) => {
                        if (count > 0) {
                            expect(tables.frequencies[tables.contextMap[context]][symbol]).to.be.above(0);
                        }
                    });
                });
                const bytes = write(tables);
                const reader = new ByteReader(bytes, 0, "A frame", "BAD_FRAME");
                expect(readTables(reader, contextCount)).to.deep.equal(tables);
                expect(reader.remaining).to.equal(0);
            }),
            { numRuns: 60 },
        );
    });

    it("are shared by contexts that are alike, and not by others", () => {
        const a = histogramOf([
            [0, 5000],
            [1, 100],
        ]);
        const b = histogramOf([
            [0, 100],
            [9, 5000],
        ]);
        const { contextMap, frequencies } = buildTables([a, b, undefined, a, b], 5);
        expect(frequencies.length).to.equal(2);
        expect(contextMap[0]).to.equal(contextMap[3]);
        expect(contextMap[1]).to.equal(contextMap[4]).and.not.to.equal(contextMap[0]);
    });

    it("are never more than the limit, however different the contexts are", () => {
        const histograms = Array.from({ length: 200 }, (_, i) =>
            histogramOf([
                [i % RANS_MAX_SYMBOLS, 100000 * (1 + (i >> 6))],
                [(i * 7 + 1) % RANS_MAX_SYMBOLS, 50000],
            ]),
        );
        const tables = buildTables(histograms, 200);
        expect(tables.frequencies.length).to.equal(MAX_TABLES);
        expectSound(tables);
    });

    it("of all symbols there are hold each", () => {
        const rare = Array.from({ length: RANS_MAX_SYMBOLS }, (_, i) => [i, i === 0 ? 1e9 : 1] as const);
        const [table] = buildTables([histogramOf(rare)], 1).frequencies;
        expect(table.reduce((least, frequency) => Math.min(least, frequency))).to.equal(1);
        expect(table[0]).to.equal(RANS_TOTAL - (RANS_MAX_SYMBOLS - 1));
    });

    const bad: [string, number[]][] = [
        ["more than the limit", [65]],
        ["a context without a table", [1, 1, 4]],
        ["a run of no contexts", [1, 0, 0]],
        ["a run of too many contexts", [1, 0, 5]],
        ["contexts without an end", [1, 0, 3]],
        ["a frequency over the total", [1, 0, 4, 0x81, 0x20]],
        ["frequencies that do not reach the total", [1, 0, 4, ...Array.from({ length: 300 }, () => 1)]],
        ["zeros past the last symbol", [1, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1]],
    ];
    for (const [what, bytes] of bad) {
        it(`refuses ${what}`, async () => {
            await expectErrorAsync(() => read(Uint8Array.from(bytes), 4), "BAD_FRAME");
        });
    }

    it("from any bytes are sound or refused", () => {
        fc.assert(
            fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom([], [1, 0, 20], [2, 1, 20]), (bytes, start) => {
                try {
                    expectSound(read(Uint8Array.of(...start, ...bytes), 20));
                } catch (error) {
                    expect(error).to.be.instanceOf(FvvError);
                }
            }),
            { numRuns: 500 },
        );
    });
});
