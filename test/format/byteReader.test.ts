import { expect } from "chai";
import fc from "fast-check";
import { ByteReader } from "../../format/byteReader.js";
import { ByteWriter } from "../../format/byteWriter.js";
import { expectErrorAsync } from "../support/expectError.js";

type Field = "u8" | "u16" | "u32" | "i32" | "u64" | "f32" | "f64" | "varint";

const FIELD: fc.Arbitrary<[Field, number]> = fc.oneof(
    fc.tuple(fc.constant<Field>("u8"), fc.nat(0xff)),
    fc.tuple(fc.constant<Field>("u16"), fc.nat(0xffff)),
    fc.tuple(fc.constant<Field>("u32"), fc.nat(0xffffffff)),
    fc.tuple(fc.constant<Field>("i32"), fc.integer()),
    fc.tuple(fc.constant<Field>("u64"), fc.nat(Number.MAX_SAFE_INTEGER)),
    fc.tuple(fc.constant<Field>("f32"), fc.float()),
    fc.tuple(fc.constant<Field>("f64"), fc.double()),
    fc.tuple(fc.constant<Field>("varint"), fc.oneof(fc.nat(0xffffffff), fc.nat(300))),
);

describe("ByteReader and ByteWriter", () => {
    it("read back what was written, from an odd offset too", () => {
        fc.assert(
            fc.property(fc.array(FIELD, { maxLength: 60 }), fc.nat(3), (fields, shift) => {
                const writer = new ByteWriter(1);
                fields.forEach(([kind, value]) => writer[kind](value));
                const bytes = writer.toBytes();
                const shifted = new Uint8Array(shift + bytes.length + 5).fill(0xaa);
                shifted.set(bytes, shift);
                const reader = new ByteReader(shifted.subarray(shift, shift + bytes.length));
                // Deeply: so that NaN is NaN.
                expect(fields.map(([kind]) => reader[kind]())).to.deep.equal(fields.map(([, value]) => value));
                expect(reader.remaining).to.equal(0);
            }),
        );
    });

    it("write little-endian", () => {
        const writer = new ByteWriter();
        writer.u16(0x0102);
        writer.u32(0x03040506);
        writer.u64(0x0708090a0b0c);
        writer.varint(300);
        expect([...writer.toBytes()]).to.deep.equal([2, 1, 6, 5, 4, 3, 12, 11, 10, 9, 8, 7, 0, 0, 0xac, 0x02]);
    });

    it("refuse to read past the end, and say where in the file that is", async () => {
        for (const [kind, size] of [
            ["u8", 1],
            ["u16", 2],
            ["u32", 4],
            ["i32", 4],
            ["u64", 8],
            ["f32", 4],
            ["f64", 8],
        ] as const) {
            const reader = new ByteReader(new Uint8Array(2 + size - 1), 100, "A thing", "BAD_INDEX");
            reader.u16();
            const error = await expectErrorAsync(() => reader[kind](), "BAD_INDEX");
            expect(error.where.offset, kind).to.be.within(102, 106);
            expect(error.message).to.match(/^A thing ends \d bytes too early/);
        }
    });

    it("take bytes as a view, and no more than there are", async () => {
        const bytes = Uint8Array.of(1, 2, 3, 4);
        const reader = new ByteReader(bytes);
        const taken = reader.bytes(3);
        expect(taken.buffer).to.equal(bytes.buffer);
        expect([...taken]).to.deep.equal([1, 2, 3]);
        await expectErrorAsync(() => reader.bytes(2), "TRUNCATED");
        await expectErrorAsync(() => reader.bytes(2 ** 34), "TRUNCATED");
        await expectErrorAsync(() => reader.bytes(-1), "TRUNCATED");
        expect([...reader.bytes(1)]).to.deep.equal([4]);
    });

    it("refuse numbers that are too long", async () => {
        await expectErrorAsync(() => new ByteReader(Uint8Array.of(0, 0, 0, 0, 0, 0, 0x20, 0)).u64(), "TRUNCATED");
        await expectErrorAsync(() => new ByteReader(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0)).varint(), "TRUNCATED");
        await expectErrorAsync(() => new ByteReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x1f)).varint(), "TRUNCATED");
        await expectErrorAsync(() => new ByteReader(Uint8Array.of(0x80)).varint(), "TRUNCATED");
    });
});
