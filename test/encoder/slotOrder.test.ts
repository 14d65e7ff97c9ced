import { expect } from "chai";
import fc from "fast-check";
import { orderSlots } from "../../encoder/slotOrder.js";
import { randomNumbers } from "../support/makeFrame.js";

describe("orderSlots", () => {
    it("gives each slot a place, those that have one already the same", () => {
        fc.assert(
            fc.property(fc.nat(60), fc.nat(60), fc.constantFrom(0, 0.5, 1), fc.integer(), (known, added, activeShare, seed) => {
                const next = randomNumbers(seed);
                const random = (size: number, count: number): Int32Array => Int32Array.from({ length: count }, () => Math.floor(size * next()));
                const placeOf = orderSlots(known, new Uint8Array(known), random(2 ** 23, 3 * known)).order;
                const isActive = Uint8Array.from({ length: known + added }, () => (next() < activeShare ? 1 : 0));
                const { order, activeCount } = orderSlots(known + added, isActive, random(2 ** 23, 3 * (known + added)), placeOf);
                expect([...order].sort((a, b) => a - b)).to.deep.equal(Array.from(order.keys()));
                placeOf.forEach((place, slot) => expect(order[place]).to.equal(slot));
                expect(order.subarray(activeCount).some((slot) => isActive[slot])).to.equal(false);
            }),
        );
    });

    it("goes through a cube step by step to the next neighbour", () => {
        const place = (slot: number): number[] => [slot % 8, Math.floor(slot / 8) % 8, Math.floor(slot / 64)];
        const positions = Int32Array.from({ length: 3 * 512 }, (_, i) => 100 + place(Math.floor(i / 3))[i % 3]);
        const { order } = orderSlots(512, new Uint8Array(512).fill(1), positions);
        for (let i = 1; i < 512; i++) {
            const before = place(order[i - 1]);
            expect(place(order[i]).reduce((sum, value, c) => sum + Math.abs(value - before[c]), 0)).to.equal(1);
        }
    });
});
