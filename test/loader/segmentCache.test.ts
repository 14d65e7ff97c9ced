import { expect } from "chai";
import fc from "fast-check";
import { SegmentCache } from "../../loader/segmentCache.js";

describe("SegmentCache", () => {
    it("drops what was not used for longest, and keeps the newest", () => {
        const cache = new SegmentCache(30);
        cache.add(0, new Uint8Array(10));
        cache.add(1, new Uint8Array(10));
        cache.add(2, new Uint8Array(10));
        expect([0, 1, 2].map((segment) => cache.has(segment))).to.deep.equal([true, true, true]);
        cache.get(0);
        cache.add(3, new Uint8Array(10));
        expect([0, 1, 2, 3].map((segment) => cache.has(segment))).to.deep.equal([true, false, true, true]);
        cache.add(4, new Uint8Array(100));
        expect([0, 1, 2, 3, 4].map((segment) => cache.has(segment))).to.deep.equal([false, false, false, false, true]);
    });

    it("replaces a segment, and counts its bytes once", () => {
        const cache = new SegmentCache(20);
        for (let i = 0; i < 5; i++) {
            cache.add(7, Uint8Array.of(i, 0, 0, 0, 0));
        }
        cache.add(8, new Uint8Array(15));
        expect(cache.get(7)?.[0]).to.equal(4);
        expect(cache.get(9)).to.equal(undefined);
    });

    it("never holds more than its bytes, but for the newest", () => {
        fc.assert(
            fc.property(fc.array(fc.record({ segment: fc.nat(9), size: fc.nat(12), used: fc.nat(9) }), { maxLength: 60 }), (steps) => {
                const cache = new SegmentCache(30);
                // A model: least recently used first.
                let model: [number, number][] = [];
                for (const { segment, size, used } of steps) {
                    cache.add(segment, new Uint8Array(size));
                    model = [...model.filter(([other]) => other !== segment), [segment, size]];
                    while (model.length > 1 && model.reduce((sum, [, bytes]) => sum + bytes, 0) > 30) {
                        model.shift();
                    }
                    const found = model.find(([other]) => other === used);
                    expect(cache.get(used)?.length).to.equal(found?.[1]);
                    model = found ? [...model.filter((entry) => entry !== found), found] : model;
                    expect(Array.from({ length: 10 }, (_, i) => cache.has(i))).to.deep.equal(Array.from({ length: 10 }, (_, i) => model.some(([other]) => other === i)));
                }
            }),
        );
    });
});
