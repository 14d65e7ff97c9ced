import type { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";

/** An engine that was made here, and how many use it. */
interface ISharedEngine {
    making: Promise<AudioEngineV2>;
    /** The engine, once it is made. */
    engine?: AudioEngineV2;
    users: number;
}

let shared: ISharedEngine | undefined;

/** An audio engine for as long as it is wanted. */
export interface IAudioEngineLease {
    engine: AudioEngineV2;
    /** The engine is wanted no more; call it once. */
    release: () => void;
}

/**
 * The audio engine that the page has made last, or one that is made for all who ask here, without a button to unlock it, and disposed of with the last of them. Babylon's audio is loaded only now: a page whose clips have no sound does
 * not pay for it.
 */
export async function leaseAudioEngineAsync(): Promise<IAudioEngineLease> {
    const { LastCreatedAudioEngine } = await import("@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js");
    // One that is being made is the last one already.
    if (!shared || shared.engine) {
        const last = LastCreatedAudioEngine();
        if (last && last !== shared?.engine) {
            return { engine: last, release: () => {} };
        }
        // The page may have disposed of it.
        shared = last ? shared : undefined;
    }
    const lease = (shared ??= { making: makeAsync(), users: 0 });
    lease.users++;
    try {
        const engine = (lease.engine = await lease.making);
        return { engine, release: () => release(lease, engine) };
    } catch (error) {
        // Who asks later tries again.
        shared = shared === lease ? undefined : shared;
        throw error;
    }
}

async function makeAsync(): Promise<AudioEngineV2> {
    const { CreateAudioEngineAsync } = await import("@babylonjs/core/AudioV2/webAudio/webAudioEngine.js");
    return await CreateAudioEngineAsync({ disableDefaultUI: true });
}

function release(lease: ISharedEngine, engine: AudioEngineV2): void {
    if (--lease.users === 0) {
        shared = shared === lease ? undefined : shared;
        engine.dispose();
    }
}
