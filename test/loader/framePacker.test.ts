import { expect } from "chai";
import fc from "fast-check";
import { createSymbolReader } from "../../format/createSymbolReader.js";
import type { FrameState } from "../../format/frameState.js";
import { SegmentDecoder } from "../../format/segmentDecoder.js";
import { SymbolReader, type ISymbolReader } from "../../format/symbolReader.js";
import { FramePacker, rowsFor } from "../../loader/framePacker.js";
import { ROW_SPLATS, type IFramePacket } from "../../loader/framePacket.js";
import { PackedState } from "../support/packedState.js";
import { makeRandomSegment, type IRandomSegment } from "../support/randomSegment.js";

type ShDegree = 0 | 1 | 2 | 3;

function expectPacked(packed: PackedState, state: FrameState): void {
    for (let slot = 0; slot < state.slotCount; slot++) {
        if (state.alive[slot]) {
            expect(packed.codes(slot)).to.deep.equal(state.codes.map((codes) => codes[slot]));
        }
    }
}

function rowsOf(runs: IFramePacket["splatRuns"]): number[] {
    return runs.flatMap(({ firstRow, rowCount }) => Array.from({ length: rowCount }, (_, i) => firstRow + i));
}

/** Decodes a segment; calls back after each frame. */
function decode(segment: IRandomSegment, onFrame: (state: FrameState, frame: number) => void, reader?: ISymbolReader): void {
    const decoder = new SegmentDecoder(segment.header, undefined, reader);
    decoder.begin(segment.bytes, segment.entry);
    for (let frame = 0; decoder.hasNext; frame++) {
        decoder.decodeFrame();
        onFrame(decoder.state, frame);
    }
}

describe("FramePacker", () => {
    for (const shDegree of [0, 1, 2, 3] as ShDegree[]) {
        for (const reader of [createSymbolReader(), new SymbolReader()]) {
            it(`packs codes that unpack to the decoder's, SH degree ${shDegree}, ${reader.constructor.name}`, () => {
                const segment = makeRandomSegment({ slotCount: 50, activeSlotCount: 50, frameCount: 3, shDegree, seed: shDegree });
                const packer = new FramePacker(50, shDegree);
                const packet = packer.createPacket();
                const onFrame = (state: FrameState): void => {
                    packer.markAll(state);
                    packer.pack(state, state.alive, packet);
                    const packed = new PackedState(50, shDegree);
                    packed.apply(packet);
                    expectPacked(packed, state);
                };
                decode(segment, onFrame, reader);
            });
        }
    }

    it("gives, packet after packet and with frames left out, the same as packing all", () => {
        const options = fc.record({
            slotCount: fc.integer({ min: 1, max: 2 * ROW_SPLATS + 50 }),
            activeShare: fc.constantFrom(0, 0.01, 0.5, 1),
            seed: fc.integer(),
            skipped: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        });
        fc.assert(
            fc.property(options, ({ slotCount, activeShare, seed, skipped }) => {
                const segment = makeRandomSegment({ slotCount, activeSlotCount: Math.floor(activeShare * slotCount), frameCount: 5, shDegree: 1, seed });
                const packer = new FramePacker(slotCount, 1);
                const packet = packer.createPacket();
                const packed = new PackedState(slotCount, 1);
                let isFirst = true;
                decode(segment, (state, frame) => {
                    packer.markChanges(state);
                    if (skipped[frame]) {
                        return;
                    }
                    if (isFirst) {
                        packer.markAll(state);
                        isFirst = false;
                    }
                    packer.pack(state, state.alive, packet);
                    packed.apply(packet);
                    expectPacked(packed, state);
                });
            }),
            { numRuns: 8 },
        );
    });

    it("packs only the rows that can have changed, and nothing twice", () => {
        const slotCount = 3 * ROW_SPLATS + 5;
        const segment = makeRandomSegment({ slotCount, activeSlotCount: ROW_SPLATS + 1, frameCount: 2, shDegree: 1, seed: 4 });
        const packer = new FramePacker(slotCount, 1);
        const packet = packer.createPacket();
        decode(segment, (state, frame) => {
            packer.markChanges(state);
            if (frame === 0) {
                packer.markAll(state);
            }
            packer.pack(state, state.alive, packet);
            expect(rowsOf(packet.splatRuns)).to.deep.equal(frame === 0 ? [0, 1, 2, 3] : [0, 1]);
            expect(Math.max(...rowsOf(packet.shRuns), 0)).to.be.below(frame === 0 ? 4 : 2);
            packer.pack(state, state.alive, packet);
            expect([packet.splatRuns, packet.shRuns]).to.deep.equal([[], []]);
        });
    });

    it("makes packets with room for every row", () => {
        for (const capacity of [0, 1, ROW_SPLATS, ROW_SPLATS + 1]) {
            const packet = new FramePacker(capacity, 2).createPacket();
            const slots = rowsFor(capacity) * ROW_SPLATS;
            expect(slots)
                .to.be.at.least(capacity)
                .and.below(capacity + ROW_SPLATS);
            expect([packet.splatA.length, packet.splatB.length, ...packet.sh.map(({ length }) => length)]).to.deep.equal([4 * slots, 2 * slots, 4 * slots, 4 * slots]);
        }
    });
});
