import type { IRowRun } from "./framePacket.js";

/** Runs of marked rows; the marks are cleared. */
export function collectRuns(rows: Uint8Array, rowCount: number): IRowRun[] {
    const runs: IRowRun[] = [];
    for (let row = 0; row < rowCount; row++) {
        if (rows[row]) {
            const last = runs[runs.length - 1];
            if (last && last.firstRow + last.rowCount === row) {
                last.rowCount++;
            } else {
                runs.push({ firstRow: row, rowCount: 1 });
            }
        }
    }
    rows.fill(0);
    return runs;
}
