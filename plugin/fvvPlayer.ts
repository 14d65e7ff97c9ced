import type { AnimationGroup } from "@babylonjs/core/Animations/animationGroup.js";
import type { Observer } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { IClipHeader } from "../format/clipHeader.js";
import { framesPerSecond } from "../format/clipHeader.js";
import type { IClipMetadata } from "../format/clipHead.js";
import { readCuePoints } from "../format/cuePoints.js";
import { FvvError } from "../format/fvvError.js";
import { framesOfRange } from "./framesOfRange.js";
import { FvvStreaming, type IFvvTimeRange } from "./fvvStreaming.js";
import { LiveFollower } from "./liveFollower.js";
import type { ClipStream } from "../loader/clipStream.js";
import type { IDecodeClientOptions } from "../loader/decodeClient.js";
import type { IFvvLimits } from "../format/limits.js";
import { CuePoints } from "./cuePoints.js";
import { defer } from "./defer.js";
import { GpuWatch } from "./gpuWatch.js";
import { FramePump } from "./framePump.js";
import { inspectPlayback } from "./inspectableProperties.js";
import { PlayerEvents } from "./playerEvents.js";
import { PlayerSeek, type SeekMode } from "./playerSeek.js";
import { createStatistics, type IFvvPlayerStatistics } from "./playerStatistics.js";
import { followMasterClock, type IMasterClock } from "./masterClock.js";
import { Playhead, type IFvvPlayhead } from "./playhead.js";
import { SplatBudget } from "./splatBudget.js";
import type { SplatVideoMesh } from "./splatVideoMesh.js";

const PLAYERS = new WeakMap<object, FvvPlayer>();

/**
 * Plays a clip on a {@link SplatVideoMesh}. A real `AnimationGroup` runs the time: whatever Babylon does to it, the clip follows.
 * Frames are decoded ahead of the playhead and put on screen whole, data and order together; while one is late, the last complete one
 * stays.
 */
export class FvvPlayer extends PlayerEvents {
    /** The named moments of the clip. */
    public readonly cues: CuePoints;
    /** What the player measures. */
    public readonly statistics: IFvvPlayerStatistics;
    /** A clock that the clip follows in place of the scene's, for instance that of its sound. Default null. */
    public masterClock: IMasterClock | null = null;
    /** Address that the clip can be loaded from again, for instance when its scene is saved; undefined where it came from elsewhere. */
    public url: string | undefined;
    /** Frames a second of the clip. */
    public readonly fps: number;
    /** How the clip comes: what is in memory, how fast it comes, which rendition of it. */
    public readonly streaming: FvvStreaming;

    private readonly _scene: Scene;
    private readonly _playhead: Playhead;
    private readonly _pump: FramePump;
    private readonly _firstFrame = defer();
    private readonly _observers: Observer<Scene>[] = [];
    private readonly _seek: PlayerSeek;
    private readonly _budget: SplatBudget;
    private readonly _gpuWatch: GpuWatch;
    private readonly _live: LiveFollower | undefined;
    private _wasHeld = false;
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
        super();
        this._scene = mesh.getScene();
        this.fps = framesPerSecond(_stream.head.header);
        this._playhead = new Playhead(mesh.name, { from: _stream.firstFrame, to: _stream.frameCount }, this.fps, this._scene, _stream.isLive);
        this.streaming = new FvvStreaming(_stream, mesh, this._playhead);
        this.cues = new CuePoints(readCuePoints(this.metadata.cues), this._playhead, (cue) => this.onCueObservable.notifyObservers(cue));
        if (_stream.isLive) {
            this._live = new LiveFollower(
                _stream,
                this._playhead,
                (frame) => void this.seekFrameAsync(frame),
                () => this.onEndObservable.notifyObservers(this),
            );
        }
        this._playhead.onEndObservable.add(() => this.onEndObservable.notifyObservers(this));
        this._playhead.onLoopObservable.add(() => this.onLoopObservable.notifyObservers(this));
        this.statistics = createStatistics(_stream.segments, _stream.frameCount / this.fps);
        PLAYERS.set(mesh, this);
        inspectPlayback(mesh, this);
        this._observers.push(this._scene.onBeforeRenderObservable.add(() => this._tick()));
        this._observers.push(this._scene.onAfterRenderObservable.add(() => this._seek.finish(this.currentFrame)));
        mesh.onDisposeObservable.addOnce(() => this.dispose());
        this._gpuWatch = new GpuWatch(this._scene.getEngine(), {
            onLost: () => this._waitForGpu(),
            onRestored: () =>
                void mesh.whenReadyAsync().then(
                    () => this._beginAnew(),
                    (error: FvvError) => this._fail(error),
                ),
            onGone: () =>
                this._fail(
                    new FvvError("GPU_LOST", "The GPU was lost, and the engine does not restore it (doNotHandleContextLost); load the clip again in a new engine"),
                ),
        });
        const listener = {
            onShown: (frame: number) => this._tellShown(frame),
            onError: (error: FvvError) => this._takeError(error),
            onPlayState: (isPlaying: boolean) => this.onPlayStateObservable.notifyObservers(isPlaying),
        };
        this._pump = new FramePump(mesh, _stream, this._playhead, this.statistics, listener, options, limits);
        this._seek = new PlayerSeek(_stream, this._playhead, this._pump);
        this._budget = new SplatBudget(this.header.capacity, (splats) => this._pump.setBudget(splats));
    }

    /**
     * The player of a mesh, or undefined. A clone is played by the player of the mesh that was loaded.
     * @param mesh a mesh that was loaded from an .fvv file, or a clone of it
     */
    public static FromMesh(mesh: object): FvvPlayer | undefined {
        return PLAYERS.get(mesh) ?? PLAYERS.get((mesh as { source?: object }).source ?? mesh);
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

    /** What to animate in place of the group: an animation of `value`, in frames. */
    public get playhead(): IFvvPlayhead {
        return this._playhead;
    }

    /** Number of frames. */
    public get frameCount(): number {
        return this._stream.frameCount;
    }

    /** Length in seconds at speed 1. */
    public get duration(): number {
        return this.frameCount / this.fps;
    }

    /** Position in seconds. */
    public get currentTime(): number {
        return this._playhead.value / this.fps;
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
        return this._playhead.isHeld || (!this.isPlaying && !this._pump.isThere);
    }

    /** Whether it plays no more: it, its mesh or its scene was disposed. */
    public get isDisposed(): boolean {
        return this._isDisposed;
    }

    /** Whether decoding happens in a worker. */
    public get usesWorker(): boolean {
        return this._pump.usesWorker;
    }

    /** Whether the clip begins again at its end; of its group, the copies of that, and whatever else runs it. Default true. */
    public get loop(): boolean {
        return this._playhead.isLooping;
    }

    public set loop(value: boolean) {
        this._playhead.isLooping = value;
    }

    /** Speed; 1 is the clip's own, negative is backwards; as {@link loop}. Default 1. */
    public get speed(): number {
        return this._playhead.speed;
    }

    public set speed(value: number) {
        if (!Number.isFinite(value)) {
            throw new FvvError("BAD_OPTION", `speed is ${value}; it must be a finite number`, { source: "speed" });
        }
        this._playhead.speed = value;
    }

    /**
     * Most splats to draw. Where a segment has more, those that cover least and are most transparent are left out. Default Infinity: all. With {@link targetFrameMs} the
     * smaller of the two counts.
     */
    public get splatBudget(): number {
        return this._budget.splats;
    }

    public set splatBudget(value: number) {
        this._budget.splats = value;
    }

    /** Time that a frame of the scene may take, ms: where frames take longer, fewer splats are drawn, down to a twentieth. Default null: no such limit. */
    public get targetFrameMs(): number | null {
        return this._budget.frameMs;
    }

    public set targetFrameMs(value: number | null) {
        this._budget.frameMs = value;
    }

    /**
     * Whether what is between two frames of the clip is shown between them, so that 15 or 30 frames a second move evenly at 60 or 90 and in slow motion. Works forwards and
     * within a segment; takes a second set of splats on the GPU (24 bytes a splat). Default false.
     */
    public get interpolates(): boolean {
        return this.mesh.interpolates;
    }

    public set interpolates(value: boolean) {
        this.mesh.interpolates = value;
    }

    /** The part of the clip that is played and looped, seconds; as {@link loop}. Default: all of it. */
    public get range(): Readonly<IFvvTimeRange> {
        const { from, to } = this._playhead.range;
        return { from: from / this.fps, to: to / this.fps };
    }

    public set range(range: Readonly<IFvvTimeRange>) {
        this._playhead.setRange(framesOfRange(range, this.fps, this._stream.firstFrame, this.frameCount));
    }

    /** Starts or goes on. */
    public play(): void {
        this._checkAlive();
        this._pump.retry();
        this._playhead.play();
    }

    /** Stops time; what is on screen stays. */
    public pause(): void {
        this._playhead.pause();
    }

    /** Stops time and goes to the first frame. */
    public stop(): void {
        this._seek.end();
        this._playhead.stop();
        if (!this._isDisposed) {
            this._playhead.value = this._playhead.range.from;
            this._pump.retry();
        }
    }

    /**
     * Goes to a time. Where its bytes are still to come, the key frame before it is shown first.
     * @param seconds 0 to the duration; what is outside is limited to it
     * @param mode "exact", the default, or "key": to the key frame at or before that time, which is there soonest
     * @returns true when that frame is on screen, false when another seek, stop, an error that ends it or dispose came first, or the frame is lost to damage
     */
    public seekAsync(seconds: number, mode: SeekMode = "exact"): Promise<boolean> {
        return this.seekFrameAsync(Math.min(Math.floor(seconds * this.fps + 1e-4), this.frameCount - 1), mode);
    }

    /**
     * Goes to a frame.
     * @param frame 0 to frameCount - 1; what is outside is limited to it
     * @param mode as for {@link seekAsync}
     * @returns true when that frame is on screen, false when another seek, stop, an error that ends it or dispose came first, or the frame is lost to damage
     */
    public seekFrameAsync(frame: number, mode: SeekMode = "exact"): Promise<boolean> {
        this._checkAlive();
        if (!Number.isFinite(frame)) {
            throw new FvvError("FRAME_OUT_OF_RANGE", `There is no frame ${frame}; frames are 0 to ${this.frameCount - 1}`);
        }
        return this._seek.beginAsync(frame, mode);
    }

    /**
     * Goes to a cue point, the first of its name.
     * @param name its name; BAD_OPTION where there is none
     * @param mode as for {@link seekAsync}
     * @returns as {@link seekAsync}
     */
    public seekToCueAsync(name: string, mode: SeekMode = "exact"): Promise<boolean> {
        return this.seekAsync(this.cues.get(name).time, mode);
    }

    /** Settles when the first frame is on the GPU with its order, whether anything renders or not; rejects with what prevented it. */
    public get firstFramePromise(): Promise<void> {
        return this._firstFrame.promise;
    }

    /** Stops and frees everything that the player holds; the mesh is the caller's. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._gpuWatch.dispose();
        this._observers.forEach((observer) => observer.remove());
        this._seek.end();
        this._firstFrame.reject(new FvvError("DISPOSED", "The clip was disposed while it was loading; load it again"));
        this._playhead.dispose();
        this._pump.dispose();
        PLAYERS.delete(this.mesh);
        this._clearEvents();
    }

    /** Before each render: puts on screen what is due, asks for what comes next. */
    private _tick(): void {
        if (this.mesh.isGpuLost) {
            return;
        }
        const start = performance.now();
        this._budget.update(this._scene.getEngine().getDeltaTime());
        this.mesh.fade = this._playhead.fade;
        this._live?.tick();
        if (this.masterClock && !this._seek.isUnderWay) {
            followMasterClock(this._playhead, this.masterClock);
        }
        this._seek.keep();
        this.cues.update(this._seek.isUnderWay);
        this._pump.tick(this._seek.isUnderWay);
        this._tellBuffering();
        this.statistics.mainThreadMs = performance.now() - start;
    }

    private _tellShown(frame: number): void {
        if (this.statistics.shownFrames === 1) {
            this._firstFrame.resolve(this.mesh.whenReadyAsync());
        }
        this.onFrameObservable.notifyObservers(frame);
    }

    private _tellBuffering(): void {
        if (this._wasHeld !== this._playhead.isHeld) {
            this._wasHeld = this._playhead.isHeld;
            this.statistics.stalls += this._wasHeld && this.statistics.shownFrames > 0 ? 1 : 0;
            this.onBufferingObservable.notifyObservers(this._wasHeld);
        }
    }

    /** Some frames cannot be had, and are passed over, or none. */
    private _takeError(error: FvvError): void {
        if (error.severity === "fatal") {
            this._fail(error);
        } else {
            this.onErrorObservable.notifyObservers(error);
        }
    }

    /** Time stands until somebody plays again, which tries again. */
    private _fail(error: FvvError): void {
        this.pause();
        this._pump.fail();
        this._seek.end();
        this._firstFrame.reject(error);
        this.onErrorObservable.notifyObservers(error);
    }

    /** What is uploaded now is lost too. */
    private _waitForGpu(): void {
        this.mesh.isGpuLost = true;
        this._playhead.hold();
    }

    private _beginAnew(): void {
        if (this._isDisposed) {
            return;
        }
        this.mesh.isGpuLost = false;
        this._pump.beginAnew(this._seek.isUnderWay);
    }

    private _checkAlive(): void {
        if (this._isDisposed) {
            throw new FvvError("DISPOSED", "The player is disposed; load the clip again");
        }
    }
}
