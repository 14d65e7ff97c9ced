import type { IRowRun } from "./framePacket.js";

/**
 * Whether runs of rows hold every row of others.
 * @param outer runs, ascending, with at least one row between two of them
 * @param inner runs, ascending
 */
export function coversRuns(outer: readonly IRowRun[], inner: readonly IRowRun[]): boolean {
    let at = 0;
    for (const { firstRow, rowCount } of inner) {
        while (at < outer.length && outer[at].firstRow + outer[at].rowCount <= firstRow) {
            at++;
        }
        if (at === outer.length || firstRow < outer[at].firstRow || firstRow + rowCount > outer[at].firstRow + outer[at].rowCount) {
            return false;
        }
    }
    return true;
}
