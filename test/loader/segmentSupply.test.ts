import { expect } from "chai";
import type { ISegmentEntry } from "../../format/clipIndex.js";
import { FvvError } from "../../format/fvvError.js";
import { SegmentSupply, type ISegmentNeed } from "../../loader/segmentSupply.js";

const ENTRY: ISegmentEntry = { offset: 0, byteLength: 10, firstFrame: 0, frameCount: 4, keyByteLength: 6, bounds: new Float32Array(6) };

/** A supply, and what it has asked for: segment, rendition, first byte, urgency. */
function makeSupply(): { supply: SegmentSupply; takeAsked: () => (string | number)[][]; send: (rendition: number, from: number, to: number, segment?: number) => void } {
    const needs: ISegmentNeed[] = [];
    const supply = new SegmentSupply((need) => needs.push(need));
    return {
        supply,
        takeAsked: () =>
            needs.splice(0).map(({ segment, rendition, from, isKeyOnly, isAhead }) => [segment, rendition, from, isKeyOnly ? "key" : isAhead ? "ahead" : "whole"]),
        send: (rendition, from, to, segment = 2) => supply.take(segment, rendition, ENTRY, from, bytesOf(rendition).subarray(from, to), false),
    };
}

/** A segment of a rendition. */
function bytesOf(rendition: number): Uint8Array {
    return Uint8Array.from({ length: ENTRY.byteLength }, (_, i) => 100 * rendition + i);
}

describe("SegmentSupply", () => {
    it("asks for each thing once, and again where it is more urgent", () => {
        const { supply, takeAsked } = makeSupply();
        supply.prepare(2);
        supply.prepare(2);
        supply.get(2, 0, true);
        supply.get(2, 0, true);
        supply.prepare(2);
        supply.get(2, 0);
        expect(takeAsked()).to.deep.equal([
            [2, -1, 0, "ahead"],
            [2, 0, 0, "key"],
            [2, 0, 0, "whole"],
        ]);
    });

    it("goes on with the rendition that it was given, of any", () => {
        const { supply, takeAsked, send } = makeSupply();
        supply.get(2);
        send(1, 0, 3);
        expect(supply.get(2)?.available).to.equal(3);
        send(1, 3, 10);
        expect(supply.get(2)?.bytes).to.deep.equal(bytesOf(1));
        expect(takeAsked()).to.deep.equal([[2, -1, 0, "whole"]]);
    });

    it("keeps what it has where the first bytes of what it asked for before come late", () => {
        const { supply, takeAsked, send } = makeSupply();
        supply.get(2, 0);
        send(0, 0, 3);
        supply.get(2, 1, true);
        supply.askAnew();
        supply.get(2, 0);
        send(1, 0, 3);
        send(0, 3, 10);
        expect(supply.get(2, 0)?.bytes).to.deep.equal(bytesOf(0));
        expect(takeAsked()).to.deep.equal([
            [2, 0, 0, "whole"],
            [2, 1, 0, "key"],
            [2, 0, 3, "whole"],
        ]);
    });

    it("takes the rendition that it asked for last, and nothing of what it asked for before", () => {
        const { supply, takeAsked, send } = makeSupply();
        supply.get(2, 0, true);
        send(0, 0, 3);
        supply.get(2, 1, true);
        send(0, 3, 4);
        send(1, 0, 3);
        send(0, 4, 10);
        expect(supply.get(2, 1, true)?.available).to.equal(3);
        send(1, 3, 10);
        expect(supply.get(2, 1)?.bytes).to.deep.equal(bytesOf(1));
        expect(takeAsked()).to.deep.equal([
            [2, 0, 0, "key"],
            [2, 1, 0, "key"],
        ]);
    });

    it("does not give up what it waits for to prepare what has begun to come of another rendition", () => {
        const { supply, takeAsked, send } = makeSupply();
        supply.get(2, 0);
        send(0, 0, 3);
        supply.get(2, 1);
        supply.prepare(2);
        send(1, 0, 10);
        expect(supply.get(2, 1)?.bytes).to.deep.equal(bytesOf(1));
        expect(takeAsked()).to.deep.equal([
            [2, 0, 0, "whole"],
            [2, 1, 0, "whole"],
        ]);
    });

    it("asks again, from the beginning, for what it had no room to keep", () => {
        const { supply, takeAsked, send } = makeSupply();
        supply.get(2, 0);
        send(0, 0, 3);
        for (let segment = 3; segment < 7; segment++) {
            send(0, 0, 10, segment);
        }
        send(0, 3, 10);
        expect(supply.get(2, 0)).to.equal(undefined);
        expect(takeAsked()).to.deep.equal([
            [2, 0, 0, "whole"],
            [2, 0, 0, "whole"],
        ]);
    });

    it("throws what prevents bytes once, and only where they are needed", () => {
        const { supply, takeAsked, send } = makeSupply();
        supply.get(2, 0);
        send(0, 0, 6);
        supply.fail(2, new FvvError("NETWORK", "no way"));
        expect(supply.get(2, 0, true)?.available).to.equal(6);
        expect(() => supply.get(2, 0)).to.throw(FvvError, "no way");
        expect(supply.get(2, 0)?.available).to.equal(6);
        expect(takeAsked()).to.deep.equal([
            [2, 0, 0, "whole"],
            [2, 0, 6, "whole"],
        ]);
    });
});
