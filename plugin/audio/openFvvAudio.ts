import { FvvError } from "../../format/fvvError.js";
import { FvvPlayer } from "../fvvPlayer.js";
import type { IFvvAudioOptions } from "./fvvAudioOptions.js";
import { ElementSound } from "./elementSound.js";
import { FvvAudio, type IFvvAudioParts } from "./fvvAudio.js";
import { leaseAudioEngineAsync, type IAudioEngineLease } from "./sharedAudioEngine.js";

/** Where the sound is, once it is there. */
interface IOpenedSound {
    element: ElementSound;
    startTime: number;
    release: () => void;
}

/** Does what `attachFvvAudioAsync` says. */
export async function openFvvAudioAsync(player: FvvPlayer, options: IFvvAudioOptions): Promise<FvvAudio> {
    if (isGone(player)) {
        throw disposed();
    }
    check(player, options);
    // Nobody is to wait for a sound whose clip is gone.
    const gone = new AbortController();
    const observer = player.mesh.onDisposeObservable.addOnce(() => gone.abort());
    try {
        return await openAsync(player, options, gone.signal);
    } catch (error) {
        throw isGone(player) ? disposed() : error;
    } finally {
        observer.remove();
    }
}

async function openAsync(player: FvvPlayer, options: IFvvAudioOptions, signal: AbortSignal): Promise<FvvAudio> {
    const { volume = 1, node = null, useBoundingBox = false } = options;
    const opened = await openSoundAsync(player, options, signal);
    let lease: IAudioEngineLease | undefined;
    try {
        lease = options.engine ? { engine: options.engine, release: () => {} } : await leaseAudioEngineAsync();
        const parts = await connectAsync(opened, lease, player.mesh.name, node !== null);
        if (isGone(player)) {
            parts.sound.dispose();
            throw disposed();
        }
        const audio = new FvvAudio(player, parts);
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

function isGone(player: FvvPlayer): boolean {
    return FvvPlayer.FromMesh(player.mesh) !== player;
}

function disposed(): FvvError {
    return new FvvError("DISPOSED", "The clip was disposed while its sound was loading");
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

async function openSoundAsync({ streaming: { stream } }: FvvPlayer, { url, startTime }: IFvvAudioOptions, signal: AbortSignal): Promise<IOpenedSound> {
    if (url !== undefined) {
        return { element: await ElementSound.OpenAsync(url, url, signal), startTime: startTime ?? 0, release: () => {} };
    }
    const audio = await stream.readAudioAsync();
    if (!audio) {
        throw new FvvError("BAD_OPTION", "The clip has no sound; give the url of one", { source: "url" });
    }
    const objectUrl = URL.createObjectURL(new Blob([audio.bytes], { type: audio.mimeType }));
    const release = (): void => URL.revokeObjectURL(objectUrl);
    try {
        return { element: await ElementSound.OpenAsync(objectUrl, "the sound of the clip", signal), startTime: startTime ?? audio.startTime, release };
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
