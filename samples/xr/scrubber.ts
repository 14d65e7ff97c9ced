import type { FvvPlayer } from "babylon-fvv";

/** Moves the time of a clip by hand: one seek after the other, to the latest wish; the clip plays on afterwards if it did before. */
export class Scrubber {
    private _resumes = false;
    private _isActive = false;
    private _wanted: number | undefined;

    /** @param _player player of the clip */
    public constructor(private readonly _player: FvvPlayer) {}

    /** Time that is wanted or, when nothing is, shown; seconds. */
    public get time(): number {
        return this._wanted ?? this._player.currentTime;
    }

    /** Goes to a time. Beyond the ends it goes on at the other one. */
    public to(seconds: number): void {
        const { _player: player } = this;
        if (!this._isActive) {
            this._isActive = true;
            this._resumes = player.isPlaying;
            player.pause();
        }
        const isUnderWay = this._wanted !== undefined;
        this._wanted = ((seconds % player.duration) + player.duration) % player.duration;
        if (!isUnderWay) {
            void this._followAsync();
        }
    }

    /** Lets go of the time. */
    public end(): void {
        if (this._isActive) {
            this._isActive = false;
            if (this._resumes) {
                this._player.play();
            }
        }
    }

    private async _followAsync(): Promise<void> {
        while (this._wanted !== undefined) {
            const wanted = this._wanted;
            await this._player.seekAsync(wanted);
            if (this._wanted === wanted) {
                this._wanted = undefined;
            }
        }
    }
}
