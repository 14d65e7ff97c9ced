import type { Playhead } from "./playhead.js";

/** Another clock that a clip follows in place of the scene's: an audio track, a video element, a shared session. */
export interface IMasterClock {
    /** Its time in seconds; the clip's, at speed 1, from the clip's beginning on. */
    readonly currentTime: number;
    /** How far the clip may be off, seconds, before it is put right; an even clock may ask for less than the default, 0.02. */
    readonly tolerance?: number;
}

/** How far a clip may be off before it is put right, seconds: what is heard and seen 40 ms apart still counts as together. */
export const TOLERANCE_SECONDS = 0.02;

/** Puts the playhead where a master clock says, while time runs. In between the scene's clock carries it on, so that it moves evenly. */
export function followMasterClock(playhead: Playhead, { currentTime, tolerance = TOLERANCE_SECONDS }: IMasterClock): void {
    const { from, to } = playhead.range;
    const frame = Math.min(Math.max(currentTime * playhead.fps, from), to);
    if (playhead.isRunning && Math.abs(playhead.value - frame) > tolerance * playhead.fps) {
        playhead.moveTo(frame);
    }
}
