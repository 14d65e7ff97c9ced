import { expect } from "chai";
import fc from "fast-check";
import { encodeRans, fillRansTable, RANS_MAX_SYMBOLS, RANS_STATES, RANS_TOTAL } from "../../format/rans.js";
import { SymbolReader } from "../../format/symbolReader.js";
import { randomNumbers } from "../support/makeFrame.js";

interface IMessage {
    tables: Uint8Array;
    symbols: Uint8Array;
    frequencies: Uint16Array[];
}

/** Frequencies of some symbols that add up to RANS_TOTAL, the rest 0. */
function frequenciesOf(used: readonly number[], next: () => number): Uint16Array {
    const frequencies = new Uint16Array(RANS_MAX_SYMBOLS);
    let left = RANS_TOTAL - used.length;
    used.forEach((symbol, i) => {
        const share = i === used.length - 1 ? left : Math.floor(left * next() ** 3);
        frequencies[symbol] = 1 + share;
        left -= share;
    });
    return frequencies;
}

const ALPHABET = fc.uniqueArray(fc.nat(RANS_MAX_SYMBOLS - 1), { minLength: 1, maxLength: RANS_MAX_SYMBOLS, size: "max" });
const MESSAGE: fc.Arbitrary<IMessage> = fc.tuple(fc.array(ALPHABET, { minLength: 1, maxLength: 4 }), fc.nat(400), fc.integer()).map(([alphabets, count, seed]) => {
    const next = randomNumbers(seed);
    const tables = Uint8Array.from({ length: count }, () => Math.floor(next() * alphabets.length));
    const symbols = Uint8Array.from(tables, (table) => alphabets[table][Math.floor(next() * alphabets[table].length)]);
    return { tables, symbols, frequencies: alphabets.map((used) => frequenciesOf(used, next)) };
});

/** States in turn, as for the symbols of one batch. */
function lanesOf(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, (_, i) => i % RANS_STATES);
}

function encode({ tables, symbols, frequencies }: IMessage): Uint8Array<ArrayBuffer> {
    return encodeRans(tables, symbols, lanesOf(symbols.length), frequencies);
}

function readerOf({ frequencies }: Pick<IMessage, "frequencies">): SymbolReader {
    const reader = new SymbolReader();
    reader.setTables({ contextMap: Uint8Array.from(frequencies.keys()), frequencies });
    return reader;
}

/** Reads one batch: the table of a symbol is its context. */
function decode(reader: SymbolReader, bytes: Uint8Array, tables: Uint8Array): Uint8Array {
    reader.start(bytes, new Uint8Array(0));
    reader.contexts.set(tables);
    reader.masks(tables.length, 0);
    return Uint8Array.from(reader.values.subarray(0, tables.length));
}

describe("rANS", () => {
    it("decodes what was encoded, and knows that it is whole", () => {
        fc.assert(
            fc.property(MESSAGE, (message) => {
                const reader = readerOf(message);
                expect(decode(reader, encode(message), message.tables)).to.deep.equal(message.symbols);
                expect(reader.isComplete).to.equal(true);
            }),
        );
    });

    it("lets any symbol go through any state, as a decoder of one state after the other sees it", () => {
        fc.assert(
            fc.property(MESSAGE, fc.integer(), ({ tables, symbols, frequencies }, seed) => {
                const next = randomNumbers(seed);
                const lanes = tables.map(() => Math.floor(RANS_STATES * next()));
                const bytes = encodeRans(tables, symbols, lanes, frequencies);
                const view = new DataView(bytes.buffer);
                const states = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
                let at = 16;
                symbols.forEach((symbol, i) => {
                    const x = states[lanes[i]];
                    const low = x % RANS_TOTAL;
                    const table = frequencies[tables[i]];
                    let start = 0;
                    let found = 0;
                    for (; start + table[found] <= low; found++) {
                        start += table[found];
                    }
                    expect(found).to.equal(symbol);
                    let after = table[found] * Math.floor(x / RANS_TOTAL) + low - start;
                    if (after < 0x10000) {
                        after = after * 0x10000 + view.getUint16(at, true);
                        at += 2;
                    }
                    states[lanes[i]] = after;
                });
                expect(states).to.deep.equal([0x10000, 0x10000, 0x10000, 0x10000]);
                expect(at).to.equal(bytes.length);
            }),
        );
    });

    it("takes no bytes for symbols that are certain", () => {
        const frequencies = [frequenciesOf([7], Math.random)];
        const tables = new Uint8Array(10000);
        expect(encode({ tables, symbols: tables.slice().fill(7), frequencies }).length).to.equal(16);
    });

    it("takes about the bits of the entropy", () => {
        const frequencies = [new Uint16Array(RANS_MAX_SYMBOLS)];
        frequencies[0].set([1024, 1024, 2047, 1]);
        const next = randomNumbers(1);
        const symbols = Uint8Array.from({ length: 40000 }, () => [0, 1, 2, 2][Math.floor(4 * next())]);
        const bytes = encode({ tables: new Uint8Array(40000), symbols, frequencies });
        expect(bytes.length).to.be.within(0.99 * ((40000 * 1.5) / 8), 1.01 * ((40000 * 1.5) / 8) + 16);
    });

    it("notices a stream that is cut or longer", () => {
        fc.assert(
            fc.property(MESSAGE, fc.integer({ min: 1, max: 8 }), (message, missing) => {
                const bytes = encode(message);
                const reader = readerOf(message);
                if (bytes.length - missing >= 16) {
                    decode(reader, bytes.subarray(0, bytes.length - missing), message.tables);
                    expect(reader.isComplete).to.equal(false);
                }
                const longer = new Uint8Array(bytes.length + missing);
                longer.set(bytes);
                decode(reader, longer, message.tables);
                expect(reader.isComplete).to.equal(false);
            }),
        );
    });

    it("reads any bytes without an error and within the alphabet", () => {
        fc.assert(
            fc.property(MESSAGE, fc.uint8Array({ minLength: 16, maxLength: 60 }), (message, bytes) => {
                const decoded = decode(readerOf(message), bytes, message.tables);
                decoded.forEach((symbol, i) => expect(message.frequencies[message.tables[i]][symbol]).to.be.above(0));
            }),
        );
    });

    it("reads each stream afresh", () => {
        const frequencies = [frequenciesOf([1, 2, 3], randomNumbers(5))];
        const tables = new Uint8Array(30);
        const streams = [1, 2, 3].map((symbol) => encode({ tables, symbols: tables.map((_, i) => 1 + ((symbol + i) % 3)), frequencies }));
        const reader = readerOf({ frequencies });
        for (const i of [0, 2, 1, 0]) {
            expect(decode(reader, streams[i], tables)[0]).to.equal(1 + ((i + 1) % 3));
            expect(reader.isComplete).to.equal(true);
        }
    });

    it("gives a decoder one word for each low part of a state, table after table", () => {
        const frequencies = [[3], [60, 2, 17], Array.from({ length: RANS_MAX_SYMBOLS }, (_, i) => i)].map((used) => frequenciesOf(used, randomNumbers(7)));
        const slots = new Uint32Array(frequencies.length * RANS_TOTAL);
        frequencies.forEach((table, i) => fillRansTable(slots, i, table));
        let at = 0;
        for (const table of frequencies) {
            table.forEach((frequency, symbol) => {
                for (let offset = 0; offset < frequency; offset++, at++) {
                    expect([slots[at] & 255, (slots[at] >>> 8) & 4095, slots[at] >>> 20]).to.deep.equal([symbol, frequency - 1, offset]);
                }
            });
        }
        expect(at).to.equal(slots.length);
    });
});
