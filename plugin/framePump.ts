import { FvvError, type FvvErrorCategory } from "../format/fvvError.js";
import type { IFvvLimits } from "../format/limits.js";
import type { ClipStream } from "../loader/clipStream.js";
import { coversRuns } from "../loader/coversRuns.js";
import type { IDecodeClientOptions } from "../loader/decodeClient.js";
import { FrameFeed, type IFedFrame } from "../loader/frameFeed.js";
import type { IFramePacket, IOrderPacket } from "../loader/framePacket.js";
import { FrameSchedule, type IPlayState } from "../loader/frameSchedule.js";
import { Refill } from "../loader/refill.js";
import { OrderKeeper, type IShownFrame } from "./orderKeeper.js";
import type { Playhead } from "./playhead.js";
import type { IFvvPlayerStatistics } from "./playerStatistics.js";
import type { SplatVideoMesh } from "./splatVideoMesh.js";

/** Errors that come of the bytes of a segment. */
const DAMAGE: readonly FvvErrorCategory[] = ["format", "limit"];

/** How many frames the clock may run ahead of what is decoded before it is held. */
const FRAMES_LATE = 2;

/** Whom a {@link FramePump} tells. */
export interface IPumpListener {
    /** A frame is on screen. */
    onShown: (frame: number) => void;
    /** Frames cannot be had: some of them, which are passed over, or none until somebody tries again. */
    onError: (error: FvvError) => void;
    /** Time runs now, or stands now. */
    onPlayState: (isPlaying: boolean) => void;
}

/**
 * Keeps the decoder busy with the frames that the playhead will need, and puts each on screen when its time has come: whole, data and order together. While one is late, the
 * last complete one stays and the clock is held.
 */
export class FramePump {
    private readonly _feed: FrameFeed;
    private readonly _schedule: FrameSchedule;
    private readonly _orders: OrderKeeper;
    private readonly _refill: Refill;
    private readonly _state: IPlayState = { target: 0, shown: -1, isPlaying: false, isLooping: true, direction: 1, stride: 1, isSeeking: false };
    /** Frames asked for and not taken, in order. */
    private readonly _pipeline: number[] = [];
    private _shown: IShownFrame | undefined;
    private _framesPerTick = 1;
    /** Which way the frames on their way go, but for those of a seek, of which one counts. */
    private _askedDirection: 1 | -1 = 1;
    /** Segments that were looked at for holes between them. */
    private _knownSegments = 1;
    /** Whether frames cannot be had, so that none are asked for. */
    private _hasFailed = false;
    private _isDisposed = false;

    /**
     * @param _mesh who shows the frames
     * @param _stream the clip
     * @param _playhead where time is
     * @param _statistics what is measured
     * @param _listener whom to tell
     * @param options where to decode
     * @param limits limits for the counts in the file
     */
    public constructor(
        private readonly _mesh: SplatVideoMesh,
        private readonly _stream: ClipStream,
        private readonly _playhead: Playhead,
        private readonly _statistics: IFvvPlayerStatistics,
        private readonly _listener: IPumpListener,
        options: IDecodeClientOptions,
        limits: Partial<IFvvLimits>,
    ) {
        this._schedule = new FrameSchedule(_playhead.range, Math.ceil(_playhead.fps));
        this._feed = new FrameFeed(_stream, options, limits, _mesh.takesOrder);
        this._feed.onArrived = () => this._showFirst();
        this._feed.onOrder = (order) => this._applyOrder(order);
        this._feed.onError = (error) => this._takeError(error);
        this._orders = new OrderKeeper(this._feed, _mesh);
        this._refill = new Refill(_stream, this._feed.position);
        this._orders.update(undefined);
        this._noteHoles();
        this._tellPosition();
        this._request(_playhead.frame);
    }

    /** Whether decoding happens in a worker. */
    public get usesWorker(): boolean {
        return this._feed.usesWorker;
    }

    /** Whether what is on screen is sorted for those who see it. */
    public get isSorted(): boolean {
        return this._orders.isSettled;
    }

    /** Whether the frame of the playhead is on screen, or, where that cannot be had, the one before it. */
    public get isThere(): boolean {
        return this._mesh.committedFrame === this._reachable(this._playhead.frame);
    }

    /** Whether a frame cannot be had, as an error has told before. */
    public isLost(frame: number): boolean {
        return this._schedule.gaps.has(frame);
    }

    /**
     * Before each render: puts on screen what is due, asks for what comes next.
     * @param isSeeking whether the playhead has jumped and its frame is not on screen yet
     */
    public tick(isSeeking: boolean): void {
        this._noteHoles();
        this._readState(isSeeking);
        this._tellPosition();
        this._orders.update(this._shown);
        this._showDue();
        this._blendNext();
        this._requestFrames();
        this._holdOrGoOn();
    }

    /**
     * A seek begins: orders that come from now on count.
     * @param isFirst whether none was under way: then its frame is asked for at once; where one seek follows the other, the last one before a render counts
     */
    public expectSeek(isFirst: boolean): void {
        this._hasFailed = false;
        this._refill.expect();
        this._orders.expectNew();
        if (isFirst && !this._mesh.isGpuLost) {
            this._readState(true);
            this._tellPosition();
            this._requestFrames();
        }
    }

    /** Frames may be had again. */
    public retry(): void {
        this._hasFailed = false;
    }

    /** Sets the most splats to draw. What is on screen while time stands is drawn anew. */
    public setBudget(splats: number): void {
        this._feed.setBudget(splats);
        if (!this._playhead.isRunning && this._shown) {
            this._giveUpRequests();
            this._request(this._reachable(this._playhead.frame));
        }
    }

    /** Gives up all frames on their way, and asks for none until {@link retry}. */
    public fail(): void {
        this._hasFailed = true;
        this._giveUpRequests();
    }

    /** The GPU holds nothing any more: what comes after a flush is whole. */
    public beginAnew(isSeeking: boolean): void {
        this._hasFailed = false;
        if (this._shown) {
            this._feed.release(this._shown.frame, this._shown.generation);
            this._shown = undefined;
        }
        this._giveUpRequests();
        this._readState(isSeeking);
        this._requestFrames();
    }

    /** Ends decoding. */
    public dispose(): void {
        this._isDisposed = true;
        this._feed.dispose();
    }

    private _readState(isSeeking: boolean): void {
        const state = this._state;
        const isPlaying = this._playhead.isRunning;
        const target = this._reachable(this._playhead.frame);
        state.isLooping = this._playhead.isLooping;
        state.direction = this._playhead.direction;
        if (!isSeeking && state.direction !== this._askedDirection) {
            // What was ahead is behind now, and would count as due.
            this._askedDirection = state.direction;
            this._giveUpRequests();
        }
        state.isSeeking = isSeeking;
        if (isPlaying && state.isPlaying && !this._playhead.isHeld) {
            // A smoothed guess of how many frames pass from one tick to the next.
            this._framesPerTick += 0.2 * (Math.max(0, this._schedule.distance(state.target, target, state)) - this._framesPerTick);
            state.stride = Math.max(1, Math.floor(this._framesPerTick));
        }
        state.target = target;
        state.shown = this._mesh.committedFrame;
        if (isPlaying !== state.isPlaying) {
            state.isPlaying = isPlaying;
            this._listener.onPlayState(isPlaying);
        }
    }

    /** Frames between segments are in none: of a live clip whose viewer was too slow, or of a file that has lost some. */
    private _noteHoles(): void {
        const { segments } = this._stream;
        for (; this._knownSegments < segments.length; this._knownSegments++) {
            const before = segments[this._knownSegments - 1];
            const end = before.firstFrame + before.frameCount;
            const { firstFrame } = segments[this._knownSegments];
            if (firstFrame > end) {
                this._schedule.gaps.add(end, firstFrame);
            }
        }
    }

    /** Where frames cannot be had, the last one before them stays. */
    private _reachable(frame: number): number {
        const { gaps, range } = this._schedule;
        const before = gaps.pass(frame, -1);
        return before >= range.from ? before : gaps.pass(frame, 1);
    }

    /** What is fetched follows the playhead. */
    private _tellPosition(): void {
        const { position } = this._feed;
        const { range, rate, fps } = this._playhead;
        const next = this._schedule.gaps.pass(this._playhead.frame, this._state.direction);
        position.frame = next >= range.from && next < range.to ? next : this._playhead.frame;
        position.direction = this._state.direction;
        position.framesPerSecond = Math.max(1, Math.abs(rate)) * fps;
        position.isLooping = this._state.isLooping;
        position.from = range.from;
        position.to = range.to;
        this._feed.move();
    }

    /** Damage in a segment costs the frames up to the next key frame; anything else, and damage before anything is on screen, all. */
    private _takeError(error: FvvError): void {
        const { segment, frame } = error.where;
        const entry = this._stream.segments[segment ?? -1];
        const isDamage = DAMAGE.includes(error.category);
        if (!isDamage || !entry || frame === undefined || !this._shown) {
            this._listener.onError(error);
            return;
        }
        const { gaps, range } = this._schedule;
        const isKnown = gaps.has(frame);
        gaps.add(frame, entry.firstFrame + entry.frameCount);
        // What arrived before it is whole.
        this._pipeline.length = this._feed.dropRequests();
        this._orders.forgetPending();
        if (gaps.covers(range)) {
            this._listener.onError(error);
        } else if (!isKnown) {
            this._listener.onError(new FvvError(error.code, error.detail, { ...error.where, isRecoverable: true }));
        }
    }

    /** The first frame does not wait for a render: a scene may be loaded before anything is drawn. */
    private _showFirst(): void {
        if (!this._shown && !this._mesh.isGpuLost) {
            this._readState(this._state.isSeeking);
            this._showDue();
        }
    }

    /** Takes all frames whose time has come and shows the last of them. */
    private _showDue(): void {
        let due: IFedFrame | undefined;
        while (this._feed.next && this._isDue(this._feed.next.packet)) {
            if (due) {
                this._skip(due, this._feed.next.packet);
            }
            due = this._feed.take();
            if (!due?.packet.isPreview) {
                this._pipeline.shift();
            }
        }
        if (due) {
            this._show(due);
        }
    }

    /** Shows the moment of the playhead between the frame on screen and the one after it, when that is here. */
    private _blendNext(): void {
        const { _mesh: mesh } = this;
        const shown = mesh.committedFrame;
        if (!mesh.interpolates || shown < 0) {
            return;
        }
        const next = this._feed.next?.packet;
        if (next && next.frame > shown) {
            mesh.stage(next);
        }
        mesh.setBlend(Math.min(Math.max((this._playhead.value - shown) / (mesh.nextFrame - shown), 0), 1));
    }

    private _isDue({ frame, isPreview }: IFramePacket): boolean {
        const { target, isSeeking, isPlaying } = this._state;
        if (isPreview) {
            return true;
        }
        return isSeeking || !isPlaying ? frame === target : this._schedule.isPlayed(frame) && this._schedule.distance(frame, target, this._state) >= 0;
    }

    /** A later frame is due too, and builds on this one: what that one does not write again goes to the GPU. */
    private _skip(fed: IFedFrame, next: IFramePacket): void {
        const { packet } = fed;
        if (!coversRuns(next.splatRuns, packet.splatRuns) || !coversRuns(next.shRuns, packet.shRuns)) {
            this._mesh.uploadWithoutShowing(packet);
        }
        this._statistics.skippedFrames++;
        this._stream.noteFrames(0, 1);
        this._feed.release(packet.frame, packet.generation);
        this._feed.recycle(fed);
    }

    private _show(fed: IFedFrame): void {
        const { packet, orders } = fed;
        this._mesh.commit(packet, orders);
        if (this._shown) {
            this._feed.release(this._shown.frame, this._shown.generation);
        }
        const { frame, generation, decodeMs, liveCount } = packet;
        this._shown = { frame, generation };
        this._orders.forgetPending();
        this._state.shown = frame;
        this._statistics.decodeMs = decodeMs;
        this._statistics.sortMs = 0;
        for (const { sortMs } of orders) {
            this._statistics.sortMs += sortMs;
        }
        this._statistics.splatCount = liveCount;
        this._statistics.shownFrames++;
        this._stream.noteFrames(1, 0);
        this._feed.recycle(fed);
        this._listener.onShown(frame);
    }

    /** Keeps the decoder busy with the frames after the playhead; gives them up where the playhead has gone elsewhere. */
    private _requestFrames(): void {
        if (this._hasFailed) {
            return;
        }
        const state = this._state;
        if (!this._schedule.serves(this._pipeline, state)) {
            if (this._pipeline.length > 0) {
                this._giveUpRequests();
            }
            this._request(state.target);
        }
        while ((state.isPlaying || (this._isBetweenFrames() && this._pipeline.length === 0)) && this._feed.hasRoom) {
            const next = this._schedule.next(this._pipeline[this._pipeline.length - 1] ?? state.shown, state);
            if (next < 0) {
                break;
            }
            this._request(next);
        }
    }

    /** Whether time stands between the frame on screen and the one after it, and both are to be seen. */
    private _isBetweenFrames(): boolean {
        const shown = this._mesh.committedFrame;
        return this._mesh.interpolates && this._playhead.value > shown && shown < this._stream.frameCount - 1;
    }

    private _giveUpRequests(): void {
        this._feed.flush();
        this._pipeline.length = 0;
        // A flush drops the sorts of the frame on screen too, which may stay there.
        this._orders.forgetPending();
    }

    private _request(frame: number): void {
        this._pipeline.push(frame);
        this._feed.request(frame, this._dueTime(frame), frame === this._state.target && (this._state.isSeeking || !this._state.isPlaying));
    }

    /** When a frame is to be on screen, by the clock of the cameras; undefined while time stands. */
    private _dueTime(frame: number): number | undefined {
        const rate = this._playhead.fps * Math.abs(this._playhead.rate);
        const isRunning = this._state.isPlaying && !this._state.isSeeking && rate > 0;
        return isRunning ? performance.now() / 1000 + this._schedule.framesUntil(frame, this._playhead.value, this._state) / rate : undefined;
    }

    /** Holds the clock while a seek is under way or frames are late, and, where it was bytes that were missing, until there are enough to go on for a while. */
    private _holdOrGoOn(): void {
        const { shown, target, stride, isSeeking } = this._state;
        const isBehind = shown < 0 || this._schedule.distance(shown, target, this._state) > FRAMES_LATE + 2 * stride;
        const isMissing = !this._hasFailed && (isSeeking || (this._feed.next === undefined && isBehind && shown !== target));
        const isAhead = this._stream.isLive && this._playhead.isAtEnd;
        if (isMissing || isAhead || (!this._hasFailed && this._refill.isNeeded)) {
            this._refill.noteHold();
            this._playhead.hold();
        } else {
            this._playhead.unhold();
        }
    }

    private _applyOrder(order: IOrderPacket): void {
        if (!this._isDisposed && this._orders.take(order)) {
            this._statistics.sortMs = order.sortMs;
        }
        this._feed.recycleOrder(order);
    }
}
