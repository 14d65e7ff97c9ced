import { GrowingInt32 } from "./growingInt32.js";
import type { ITrackedFrame } from "./trackedFrame.js";
import type { SplatTolerance } from "./splatTolerance.js";

/** Where each splat of a segment is to be found, frame by frame. Slots are provisional. */
export interface ISplatLives {
    /** Number of slots. */
    slotCount: number;
    /** Source row of each slot, by frame; -1 where it holds no live splat. */
    sourceOf: Int32Array[];
    /** Lives, slot by slot: slot, first frame in the segment, number of frames. A slot can hold several splats, with a gap between. */
    lives: Int32Array;
    /** How far each splat may be off; undefined: by the bounds. */
    tolerances?: SplatTolerance;
}

/** Numbers of a life in {@link ISplatLives.lives}. */
export const LIFE_STRIDE = 3;

/**
 * Turns "which slot does each source splat have" into the lives of the slots.
 * @param frames frames of a segment
 */
export function findLives(frames: readonly ITrackedFrame[], tolerances?: SplatTolerance): ISplatLives {
    const slotCount = frames[frames.length - 1].slotCount;
    const sourceOf: Int32Array[] = [];
    frames.forEach(({ slotOf }, f) => sourceOf.push(slotOf === frames[f - 1]?.slotOf ? sourceOf[f - 1] : rowsOfSlots(slotOf, slotCount)));
    const lives = new GrowingInt32(LIFE_STRIDE * slotCount + LIFE_STRIDE);
    for (let slot = 0; slot < slotCount; slot++) {
        for (let frame = 0; frame < frames.length; frame++) {
            if (sourceOf[frame][slot] >= 0) {
                const first = frame;
                while (frame < frames.length && sourceOf[frame][slot] >= 0) {
                    frame++;
                }
                lives.push2(slot, first);
                lives.push(frame - first);
            }
        }
    }
    return { slotCount, sourceOf, lives: lives.toArray(), tolerances };
}

/**
 * Which source row each slot has; -1 where it holds no live splat.
 * @param slotOf slot of each row
 * @param slotCount number of slots
 */
export function rowsOfSlots(slotOf: Int32Array, slotCount: number): Int32Array {
    const rows = new Int32Array(slotCount).fill(-1);
    for (let i = 0; i < slotOf.length; i++) {
        rows[slotOf[i]] = i;
    }
    return rows;
}
