import type { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";

/** An engine that was made here, and how many use it. */
interface ISharedEngine {
    engine: Promise<AudioEngineV2>;
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
 * The audio engine that the page has, or one that is made for all who ask here, without a button to unlock it, and disposed of with the last of them. Babylon's audio is loaded only now: a page whose clips have no sound does
 * not pay for it.
 */
export async function leaseAudioEngineAsync(): Promise<IAudioEngineLease> {
    const { LastCreatedAudioEngine } = await import("@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js");
    const existing = shared ? null : LastCreatedAudioEngine();
    if (existing) {
        return { engine: existing, release: () => {} };
    }
    const lease = (shared ??= { engine: makeAsync(), users: 0 });
    lease.users++;
    try {
        const engine = await lease.engine;
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
