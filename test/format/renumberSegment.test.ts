import { expect } from "chai";
import { CHUNK_TYPES, fourCc } from "../../format/chunk.js";
import { renumberSegment } from "../../format/renumberSegment.js";
import { chunkBytes, spliced } from "../support/chunkTools.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeRandomSegment } from "../support/randomSegment.js";

const OPTIONS = { slotCount: 12, activeSlotCount: 8, frameCount: 4, shDegree: 1, seed: 3 } as const;
const { bytes: BYTES, entry: ENTRY } = makeRandomSegment({ ...OPTIONS, firstFrame: 7 });
const KEY_END = ENTRY.keyByteLength;

describe("renumberSegment", () => {
    it("gives the bytes of the same segment written at another place", () => {
        for (const firstFrame of [0, 7, 70_000]) {
            expect(renumberSegment(BYTES, ENTRY, firstFrame)).to.deep.equal(makeRandomSegment({ ...OPTIONS, firstFrame }).bytes);
        }
    });

    it("leaves what it is given as it is", () => {
        const copy = BYTES.slice();
        renumberSegment(copy, ENTRY, 0);
        expect(copy).to.deep.equal(BYTES);
        // A Buffer's slices share its memory.
        const buffer = Buffer.from(BYTES);
        expect(renumberSegment(buffer, ENTRY, 0)).to.deep.equal(makeRandomSegment(OPTIONS).bytes);
        expect(new Uint8Array(buffer)).to.deep.equal(BYTES);
    });

    it("copies chunks that a reader may skip as they are", () => {
        const extra = chunkBytes(fourCc("xtra"), Uint8Array.of(7, 0, 0, 0, 1));
        const renumbered = renumberSegment(spliced(BYTES, KEY_END, 0, extra), ENTRY, 0);
        expect(renumbered).to.deep.equal(spliced(makeRandomSegment(OPTIONS).bytes, KEY_END, 0, extra));
        expect(renumberSegment(spliced(BYTES, KEY_END, 0, chunkBytes(fourCc("none"))), ENTRY, 7).length).to.equal(BYTES.length + 12);
    });

    it("refuses what is damaged, missing, out of order or unknown", async () => {
        const damaged = BYTES.slice();
        damaged[BYTES.length - 1] ^= 1;
        await expectErrorAsync(() => renumberSegment(damaged, ENTRY, 0), "CRC_MISMATCH");
        await expectErrorAsync(() => renumberSegment(BYTES.subarray(0, BYTES.length - 1), ENTRY, 0), "TRUNCATED");
        await expectErrorAsync(() => renumberSegment(BYTES.subarray(0, KEY_END), ENTRY, 0), "BAD_SEGMENT");
        await expectErrorAsync(() => renumberSegment(BYTES, { ...ENTRY, firstFrame: 6 }, 0), "BAD_SEGMENT");
        await expectErrorAsync(() => renumberSegment(spliced(BYTES, KEY_END, 0, chunkBytes(CHUNK_TYPES.residualFrame, new Uint8Array(3))), ENTRY, 0), "BAD_SEGMENT");
        await expectErrorAsync(() => renumberSegment(spliced(BYTES, KEY_END, 0, chunkBytes(fourCc("XTRA"))), ENTRY, 0), "UNSUPPORTED_FEATURE");
        await expectErrorAsync(() => renumberSegment(spliced(BYTES, KEY_END, 0, chunkBytes(CHUNK_TYPES.end, new Uint8Array(4))), ENTRY, 0), "BAD_SEGMENT");
    });
});
