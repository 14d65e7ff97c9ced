import type { FvvPlayer } from "../fvvPlayer.js";

/** Moves a clip along with a handle: time stands meanwhile, and of the places that it passes only those are shown that there is time for. */
export class Scrubber {
    private _wanted: number | undefined;
    private _resumes: boolean | undefined;

    /** @param _player player of the clip */
    public constructor(private readonly _player: Pick<FvvPlayer, "isPlaying" | "play" | "pause" | "seekFrameAsync">) {}

    /** The handle is taken. */
    public begin(): void {
        this._resumes ??= this._player.isPlaying;
        this._player.pause();
    }

    /** The handle is somewhere else. */
    public moveTo(frame: number): void {
        const isUnderWay = this._wanted !== undefined;
        this._wanted = frame;
        if (!isUnderWay) {
            // Only a clip that is gone refuses.
            this._followAsync().catch(() => (this._wanted = undefined));
        }
    }

    /** The handle is let go of. */
    public end(): void {
        if (this._resumes) {
            this._player.play();
        }
        this._resumes = undefined;
    }

    private async _followAsync(): Promise<void> {
        while (this._wanted !== undefined) {
            const frame = this._wanted;
            await this._player.seekFrameAsync(frame);
            if (this._wanted === frame) {
                this._wanted = undefined;
            }
        }
    }
}
