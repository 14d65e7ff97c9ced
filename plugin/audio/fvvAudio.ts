import type { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";
import type { StreamingSound } from "@babylonjs/core/AudioV2/abstractAudio/streamingSound.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { Observable, type Observer } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../../format/fvvError.js";
import { FvvPlayer } from "../fvvPlayer.js";
import { CameraListener } from "./cameraListener.js";
import { DeviceClock } from "./deviceClock.js";
import { unplayable, type ElementSound } from "./elementSound.js";
import { pictureTimeOf } from "./pictureTime.js";
import { SoundSync } from "./soundSync.js";

/** What a user does that lets a page make a sound. */
const GESTURES = ["click", "pointerup", "keydown"] as const;

/** After so long without a render the sound stops, ms: a tab that is hidden, or a render loop that was ended, tells nothing of loops, seeks and ends. */
const WATCH_MS = 1000;

/** What an {@link FvvAudio} is made of. */
export interface IFvvAudioParts {
    /** What plays. */
    element: ElementSound;
    /** The sound in Babylon's audio engine. */
    sound: StreamingSound;
    /** That engine. */
    engine: AudioEngineV2;
    /** Time of the clip at which the sound begins, seconds. */
    startTime: number;
    /** Frees what is not the sound's own. */
    release: () => void;
}

/**
 * The sound of a clip, see {@link attachFvvAudioAsync}. It plays when the clip plays, from where the clip is, at speeds of 0.5 to 2; the picture follows it. Where the clip waits, stands, runs backwards or at other speeds, there is no sound.
 */
export class FvvAudio {
    /** Told when the browser does not let the sound begin, mostly until the user has clicked somewhere. The picture plays on, and the sound joins in place. */
    public readonly onBlockedObservable = new Observable<FvvAudio>();
    /** Told when a sound that was blocked may begin. */
    public readonly onUnblockedObservable = new Observable<FvvAudio>();
    /** The sound in Babylon's audio engine: its `spatial`, `stereo`, `outBus` and `analyzer` are free to use. Playing and stopping it is the clip's. */
    public readonly sound: StreamingSound;
    /** The audio engine. */
    public readonly engine: AudioEngineV2;

    private readonly _element: ElementSound;
    private readonly _sync: SoundSync;
    private readonly _listener: CameraListener;
    private readonly _scene: Scene;
    private readonly _observers: Observer<Scene>[] = [];
    private readonly _timer: ReturnType<typeof setInterval>;
    private readonly _release: () => void;
    private readonly _dispose = (): void => this.dispose();
    private readonly _unlock = (): void => void this.unlockAsync();
    private _volume: number;
    private _isMuted = false;
    private _isBlocked = false;
    /** Whether the browser refused to play: then it waits for a gesture, whatever the engine says. */
    private _isRefused = false;
    private _hasFailed = false;
    private _hasTicked = true;
    private _place: { node: TransformNode; useBoundingBox: boolean } | undefined;
    private _isDisposed = false;

    /**
     * @param _player player of the clip
     * @param parts the sound
     * @internal
     */
    public constructor(
        private readonly _player: FvvPlayer,
        { element, sound, engine, startTime, release }: IFvvAudioParts,
    ) {
        this.sound = sound;
        this.engine = engine;
        this._element = element;
        this._release = release;
        this._volume = sound.volume;
        this._listener = CameraListener.Of(engine);
        this._sync = new SoundSync(element, pictureTimeOf(_player), startTime);
        this._scene = _player.mesh.getScene();
        element.device = new DeviceClock(engine);
        element.onRefused = (reason) => this._takeRefusal(reason);
        _player.masterClock = this._sync;
        this._observers.push(
            this._scene.onBeforeAnimationsObservable.add(() => this._sync.read()),
            this._scene.onBeforeRenderObservable.add(() => this._tick()),
        );
        this._timer = setInterval(() => this._watch(), WATCH_MS);
        _player.mesh.onDisposeObservable.addOnce(this._dispose);
    }

    /** Volume; 1 is that of the file. Default 1. */
    public get volume(): number {
        return this._volume;
    }

    public set volume(value: number) {
        if (!(value >= 0 && value < Infinity)) {
            throw new FvvError("BAD_OPTION", `volume is ${value}; it must be a number of at least 0`, { source: "volume" });
        }
        this._volume = value;
        this.sound.volume = this._isMuted ? 0 : value;
    }

    /** Whether nothing is heard; the sound runs on, and the picture with it. Default false. */
    public get isMuted(): boolean {
        return this._isMuted;
    }

    public set isMuted(value: boolean) {
        this._isMuted = value;
        this.sound.volume = value ? 0 : this._volume;
    }

    /** Time of the clip at which the sound begins, seconds; negative where that was before the clip. Default: as in the file, else 0. */
    public get startTime(): number {
        return this._sync.startTime;
    }

    public set startTime(value: number) {
        if (!Number.isFinite(value)) {
            throw new FvvError("BAD_OPTION", `startTime is ${value}; it must be a finite number of seconds`, { source: "startTime" });
        }
        this._sync.startTime = value;
    }

    /** Whether the sound runs, together with the picture. */
    public get isPlaying(): boolean {
        return this._sync.isJoined;
    }

    /** Whether the browser does not let the sound begin. */
    public get isBlocked(): boolean {
        return this._isBlocked;
    }

    /** How far what is heard is ahead of the picture, seconds of the clip, as far as the browser knows when it is heard; 0 where there is none. */
    public get drift(): number {
        return this._sync.drift;
    }

    /**
     * Puts the sound at a node, which it follows, heard from the scene's active camera unless the engine's listener is elsewhere. Its distances and cones are in `sound.spatial`.
     * @param node the clip's mesh, or any other
     * @param useBoundingBox whether it is in the middle of the node's bounding box, not at its origin. Default false
     */
    public attachTo(node: TransformNode, useBoundingBox = false): void {
        this._place = { node, useBoundingBox };
        this.sound.spatial.detach();
        this._keepPlace();
    }

    /** Lets the sound begin. Any click or key does so by itself; for a button of your own, call this where it was clicked. */
    public async unlockAsync(): Promise<void> {
        this._isRefused = false;
        await this.engine.unlockAsync();
    }

    /** Stops the sound and frees all it holds; the clip plays on. Happens by itself when the clip is disposed of. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        clearInterval(this._timer);
        this._setBlocked(false);
        this._observers.forEach((observer) => observer.remove());
        this._player.mesh.onDisposeObservable.removeCallback(this._dispose);
        if (this._player.masterClock === this._sync) {
            this._player.masterClock = null;
        }
        this._listener.release(this);
        this._sync.silence();
        this.sound.dispose();
        this._element.dispose();
        this._release();
        this.onBlockedObservable.clear();
        this.onUnblockedObservable.clear();
    }

    private _tick(): void {
        if (FvvPlayer.FromMesh(this._player.mesh) !== this._player) {
            this.dispose();
            return;
        }
        this._hasTicked = true;
        const mayPlay = this.engine.state === "running" && !this._isRefused;
        this._sync.update(mayPlay && !this._hasFailed);
        this._setBlocked(!mayPlay && this._sync.isWanted && !this._hasFailed);
        this._keepPlace();
    }

    /** Babylon makes the panner of a sound when it is first asked for, later: until it is there, nothing can be attached. */
    private _keepPlace(): void {
        const place = this._place;
        if (!place) {
            return;
        }
        if (!this.sound.spatial.isAttached && !place.node.isDisposed()) {
            this.sound.spatial.attach(place.node, place.useBoundingBox);
        }
        this._listener.follow(this, this._scene);
    }

    private _watch(): void {
        if (FvvPlayer.FromMesh(this._player.mesh) !== this._player) {
            // Nothing may be rendered any more that would tell.
            this.dispose();
            return;
        }
        if (!this._hasTicked) {
            this._sync.silence();
        }
        this._hasTicked = false;
    }

    private _setBlocked(value: boolean): void {
        if (this._isBlocked === value) {
            return;
        }
        this._isBlocked = value;
        // Babylon's engine waits for a click only.
        GESTURES.forEach((gesture) => (value ? document.addEventListener(gesture, this._unlock) : document.removeEventListener(gesture, this._unlock)));
        (value ? this.onBlockedObservable : this.onUnblockedObservable).notifyObservers(this);
    }

    private _takeRefusal(reason: unknown): void {
        this._sync.silence();
        if (reason instanceof DOMException && reason.name === "NotAllowedError") {
            this._isRefused = true;
        } else if (!this._hasFailed) {
            this._hasFailed = true;
            this._player.onErrorObservable.notifyObservers(unplayable(String(reason), this._element.element.src));
        }
    }
}
