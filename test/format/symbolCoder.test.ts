import { expect } from "chai";
import fc from "fast-check";
import { buildTables, type IEntropyTables } from "../../format/entropyTables.js";
import { encodeRans, RANS_MAX_SYMBOLS, RANS_TOTAL } from "../../format/rans.js";
import { LEAST_BATCH, MASK_CLASSES, MEAN_CLASSES, nextMean, numberOf, rawBitsOf, TOKEN_MEANS, tokenOf } from "../../format/symbolCoder.js";
import { SymbolReader } from "../../format/symbolReader.js";
import { SymbolRecorder, type IRecordedSymbols } from "../../format/symbolRecorder.js";

const CONTEXTS = 60;
const LARGEST_NUMBER = 0xffffff;
/** The running means, in 1/16, that classes begin with. */
const STARTS = [0, 8, 16, 24, 32, 48, 64, 96, 128, 176, 240, 320];

/** The least and the greatest number of every token. */
const BORDERS = [0, 15, 16, LARGEST_NUMBER];
for (let n = 4; n < 24; n++) {
    BORDERS.push(2 ** n - 1, 2 ** n, 1.5 * 2 ** n - 1, 1.5 * 2 ** n);
}

/** Numbers of all sizes: uniform in the number of their bits. */
const NUMBER = fc.oneof(
    fc.tuple(fc.nat(24), fc.nat(LARGEST_NUMBER)).map(([bits, value]) => value & ((1 << bits) - 1)),
    fc.constantFrom(...BORDERS),
);

interface IBatch {
    kind: "numbers" | "masks";
    stride: number;
    /** Context and value of each symbol. */
    symbols: [context: number, value: number][];
}

/** With a stride the class of what is before, 0 to 11 for numbers and 0 to 3 for masks, is added to a context. */
const BATCH: fc.Arbitrary<IBatch> = fc
    .record({ isNumbers: fc.boolean(), stride: fc.nat(4), symbols: fc.array(fc.tuple(fc.nat(CONTEXTS - 4 * TOKEN_MEANS + 3), NUMBER), { maxLength: 90, size: "max" }) })
    .map(({ isNumbers, stride, symbols }) =>
        isNumbers ? { kind: "numbers", stride, symbols } : { kind: "masks", stride, symbols: symbols.map(([context, value]) => [context, value & 63]) },
    );

interface IStreams {
    tables: IEntropyTables;
    symbols: Uint8Array;
    raw: Uint8Array;
}

function recorded(batches: readonly IBatch[], recorder = new SymbolRecorder(0)): IRecordedSymbols {
    recorder.clear();
    for (const { kind, stride, symbols } of batches) {
        symbols.forEach(([context, value], i) => {
            recorder.contexts[i] = context;
            recorder.values[i] = value;
        });
        recorder[kind](symbols.length, stride);
    }
    return recorder.take();
}

function encoded({ contexts, symbols, lanes, raw }: IRecordedSymbols): IStreams {
    const histograms = Array.from({ length: CONTEXTS }, () => new Uint32Array(RANS_MAX_SYMBOLS));
    symbols.forEach((symbol, i) => histograms[contexts[i]][symbol]++);
    const tables = buildTables(
        histograms.map((histogram) => (histogram.some((count) => count > 0) ? histogram : undefined)),
        CONTEXTS,
    );
    const tableOf = Uint8Array.from(contexts, (context) => tables.contextMap[context]);
    return { tables, symbols: encodeRans(tableOf, symbols, lanes, tables.frequencies), raw };
}

function readerOf({ tables, symbols, raw }: IStreams): SymbolReader {
    const reader = new SymbolReader();
    reader.setTables(tables);
    reader.start(symbols, raw);
    return reader;
}

function read(reader: SymbolReader, { kind, stride, symbols }: IBatch): number[] {
    symbols.forEach(([context], i) => (reader.contexts[i] = context));
    reader[kind](symbols.length, stride);
    return [...reader.values.subarray(0, symbols.length)];
}

function expectReads(reader: SymbolReader, batches: readonly IBatch[]): void {
    for (const batch of batches) {
        expect(read(reader, batch)).to.deep.equal(batch.symbols.map(([, value]) => value));
    }
    expect(reader.isComplete).to.equal(true);
}

function numbers(values: readonly number[], stride = 0): IBatch {
    return { kind: "numbers", stride, symbols: values.map((value) => [1, value]) };
}

describe("Symbol coder", () => {
    it("codes numbers from 0 to 2^24 - 1 and masks below 64, batch after batch, with any stride", () => {
        fc.assert(
            fc.property(fc.array(BATCH, { maxLength: 8 }), (batches) => {
                expectReads(readerOf(encoded(recorded(batches))), batches);
            }),
        );
    });

    it("codes the borders of every token", () => {
        const { symbols } = recorded([numbers(BORDERS)]);
        expect(Math.max(...symbols)).to.equal(16 + 2 * 19 + 1);
        expectReads(readerOf(encoded(recorded([numbers(BORDERS)]))), [numbers(BORDERS)]);
    });

    it("has one token and one tail of raw bits for every number", () => {
        fc.assert(
            fc.property(NUMBER, (value) => {
                const token = tokenOf(value);
                const raw = value % 2 ** rawBitsOf(token);
                expect(token).to.be.below(RANS_MAX_SYMBOLS);
                expect(numberOf(token, raw)).to.equal(value);
                if (value > 0) {
                    expect(tokenOf(value - 1)).to.be.within(token - 1, token);
                }
            }),
        );
    });

    it("adds the class of the running mean of tokens, or of the mask before, times the stride, to a context; a batch begins with class 0", () => {
        fc.assert(
            fc.property(fc.array(BATCH, { maxLength: 6 }), (batches) => {
                const expected = batches.flatMap(({ kind, stride, symbols }) =>
                    symbols.map(([context], i) => {
                        const mean = symbols.slice(0, i).reduce((before, [, value]) => before + Math.floor((16 * tokenOf(value) - before) / 4), 0);
                        const classOf = kind === "masks" ? (i === 0 ? 0 : symbols[i - 1][1] % 4) : STARTS.filter((start) => start <= mean).length - 1;
                        return context + stride * classOf;
                    }),
                );
                expect([...recorded(batches).contexts]).to.deep.equal(expected);
            }),
        );
        expect(MASK_CLASSES.length).to.equal(RANS_MAX_SYMBOLS);
    });

    it("has a class for every running mean", () => {
        let mean = 0;
        for (let i = 0; i < 100; i++) {
            mean = nextMean(mean, RANS_MAX_SYMBOLS - 1);
        }
        expect(mean >> 3).to.be.below(MEAN_CLASSES.length);
        for (let i = 0; i < 100; i++) {
            mean = nextMean(mean, 0);
            expect(mean).to.be.at.least(0);
        }
        expect(MEAN_CLASSES[mean >> 3]).to.equal(0);
        expect(Math.max(...MEAN_CLASSES)).to.equal(TOKEN_MEANS - 1);
    });

    it("lets the symbols of each batch go through the four states in turn, from the first on", () => {
        fc.assert(
            fc.property(fc.array(BATCH, { maxLength: 6 }), (batches) => {
                expect([...recorded(batches).lanes]).to.deep.equal(batches.flatMap(({ symbols }) => symbols.map((_, i) => i % 4)));
            }),
        );
    });

    it("has raw bits of all numbers in one stream, least significant first, and fills up its last byte", () => {
        fc.assert(
            fc.property(fc.array(NUMBER, { maxLength: 100 }), (values) => {
                const bits = values.flatMap((value) => Array.from({ length: rawBitsOf(tokenOf(value)) }, (_, bit) => (value >>> bit) & 1));
                const { raw } = recorded([numbers(values.slice(0, 7)), numbers(values.slice(7))]);
                expect(raw.length).to.equal(Math.ceil(bits.length / 8));
                raw.forEach((byte, i) => {
                    for (let bit = 0; bit < 8; bit++) {
                        expect((byte >>> bit) & 1).to.equal(bits[8 * i + bit] ?? 0);
                    }
                });
            }),
        );
    });

    it("keeps more symbols than it reserved memory for, and forgets them", () => {
        const recorder = new SymbolRecorder(3);
        const batch: IBatch = { kind: "masks", stride: 0, symbols: Array.from({ length: LEAST_BATCH }, (_, i) => [i % 3, i % 61]) };
        const batches = [batch, numbers([1, 2, 3]), batch, batch];
        expectReads(readerOf(encoded(recorded(batches, recorder))), batches);
        expect(recorded([], recorder)).to.deep.equal({ contexts: new Uint16Array(0), symbols: new Uint8Array(0), lanes: new Uint8Array(0), raw: new Uint8Array(0) });
    });

    it("has room for batches as large as was reserved", () => {
        const size = 3 * LEAST_BATCH + 1;
        const batch: IBatch = { kind: "numbers", stride: 1, symbols: Array.from({ length: size }, (_, i) => [i % 7, i]) };
        const reader = readerOf(encoded(recorded([batch], new SymbolRecorder(size))));
        reader.reserve(size);
        expectReads(reader, [batch]);
    });

    it("notices raw bits that are missing or left over", () => {
        const batch = numbers([123456]);
        const { raw, ...rest } = encoded(recorded([batch]));
        for (const [damaged, isComplete] of [
            [raw, true],
            [raw.subarray(0, raw.length - 1), false],
            [new Uint8Array(0), false],
            [Uint8Array.of(...raw, 0), false],
        ] as const) {
            const reader = readerOf({ ...rest, raw: damaged });
            read(reader, batch);
            expect(reader.isComplete).to.equal(isComplete);
        }
    });

    it("notices words that are missing or left over, and symbols that were not read", () => {
        fc.assert(
            fc.property(fc.array(NUMBER, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (values, count) => {
                // Two batches with another symbol each, so that none is certain.
                const batches = [numbers([...values, 0, 1]), numbers([1, 0, ...values])];
                const streams = encoded(recorded(batches));
                const isComplete = (symbols: Uint8Array, read_: readonly IBatch[] = batches): boolean => {
                    const reader = readerOf({ ...streams, symbols });
                    read_.forEach((batch) => read(reader, batch));
                    return reader.isComplete;
                };
                expect(isComplete(streams.symbols)).to.equal(true);
                expect(isComplete(Uint8Array.of(...streams.symbols, ...new Uint8Array(count)))).to.equal(false);
                if (streams.symbols.length - count >= 16) {
                    expect(isComplete(streams.symbols.subarray(0, streams.symbols.length - count))).to.equal(false);
                }
                expect(isComplete(streams.symbols, [batches[0]])).to.equal(false);
            }),
        );
    });

    it("reads any bytes to numbers below 2^24", () => {
        fc.assert(
            fc.property(
                fc.array(BATCH, { minLength: 1, maxLength: 4 }),
                fc.uint8Array({ minLength: 16, maxLength: 80 }),
                fc.uint8Array({ maxLength: 20 }),
                (batches, symbols, raw) => {
                    const reader = readerOf({ ...encoded(recorded(batches)), symbols, raw });
                    for (const batch of batches) {
                        read(reader, batch).forEach((value) => expect(value).to.be.within(0, batch.kind === "masks" ? 63 : LARGEST_NUMBER));
                    }
                },
            ),
        );
    });

    it("has nothing to read where a frame brings no table, whatever the frames before brought", () => {
        const tables = { contextMap: new Uint8Array(CONTEXTS), frequencies: [] };
        // One state that any table's rarest symbol leads from to the end.
        const symbols = new Uint8Array(18);
        [4096, 65536, 65536, 65536].forEach((state, i) => new DataView(symbols.buffer).setUint32(4 * i, state, true));
        for (const reader of [new SymbolReader(), readerOf(encoded(recorded([numbers([1, 2, 3])])))]) {
            reader.setTables(tables);
            reader.start(symbols, new Uint8Array(0));
            reader.numbers(0, 0);
            reader.masks(1, 0);
            expect(reader.isComplete).to.equal(false);
            reader.start(new Uint8Array(encodeRans(new Uint8Array(0), new Uint8Array(0), new Uint8Array(0), [])), new Uint8Array(0));
            reader.numbers(0, 0);
            expect(reader.isComplete).to.equal(true);
        }
    });

    it("gives a number below 2^24 for every token that a hostile table can hold", () => {
        for (let token = 0; token < RANS_MAX_SYMBOLS; token++) {
            const frequencies = new Uint16Array(RANS_MAX_SYMBOLS);
            frequencies[token] = RANS_TOTAL;
            const tables = { contextMap: new Uint8Array(CONTEXTS), frequencies: [frequencies] };
            const symbols = encodeRans(Uint8Array.of(0), Uint8Array.of(token), Uint8Array.of(0), tables.frequencies);
            const [number] = read(readerOf({ tables, symbols, raw: new Uint8Array(8).fill(0xff) }), numbers([0]));
            expect(number).to.be.within(0, LARGEST_NUMBER);
            expect(number).to.equal(token < 16 ? token : token < 56 ? [1.5, 2][token % 2] * 2 ** ((token >> 1) - 4) - 1 : 0);
        }
    });
});
