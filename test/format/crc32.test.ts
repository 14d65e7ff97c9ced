import { expect } from "chai";
import fc from "fast-check";
import { crc32 } from "../../format/crc32.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("crc32", () => {
    it("gives the known values", () => {
        expect(crc32(text(""))).to.equal(0);
        expect(crc32(text("a"))).to.equal(0xe8b7be43);
        expect(crc32(text("123456789"))).to.equal(0xcbf43926);
        expect(crc32(text("The quick brown fox jumps over the lazy dog"))).to.equal(0x414fa339);
        expect(crc32(new Uint8Array(32))).to.equal(0x190a55ad);
        expect(crc32(new Uint8Array(32).fill(0xff))).to.equal(0xff6cab0b);
    });

    it("is the same in pieces as in one, and shows every flipped bit", () => {
        fc.assert(
            fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), fc.nat(), fc.nat(), (bytes, cut, bit) => {
                const at = cut % bytes.length;
                expect(crc32(bytes.subarray(at), crc32(bytes.subarray(0, at)))).to.equal(crc32(bytes));
                const flipped = bytes.slice();
                flipped[at] ^= 1 << (bit % 8);
                expect(crc32(flipped)).to.not.equal(crc32(bytes));
            }),
        );
    });
});
