import type { AnimationGroup } from "@babylonjs/core/Animations/animationGroup.js";
import type { Observer } from "@babylonjs/core/Misc/observable.js";
import { Observable } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { IClipHeader } from "../format/clipHeader.js";
import { framesPerSecond } from "../format/clipHeader.js";
import type { IClipMetadata } from "../format/clipHead.js";
import { FvvError } from "../format/fvvError.js";
import type { ClipStream } from "../loader/clipStream.js";
import { FrameFeed } from "../loader/frameFeed.js";
import { FrameSchedule, type IPlayState } from "../loader/frameSchedule.js";
import type { IOrderPacket } from "../loader/framePacket.js";
import type { IDecodeClientOptions } from "../loader/decodeClient.js";
import type { IFvvLimits } from "../format/limits.js";
import { FrameFlow } from "./frameFlow.js";
import { GpuWatch } from "./gpuWatch.js";
import { OrderKeeper } from "./orderKeeper.js";
import { createStatistics, type IFvvPlayerStatistics } from "./playerStatistics.js";
import { Playhead } from "./playhead.js";
import type { SplatVideoMesh } from "./splatVideoMesh.js";

const PLAYERS = new WeakMap<object, FvvPlayer>();

/** How many frames the clock may run ahead of what is decoded before it is held. */
const FRAMES_LATE = 2;

/**
 * Plays a clip on a {@link SplatVideoMesh}. A real `AnimationGroup` runs the time: whatever Babylon does to it, the clip follows.
 * Frames are decoded ahead of the playhead and put on screen whole, data and order together; while one is late, the last complete one
 * stays.
 */
export class FvvPlayer {
    /** Told the number of each frame put on screen. */
    public readonly onFrameObservable = new Observable<number>();
    /** Told when the clip has ended; not when it loops. */
    public readonly onEndObservable = new Observable<FvvPlayer>();
    /** Told when the clip begins again. */
    public readonly onLoopObservable = new Observable<FvvPlayer>();
    /** Told of what went wrong. What is on screen stays. */
    public readonly onErrorObservable = new Observable<FvvError>();
    /** Told when playing starts (true) or stops (false). */
    public readonly onPlayStateObservable = new Observable<boolean>();
    /** What the player measures. */
    public readonly statistics: IFvvPlayerStatistics;

    private readonly _scene: Scene;
    private readonly _feed: FrameFeed;
    private readonly _playhead: Playhead;
    private readonly _schedule: FrameSchedule;
    private readonly _state: IPlayState = { target: 0, shown: -1, isPlaying: false, isLooping: true, direction: 1, stride: 1, isSeeking: false };
    private readonly _flow: FrameFlow;
    private readonly _firstFrame: Promise<void>;
    private _settleFirstFrame: (error?: FvvError) => void = () => {};
    private readonly _fps: number;
    private readonly _observers: Observer<Scene>[] = [];
    private readonly _orders: OrderKeeper;
    private _seek: { frame: number; resolve: (isShown: boolean) => void } | undefined;
    private _framesPerTick = 1;
    private readonly _gpuWatch: GpuWatch;
    private _isGpuLost = false;
    private _hasFailed = false;
    private _isDisposed = false;

    /**
     * @param mesh mesh to play on
     * @param _stream the clip
     * @param options where to decode
     * @param limits limits for the counts in the file
     */
    public constructor(
        public readonly mesh: SplatVideoMesh,
        private readonly _stream: ClipStream,
        options: IDecodeClientOptions = {},
        limits: Partial<IFvvLimits> = {},
    ) {
        this._scene = mesh.getScene();
        this._fps = framesPerSecond(_stream.head.header);
        this._schedule = new FrameSchedule(_stream.frameCount, Math.ceil(this._fps));
        this._feed = new FrameFeed(_stream, options, limits, mesh.takesOrder);
        this._feed.onArrived = () => this._showFirst();
        this._feed.onOrder = (order) => this._applyOrder(order);
        this._feed.onError = (error) => this._fail(error);
        this._orders = new OrderKeeper(this._feed, mesh);
        this._playhead = new Playhead(mesh.name, _stream.frameCount, this._fps, this._scene);
        this._playhead.group.onAnimationGroupEndObservable.add(() => this.onEndObservable.notifyObservers(this));
        this._playhead.group.onAnimationGroupLoopObservable.add(() => this.onLoopObservable.notifyObservers(this));
        const bytes = _stream.segments.reduce((sum, { byteLength }) => sum + byteLength, 0);
        this.statistics = createStatistics((bytes * 8 * this._fps) / (_stream.frameCount * 1e6));
        this._flow = new FrameFlow(mesh, this._feed, this._schedule, this._state, this.statistics, (frame) => this._dueTime(frame));
        PLAYERS.set(mesh, this);
        this._firstFrame = new Promise((resolve, reject) => {
            this._settleFirstFrame = (error) => (error ? reject(error) : void mesh.whenReadyAsync().then(resolve, reject));
        });
        // Who does not wait for it learns of errors by the observable.
        this._firstFrame.catch(() => {});
        this._observers.push(this._scene.onBeforeRenderObservable.add(() => this._tick()));
        this._observers.push(this._scene.onAfterRenderObservable.add(() => this._finishSeek()));
        mesh.onDisposeObservable.addOnce(() => this.dispose());
        this._gpuWatch = new GpuWatch(this._scene.getEngine(), {
            onLost: () => this._waitForGpu(),
            onRestored: () =>
                void mesh.whenReadyAsync().then(
                    () => this._beginAnew(),
                    (error: FvvError) => this._fail(error),
                ),
            onGone: () => this._giveUp(),
        });
        this._orders.update(undefined);
        this._flow.request(0);
    }

    /**
     * The player of a mesh, or undefined. A clone or a node above the mesh has none of its own: look it up with the mesh that was loaded.
     * @param mesh a mesh that was loaded from an .fvv file
     */
    public static FromMesh(mesh: object): FvvPlayer | undefined {
        return PLAYERS.get(mesh);
    }

    /** Header of the clip. */
    public get header(): IClipHeader {
        return this._stream.head.header;
    }

    /** Title, author, licence and whatever else the file says. */
    public get metadata(): IClipMetadata {
        return this._stream.head.metadata;
    }

    /** The animation group that runs the time. */
    public get animationGroup(): AnimationGroup {
        return this._playhead.group;
    }

    /** Frames a second of the clip. */
    public get fps(): number {
        return this._fps;
    }

    /** Number of frames. */
    public get frameCount(): number {
        return this._stream.frameCount;
    }

    /** Length in seconds at speed 1. */
    public get duration(): number {
        return this.frameCount / this._fps;
    }

    /** Position in seconds. */
    public get currentTime(): number {
        return this._playhead.value / this._fps;
    }

    /** Frame on screen, -1 before the first. */
    public get currentFrame(): number {
        return this.mesh.committedFrame;
    }

    /** Whether time runs. */
    public get isPlaying(): boolean {
        return this._playhead.isRunning;
    }

    /** Whether the frame of the current time is still to come: time waits for it, or stands and another is on screen. */
    public get isBuffering(): boolean {
        return this._playhead.isHeld || (!this.isPlaying && this.currentFrame !== this._playhead.frame);
    }

    /** Whether decoding happens in a worker. */
    public get usesWorker(): boolean {
        return this._feed.usesWorker;
    }

    /** Whether the clip begins again at its end. Default true. */
    public get loop(): boolean {
        return this._playhead.group.loopAnimation;
    }

    public set loop(value: boolean) {
        this._playhead.group.loopAnimation = value;
    }

    /** Speed; 1 is the clip's own, negative is backwards. Default 1. */
    public get speed(): number {
        return this._playhead.group.speedRatio;
    }

    public set speed(value: number) {
        if (!Number.isFinite(value)) {
            throw new FvvError("BAD_OPTION", `speed is ${value}; it must be a finite number`, { source: "speed" });
        }
        this._playhead.group.speedRatio = value;
    }

    /** Starts or goes on. */
    public play(): void {
        this._checkAlive();
        this._hasFailed = false;
        this._playhead.play();
    }

    /** Stops time; what is on screen stays. */
    public pause(): void {
        this._playhead.unhold();
        this._playhead.group.pause();
    }

    /** Stops time and goes to the first frame. */
    public stop(): void {
        this._playhead.unhold();
        this._playhead.group.stop(true);
        if (!this._isDisposed) {
            this._playhead.value = 0;
            this._hasFailed = false;
        }
    }

    /**
     * Goes to a time.
     * @param seconds 0 to the duration; what is outside is limited to it
     * @returns true when that frame is on screen, false when another seek or dispose came first
     */
    public seekAsync(seconds: number): Promise<boolean> {
        return this.seekFrameAsync(Math.min(Math.floor(seconds * this._fps + 1e-4), this.frameCount - 1));
    }

    /**
     * Goes to a frame.
     * @param frame 0 to frameCount - 1; what is outside is limited to it
     * @returns true when that frame is on screen, false when another seek or dispose came first
     */
    public seekFrameAsync(frame: number): Promise<boolean> {
        this._checkAlive();
        if (!Number.isFinite(frame)) {
            throw new FvvError("FRAME_OUT_OF_RANGE", `There is no frame ${frame}; frames are 0 to ${this.frameCount - 1}`);
        }
        this._seek?.resolve(false);
        const target = Math.min(Math.max(Math.floor(frame), 0), this.frameCount - 1);
        this._hasFailed = false;
        this._playhead.moveTo(target);
        this._orders.expectNew();
        return new Promise((resolve) => {
            this._seek = { frame: target, resolve };
        });
    }

    /** Settles when the first frame is on the GPU with its order, whether anything renders or not; rejects with what prevented it. */
    public get firstFramePromise(): Promise<void> {
        return this._firstFrame;
    }

    /** Stops and frees everything that the player holds; the mesh is the caller's. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._gpuWatch.dispose();
        this._observers.forEach((observer) => observer.remove());
        this._seek?.resolve(false);
        this._seek = undefined;
        this._settleFirstFrame(new FvvError("DISPOSED", "The clip was disposed while it was loading"));
        this._playhead.dispose();
        this._feed.dispose();
        PLAYERS.delete(this.mesh);
        this.onFrameObservable.clear();
        this.onEndObservable.clear();
        this.onLoopObservable.clear();
        this.onErrorObservable.clear();
        this.onPlayStateObservable.clear();
    }

    /** Before each render: puts on screen what is due, asks for what comes next. */
    private _tick(): void {
        if (this._isGpuLost) {
            return;
        }
        const start = performance.now();
        this._readState();
        this._orders.update(this._flow.shown);
        this._showDue();
        this._requestFrames();
        this._holdOrGoOn();
        this.statistics.mainThreadMs = performance.now() - start;
    }

    private _readState(): void {
        const state = this._state;
        const isPlaying = this.isPlaying;
        const target = this._playhead.frame;
        state.isLooping = this.loop;
        state.direction = this.speed < 0 ? -1 : 1;
        state.isSeeking = this._seek !== undefined;
        if (isPlaying && state.isPlaying && !this._playhead.isHeld) {
            // A smoothed guess of how many frames pass from one tick to the next.
            this._framesPerTick += 0.2 * (Math.max(0, this._schedule.distance(state.target, target, state)) - this._framesPerTick);
            state.stride = Math.max(1, Math.floor(this._framesPerTick));
        }
        state.target = target;
        state.shown = this.currentFrame;
        if (isPlaying !== state.isPlaying) {
            state.isPlaying = isPlaying;
            this.onPlayStateObservable.notifyObservers(isPlaying);
        }
    }

    /** The first frame does not wait for a render: a scene may be loaded before anything is drawn. */
    private _showFirst(): void {
        if (!this._flow.shown && !this._isGpuLost) {
            this._readState();
            this._showDue();
        }
    }

    private _showDue(): void {
        if (this._flow.showDue()) {
            this._orders.forgetPending();
            this._settleFirstFrame();
            this.onFrameObservable.notifyObservers(this.currentFrame);
        }
    }

    private _requestFrames(): void {
        if (!this._hasFailed) {
            this._flow.requestFrames();
        }
    }

    /** When a frame is to be on screen, by the clock of the cameras; undefined while time stands. */
    private _dueTime(frame: number): number | undefined {
        const rate = this._fps * Math.abs(this.speed);
        const isRunning = this._state.isPlaying && !this._state.isSeeking && rate > 0;
        return isRunning ? performance.now() / 1000 + this._schedule.framesUntil(frame, this._playhead.value, this._state) / rate : undefined;
    }

    /** Holds the clock while a seek is under way or frames are late. */
    private _holdOrGoOn(): void {
        const { shown, target, stride, isSeeking } = this._state;
        const isBehind = shown < 0 || this._schedule.distance(shown, target, this._state) > FRAMES_LATE + 2 * stride;
        if (!this._hasFailed && this._feed.next === undefined && (isSeeking || isBehind) && shown !== target) {
            this._playhead.hold();
        } else {
            this._playhead.unhold();
        }
    }

    private _applyOrder(order: IOrderPacket): void {
        if (!this._isDisposed && this._orders.take(order)) {
            this.statistics.sortMs = order.sortMs;
        }
        this._feed.recycleOrder(order);
    }

    /** After each render: a frame that was sought is on screen now. */
    private _finishSeek(): void {
        const seek = this._seek;
        if (seek?.frame === this.currentFrame && this._orders.isSettled) {
            this._seek = undefined;
            seek.resolve(true);
        }
    }

    private _fail(error: FvvError): void {
        this._hasFailed = true;
        this._flow.flush();
        this._orders.forgetPending();
        this._seek?.resolve(false);
        this._seek = undefined;
        this._settleFirstFrame(error);
        this.onErrorObservable.notifyObservers(error);
    }

    /** What is uploaded now is lost too. */
    private _waitForGpu(): void {
        this._isGpuLost = true;
        this._playhead.hold();
    }

    /** The GPU holds nothing any more: what comes after a flush is whole. */
    private _beginAnew(): void {
        if (this._isDisposed) {
            return;
        }
        this._isGpuLost = false;
        this._hasFailed = false;
        this._flow.forgetShown();
        this._flow.flush();
        this._readState();
        this._requestFrames();
    }

    private _giveUp(): void {
        this.pause();
        this._fail(new FvvError("GPU_LOST", "The GPU was lost, and the engine does not restore it (doNotHandleContextLost); load the clip again in a new engine"));
    }

    private _checkAlive(): void {
        if (this._isDisposed) {
            throw new FvvError("DISPOSED", "The player is disposed; load the clip again");
        }
    }
}
