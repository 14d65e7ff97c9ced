import type { Animatable } from "@babylonjs/core/Animations/animatable.core.js";
import { AnimationGroup } from "@babylonjs/core/Animations/animationGroup.js";
import type { Observable } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { beginFirstRound, moveAnimation } from "./babylonAnimation.js";

/** The time that a {@link ClipAnimationGroup} runs. */
export interface IClipTime {
    /** Position, frames. */
    value: number;
    /** How much of the clip is to be seen, 0 to 1, or -1 for all of it. */
    weight: number;
    /** The groups that run it: that of the clip and its clones. */
    readonly groups: ClipAnimationGroup[];
    /** To be told when it starts or goes on. */
    readonly onPlayObservable: Observable<void>;
    /** To be told when a round is over. */
    readonly onLoopObservable: Observable<void>;
    /** To be told when it has ended. */
    readonly onEndObservable: Observable<void>;
    /** Whether an animation of the clip may begin or end there. */
    isFrame(frame: number): boolean;
    /** Takes over what the animation that runs it was told. */
    follow(): void;
    /** Ends whatever runs it, without an event. */
    stop(): void;
}

/**
 * Babylon's animation group, with what a clip has beside values that can be mixed: its weight fades the clip, `goToFrame` and `play` also go from where time stands before it was
 * started, and jumps are exact in either direction.
 */
export class ClipAnimationGroup extends AnimationGroup {
    private _started: Animatable[] = [];

    /**
     * @param name name of the group
     * @param scene scene that runs it
     * @param _time what it runs
     */
    public constructor(
        name: string,
        scene: Scene,
        private readonly _time: IClipTime,
    ) {
        super(name, scene);
        _time.groups.push(this);
        this.onAnimationGroupPlayObservable.add(() => _time.onPlayObservable.notifyObservers());
        this.onAnimationGroupLoopObservable.add(() => _time.onLoopObservable.notifyObservers());
        this.onAnimationGroupEndObservable.add(() => _time.onEndObservable.notifyObservers());
    }

    /** How much of the clip is to be seen, 0 to 1; -1, the default, is all. A clip is no value that can be mixed with others: it fades. All groups of a clip have the same. */
    public override get weight(): number {
        return this._time.weight;
    }

    public override set weight(value: number) {
        this.setWeightForAllAnimatables(value);
    }

    /** As {@link weight}. */
    public override setWeightForAllAnimatables(weight: number): this {
        if (!Number.isNaN(weight)) {
            this._time.weight = weight;
        }
        return this;
    }

    /** Speed; 1 is the clip's own, negative is backwards. */
    public override get speedRatio(): number {
        return super.speedRatio;
    }

    public override set speedRatio(value: number) {
        if (Number.isFinite(value)) {
            super.speedRatio = value;
            this._beginRoundHere();
        }
    }

    /** Whether it begins again at its end. */
    public override get loopAnimation(): boolean {
        return super.loopAnimation;
    }

    public override set loopAnimation(value: boolean) {
        super.loopAnimation = value;
        this._beginRoundHere();
    }

    /**
     * Starts from one end, in place of whatever runs the clip; what is no frame of the clip counts as not given. To go on from where time stands, {@link play}.
     * @param loop whether it begins again at its end
     * @param speedRatio speed; negative starts at the other end
     * @param from first frame
     * @param to last frame
     * @param isAdditive as for any group
     */
    public override start(loop = false, speedRatio = 1, from?: number, to?: number, isAdditive?: boolean): this {
        if (!this.isStarted) {
            this._time.stop();
            super.start(loop, Number.isFinite(speedRatio) ? speedRatio : 1, this._frameOrNone(from), this._frameOrNone(to), isAdditive);
            this._time.follow();
            const started = this.animatables.slice();
            started.forEach((animatable) => {
                // What has just started takes itself to be at frame 0, wherever it begins.
                moveAnimation(animatable, animatable.fromFrame);
                animatable.onAnimationEndObservable.add(() => this._keepStarted());
            });
            this._started = started;
        }
        return this;
    }

    /**
     * Starts from where time stands, or goes on after a pause; begins again when it stands at its end.
     * @param loop whether it begins again at its end; default as it was
     */
    public override play(loop: boolean = this.loopAnimation): this {
        if (this.isStarted) {
            super.play(loop);
            return this;
        }
        const { value } = this._time;
        this.start(loop, this.speedRatio);
        const [animatable] = this.animatables;
        if (animatable && isWithin(value, animatable.fromFrame, animatable.toFrame)) {
            this.goToFrame(value);
        }
        return this;
    }

    /** Stops it for good: also what those who are told of the end start in it meanwhile, which Babylon would leave running. */
    public override stop(skipOnAnimationEnd?: boolean): this {
        super.stop(skipOnAnimationEnd);
        this._started.forEach((animatable) => animatable.stop(undefined, undefined, false, true));
        this.animatables.length = 0;
        return this;
    }

    /** Goes to a frame, whether it was started or not. */
    public override goToFrame(frame: number): this {
        if (Number.isNaN(frame)) {
            return this;
        }
        if (this.isStarted) {
            this.animatables.forEach((animatable) => moveAnimation(animatable, frame));
        } else {
            this._time.value = frame;
        }
        return this;
    }

    /** Another group that runs the same time: who shows the same frame shares it. */
    public override clone(newName: string = this.name): ClipAnimationGroup {
        const clone = new ClipAnimationGroup(newName, this.getScene(), this._time);
        this.targetedAnimations.forEach(({ animation, target }) => clone.addTargetedAnimation(animation, target));
        clone.from = this.from;
        clone.to = this.to;
        clone.speedRatio = this.speedRatio;
        clone.loopAnimation = this.loopAnimation;
        return clone;
    }

    /** Its settings without what it runs: the clip is saved with its mesh, and brings its own group. */
    public override serialize(): unknown {
        return { ...super.serialize(), targetedAnimations: [], isOfClip: true };
    }

    /** Ends it, and takes it out of the scene. */
    public override dispose(): void {
        super.dispose();
        const { groups } = this._time;
        if (groups.includes(this)) {
            groups.splice(groups.indexOf(this), 1);
        }
    }

    private _frameOrNone(frame: number | undefined): number | undefined {
        return frame !== undefined && this._time.isFrame(frame) ? frame : undefined;
    }

    /** When Babylon has told of an end, it forgets what a group has run, and with it what those who were told have started. */
    private _keepStarted(): void {
        if (this.isStarted && this.animatables.length === 0) {
            this.animatables.push(...this._started);
        }
    }

    /** Whether it ends at the end of this round does not depend on how many there were. */
    private _beginRoundHere(): void {
        if (this.isStarted) {
            this.animatables.forEach(beginFirstRound);
        }
    }
}

/** Whether an animation from one frame to another, either of which may be the greater, has still to go on from a frame. */
export function isWithin(frame: number, from: number, to: number): boolean {
    return from <= to ? frame >= from && frame < to : frame <= from && frame > to;
}
