import type { FvvPlayer } from "../fvvPlayer.js";

/** Moves a clip along with a handle: time stands meanwhile, and of the places that it passes only those are shown that there is time for. */
export class Scrubber {
    private _wanted = -1;
    private _following: Promise<void> | undefined;
    private _resumes: boolean | undefined;

    /** @param _player player of the clip */
    public constructor(private readonly _player: Pick<FvvPlayer, "isPlaying" | "play" | "pause" | "seekFrameAsync">) {}

    /** The handle is taken. */
    public begin(): void {
        this._resumes ??= this._player.isPlaying;
        this._player.pause();
    }

    /**
     * The handle is somewhere else.
     * @returns settles when the clip is where the handle was last
     */
    public moveToAsync(frame: number): Promise<void> {
        this._wanted = frame;
        return (this._following ??= this._followAsync().finally(() => (this._following = undefined)));
    }

    /** The handle is let go of. */
    public end(): void {
        if (this._resumes) {
            this._player.play();
        }
        this._resumes = undefined;
    }

    private async _followAsync(): Promise<void> {
        try {
            for (let frame = -1; frame !== this._wanted;) {
                frame = this._wanted;
                await this._player.seekFrameAsync(frame);
            }
        } catch {
            // Only a clip that is gone refuses: there is nothing left to move.
        }
    }
}
