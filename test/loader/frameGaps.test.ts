import { expect } from "chai";
import fc from "fast-check";
import { FrameGaps } from "../../loader/frameGaps.js";

const FRAMES = 30;
const GAP = fc.tuple(fc.nat(FRAMES - 2), fc.integer({ min: 1, max: 8 })).map(([from, length]) => ({ from, to: Math.min(FRAMES, from + length) }));

describe("FrameGaps", () => {
    it("knows the same frames as a set of them does", () => {
        fc.assert(
            fc.property(fc.array(GAP, { maxLength: 8 }), GAP, (gaps, range) => {
                const made = new FrameGaps();
                const lost = new Set<number>();
                for (const { from, to } of gaps) {
                    made.add(from, to);
                    for (let frame = from; frame < to; frame++) {
                        lost.add(frame);
                    }
                }
                for (let frame = 0; frame < FRAMES; frame++) {
                    expect(made.has(frame)).to.equal(lost.has(frame));
                    for (const direction of [1, -1] as const) {
                        let next = frame;
                        while (lost.has(next)) {
                            next += direction;
                        }
                        expect(made.pass(frame, direction)).to.equal(next);
                    }
                }
                const inRange = Array.from({ length: range.to - range.from }, (_, i) => range.from + i);
                expect(made.covers(range)).to.equal(inRange.every((frame) => lost.has(frame)));
                const beginnings = [...lost].filter((frame) => !lost.has(frame - 1));
                expect(made.count).to.equal(beginnings.length);
                made.clear();
                expect([made.count, made.has(range.from)]).to.deep.equal([0, false]);
            }),
        );
    });
});
