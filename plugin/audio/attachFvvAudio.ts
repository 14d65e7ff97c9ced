import type { FvvPlayer } from "../fvvPlayer.js";
import type { FvvAudio } from "./fvvAudio.js";
import type { IFvvAudioOptions } from "./fvvAudioOptions.js";

/**
 * Gives a clip its sound: that of its file, which is fetched now, or of another address. The sound plays when the clip plays, and leads: it becomes the player's `masterClock`. A function of its own, so that Babylon's audio is
 * loaded only for those who call it.
 *
 * Rejects with BAD_OPTION where there is no sound or the clip is live, UNSUPPORTED_AUDIO where the browser cannot play it, DISPOSED where the clip was disposed meanwhile, and what reading it may reject with.
 * @param player player of the clip
 * @param options which sound, and where
 *
 * @example
 * const audio = await attachFvvAudioAsync(player, { node: player.mesh });
 * audio.onBlockedObservable.add(() => (hint.hidden = false));
 * audio.onUnblockedObservable.add(() => (hint.hidden = true));
 */
export async function attachFvvAudioAsync(player: FvvPlayer, options: IFvvAudioOptions = {}): Promise<FvvAudio> {
    // Who plays no sound does without the code for it.
    const { openFvvAudioAsync } = await import(/* webpackChunkName: "audio" */ "./openFvvAudio.js");
    return await openFvvAudioAsync(player, options);
}
