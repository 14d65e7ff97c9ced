import type { ClipStream } from "./clipStream.js";
import type { IPlayPosition } from "./streamReader.js";

/**
 * Whether time is to wait for more bytes: after it has waited once because there were none, until enough are there to go on for a while. Otherwise a slow connection would stop it again with each frame.
 */
export class Refill {
    private _isFilling = true;

    /**
     * @param _stream where bytes come from
     * @param _position where somebody plays
     */
    public constructor(
        private readonly _stream: ClipStream,
        private readonly _position: Readonly<IPlayPosition>,
    ) {}

    /** Whether it is to wait. */
    public get isNeeded(): boolean {
        this._isFilling &&= !this._isEnough();
        return this._isFilling;
    }

    /** The playhead goes elsewhere. */
    public expect(): void {
        this._isFilling = true;
    }

    /** Time is held. */
    public noteHold(): void {
        this._isFilling ||= this._stream.framesAhead(this._position) < 1;
    }

    private _isEnough(): boolean {
        const { frame, direction, framesPerSecond, from, to } = this._position;
        const left = direction > 0 ? Math.min(to, this._stream.frameCount) - frame : frame - from + 1;
        const wanted = Math.min(this._stream.buffer.resumeSeconds * framesPerSecond, left);
        // Nothing on its way: no more will come before there is room for it.
        return this._stream.framesAhead(this._position) >= wanted - 0.5 || this._stream.isIdle;
    }
}
