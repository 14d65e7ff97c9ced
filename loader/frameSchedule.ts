import type { IFrameRange } from "./clipStream.js";
import { FRAMES_AHEAD } from "./frameFeed.js";
import { FrameGaps } from "./frameGaps.js";

/** How time runs at the moment. */
export interface IPlayState {
    /** Frame that should be on screen. */
    target: number;
    /** Frame that is on screen, -1 for none. */
    shown: number;
    /** Whether time runs. */
    isPlaying: boolean;
    /** Whether the end joins the beginning. */
    isLooping: boolean;
    /** 1 forwards, -1 backwards. */
    direction: 1 | -1;
    /** Frames from one displayed frame to the next: more than 1 when the display is slower than the clip. */
    stride: number;
    /** Whether exactly the target is wanted, not a frame near it. */
    isSeeking: boolean;
}

/**
 * Decides which frames to ask for. Pure arithmetic on frame numbers, apart from decoding and time, so that it can be tested alone.
 */
export class FrameSchedule {
    /** Frames that cannot be had: they are passed over. */
    public readonly gaps = new FrameGaps();

    /**
     * @param range frames that are played; whoever owns it may change it
     * @param _lateFrames how far behind the target frames may come before they are given up
     */
    public constructor(
        public readonly range: IFrameRange,
        private readonly _lateFrames: number,
    ) {}

    private get _frameCount(): number {
        return this.range.to - this.range.from;
    }

    /**
     * Frames from one frame to another in the direction of play, the short way round when looping. Negative when `to` lies behind, also when it lies just as
     * far ahead: a frame comes rather late than early.
     * @param from a frame
     * @param to another
     * @param state how time runs
     */
    public distance(from: number, to: number, state: IPlayState): number {
        const direct = (to - from) * state.direction;
        if (!state.isLooping || state.isSeeking) {
            return direct;
        }
        const around = this._wrap(direct);
        return around >= this._frameCount - around && around > 0 ? around - this._frameCount : around;
    }

    /**
     * Frames that pass until a frame is due.
     * @param frame the frame
     * @param position where time is, frames; its whole part is the target
     * @param state how time runs
     */
    public framesUntil(frame: number, position: number, state: IPlayState): number {
        const { target, direction } = state;
        // Forwards a frame is due at its beginning, backwards at its end.
        const passed = direction > 0 ? position - target : target + 1 - position;
        return this.distance(target, frame, state) - passed;
    }

    /** Whether a frame is one of those that are played: the range may have changed since it was asked for. */
    public isPlayed(frame: number): boolean {
        return frame >= this.range.from && frame < this.range.to;
    }

    /**
     * Whether the frames on their way serve the target; if not, they are to be given up.
     * @param pipeline frames asked for and not taken, in order
     * @param state how time runs
     */
    public serves(pipeline: readonly number[], state: IPlayState): boolean {
        const { target, shown, isSeeking, isPlaying, stride } = state;
        for (const frame of pipeline) {
            if (!this.isPlayed(frame)) {
                return false;
            }
        }
        if (shown === target || pipeline[0] === target) {
            return true;
        }
        if (isSeeking || !isPlaying || pipeline.length === 0) {
            return false;
        }
        const first = this.distance(target, pipeline[0], state);
        const last = this.distance(target, pipeline[pipeline.length - 1], state);
        return first <= stride + 1 && last >= -this._lateFrames && last >= first;
    }

    /**
     * The frame to ask for after the ones on their way, or -1 for none.
     * @param last frame asked for last
     * @param state how time runs
     */
    public next(last: number, state: IPlayState): number {
        const { isLooping, direction, stride } = state;
        const { from, to } = this.range;
        const next = this._startOf(last, state) + direction * stride;
        if (isLooping) {
            const following = this._passGaps(from + this._wrap(next - from), state);
            // In a round of one frame, that stays.
            return following === last ? -1 : following;
        }
        const end = direction > 0 ? to - 1 : from;
        return last === end ? -1 : this._passGaps(Math.min(Math.max(next, from), to - 1), state);
    }

    /** The first frame from one on that can be had, or -1 for none. */
    private _passGaps(frame: number, { isLooping, direction }: IPlayState): number {
        const { from, to } = this.range;
        const passed = this.gaps.pass(frame, direction);
        if (this.isPlayed(passed)) {
            return passed;
        }
        const begun = isLooping ? this.gaps.pass(direction > 0 ? from : to - 1, direction) : -1;
        return this.isPlayed(begun) ? begun : -1;
    }

    /** The frame that the next one follows: what time has passed already is not worth decoding for itself. */
    private _startOf(last: number, state: IPlayState): number {
        const { target, isLooping, direction, stride } = state;
        const direct = (last - target) * direction;
        // Round a short loop, the frame asked for last can be far ahead and yet just behind.
        const isPassed = isLooping ? this._wrap(direct) > Math.max(this._frameCount / 2, FRAMES_AHEAD * stride) : direct < 0;
        return isPassed ? target : last;
    }

    private _wrap(frame: number): number {
        return ((frame % this._frameCount) + this._frameCount) % this._frameCount;
    }
}
