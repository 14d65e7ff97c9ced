import { TOLERANCE_SECONDS, type IMasterClock } from "../masterClock.js";

/** What plays a sound. Times are those of the sound, seconds. */
export interface ISound {
    /** Where it is. */
    readonly currentTime: number;
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
/** How much of each new measurement counts: the clock of a media element is not even. */
const SMOOTHING = 0.1;

/**
 * Keeps a sound and a picture together. While both run the sound leads, as ears notice more than eyes: this is the picture's master clock. Where the picture jumps, loops, waits or stands, the sound follows.
 */
export class SoundSync implements IMasterClock {
    private _state: "silent" | "starting" | "joined" = "silent";
    private _rate = 1;
    /** How far the sound is ahead of the picture, seconds, smoothed. */
    private _drift = 0;
    /** The same as it was measured last. */
    private _measured = 0;
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
        return this._picture.currentTime + this._drift;
    }

    /** Whether the sound runs together with the picture. */
    public get isJoined(): boolean {
        return this._state === "joined";
    }

    /** How far the sound is ahead of the picture now, seconds; 0 where they do not run together. */
    public get drift(): number {
        return this.isJoined ? this._sound.currentTime - this._wantedTime : 0;
    }

    /** Whether the picture is where there is something to hear. */
    public get isWanted(): boolean {
        const { isRunning, speed } = this._picture;
        const time = this._wantedTime;
        return isRunning && speed >= AUDIBLE_SPEEDS[0] && speed <= AUDIBLE_SPEEDS[1] && time >= 0 && time < this._sound.duration;
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
            this._drift = 0;
            this._sound.pause();
        }
    }

    private get _wantedTime(): number {
        return this._picture.currentTime - this.startTime;
    }

    private _setRate(): void {
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
        this._drift = 0;
        this._stillRenders = 0;
        this._attempts++;
        const asked = this._wantedTime + this._lead * this._rate;
        // What is told to play at its end begins anew.
        this._askedTime = asked < this._sound.duration ? asked : this._wantedTime;
        this._sound.seek(this._askedTime);
        if (this._sound.isStopped) {
            this._sound.play();
        }
    }

    /** What has started late goes a little farther, so that the picture need not go back. */
    private _join(): void {
        const { currentTime, isRunning } = this._sound;
        if (!isRunning || Math.abs(currentTime - this._askedTime) < STILL_SECONDS) {
            this._askAgain();
            return;
        }
        const late = (this._wantedTime - currentTime) / this._rate;
        if (Math.abs(late) <= TOLERANCE_SECONDS || (this._attempts >= MOST_ATTEMPTS && Math.abs(late) <= JUMP_SECONDS)) {
            this._state = "joined";
            this._drift = currentTime - this._wantedTime;
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
        const { currentTime, isRunning } = this._sound;
        const drift = currentTime - this._wantedTime;
        this._stillRenders = currentTime === this._lastTime ? this._stillRenders + 1 : 0;
        this._lastTime = currentTime;
        if (!isRunning && this._sound.duration - this._wantedTime < JUMP_SECONDS) {
            // It was at its end a little before the picture is: nothing is to be heard twice.
            this._drift = 0;
        } else if (!isRunning || this._stillRenders > STILL_RENDERS || Math.abs(drift) > JUMP_SECONDS * Math.max(1, this._rate)) {
            this._attempts = 0;
            this._goToPicture();
        } else if (Math.abs(this._drift) > TOLERANCE_SECONDS) {
            // The picture has just followed: what was measured before counts no more.
            this._drift = 0;
        } else {
            // One measurement that is far off may be a render that came late; two are the machine, or the sound, that fell behind.
            const isSteady = Math.min(drift * Math.sign(this._measured), Math.abs(this._measured)) > 2 * TOLERANCE_SECONDS;
            this._drift += (isSteady ? 1 : SMOOTHING) * (drift - this._drift);
        }
        this._measured = drift;
    }
}
