import type { ICuePoint } from "../format/cuePoints.js";
import { isCuePoint, MAX_CUE_NAME_LENGTH } from "../format/cuePoints.js";
import { FvvError } from "../format/fvvError.js";
import type { Playhead } from "./playhead.js";

/** Steps against the direction of play up to this long, seconds, put time right, for instance by a master clock; what was passed before is not passed again. */
const CORRECTION_SECONDS = 0.5;

/**
 * Named moments of a clip, and who passes them. Each is told once a passing, in either direction of play, also where frames are skipped or the clip begins again; a seek tells none, and what time runs from
 * afterwards is told when it goes on. Babylon's animation events would not do: they miss what lies between the last frame before a loop and its end, and fire at once when time runs backwards.
 */
export class CuePoints {
    /** By time. Never changed, but replaced: who is told of a cue may add and remove some. */
    private _list: readonly ICuePoint[];
    /** Up to where cues were told, frames. */
    private _passed: number;
    private _from: number;
    private _hasStarted = false;
    private _hasLooped = false;
    private _hasEnded = false;

    /**
     * @param cues those of the file, by time
     * @param _playhead where time is
     * @param _tell told of each cue that time passes
     */
    public constructor(
        cues: readonly ICuePoint[],
        private readonly _playhead: Playhead,
        private readonly _tell: (cue: ICuePoint) => void,
    ) {
        this._list = cues;
        this._passed = _playhead.value;
        this._from = _playhead.range.from;
        _playhead.onPlayObservable.add(() => (this._hasStarted = true));
        _playhead.onLoopObservable.add(() => (this._hasLooped = true));
        _playhead.onEndObservable.add(() => (this._hasEnded = this._isAtEnd()));
    }

    /** All of them, by time: those of the file and those that were added. */
    public get list(): readonly ICuePoint[] {
        return this._list;
    }

    /**
     * Adds one.
     * @param cue its time, seconds from the beginning of the clip at speed 1, its name, and whatever else is to be told with it
     */
    public add(cue: ICuePoint): void {
        if (!isCuePoint(cue)) {
            throw new FvvError("BAD_OPTION", `The cue point is none; give a time in seconds of at least 0, and a name of 1 to ${MAX_CUE_NAME_LENGTH} characters`, {
                source: "cue",
            });
        }
        this._list = [...this._list, cue].sort((a, b) => a.time - b.time);
    }

    /**
     * Removes one.
     * @param cue one of the {@link list}
     * @returns whether it was there
     */
    public remove(cue: ICuePoint): boolean {
        const others = this._list.filter((other) => other !== cue);
        const wasThere = others.length < this._list.length;
        this._list = others;
        return wasThere;
    }

    /**
     * The first of a name. Throws BAD_OPTION where there is none.
     * @param name the name
     */
    public get(name: string): ICuePoint {
        const cue = this._list.find((candidate) => candidate.name === name);
        if (!cue) {
            throw new FvvError("BAD_OPTION", `The clip has no cue point "${name}"; player.cues.list has those there are`, { source: "name" });
        }
        return cue;
    }

    /**
     * Before each render: tells what time has passed since the last call.
     * @param isSeeking whether the playhead was put elsewhere
     * @internal
     */
    public update(isSeeking: boolean): void {
        const { value, frame, range, isRunning, direction } = this._playhead;
        const hasStarted = this._hasStarted;
        const hasLooped = this._hasLooped;
        const hasEnded = this._hasEnded;
        this._hasStarted = false;
        this._hasLooped = false;
        this._hasEnded = false;
        if (isSeeking || range.from !== this._from || !(isRunning || hasEnded)) {
            this._from = range.from;
            // Time may have run on a little from the frame that is sought.
            this._passed = isSeeking ? frame : value;
            return;
        }
        const start = direction > 0 ? range.from : range.to;
        const end = direction > 0 ? range.to : range.from;
        if (hasLooped || hasEnded) {
            this._pass(end, direction, true);
        }
        if (hasLooped) {
            this._passed = start;
        }
        if ((value - this._passed) * direction > 0) {
            this._pass(value, direction, false);
        } else if ((this._passed - value) * direction > (hasStarted ? 0 : CORRECTION_SECONDS * this._playhead.fps)) {
            // Who was started anew is not put right, however early that was.
            this._passed = value;
        }
    }

    /** Whether time has come to where it ends, and not been stopped before; the last frame of an animation begins where that ends. */
    private _isAtEnd(): boolean {
        const { value, range, direction } = this._playhead;
        return direction < 0 ? value - range.from <= 1 : range.to - value <= 1;
    }

    /** Tells the cues from where time was up to a frame, without that itself unless it is the end. */
    private _pass(to: number, direction: 1 | -1, isEnd: boolean): void {
        const list = this._list;
        const from = this._passed;
        const { fps } = this._playhead;
        this._passed = to;
        for (let i = direction > 0 ? 0 : list.length - 1; i >= 0 && i < list.length; i += direction) {
            const frame = list[i].time * fps;
            if ((frame - from) * direction >= 0 && ((to - frame) * direction > 0 || (isEnd && frame === to))) {
                this._tell(list[i]);
            }
        }
    }
}
