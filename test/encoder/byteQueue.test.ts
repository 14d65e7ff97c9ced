import { expect } from "chai";
import fc from "fast-check";
import { ByteQueue } from "../../encoder/byteQueue.js";

describe("ByteQueue", () => {
    it("gives the bytes that went in, in order, whatever the sizes of parts and pieces", () => {
        fc.assert(
            fc.property(fc.array(fc.record({ pushed: fc.nat(100_000), taken: fc.nat(100_000) })), (steps) => {
                const queue = new ByteQueue();
                let [pushed, taken] = [0, 0];
                for (const step of steps) {
                    const first = pushed;
                    queue.push(new Uint8Array(step.pushed).map((_, i) => (first + i) % 251));
                    pushed += step.pushed;
                    const length = Math.min(step.taken, queue.byteLength);
                    const expected = new Uint8Array(length).map((_, i) => (taken + i) % 251);
                    expect(Buffer.compare(queue.peek(length), expected)).to.equal(0);
                    expect(Buffer.compare(queue.take(length), expected)).to.equal(0);
                    taken += length;
                    expect(queue.byteLength).to.equal(pushed - taken);
                }
            }),
            { numRuns: 30 },
        );
    });
});
