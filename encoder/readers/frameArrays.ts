import { FvvError } from "../../format/fvvError.js";
import { areFinite } from "../areFinite.js";
import { allocateFrame, type ISplatFrame } from "../../format/splatFrame.js";

export { allocateFrame };

const ATTRIBUTES = ["positions", "rotations", "scales", "opacities", "colors", "sh"] as const;

/**
 * Drops the splats with a value that is not finite. A frame without any is returned as it is.
 * @param frame what was read
 * @param source name of the file, for the message
 * @returns a frame with `droppedCount` and, where splats were dropped, `sourceIndices`
 */
export function keepFinite(frame: ISplatFrame, source: string): ISplatFrame {
    if (ATTRIBUTES.every((name) => areFinite(frame[name], frame[name].length))) {
        return { ...frame, droppedCount: 0 };
    }
    const isFinite = new Uint8Array(frame.count).fill(1);
    for (const name of ATTRIBUTES) {
        const values = frame[name];
        const size = values.length / frame.count;
        for (let i = 0; i < values.length; i++) {
            if (!Number.isFinite(values[i])) {
                isFinite[Math.floor(i / size)] = 0;
            }
        }
    }
    const rows = Uint32Array.from(isFinite.keys()).filter((row) => isFinite[row] === 1);
    if (rows.length === 0) {
        throw new FvvError(
            "NOT_FINITE",
            "Every splat of the file has a value that is not finite (NaN or infinite); the training or the export went wrong, make the file again",
            {
                source,
            },
        );
    }
    return takeRows(frame, rows);
}

/**
 * Takes some splats of a frame.
 * @param frame the frame
 * @param rows which splats, in the order wanted
 */
export function takeRows(frame: ISplatFrame, rows: Uint32Array): ISplatFrame {
    const taken = allocateFrame(rows.length, frame.shDegree);
    for (const name of ATTRIBUTES) {
        const from = frame[name];
        const to = taken[name];
        const size = frame.count > 0 ? from.length / frame.count : 0;
        for (let i = 0; i < rows.length; i++) {
            for (let c = 0; c < size; c++) {
                to[i * size + c] = from[rows[i] * size + c];
            }
        }
    }
    const { ids, sourceIndices } = frame;
    return {
        ...taken,
        ids: ids && Int32Array.from(rows, (row) => ids[row]),
        sourceIndices: sourceIndices ? Uint32Array.from(rows, (row) => sourceIndices[row]) : rows,
        droppedCount: frame.count - rows.length,
    };
}

/** An opacity before the sigmoid becomes one after it. */
export function sigmoid(value: number): number {
    return 1 / (1 + Math.exp(-value));
}
