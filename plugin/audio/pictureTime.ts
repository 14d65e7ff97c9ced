import type { FvvPlayer } from "../fvvPlayer.js";
import type { IPictureTime } from "./soundSync.js";

/**
 * The time of a clip's picture, as its sound sees it: what slows or stops all animations of the scene does so to the sound.
 * @param player player of the clip
 */
export function pictureTimeOf(player: FvvPlayer): IPictureTime {
    const scene = player.mesh.getScene();
    return {
        get currentTime() {
            return player.currentTime;
        },
        get speed() {
            return player.speed * scene.animationTimeScale;
        },
        get loopSeconds() {
            const { from, to } = player.range;
            return player.loop ? to - from : Infinity;
        },
        get isRunning() {
            return player.isPlaying && !player.isBuffering && scene.animationsEnabled;
        },
    };
}
