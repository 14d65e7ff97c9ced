import { expect } from "chai";
import fc from "fast-check";
import { encodeRans, RansDecoder, RANS_MAX_SYMBOLS, RANS_TOTAL } from "../../format/rans.js";
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

const MESSAGE: fc.Arbitrary<IMessage> = fc
    .tuple(fc.array(fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 256, size: "max" }), { minLength: 1, maxLength: 4 }), fc.nat(400), fc.integer())
    .map(([alphabets, count, seed]) => {
        const next = randomNumbers(seed);
        const tables = Uint8Array.from({ length: count }, () => Math.floor(next() * alphabets.length));
        const symbols = Uint8Array.from(tables, (table) => alphabets[table][Math.floor(next() * alphabets[table].length)]);
        return { tables, symbols, frequencies: alphabets.map((used) => frequenciesOf(used, next)) };
    });

function decoderOf({ frequencies }: IMessage): RansDecoder {
    const decoder = new RansDecoder(frequencies.length);
    frequencies.forEach((table, i) => decoder.setTable(i, table));
    return decoder;
}

function decode(decoder: RansDecoder, bytes: Uint8Array, tables: Uint8Array): Uint8Array {
    decoder.start(bytes);
    return tables.map((table) => decoder.read(table));
}

describe("rANS", () => {
    it("decodes what was encoded, and knows that it is whole", () => {
        fc.assert(
            fc.property(MESSAGE, (message) => {
                const { tables, symbols, frequencies } = message;
                const bytes = encodeRans(tables, symbols, symbols.length, frequencies);
                const decoder = decoderOf(message);
                expect(decode(decoder, bytes, tables)).to.deep.equal(symbols);
                expect(decoder.isComplete).to.equal(true);
            }),
        );
    });

    it("takes no bytes for symbols that are certain", () => {
        const frequencies = [frequenciesOf([7], Math.random)];
        const tables = new Uint8Array(10000);
        const bytes = encodeRans(tables, tables.slice().fill(7), 10000, frequencies);
        expect(bytes.length).to.equal(16);
    });

    it("takes about the bits of the entropy", () => {
        const frequencies = [new Uint16Array(256)];
        frequencies[0].set([1024, 1024, 2047, 1]);
        const next = randomNumbers(1);
        const symbols = Uint8Array.from({ length: 40000 }, () => [0, 1, 2, 2][Math.floor(4 * next())]);
        const bytes = encodeRans(new Uint8Array(40000), symbols, 40000, frequencies);
        expect(bytes.length).to.be.within(0.99 * ((40000 * 1.5) / 8), 1.01 * ((40000 * 1.5) / 8) + 16);
    });

    it("notices a stream that is cut or longer", () => {
        fc.assert(
            fc.property(MESSAGE, fc.integer({ min: 1, max: 8 }), (message, missing) => {
                const { tables, symbols, frequencies } = message;
                const bytes = encodeRans(tables, symbols, symbols.length, frequencies);
                const decoder = decoderOf(message);
                if (bytes.length - missing >= 16) {
                    decode(decoder, bytes.subarray(0, bytes.length - missing), tables);
                    expect(decoder.isComplete).to.equal(false);
                }
                const longer = new Uint8Array(bytes.length + missing);
                longer.set(bytes);
                decode(decoder, longer, tables);
                expect(decoder.isComplete).to.equal(false);
            }),
        );
    });

    it("reads any bytes without an error and within the alphabet", () => {
        fc.assert(
            fc.property(MESSAGE, fc.uint8Array({ minLength: 16, maxLength: 60 }), (message, bytes) => {
                const decoded = decode(decoderOf(message), bytes, message.tables);
                decoded.forEach((symbol, i) => expect(message.frequencies[message.tables[i]][symbol]).to.be.above(0));
            }),
        );
    });

    it("reads each stream afresh", () => {
        const frequencies = [frequenciesOf([1, 2, 3], randomNumbers(5))];
        const tables = new Uint8Array(30);
        const streams = [1, 2, 3].map((symbol) =>
            encodeRans(
                tables,
                tables.map((_, i) => 1 + ((symbol + i) % 3)),
                30,
                frequencies,
            ),
        );
        const decoder = decoderOf({ tables, symbols: tables, frequencies });
        for (const i of [0, 2, 1, 0]) {
            expect(decode(decoder, streams[i], tables)[0]).to.equal(1 + ((i + 1) % 3));
            expect(decoder.isComplete).to.equal(true);
        }
    });
});
