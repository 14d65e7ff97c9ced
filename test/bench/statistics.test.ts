import { expect } from "chai";
import { geometricMean, median, order0Bits, percentile } from "../../bench/codec/statistics.js";

describe("Statistics of the codec bench", () => {
    it("take percentiles by nearest rank, in any order of the values", () => {
        const values = Array.from({ length: 200 }, (_, i) => ((i * 77) % 200) + 1);
        expect(percentile(values, 99)).to.equal(198);
        expect(percentile(values, 100)).to.equal(200);
        expect(percentile([7], 1)).to.equal(7);
        expect(median([10, 9, 1])).to.equal(9);
        expect(median([4, 1, 3, 2])).to.equal(2);
    });

    it("take the geometric mean", () => {
        expect(geometricMean([0.5, 2, 8])).to.be.closeTo(2, 1e-12);
    });

    it("count the bits of symbols that are told by their frequencies alone", () => {
        expect(order0Bits([])).to.equal(0);
        expect(order0Bits([5, 5, 5])).to.equal(0);
        expect(order0Bits([0, 1, 0, 1])).to.equal(4);
        expect(order0Bits(Uint32Array.of(0, 0, 1, 2000000))).to.equal(6);
    });
});
