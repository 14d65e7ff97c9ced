import { expect } from "chai";
import fc from "fast-check";
import { RenditionChooser } from "../../loader/renditionChooser.js";

const MBIT = 1e6;
const RATES = [2, 5, 10].map((rate) => rate * MBIT);

describe("RenditionChooser", () => {
    let chooser: RenditionChooser;
    let now: number;

    beforeEach(() => {
        chooser = new RenditionChooser(RATES);
        now = 0;
    });

    /** What is chosen after some time with a bandwidth. */
    function after(seconds: number, mbps: number | undefined, bufferedSeconds = 6): number {
        now += 1000 * seconds;
        chooser.update({ now, bitsPerSecond: mbps === undefined ? undefined : mbps * MBIT, bufferedSeconds });
        return chooser.current;
    }

    it("begins with the smallest, and goes up with a margin", () => {
        expect([after(0, undefined), after(0, 7.2), after(20, 14.3)]).to.deep.equal([0, 1, 2]);
    });

    it("takes no more than seven tenths of the bandwidth to go up, and keeps up to nineteen twentieths", () => {
        expect([after(0, 7.13), after(0, 7.15)]).to.deep.equal([0, 1]);
        expect([after(1, 5.3), after(1, 5.2)]).to.deep.equal([1, 0]);
    });

    it("with little in memory, keeps only what it could go up to", () => {
        after(0, 7.2);
        expect([after(1, 7, 2), after(1, 7, 1.9)]).to.deep.equal([1, 0]);
    });

    it("goes up at most every eight seconds, and down at once", () => {
        expect([after(0, 7.2), after(7.9, 20), after(0.1, 20), after(0.1, 3), after(7.9, 20), after(0.2, 20)]).to.deep.equal([1, 1, 2, 0, 0, 2]);
    });

    it("does not go to and fro where the bandwidth varies between the margins", () => {
        fc.assert(
            fc.property(fc.array(fc.double({ min: 5.3, max: 14.2, noNaN: true }), { minLength: 20 }), (rates) => {
                chooser = new RenditionChooser(RATES);
                now = 0;
                after(0, 7.2);
                rates.forEach((rate) => expect(after(3, rate)).to.equal(1));
            }),
        );
    });

    it("takes no better one than it may by itself, and the one that it is told to", () => {
        chooser.highest = 1;
        expect(after(0, 100)).to.equal(1);
        chooser.fixed = 2;
        expect(after(0, 0.1)).to.equal(2);
        chooser.fixed = null;
        expect(after(0, 100)).to.equal(1);
    });

    it("leaves one alone for half a minute of which more than 15 % of the frames were passed over", () => {
        expect(after(0, 100)).to.equal(2);
        chooser.noteFrames(60, 10, now);
        expect(after(0, 100)).to.equal(2);
        chooser.noteFrames(50, 10, now);
        expect([after(0, 100), after(29, 100), after(1.1, 100)]).to.deep.equal([1, 1, 2]);
    });

    it("does not judge by a few frames, nor ban the smallest", () => {
        after(0, 100);
        chooser.noteFrames(10, 49, now);
        expect(after(0, 100)).to.equal(2);
        chooser = new RenditionChooser(RATES);
        chooser.noteFrames(0, 100, now);
        expect([after(0, 1), after(9, 100)]).to.deep.equal([0, 2]);
    });
});
