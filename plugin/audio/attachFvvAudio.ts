import type { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { FvvError } from "../../format/fvvError.js";
import type { FvvPlayer } from "../fvvPlayer.js";
import { ElementSound } from "./elementSound.js";
import { FvvAudio, type IFvvAudioParts } from "./fvvAudio.js";
import { leaseAudioEngineAsync, type IAudioEngineLease } from "./sharedAudioEngine.js";

/** Options of {@link attachFvvAudioAsync}. */
export interface IFvvAudioOptions {
    /** Address of an audio file to play in place of that of the clip. It is streamed; of another origin, its server must allow this page (CORS). Default: the sound of the clip. */
    url?: string;
    /** Time of the clip at which the sound begins, seconds; negative where that was before the clip. Default: as in the file; 0 with a url. */
    startTime?: number;
    /** Volume; 1 is that of the file. Default 1. */
    volume?: number;
    /** Node that the sound is at, for instance `player.mesh`. Default null: it is nowhere, and heard as it is in the file. */
    node?: TransformNode | null;
    /** Whether it is in the middle of the node's bounding box, not at its origin. Default false. */
    useBoundingBox?: boolean;
    /** Audio engine to play by. Default: the one that was made last, else one that is made, without a button to unlock it. */
    engine?: AudioEngineV2;
}

/** Where the sound is, once it is there. */
interface IOpenedSound {
    element: ElementSound;
    startTime: number;
    release: () => void;
}

/**
 * Gives a clip its sound: that of its file, which is fetched now, or of another address. The sound plays when the clip plays, and leads: it becomes the player's `masterClock`. A function of its own, so that Babylon's audio is
 * loaded only for those who call it.
 *
 * Rejects with BAD_OPTION where there is no sound or the clip is live, UNSUPPORTED_AUDIO where the browser cannot play it, and what reading it may reject with.
 * @param player player of the clip
 * @param options which sound, and where
 *
 * @example
 * const audio = await attachFvvAudioAsync(player, { node: player.mesh });
 * audio.onBlockedObservable.add(() => (hint.hidden = false));
 * audio.onUnblockedObservable.add(() => (hint.hidden = true));
 */
export async function attachFvvAudioAsync(player: FvvPlayer, options: IFvvAudioOptions = {}): Promise<FvvAudio> {
    const { volume = 1, node = null, useBoundingBox = false } = options;
    check(player, options);
    const opened = await openSoundAsync(player, options);
    let lease: IAudioEngineLease | undefined;
    try {
        lease = options.engine ? { engine: options.engine, release: () => {} } : await leaseAudioEngineAsync();
        const audio = new FvvAudio(player, await connectAsync(opened, lease, player.mesh.name, node !== null));
        audio.volume = volume;
        if (node) {
            audio.attachTo(node, useBoundingBox);
        }
        return audio;
    } catch (error) {
        lease?.release();
        opened.element.dispose();
        opened.release();
        throw error;
    }
}

function check(player: FvvPlayer, { url, volume = 1, startTime = 0 }: IFvvAudioOptions): void {
    const { stream } = player.streaming;
    if (stream.isLive) {
        throw new FvvError("BAD_OPTION", "A live clip follows its publisher, not a sound; play the sound beside it", { source: "player" });
    }
    if (url === undefined && !stream.hasAudio) {
        throw new FvvError("BAD_OPTION", "The clip has no sound; encode it with `fvv encode --audio`, or give the url of one", { source: "url" });
    }
    for (const [source, value, least] of [
        ["volume", volume, 0],
        ["startTime", startTime, -Infinity],
    ] as const) {
        if (!(Number.isFinite(value) && value >= least)) {
            throw new FvvError("BAD_OPTION", `${source} is ${value}; it must be a finite number${least === 0 ? " of at least 0" : ""}`, { source });
        }
    }
}

async function openSoundAsync({ streaming: { stream } }: FvvPlayer, { url, startTime }: IFvvAudioOptions): Promise<IOpenedSound> {
    if (url !== undefined) {
        return { element: await ElementSound.OpenAsync(url, url), startTime: startTime ?? 0, release: () => {} };
    }
    const audio = await stream.readAudioAsync();
    if (!audio) {
        throw new FvvError("BAD_OPTION", "The clip has no sound; give the url of one", { source: "url" });
    }
    const objectUrl = URL.createObjectURL(new Blob([audio.bytes], { type: audio.mimeType }));
    const release = (): void => URL.revokeObjectURL(objectUrl);
    try {
        return { element: await ElementSound.OpenAsync(objectUrl, "the sound of the clip"), startTime: startTime ?? audio.startTime, release };
    } catch (error) {
        release();
        throw error;
    }
}

/** Puts the element into Babylon's audio engine, and plays it there: its volume and place are Babylon's, its time is the element's own, which Babylon's streaming sound only estimates. */
async function connectAsync({ element, startTime, release }: IOpenedSound, lease: IAudioEngineLease, name: string, isSpatial: boolean): Promise<IFvvAudioParts> {
    const { engine } = lease;
    const sound = await engine.createStreamingSoundAsync(name, element.element, { preloadCount: 0, spatialEnabled: isSpatial });
    // It connects the element at once, and is ready at the first gesture only where browsers load nothing before; nobody waits for that.
    sound.preloadInstanceAsync().catch(() => {});
    return { element, sound, engine, startTime, release: () => (lease.release(), release()) };
}
