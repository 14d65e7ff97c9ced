import { expect } from "chai";
import fc from "fast-check";
import { buildTables, type IEntropyTables } from "../../format/entropyTables.js";
import { encodeRans, RANS_MAX_SYMBOLS, RANS_TOTAL } from "../../format/rans.js";
import { codeNumber, SymbolReader, SymbolRecorder } from "../../format/symbolCoder.js";

const CONTEXTS = 3;

/** Numbers of all sizes: uniform in the number of their bits. */
const NUMBER = fc.tuple(fc.nat(24), fc.nat(0xffffff)).map(([bits, value]) => value & ((1 << bits) - 1));

interface IStreams {
    tables: IEntropyTables;
    symbols: Uint8Array;
    raw: Uint8Array;
}

function finish(recorder: SymbolRecorder): IStreams {
    const histograms = Array.from({ length: CONTEXTS }, () => new Uint32Array(RANS_MAX_SYMBOLS));
    recorder.symbols.forEach((symbol, i) => histograms[recorder.contexts[i]][symbol]++);
    const tables = buildTables(
        histograms.map((histogram) => (histogram.some((count) => count > 0) ? histogram : undefined)),
        CONTEXTS,
    );
    const tableOf = Uint8Array.from(recorder.contexts, (context) => tables.contextMap[context]);
    return { tables, symbols: encodeRans(tableOf, recorder.symbols, recorder.count, tables.frequencies), raw: recorder.finishRaw() };
}

function readerOf({ tables, symbols, raw }: IStreams): SymbolReader {
    const reader = new SymbolReader();
    reader.setTables(tables);
    reader.start(symbols, raw);
    return reader;
}

describe("Symbol coder", () => {
    it("codes numbers from 0 to 2^24 - 1", () => {
        fc.assert(
            fc.property(fc.array(fc.tuple(fc.nat(CONTEXTS - 1), NUMBER), { maxLength: 200 }), (numbers) => {
                const recorder = new SymbolRecorder();
                numbers.forEach(([context, value]) => expect(codeNumber(recorder, context, value)).to.equal(value));
                const reader = readerOf(finish(recorder));
                numbers.forEach(([context, value]) => expect(codeNumber(reader, context, 0)).to.equal(value));
                expect(reader.isComplete).to.equal(true);
            }),
        );
    });

    it("codes the borders of every token", () => {
        const values = [0, 15, 16, 0xffffff];
        for (let n = 4; n < 24; n++) {
            values.push(2 ** n - 1, 2 ** n, 1.5 * 2 ** n - 1, 1.5 * 2 ** n);
        }
        const recorder = new SymbolRecorder();
        values.forEach((value) => codeNumber(recorder, 1, value));
        expect(Math.max(...recorder.symbols)).to.equal(16 + 2 * 19 + 1);
        const reader = readerOf(finish(recorder));
        expect(values.map(() => codeNumber(reader, 1, 0))).to.deep.equal(values);
    });

    it("codes raw bits of 0 to 24 in any mixture", () => {
        const bits = fc.nat(24).chain((count) => fc.tuple(fc.constant(count), fc.nat(2 ** count - 1)));
        fc.assert(
            fc.property(fc.array(bits, { maxLength: 100 }), (pieces) => {
                const recorder = new SymbolRecorder();
                pieces.forEach(([count, value]) => recorder.bits(count, value));
                const streams = finish(recorder);
                expect(streams.raw.length).to.equal(Math.ceil(pieces.reduce((sum, [count]) => sum + count, 0) / 8));
                const reader = readerOf(streams);
                pieces.forEach(([count, value]) => expect(reader.bits(count)).to.equal(value));
                expect(reader.isComplete).to.equal(true);
            }),
        );
    });

    it("keeps more symbols than it reserved memory for", () => {
        const recorder = new SymbolRecorder();
        for (let i = 0; i < 10000; i++) {
            recorder.symbol(i % 3, i % 251);
        }
        const reader = readerOf(finish(recorder));
        for (let i = 0; i < 10000; i++) {
            expect(reader.symbol(i % 3)).to.equal(i % 251);
        }
    });

    it("notices raw bits that are missing or left over", () => {
        const recorder = new SymbolRecorder();
        codeNumber(recorder, 0, 123456);
        const { raw, ...rest } = finish(recorder);
        for (const [damaged, isComplete] of [
            [raw, true],
            [raw.subarray(0, raw.length - 1), false],
            [new Uint8Array(0), false],
            [Uint8Array.of(...raw, 0), false],
        ] as const) {
            const reader = readerOf({ ...rest, raw: damaged });
            codeNumber(reader, 0, 0);
            expect(reader.isComplete).to.equal(isComplete);
        }
    });

    it("gives a number below 2^24 for every token that a hostile table can hold", () => {
        for (let token = 0; token < RANS_MAX_SYMBOLS; token++) {
            const frequencies = new Uint16Array(RANS_MAX_SYMBOLS);
            frequencies[token] = RANS_TOTAL;
            const tables = { contextMap: new Uint8Array(CONTEXTS), frequencies: [frequencies] };
            const symbols = encodeRans(Uint8Array.of(0), Uint8Array.of(token), 1, tables.frequencies);
            const number = codeNumber(readerOf({ tables, symbols, raw: new Uint8Array(8).fill(0xff) }), 0, 0);
            expect(number).to.be.within(0, 0xffffff);
        }
    });
});
