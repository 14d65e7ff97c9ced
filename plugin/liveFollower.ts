import type { ClipStream } from "../loader/clipStream.js";
import type { Playhead } from "./playhead.js";

/** How far behind the newest frame to play, seconds: with less, each delay of the network would show. */
const TARGET_SECONDS = 0.5;
/** How much farther behind before it is made up for. */
const TOLERANCE_SECONDS = 0.25;
/** Farther behind than this, what is between is left out. */
const JUMP_SECONDS = 3;
/** How much faster time runs while it catches up; nobody notices 5 %. */
const CATCH_UP_SPEED = 1.05;

/** Keeps a playhead near the newest frame of a live clip, and lets it end with the clip. */
export class LiveFollower {
    /** Speeds before and while it catches up; undefined while it does not. */
    private _speeds: { usual: number; raised: number } | undefined;

    /**
     * @param _stream the clip
     * @param _playhead where time is
     * @param _seek goes to a frame
     * @param _onEnd told when the clip has ended and all of it was played
     */
    public constructor(
        private readonly _stream: ClipStream,
        private readonly _playhead: Playhead,
        private readonly _seek: (frame: number) => void,
        private readonly _onEnd: () => void,
    ) {}

    /** Before each render. */
    public tick(): void {
        const { _playhead: playhead, _stream: stream } = this;
        playhead.range.to = Math.max(playhead.range.to, stream.frameCount);
        const { fps } = playhead;
        const behind = (stream.frameCount - playhead.value) / fps;
        if (!stream.isLive) {
            this._catchUp(false);
            this._endAt(behind);
            return;
        }
        const newest = stream.segments[stream.segments.length - 1].firstFrame;
        // A part of the clip that was begun is played as it is.
        const isFollowing = (playhead.driver?.toFrame ?? 0) > newest;
        // Of a segment that is longer than that, all is played.
        if (playhead.isRunning && isFollowing && behind > JUMP_SECONDS && playhead.frame < newest) {
            this._seek(newest);
        } else {
            this._catchUp(isFollowing && behind > TARGET_SECONDS + (this._speeds ? 0 : TOLERANCE_SECONDS));
        }
    }

    private _endAt(behind: number): void {
        if (this._playhead.isRunning && behind * this._playhead.fps < 1e-3) {
            this._playhead.stop();
            this._onEnd();
        }
    }

    private _catchUp(isNeeded: boolean): void {
        const { group } = this._playhead;
        if (isNeeded && !this._speeds) {
            this._speeds = { usual: group.speedRatio, raised: group.speedRatio * CATCH_UP_SPEED };
            group.speedRatio = this._speeds.raised;
        } else if (!isNeeded && this._speeds) {
            // Another speed has been set by somebody meanwhile.
            group.speedRatio = group.speedRatio === this._speeds.raised ? this._speeds.usual : group.speedRatio;
            this._speeds = undefined;
        }
    }
}
