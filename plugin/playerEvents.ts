import { Observable } from "@babylonjs/core/Misc/observable.js";
import type { ICuePoint } from "../format/cuePoints.js";
import type { FvvError } from "../format/fvvError.js";

/** What a player tells. */
export abstract class PlayerEvents {
    /** Told the number of each frame put on screen. */
    public readonly onFrameObservable = new Observable<number>();
    /** Told when the clip has ended; not when it loops. */
    public readonly onEndObservable = new Observable<this>();
    /** Told when the clip begins again. */
    public readonly onLoopObservable = new Observable<this>();
    /** Told when time begins to wait for frames (true) and when it goes on (false). */
    public readonly onBufferingObservable = new Observable<boolean>();
    /** Told of what went wrong. What is on screen stays; after an error of severity "recoverable" playing goes on. */
    public readonly onErrorObservable = new Observable<FvvError>();
    /** Told when playing starts (true) or stops (false). */
    public readonly onPlayStateObservable = new Observable<boolean>();
    /** Told each cue point that time passes, once a passing; not by a seek. */
    public readonly onCueObservable = new Observable<ICuePoint>();

    /** Nobody is told any more. */
    protected _clearEvents(): void {
        this.onFrameObservable.clear();
        this.onEndObservable.clear();
        this.onLoopObservable.clear();
        this.onBufferingObservable.clear();
        this.onErrorObservable.clear();
        this.onPlayStateObservable.clear();
        this.onCueObservable.clear();
    }
}
