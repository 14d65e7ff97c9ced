import { FvvError } from "../../format/fvvError.js";
import type { DeviceClock } from "./deviceClock.js";
import type { ISound } from "./soundSync.js";

/**
 * A media element as a sound. It, and not a decoded buffer, since it changes its speed without its pitch, seeks in any container, tells its own time, and holds the compressed file only: ten minutes decoded
 * would be 200 MB.
 */
export class ElementSound implements ISound {
    /** Told why the sound does not start: the browser waits for a gesture of the user (NotAllowedError), or cannot play it. */
    public onRefused: (reason: unknown) => void = () => {};
    /** Clock of the device that plays it; undefined before there is one. */
    public device: DeviceClock | undefined;
    private _isStarting = false;

    /** @param element a media element */
    private constructor(public readonly element: HTMLAudioElement) {
        element.preservesPitch = true;
    }

    /**
     * Opens a sound. Rejects with UNSUPPORTED_AUDIO where the browser cannot play it.
     * @param url address of an audio file
     * @param name for messages
     * @param signal gives it up: then it rejects with what the signal tells
     */
    public static async OpenAsync(url: string, name: string, signal: AbortSignal): Promise<ElementSound> {
        signal.throwIfAborted();
        const element = new Audio();
        // Without it the sound of another origin would be silent in Web Audio.
        element.crossOrigin = "anonymous";
        element.preload = "auto";
        const sound = new ElementSound(element);
        const settled = new AbortController();
        try {
            await new Promise<void>((resolve, reject) => {
                element.addEventListener("loadedmetadata", () => resolve(), { once: true });
                element.addEventListener("error", () => reject(unplayable(element.error?.message, name)), { once: true });
                signal.addEventListener("abort", () => reject(signal.reason as DOMException), { signal: settled.signal });
                element.src = url;
            });
        } catch (error) {
            sound.dispose();
            throw error;
        } finally {
            settled.abort();
        }
        return sound;
    }

    public get currentTime(): number {
        return this.element.currentTime;
    }

    public get clock(): number {
        return this.device?.time ?? performance.now() / 1000;
    }

    public get latency(): number {
        return this.device?.latency ?? 0;
    }

    public get duration(): number {
        const { duration } = this.element;
        // Not a number while it is loading.
        return duration > 0 ? duration : Infinity;
    }

    public get isStopped(): boolean {
        return this.element.paused || this.element.ended;
    }

    public get isRunning(): boolean {
        const { paused, seeking, readyState } = this.element;
        return !this._isStarting && !paused && !seeking && readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    }

    public seek(time: number): void {
        this.element.currentTime = time;
    }

    public setRate(rate: number): void {
        this.element.playbackRate = rate;
    }

    public play(): void {
        this._isStarting = true;
        this.element.play().then(
            () => (this._isStarting = false),
            (reason: unknown) => {
                // Pausing what has not begun yet ends here too.
                if (!(reason instanceof DOMException && reason.name === "AbortError")) {
                    this.onRefused(reason);
                }
            },
        );
    }

    public pause(): void {
        this.element.pause();
    }

    /** Stops it and frees what it holds. */
    public dispose(): void {
        this.element.pause();
        this.element.removeAttribute("src");
        this.element.load();
    }
}

/** The error for a sound that the browser cannot play. */
export function unplayable(reason: string | undefined, source: string): FvvError {
    const why = reason ? ` (${reason})` : "";
    return new FvvError("UNSUPPORTED_AUDIO", `The browser cannot play the sound${why}; give it in another format, AAC in MP4 and MP3 play everywhere`, {
        source,
        isRecoverable: true,
    });
}
