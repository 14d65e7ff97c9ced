import { coversRuns } from "../loader/coversRuns.js";
import type { FrameFeed, IFedFrame } from "../loader/frameFeed.js";
import type { IFramePacket } from "../loader/framePacket.js";
import type { FrameSchedule, IPlayState } from "../loader/frameSchedule.js";
import type { IShownFrame } from "./orderKeeper.js";
import type { IFvvPlayerStatistics } from "./playerStatistics.js";
import type { SplatVideoMesh } from "./splatVideoMesh.js";

/**
 * The way of frames from the decoder to the mesh: asks for those that will be needed, puts on screen what is due, hands memory back. What the player wants to see is in the
 * state that it is given.
 */
export class FrameFlow {
    /** Frame on screen. */
    public shown: IShownFrame | undefined;
    /** Frames asked for and not taken, in order. */
    private readonly _pipeline: number[] = [];

    /**
     * @param _mesh who shows frames
     * @param _feed who decodes them
     * @param _schedule which frames follow one another
     * @param _state what is wanted
     * @param _statistics takes counts and times
     * @param _dueTime when a frame is to be on screen, by the clock of the cameras; undefined while time stands
     */
    public constructor(
        private readonly _mesh: SplatVideoMesh,
        private readonly _feed: FrameFeed,
        private readonly _schedule: FrameSchedule,
        private readonly _state: IPlayState,
        private readonly _statistics: IFvvPlayerStatistics,
        private readonly _dueTime: (frame: number) => number | undefined,
    ) {}

    /**
     * Takes all frames whose time has come and shows the last of them.
     * @returns whether there was one
     */
    public showDue(): boolean {
        let due: IFedFrame | undefined;
        while (this._feed.next && this._isDue(this._feed.next.packet.frame)) {
            if (due) {
                this._skip(due, this._feed.next.packet);
            }
            due = this._feed.take();
            this._pipeline.shift();
        }
        if (due) {
            this._show(due);
        }
        return due !== undefined;
    }

    /** Keeps the decoder busy with the frames after the playhead; gives them up where the playhead has gone elsewhere. */
    public requestFrames(): void {
        const state = this._state;
        if (!this._schedule.serves(this._pipeline, state)) {
            if (this._pipeline.length > 0) {
                this.flush();
            }
            this.request(state.target);
        }
        while (state.isPlaying && this._feed.hasRoom) {
            const next = this._schedule.next(this._pipeline[this._pipeline.length - 1] ?? state.shown, state);
            if (next < 0) {
                break;
            }
            this.request(next);
        }
    }

    /** Asks for a frame. */
    public request(frame: number): void {
        this._pipeline.push(frame);
        this._feed.request(frame, this._dueTime(frame));
    }

    /** Forgets all that was asked for and is not on screen. What comes next is whole. */
    public flush(): void {
        this._feed.flush();
        this._pipeline.length = 0;
    }

    /** Nothing is on screen any more. */
    public forgetShown(): void {
        if (this.shown) {
            this._feed.release(this.shown.frame, this.shown.generation);
            this.shown = undefined;
        }
    }

    private _isDue(frame: number): boolean {
        const { target, isSeeking, isPlaying } = this._state;
        return isSeeking || !isPlaying ? frame === target : this._schedule.distance(frame, target, this._state) >= 0;
    }

    /** A later frame is due too, and builds on this one: what that one does not write again goes to the GPU. */
    private _skip(fed: IFedFrame, next: IFramePacket): void {
        const { packet } = fed;
        if (!coversRuns(next.splatRuns, packet.splatRuns) || !coversRuns(next.shRuns, packet.shRuns)) {
            this._mesh.uploadWithoutShowing(packet);
        }
        this._statistics.skippedFrames++;
        this._feed.release(packet.frame, packet.generation);
        this._feed.recycle(fed);
    }

    private _show(fed: IFedFrame): void {
        const { _statistics: statistics } = this;
        const { frame, generation, decodeMs, liveCount } = fed.packet;
        this._mesh.commit(fed.packet, fed.orders);
        this.forgetShown();
        this.shown = { frame, generation };
        this._state.shown = frame;
        statistics.decodeMs = decodeMs;
        statistics.sortMs = 0;
        for (const { sortMs } of fed.orders) {
            statistics.sortMs += sortMs;
        }
        statistics.splatCount = liveCount;
        statistics.shownFrames++;
        this._feed.recycle(fed);
    }
}
