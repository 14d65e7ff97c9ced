import type { ISortCamera } from "./framePacket.js";

/** Farthest that a motion is thought to go on, seconds. */
const MOST_AHEAD = 0.25;
/** Square of the longest way that a direction is thought to go, against its length: what is faster was a jump. */
const MOST_TURN_SQUARED = 0.25;

/**
 * The direction that a camera will have if it goes on turning as it did.
 * @param camera the camera
 * @param time when, seconds of the sender's clock
 * @param out the direction
 */
export function predictForward({ forward, turn, time: now }: ISortCamera, time: number, out: [number, number, number]): void {
    const ahead = Math.min(time - now, MOST_AHEAD);
    const way = ahead * ahead * squaredLength(turn);
    const isTurning = ahead > 0 && way > 0 && way < MOST_TURN_SQUARED * squaredLength(forward);
    for (let c = 0; c < 3; c++) {
        out[c] = isTurning ? forward[c] + ahead * turn[c] : forward[c];
    }
}

function squaredLength([x, y, z]: readonly number[]): number {
    return x * x + y * y + z * z;
}
