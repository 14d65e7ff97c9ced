import type { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";

/** What of Babylon's audio engine is used here and is not public; test/browser/audio.test.ts notices when it changes. */
interface IEngineInternals {
    _audioContext?: Partial<AudioContext>;
}

/** An older time of the device than this, ms, is of before it was stopped. */
const STALE_MS = 1000;

/** The clock of an audio device. A media element tells the time of what it gave away last, tens of ms at once; the device plays evenly, and what it has missed is missing in its time. */
export class DeviceClock {
    private readonly _context: Partial<AudioContext>;

    /** @param engine Babylon's audio engine; without Web Audio, or where that tells no time, the clock is that of the page */
    public constructor(engine: AudioEngineV2) {
        this._context = (engine as unknown as IEngineInternals)._audioContext ?? {};
    }

    /** Its time, seconds. */
    public get time(): number {
        const now = performance.now();
        const { contextTime = 0, performanceTime = 0 } = this._context.getOutputTimestamp?.() ?? {};
        const age = now - performanceTime;
        return (performanceTime > 0 && Math.abs(age) < STALE_MS ? 1000 * contextTime + age : now) / 1000;
    }

    /** How long it takes until what Web Audio has made is heard, seconds, as far as the browser knows. */
    public get latency(): number {
        // Safari does not tell that of the device.
        const { baseLatency = 0, outputLatency = 0 } = this._context;
        return baseLatency + outputLatency;
    }
}
