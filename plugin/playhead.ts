import { Animation } from "@babylonjs/core/Animations/animation.js";
import { AnimationGroup } from "@babylonjs/core/Animations/animationGroup.js";
import type { IFrameRange } from "../loader/clipStream.js";
import type { Scene } from "@babylonjs/core/scene.js";

/** Frames of the animation of a clip that grows: more than there will be. */
const GROWING_FRAMES = 1e9;

/**
 * The time of a clip as a Babylon animation: a float that runs from 0 to the frame count. It ends one frame after the last one begins, so
 * that the last frame is shown as long as any other and a loop closes without a jump.
 */
export class Playhead {
    /** The animation group that drives it; Babylon's own tools may play, pause, speed up and scrub it. */
    public readonly group: AnimationGroup;
    private _value = 0;
    private _heldPlayhead = false;
    private readonly _animationEnd: number | undefined;
    /** Frames that are played. */
    public readonly range: IFrameRange;

    /**
     * @param name name of the group
     * @param clip frames of the clip
     * @param fps frames a second
     * @param scene scene that runs the animation
     * @param isGrowing whether frames are still being made: the animation goes on beyond those that there are
     */
    public constructor(
        name: string,
        clip: Readonly<IFrameRange>,
        public readonly fps: number,
        scene: Scene,
        isGrowing = false,
    ) {
        this._animationEnd = isGrowing ? GROWING_FRAMES : undefined;
        const end = this._animationEnd ?? clip.to;
        this.range = { ...clip };
        this._value = clip.from;
        const animation = new Animation("playhead", "value", fps, Animation.ANIMATIONTYPE_FLOAT, Animation.ANIMATIONLOOPMODE_CYCLE);
        animation.setKeys([
            { frame: clip.from, value: clip.from },
            { frame: end, value: end },
        ]);
        this.group = new AnimationGroup(name, scene);
        this.group.addTargetedAnimation(animation, this);
        this.group.loopAnimation = !isGrowing;
    }

    /** Position in frames, in the range. Set by the animation. */
    public get value(): number {
        return this._value;
    }

    public set value(value: number) {
        this._value = Math.min(Math.max(value, this.range.from), this.range.to);
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
        // Before it has started for the first time, Babylon's group answers undefined.
        return !!this.group.isPlaying;
    }

    /** Starts, or goes on after a pause; from the beginning when it stands at the end. */
    public play(): void {
        const { group } = this;
        if (group.isStarted && !group.isPlaying) {
            group.play(group.loopAnimation);
        } else if (!group.isStarted) {
            const { from, to } = this.range;
            this._startAt(this._value >= to ? from : this._value);
        }
    }

    private _startAt(frame: number): void {
        const { group } = this;
        const { from, to } = this.range;
        group.start(group.loopAnimation, group.speedRatio, from, this._animationEnd ?? to);
        // What has just started takes itself to be at 0, wherever its range begins, and would jump from there.
        group.animatables.forEach((animatable) => animatable.getAnimations().forEach((animation) => animation.goToFrame(from)));
        this.moveTo(frame);
    }

    /** Plays a part of the clip only. */
    public setRange({ from, to }: Readonly<IFrameRange>): void {
        const { group, isRunning, value } = this;
        this.range.from = from;
        this.range.to = to;
        this.value = value >= to ? from : value;
        if (group.isStarted) {
            // A group takes its range when it starts.
            group.stop(true);
            this._startAt(this.value);
            if (!isRunning) {
                group.pause();
            }
        }
    }

    /** Moves to a position in frames; the animation goes on from there. */
    public moveTo(frame: number): void {
        this.value = frame;
        if (this.group.isStarted) {
            this.group.goToFrame(this._value);
        }
    }

    /** Stops the clock without an event, while frames are missing; the group still counts as playing. */
    public hold(): void {
        if (!this._heldPlayhead && this.isRunning) {
            this._heldPlayhead = true;
            this.group.animatables.forEach((animatable) => animatable.pause());
        }
    }

    /** Lets a clock go on that was held. */
    public unhold(): void {
        if (this._heldPlayhead) {
            this._heldPlayhead = false;
            if (this.isRunning) {
                this.group.animatables.forEach((animatable) => animatable.restart());
            }
        }
    }

    /** Whether the clock is held. */
    public get isHeld(): boolean {
        return this._heldPlayhead;
    }

    /** Frees the animation group. */
    public dispose(): void {
        this.group.dispose();
    }
}
