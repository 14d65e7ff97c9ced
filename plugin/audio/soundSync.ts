import { TOLERANCE_SECONDS, type IMasterClock } from "../masterClock.js";

/** What plays a sound. Times are those of the sound, seconds. */
export interface ISound {
    /** Where it is, as it tells, which need not be even. */
    readonly currentTime: number;
    /** Clock of what plays it, seconds: even, and later for good by what that has missed. */
    readonly clock: number;
    /** How long it takes until what it plays is heard, seconds. */
    readonly latency: number;
    /** Its length; Infinity where that is not known. */
    readonly duration: number;
    /** Whether it does not play, because it was told so, is at its end, or the system has stopped it. */
    readonly isStopped: boolean;
    /** Whether it plays, and no start or seek is under way. */
    readonly isRunning: boolean;
    /** Goes to a time. */
    seek(time: number): void;
    /** Sets its speed; the pitch stays where the browser can keep it. */
    setRate(rate: number): void;
    /** Starts. */
    play(): void;
    /** Stops where it is. */
    pause(): void;
}

/** Time of the picture. */
export interface IPictureTime {
    /** Position in the clip, seconds. */
    readonly currentTime: number;
    /** Speed; 1 is the clip's own. */
    readonly speed: number;
    /** Whether time runs, and waits for nothing. */
    readonly isRunning: boolean;
    /** After how much of the clip it begins again, seconds; Infinity where it does not. */
    readonly loopSeconds: number;
}

/** Slowest and fastest speed at which there is a sound. */
export const AUDIBLE_SPEEDS: readonly [number, number] = [0.5, 2];

/** Farther apart than this, seconds, one of them has jumped: then the sound goes to the picture, else the picture follows the sound. */
const JUMP_SECONDS = 0.15;
/** How often a sound that starts late is put right before it counts as started. */
const MOST_ATTEMPTS = 3;
/** Most time that a start may take to be made up for, seconds. */
const MOST_LEAD_SECONDS = 0.5;
/** Within this of where it was told to go, seconds, a sound has not begun to move. */
const STILL_SECONDS = 1e-3;
/** Renders in which the clock of a sound may stand before the picture waits for it no more. */
const STILL_RENDERS = 30;
/** How long a start may take before the sound is told anew where the picture is, seconds. */
const PATIENCE_SECONDS = 1;
/** How much of each new measurement counts: what a media element tells of its time is not even. */
const SMOOTHING = 0.05;
/** A measurement that is off by more than this, seconds, counts only when the next one is too. */
const OUTLIER_SECONDS = 2 * TOLERANCE_SECONDS;

/**
 * Keeps a sound and a picture together. While both run the sound leads, as ears notice more than eyes: this is the picture's master clock. Where the picture jumps, loops, waits or stands, the sound follows.
 */
export class SoundSync implements IMasterClock {
    /** As near as what it is made of allows: heard and seen are to be within 40 ms, of which a browser that stretches the sound takes some. */
    public readonly tolerance = 0.005;
    private _state: "silent" | "starting" | "joined" = "silent";
    private _rate = 1;
    /** What was read last: where the sound was, and its clock. */
    private _time = 0;
    private _clock = 0;
    /** Time of what is heard less that of the clock, at the rate: it stays the same, so it can be told from many measurements. Not known where they do not run together. */
    private _offset: number | undefined;
    private _measurements = 0;
    /** How far the last measurement was off. */
    private _error = 0;
    /** How long the sound takes from being told to being there, seconds; learned. */
    private _lead = 0;
    private _attempts = 0;
    private _lastTime = 0;
    private _stillRenders = 0;
    private _askedTime = 0;

    /**
     * @param _sound the sound
     * @param _picture the picture
     * @param startTime time of the clip at which the sound begins, seconds
     */
    public constructor(
        private readonly _sound: ISound,
        private readonly _picture: IPictureTime,
        public startTime: number,
    ) {}

    /** Where the picture should be: where it is, unless a sound that runs says otherwise. */
    public get currentTime(): number {
        const { drift } = this;
        // The picture has gone elsewhere, and the sound is about to follow.
        const hasJumped = Math.abs(drift) > JUMP_SECONDS * Math.max(1, this._rate);
        return this._picture.currentTime + (hasJumped ? 0 : drift);
    }

    /** Whether the sound runs together with the picture. */
    public get isJoined(): boolean {
        return this._state === "joined";
    }

    /** How far what is heard is ahead of the picture, seconds; 0 where they do not run together. */
    public get drift(): number {
        return this._offset === undefined ? 0 : this._offset + this._rate * this._clock - this._wantedTime;
    }

    /** Whether the picture is where there is something to hear. */
    public get isWanted(): boolean {
        const { isRunning, speed, loopSeconds } = this._picture;
        const time = this._wantedTime + this._sound.latency * speed;
        // A jump back that is shorter than those that count would be taken for a picture that is late.
        const isLongEnough = loopSeconds > 2 * JUMP_SECONDS * Math.max(1, speed);
        return isRunning && isLongEnough && speed >= AUDIBLE_SPEEDS[0] && speed <= AUDIBLE_SPEEDS[1] && time >= 0 && time < this._sound.duration;
    }

    /** At the moment that the picture is of, before its time is known: reads the clock of the sound. What is read later, the machine may have made late. */
    public read(): void {
        this._time = this._sound.currentTime;
        this._clock = this._sound.clock;
    }

    /**
     * Before each render, after the picture's time is known.
     * @param isAllowed whether the sound may be heard
     */
    public update(isAllowed: boolean): void {
        if (!isAllowed || !this.isWanted) {
            this.silence();
            return;
        }
        if (this._state === "silent") {
            this._begin();
            return;
        }
        if (this._rate !== this._picture.speed) {
            this._setRate();
        }
        if (this._state === "starting") {
            this._join();
        } else {
            this._follow();
        }
    }

    /** Stops the sound until the next update. */
    public silence(): void {
        if (this._state !== "silent") {
            this._state = "silent";
            this._offset = undefined;
            this._sound.pause();
        }
    }

    private get _wantedTime(): number {
        return this._picture.currentTime - this.startTime;
    }

    /** Where what is heard was when it was read. */
    private get _heardTime(): number {
        return this._time - this._sound.latency * this._rate;
    }

    private _setRate(): void {
        if (this._offset !== undefined) {
            this._offset += (this._rate - this._picture.speed) * this._clock;
            this._measurements = 0;
        }
        this._rate = this._picture.speed;
        this._sound.setRate(this._rate);
    }

    private _begin(): void {
        this._setRate();
        this._attempts = 0;
        this._goToPicture();
    }

    private _goToPicture(): void {
        this._state = "starting";
        this._offset = undefined;
        this._stillRenders = 0;
        this._attempts++;
        const asked = this._wantedTime + (this._lead + this._sound.latency) * this._rate;
        // What is told to play at its end begins anew.
        this._askedTime = asked < this._sound.duration ? asked : this._wantedTime;
        this._sound.seek(this._askedTime);
        if (this._sound.isStopped) {
            this._sound.play();
        }
    }

    /** What has started late goes a little farther, so that the picture need not go back. */
    private _join(): void {
        if (!this._sound.isRunning || Math.abs(this._time - this._askedTime) < STILL_SECONDS) {
            this._askAgain();
            return;
        }
        const late = (this._wantedTime - this._heardTime) / this._rate;
        if (Math.abs(late) <= TOLERANCE_SECONDS || (this._attempts >= MOST_ATTEMPTS && Math.abs(late) <= JUMP_SECONDS)) {
            this._state = "joined";
            this._measurements = 0;
            this._measure();
        } else {
            this._lead = Math.min(Math.max(this._lead + late, 0), MOST_LEAD_SECONDS);
            this._goToPicture();
        }
    }

    /** While the sound was starting, the picture may have gone elsewhere. */
    private _askAgain(): void {
        if (Math.abs(this._wantedTime - this._askedTime) > PATIENCE_SECONDS * this._rate) {
            this._attempts = 0;
            this._goToPicture();
        }
    }

    private _follow(): void {
        const { isRunning, duration, latency } = this._sound;
        const drift = this._heardTime - this._wantedTime;
        this._stillRenders = this._time === this._lastTime ? this._stillRenders + 1 : 0;
        this._lastTime = this._time;
        if (!isRunning && duration - this._wantedTime < JUMP_SECONDS + latency * this._rate) {
            // It was at its end a little before the picture is: nothing is to be heard twice.
            this._offset = undefined;
        } else if (!isRunning || this._stillRenders > STILL_RENDERS || Math.abs(drift) > JUMP_SECONDS * Math.max(1, this._rate)) {
            this._attempts = 0;
            this._goToPicture();
        } else {
            this._measure();
        }
    }

    /** One measurement that is far off may be a reading that came late; two are the sound that fell behind. */
    private _measure(): void {
        const measured = this._heardTime - this._rate * this._clock;
        const error = measured - (this._offset ?? measured);
        const isFar = Math.abs(error) > OUTLIER_SECONDS;
        if (isFar && !(Math.min(error * Math.sign(this._error), Math.abs(this._error)) > OUTLIER_SECONDS)) {
            this._error = error;
            return;
        }
        this._error = error;
        this._measurements = isFar ? 1 : this._measurements + 1;
        this._offset = measured - error * (1 - Math.max(SMOOTHING, 1 / this._measurements));
    }
}
