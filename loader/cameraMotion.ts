import type { ISortCamera } from "./framePacket.js";

/** Seconds that a motion is measured over, up to twice as long: pointer events come in other steps than pictures. */
const WINDOW = 0.05;

/** Measures how a camera turns, for {@link ISortCamera.turn}. One that has stood still for a moment has no motion at all. */
export class CameraMotion {
    private readonly _older = new Float64Array(3);
    private readonly _newer = new Float64Array(3);
    private _olderTime = -Infinity;
    private _newerTime = -Infinity;

    /**
     * Takes the present direction of a camera and sets its turn.
     * @param camera direction and time in, turn out
     * @returns whether the turn is another than before
     */
    public measure(camera: ISortCamera): boolean {
        const { forward, turn, time } = camera;
        if (time - this._newerTime >= WINDOW) {
            this._older.set(this._newer);
            this._olderTime = this._newerTime;
            this._newer.set(forward);
            this._newerTime = time;
        }
        let isOther = false;
        for (let c = 0; c < 3; c++) {
            const perSecond = (forward[c] - this._older[c]) / (time - this._olderTime);
            isOther ||= perSecond !== turn[c];
            turn[c] = perSecond;
        }
        return isOther;
    }
}
