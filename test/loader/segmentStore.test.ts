import { expect } from "chai";
import fc from "fast-check";
import { SegmentStore } from "../../loader/segmentStore.js";

const BYTE = fc.integer({ min: 1, max: 60 });

describe("SegmentStore", () => {
    it("never holds more than it may, whatever is put in", () => {
        fc.assert(
            fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(7), BYTE)), fc.nat(7), (puts, kept) => {
                const store = new SegmentStore(100);
                for (const [rendition, segment, byteLength] of puts) {
                    const room = Math.max(0, byteLength - (store.get(rendition, segment)?.bytes.length ?? 0));
                    const isOwn = (other: { rendition: number; segment: number }): boolean => other.segment === segment && other.rendition === rendition;
                    const fits = store.makeRoom(room, (other) => (other.segment === kept || isOwn(other) ? -1 : other.segment));
                    if (fits) {
                        store.reserve(rendition, segment, byteLength);
                    }
                    const held = [...Array(8).keys()].flatMap((i) => store.all(i)).reduce((sum, { bytes }) => sum + bytes.length, 0);
                    expect(store.byteLength).to.equal(held);
                    expect(store.byteLength).to.be.at.most(100);
                }
                expect(store.peakByteLength).to.be.within(store.byteLength, 100);
            }),
        );
    });

    it("frees what is most dispensable, and nothing that stays", () => {
        const store = new SegmentStore(100);
        [0, 1, 2, 3].forEach((segment) => store.reserve(0, segment, 25));
        expect(store.makeRoom(30, ({ segment }) => [-1, 5, 9, 7][segment])).to.equal(true);
        expect([0, 1, 2, 3].map((segment) => store.get(0, segment) !== undefined)).to.deep.equal([true, true, false, false]);
        expect(store.makeRoom(90, ({ segment }) => (segment === 0 ? -1 : 1))).to.equal(false);
        expect([store.byteLength, store.get(0, 0)?.bytes.length]).to.deep.equal([25, 25]);
    });

    it("makes more room for a segment that has come in part, and keeps what came", () => {
        const store = new SegmentStore(100);
        const part = store.reserve(1, 4, 10);
        part.bytes.set([7, 8, 9]);
        part.available = 3;
        expect(store.reserve(1, 4, 40)).to.equal(part);
        expect([[...part.bytes.subarray(0, 4)], part.available, store.byteLength]).to.deep.equal([[7, 8, 9, 0], 3, 40]);
        expect(store.reserve(1, 4, 20).bytes.length).to.equal(40);
    });

    it("holds renditions of a segment beside each other", () => {
        const store = new SegmentStore(100);
        const [low, high] = [store.reserve(0, 2, 10), store.reserve(1, 2, 20)];
        expect(store.all(2)).to.deep.equal([low, high]);
        store.remove(low);
        expect([store.get(0, 2), store.get(1, 2), store.byteLength, store.peakByteLength]).to.deep.equal([undefined, high, 20, 30]);
        store.clear();
        expect([store.all(2), store.byteLength]).to.deep.equal([[], 0]);
    });
});
