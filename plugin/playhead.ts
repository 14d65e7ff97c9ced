import type { Animatable } from "@babylonjs/core/Animations/animatable.core.js";
import { Animation } from "@babylonjs/core/Animations/animation.js";
import { Observable, type Observer } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { IFrameRange } from "../loader/clipStream.js";
import { beginFirstRound, moveAnimation } from "./babylonAnimation.js";
import { ClipAnimationGroup, isWithin, type IClipTime } from "./clipAnimationGroup.js";

/** Frames of the animation of a clip that grows: more than there will be. */
const GROWING_FRAMES = 1e9;

/** What to animate in place of a player's own animation group, for instance `scene.beginAnimation(player.playhead, 0, 60)`. */
export interface IFvvPlayhead {
    /** Position in frames, fractions included. */
    value: number;
    /** The animation that `scene.beginAnimation` runs: `value` from 0 to the frame count. */
    readonly animations: Animation[];
}

/**
 * The time of a clip as something that Babylon animates: a float that runs from 0 to the frame count. It ends one frame after the last one begins, so
 * that the last frame is shown as long as any other and a loop closes without a jump. Its own animation group runs it, or whatever else animates `value`.
 */
export class Playhead implements IClipTime, IFvvPlayhead {
    /** Name in Babylon's tools. */
    public readonly name: string;
    /** What `scene.beginAnimation` runs. */
    public readonly animations: Animation[];
    /** The animation group that drives it; Babylon's own tools may play, pause, speed up, fade and scrub it. */
    public readonly group: ClipAnimationGroup;
    /** That group and its clones: whichever is started runs it. */
    public readonly groups: ClipAnimationGroup[] = [];
    /** Told when a group starts or goes on. */
    public readonly onPlayObservable = new Observable<void>();
    /** Told when what runs it begins again. */
    public readonly onLoopObservable = new Observable<void>();
    /** Told when what runs it has ended. */
    public readonly onEndObservable = new Observable<void>();
    /** Frames that are played. */
    public readonly range: IFrameRange;
    /** Weight of what animates it, -1 for all. */
    public weight = -1;
    private readonly _observer: Observer<Scene>;
    private _value = 0;
    private _isHeld = false;
    private _direction: 1 | -1 = 1;
    /** Where the range that was set ends: the last frame of it ends there, while that of an animation begins where it ends. */
    private _end: number;
    private _begin: number;
    /** The animation of somebody else that runs it: told of its rounds and its end. */
    private _guest: Animatable | undefined;
    /** The range of the animation that was looked at last. */
    private readonly _seen: IFrameRange = { from: NaN, to: NaN };

    /**
     * @param name name of the group
     * @param _clip frames of the clip
     * @param fps frames a second
     * @param _scene scene that runs the animation
     * @param _isGrowing whether frames are still being made: the animation goes on beyond those that there are
     */
    public constructor(
        name: string,
        private readonly _clip: Readonly<IFrameRange>,
        public readonly fps: number,
        private readonly _scene: Scene,
        private readonly _isGrowing = false,
    ) {
        const end = _isGrowing ? GROWING_FRAMES : _clip.to;
        this.name = name;
        this.range = { ..._clip };
        this._begin = _clip.from;
        this._end = _clip.to;
        this._value = _clip.from;
        const animation = new Animation("playhead", "value", fps, Animation.ANIMATIONTYPE_FLOAT, Animation.ANIMATIONLOOPMODE_CYCLE);
        animation.setKeys([
            { frame: _clip.from, value: _clip.from },
            { frame: end, value: end },
        ]);
        // Between two numbers of frames there is none that is to be seen.
        Object.defineProperty(animation, "enableBlending", { get: () => false, set: () => {} });
        this.animations = [animation];
        this.group = new ClipAnimationGroup(name, _scene, this);
        this.group.addTargetedAnimation(animation, this);
        this.group.loopAnimation = !_isGrowing;
        this._observer = _scene.onBeforeAnimationsObservable.add(() => this.follow());
    }

    /** Position in frames, in the range. Set by the animation. */
    public get value(): number {
        return this._value;
    }

    public set value(value: number) {
        // What is none would stay for good: nothing can be added to it.
        if (!Number.isNaN(value)) {
            this._value = Math.min(Math.max(value, this.range.from), this.range.to);
        }
    }

    /** How much of the clip is to be seen, 0 to 1. */
    public get fade(): number {
        return this.weight === -1 ? 1 : Math.min(Math.max(this.weight, 0), 1);
    }

    /** Frame to be on screen. */
    public get frame(): number {
        // Animation time is a sum of floats: a hair under a frame is that frame.
        return Math.min(Math.floor(this._value + 1e-4), this.range.to - 1);
    }

    /** Whether all frames that there are have passed. */
    public get isAtEnd(): boolean {
        return this._value >= this.range.to;
    }

    /** Whether time runs. */
    public get isRunning(): boolean {
        const { driver } = this;
        return driver !== undefined && (!driver.paused || (this._isHeld && this._startedGroup?.isPlaying !== false));
    }

    /** Frames of the clip that pass in a frame's time: 1 at the clip's own speed, negative backwards. */
    public get rate(): number {
        const speed = this.driver?.speedRatio ?? this.group.speedRatio;
        return speed * this._scene.animationTimeScale;
    }

    /** Which way time runs, or ran before it stood. */
    public get direction(): 1 | -1 {
        const { rate } = this;
        if (rate !== 0) {
            this._direction = rate < 0 ? -1 : 1;
        }
        return this._direction;
    }

    /** Whether it begins again at its end; setting it is for all that may run it. */
    public get isLooping(): boolean {
        return this.driver?.loopAnimation ?? this.group.loopAnimation;
    }

    public set isLooping(value: boolean) {
        this.groups.forEach((group) => (group.loopAnimation = value));
        this._tellGuest((guest) => (guest.loopAnimation = value));
    }

    /** Speed that was set, without the time scale of the scene; setting it is for all that may run it. */
    public get speed(): number {
        const group = this._startedGroup;
        return group || !this.driver ? (group ?? this.group).speedRatio : this.driver.speedRatio;
    }

    public set speed(value: number) {
        this.groups.forEach((group) => (group.speedRatio = value));
        this._tellGuest((guest) => (guest.speedRatio = value));
    }

    /** Starts, or goes on after a pause; from the beginning when it stands at the end. */
    public play(): void {
        const { driver, _startedGroup: started } = this;
        const group = started ?? this.group;
        if (driver && !started) {
            driver.restart();
        } else if (!group.isPlaying) {
            group.play();
        }
    }

    /** Stops time. */
    public pause(): void {
        this.unhold();
        const { _startedGroup: group } = this;
        if (group) {
            // Who is told of it may start it again: what runs afterwards is left alone.
            group.pause();
        } else {
            this.driver?.pause();
        }
    }

    /** Ends whatever runs it, without an event. */
    public stop(): void {
        this.unhold();
        this._endBefore(undefined);
        this._forgetAnimation();
    }

    /** Whether an animation of the clip may begin or end there. */
    public isFrame(frame: number): boolean {
        return frame >= this._clip.from && (frame <= this._clip.to || this._isGrowing);
    }

    /** Takes over what the animation that runs was told: its range, and its weight before that mixes anything. */
    public follow(): void {
        let last: Animatable | undefined;
        for (const animatable of this._scene.animatables) {
            last = this._isDriver(animatable) ? animatable : last;
        }
        // What is weighted ends nothing when it begins.
        this._endBefore(last);
        const { driver } = this;
        this._receive(this._startedGroup ? undefined : driver);
        if (!driver) {
            this._forgetAnimation();
            return;
        }
        // Babylon takes what is no frame of the animation for the ends of that.
        driver.fromFrame = this.isFrame(driver.fromFrame) ? driver.fromFrame : this._clip.from;
        driver.toFrame = this.isFrame(driver.toFrame) ? driver.toFrame : this._clip.to;
        const { fromFrame, toFrame, weight } = driver;
        if (weight !== -1) {
            // A weight would mix the number of the frame with that of another; a clip fades.
            this.group.setWeightForAllAnimatables(weight);
            driver.weight = -1;
        }
        if (!this._isGrowing && (fromFrame !== this._seen.from || toFrame !== this._seen.to)) {
            this._seen.from = fromFrame;
            this._seen.to = toFrame;
            const last = Math.max(fromFrame, toFrame);
            // What is all at the end of the clip is in its last frame.
            this.range.from = Math.max(this._clip.from, Math.min(Math.floor(Math.min(fromFrame, toFrame)), this._clip.to - 1));
            this.range.to = last === this._end ? last : Math.min(this._clip.to, Math.floor(last) + 1);
            // Else it would count as a round that it goes on elsewhere.
            beginFirstRound(driver);
        }
    }

    /** Ends what runs it, without an event, but for one. */
    private _endBefore(last: Animatable | undefined): void {
        for (let { driver } = this; driver && driver !== last; { driver } = this) {
            const group = this._startedGroup;
            if (group) {
                group.stop(true);
            } else {
                driver.stop(undefined, undefined, false, true);
            }
        }
    }

    /** Listens to what somebody else has begun. */
    private _receive(guest: Animatable | undefined): void {
        if (guest && guest !== this._guest) {
            guest.onAnimationLoopObservable.add(() => this.onLoopObservable.notifyObservers());
            guest.onAnimationEndObservable.add(() => this.onEndObservable.notifyObservers());
            // Backwards it would tell of a round at once.
            beginFirstRound(guest);
        }
        this._guest = guest;
    }

    /** Changes what somebody else has begun, where that runs it; which is in its first round then, as a group. */
    private _tellGuest(change: (guest: Animatable) => void): void {
        const { driver } = this;
        if (driver && !this._startedGroup) {
            change(driver);
            beginFirstRound(driver);
        }
    }

    /** What ran in a range of its own has ended: all of the clip, or the part that was set, can be gone to again. */
    private _forgetAnimation(): void {
        if (!Number.isNaN(this._seen.from)) {
            this._seen.from = NaN;
            this.range.from = this._begin;
            this.range.to = this._end;
        }
    }

    /** Plays a part of the clip only; unlike the range of an animation, it ends where its last frame does. What runs goes on from where it is, or from its beginning where that is outside. */
    public setRange({ from, to }: Readonly<IFrameRange>): void {
        const { driver } = this;
        if (driver) {
            // Where it is: told of a round, its value is still of the one before.
            beginFirstRound(driver);
        }
        const { value, direction } = this;
        const [start, end] = direction < 0 ? [to, from] : [from, to];
        this.range.from = from;
        this.range.to = to;
        this._begin = from;
        this._end = to;
        const last = this._isGrowing ? GROWING_FRAMES : to;
        for (const group of this.groups) {
            group.from = from;
            group.to = last;
        }
        if (driver) {
            // Of an animation that was started in a range of its own, its group may know nothing.
            driver.fromFrame = from;
            driver.toFrame = last;
        }
        this.moveTo(isWithin(value, start, end) ? value : start);
    }

    /** Moves to a position in frames; the animation goes on from there. */
    public moveTo(frame: number): void {
        this.value = frame;
        const { driver } = this;
        if (driver) {
            moveAnimation(driver, this._value);
        }
    }

    /** Stops the clock without an event, while frames are missing; the group still counts as playing. */
    public hold(): void {
        const { driver } = this;
        if (driver && this.isRunning) {
            this._isHeld = true;
            driver.pause();
        }
    }

    /** Lets a clock go on that was held. */
    public unhold(): void {
        if (this._isHeld) {
            const { isRunning } = this;
            this._isHeld = false;
            if (isRunning) {
                this.driver?.restart();
            }
        }
    }

    /** Whether the clock is held. */
    public get isHeld(): boolean {
        return this._isHeld;
    }

    /** Frees the animation groups. */
    public dispose(): void {
        this._observer.remove();
        this.stop();
        this.groups.slice().forEach((group) => group.dispose());
        this.onPlayObservable.clear();
        this.onLoopObservable.clear();
        this.onEndObservable.clear();
    }

    /** What animates it now: its group, a clone of that, or an animation of somebody else. */
    public get driver(): Animatable | undefined {
        const started = this._startedGroup;
        if (started) {
            return started.animatables[0];
        }
        for (const animatable of this._scene.animatables) {
            if (this._isDriver(animatable)) {
                return animatable;
            }
        }
        return undefined;
    }

    private _isDriver(animatable: Animatable): boolean {
        return animatable.target === this && animatable.getAnimations().length > 0;
    }

    private get _startedGroup(): ClipAnimationGroup | undefined {
        for (const group of this.groups) {
            if (group.isStarted && group.animatables.length > 0) {
                return group;
            }
        }
        return undefined;
    }
}
