import { expect } from "chai";
import fc from "fast-check";
import { CHUNK_HEADER_BYTES, CHUNK_TYPES, chunkTypeName, fourCc, isSkippable, readChunk } from "../../format/chunk.js";
import { chunkBytes } from "../support/chunkTools.js";
import { expectErrorAsync } from "../support/expectError.js";

describe("Chunks", () => {
    it("read back what was written", () => {
        fc.assert(
            fc.property(fc.nat(0xffffffff), fc.uint8Array({ maxLength: 40 }), fc.nat(5), (type, payload, at) => {
                const bytes = new Uint8Array(at + CHUNK_HEADER_BYTES + payload.length + 3);
                bytes.set(chunkBytes(type, payload), at);
                const chunk = readChunk(bytes, at, 1000);
                expect(chunk.type).to.equal(type);
                expect(chunk.offset).to.equal(1000 + at);
                expect([...chunk.payload]).to.deep.equal([...payload]);
            }),
        );
    });

    it("show a flipped bit anywhere: type, length, CRC and payload", async () => {
        const bytes = chunkBytes(CHUNK_TYPES.index, Uint8Array.of(1, 2, 3));
        for (let bit = 0; bit < 8 * bytes.length; bit++) {
            const flipped = new Uint8Array(bytes);
            flipped[bit >> 3] ^= 1 << (bit & 7);
            // A length that is longer now reaches past the end.
            const isLonger = bit >= 32 && bit < 64 && (3 ^ (1 << (bit - 32))) >>> 0 > 3;
            await expectErrorAsync(() => readChunk(flipped, 0, 0), isLonger ? "TRUNCATED" : "CRC_MISMATCH");
        }
    });

    it("cut at any byte are TRUNCATED", async () => {
        const bytes = chunkBytes(CHUNK_TYPES.header, Uint8Array.of(1, 2, 3));
        for (let length = 0; length < bytes.length; length++) {
            await expectErrorAsync(() => readChunk(bytes.subarray(0, length), 0, 0), "TRUNCATED");
        }
    });

    it("have names that say whether a reader may skip them", () => {
        expect(fourCc("HEAD")).to.equal(0x44414548);
        expect(chunkTypeName(CHUNK_TYPES.metadata)).to.equal("meta");
        expect(chunkTypeName(0x00ff4142)).to.equal("BA??");
        const skippable = Object.entries(CHUNK_TYPES).filter(([, type]) => isSkippable(type));
        expect(skippable.map(([name]) => name)).to.deep.equal(["metadata", "audioPlace", "audio"]);
    });
});
