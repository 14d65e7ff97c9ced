import { expect } from "chai";
import fc from "fast-check";
import { coversRuns } from "../../loader/coversRuns.js";
import type { IRowRun } from "../../loader/framePacket.js";

/** Runs of the rows that are marked. */
function runsOf(rows: readonly boolean[]): IRowRun[] {
    const runs: IRowRun[] = [];
    rows.forEach((isMarked, row) => {
        if (isMarked && rows[row - 1]) {
            runs[runs.length - 1].rowCount++;
        } else if (isMarked) {
            runs.push({ firstRow: row, rowCount: 1 });
        }
    });
    return runs;
}

const ROWS = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });

describe("coversRuns", () => {
    it("tells whether every row is among the others", () => {
        fc.assert(
            fc.property(ROWS, ROWS, (outer, inner) => {
                expect(coversRuns(runsOf(outer), runsOf(inner))).to.equal(inner.every((isMarked, row) => !isMarked || outer[row]));
            }),
        );
    });

    it("finds that more rows cover fewer", () => {
        fc.assert(
            fc.property(ROWS, ROWS, (some, others) => {
                expect(coversRuns(runsOf(some.map((isMarked, row) => isMarked || others[row])), runsOf(some))).to.equal(true);
            }),
        );
    });
});
