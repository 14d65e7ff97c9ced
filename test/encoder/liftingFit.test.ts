import { expect } from "chai";
import fc from "fast-check";
import { fitLifting } from "../../encoder/liftingFit.js";
import { randomNumbers } from "../support/makeFrame.js";

const IDENTITY = [0, 0, 0];

/** Threes: most by a rule from two numbers, the others without any and ten times as large. */
function makeThrees(outliers: number, rule: (a: number, other: number) => readonly [number, number, number]): Int32Array {
    const next = randomNumbers(7);
    const number = (size: number): number => Math.round(size * (2 * next() - 1));
    const threes: number[] = [];
    for (let i = 0; i < 3000; i++) {
        threes.push(...(next() < outliers ? [number(4000), number(4000), number(4000)] : rule(number(400), number(400))));
    }
    return Int32Array.from(threes);
}

describe("fitLifting", () => {
    it("leaves alone what has nothing to do with each other", () => {
        const next = randomNumbers(3);
        const threes = Int32Array.from({ length: 9000 }, () => Math.round(50 * (next() - 0.5)));
        expect(fitLifting(threes, true)).to.deep.equal(IDENTITY);
        expect(fitLifting(new Int32Array(9000), true)).to.deep.equal(IDENTITY);
        expect(fitLifting(new Int32Array(0), true)).to.deep.equal(IDENTITY);
    });

    it("finds copies, mirrors and means among outliers, learned or not", () => {
        const copy = makeThrees(0.1, (a, other) => [a, a, other]);
        const mirror = makeThrees(0.1, (a, other) => [a, other, -other]);
        const mean = makeThrees(0.1, (a, other) => [a, other, (a + other + 1) >> 1]);
        for (const isLearned of [false, true]) {
            expect(fitLifting(copy, isLearned)).to.deep.equal([256, 0, 0]);
            expect(fitLifting(mirror, isLearned)).to.deep.equal([0, 0, -256]);
            expect(fitLifting(mean, isLearned)).to.deep.equal([0, 128, 128]);
        }
    });

    it("finds any other weights by least squares where there are no outliers", () => {
        const [w0, w1, w2] = fitLifting(
            makeThrees(0, (a, other) => [a, Math.round(0.6 * a + 0.03 * other), Math.round(1.7 * a)]),
            false,
        );
        expect(w0).to.be.within(150, 158);
        expect(w1 + 0.6 * w2).to.be.within(433, 438);
    });

    it("learns weights among outliers that hide them from least squares", () => {
        const threes = makeThrees(0.15, (a, other) => [a, Math.round(0.6 * a), Math.round(0.4 * other)]);
        expect(fitLifting(threes, false)[0]).to.not.be.within(150, 158);
        expect(fitLifting(threes, true)[0]).to.be.within(153, 155);
        expect(fitLifting(threes, true)).to.deep.equal(fitLifting(threes, true));
    });

    it("keeps to what a file can hold", () => {
        const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -(2 ** 18), max: 2 ** 18 }));
        fc.assert(
            fc.property(fc.array(fc.tuple(number, number, number), { maxLength: 40 }), fc.boolean(), (threes, isLearned) => {
                for (const weight of fitLifting(Int32Array.from(threes.flat()), isLearned)) {
                    expect(Number.isInteger(weight) && Math.abs(weight) <= 2048).to.equal(true);
                }
            }),
        );
    });
});
