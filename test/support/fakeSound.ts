import type { ISound } from "../../plugin/audio/soundSync.js";
import type { FakeClock } from "./fakeClock.js";

/** How a sound behaves. */
export interface IFakeSoundOptions {
    /** Its length, seconds. Default 60. */
    duration?: number;
    /** How long a start takes, ms. Default 0. */
    startMs?: number;
    /** How long a seek takes, ms. Default 0. */
    seekMs?: number;
    /** How much faster than the scene's its clock is. Default 1. */
    clockRate?: number;
    /** How long after it plays something that is heard, seconds. Default 0. */
    latency?: number;
    /** Steps in which it tells its time, ms: it tells where it was at the last one. Default 0, it tells it exactly. */
    stepMs?: number;
}

/** A sound that nobody hears, whose clock is its own: it runs faster or slower than the scene's, and starts late. */
export class FakeSound implements ISound {
    /** What it was told, in order. */
    public readonly log: string[] = [];
    public readonly duration: number;
    private _rate = 1;
    private _base = 0;
    private _since = 0;
    private _readyAt = 0;
    private _missedMs = 0;
    private _isPlaying = false;
    private _isFrozen = false;

    /**
     * @param _clock the time of the scene
     * @param _options how it behaves
     */
    public constructor(
        private readonly _clock: FakeClock,
        private readonly _options: IFakeSoundOptions = {},
    ) {
        this.duration = _options.duration ?? 60;
    }

    public get currentTime(): number {
        const { stepMs = 0 } = this._options;
        const now = this._clock.now();
        return this._timeAt(stepMs > 0 ? Math.floor(now / stepMs) * stepMs : now);
    }

    public get clock(): number {
        return ((this._clock.now() - this._missedMs) * (this._options.clockRate ?? 1)) / 1000;
    }

    public get latency(): number {
        return this._options.latency ?? 0;
    }

    /** What is heard now. */
    public get heardTime(): number {
        return this._timeAt(this._clock.now()) - this.latency * this._rate;
    }

    /** Whether it was told to play. */
    public get isPlaying(): boolean {
        return this._isPlaying;
    }

    /** As a media element, it stops at its end. */
    public get isStopped(): boolean {
        if (this._isPlaying && this.currentTime >= this.duration) {
            this._setBase(this.duration);
            this._isPlaying = false;
        }
        return !this._isPlaying;
    }

    public get isRunning(): boolean {
        return !this.isStopped && this._clock.now() >= this._readyAt;
    }

    public seek(time: number): void {
        this.log.push("seek");
        // What is at its end plays only when it is told to.
        this._isPlaying = !this.isStopped;
        this._setBase(time);
        this._readyAt = Math.max(this._readyAt, this._clock.now() + (this._options.seekMs ?? 0));
    }

    public setRate(rate: number): void {
        this._setBase(this._timeAt(this._clock.now()));
        this._rate = rate;
    }

    public play(): void {
        this.log.push("play");
        this._setBase(this._timeAt(this._clock.now()));
        this._isPlaying = true;
        this._readyAt = this._clock.now() + (this._options.startMs ?? 0);
    }

    public pause(): void {
        this.log.push("pause");
        this._setBase(this._timeAt(this._clock.now()));
        this._isPlaying = false;
    }

    /** Nothing is heard for a while, and the sound is that much later from now on, as where a busy machine leaves the device without anything to play. */
    public miss(milliseconds: number): void {
        this._missedMs += milliseconds;
        this._base -= (milliseconds / 1000) * this._rate;
    }

    /** Its clock stands, though it counts as playing, as that of a device that is gone. */
    public freeze(): void {
        this._setBase(this._timeAt(this._clock.now()));
        this._isFrozen = true;
    }

    /** Its clock goes on. */
    public thaw(): void {
        this._setBase(this._timeAt(this._clock.now()));
        this._isFrozen = false;
    }

    private _timeAt(now: number): number {
        const { clockRate = 1 } = this._options;
        const passed = this._isPlaying && !this._isFrozen ? Math.max(0, now - Math.max(this._since, this._readyAt)) / 1000 : 0;
        return Math.min(this._base + passed * this._rate * clockRate, this.duration);
    }

    private _setBase(time: number): void {
        this._base = time;
        this._since = this._clock.now();
    }
}
