import type { Animatable } from "@babylonjs/core/Animations/animatable.core.js";

/** What of Babylon's animations is used here and is not public; test/plugin/babylonAnimation.test.ts notices when it changes. */
interface IRuntimeInternals {
    /** What is added to the frames that elapsed time makes. */
    _absoluteFrameOffset: number;
    /** Frames since its beginning at the last evaluation, rounds included. */
    _previousAbsoluteFrame: number;
}

/**
 * Moves the clock of a running animation to a frame, in its first round. Babylon's own `goToFrame` goes the wrong way while time runs backwards, and nowhere while it stands; and an
 * animation in its second round ends at once when it is told not to loop.
 * @param animatable what runs
 * @param frame frame to go to; what is outside of the animation's range is limited to it
 */
export function moveAnimation(animatable: Animatable, frame: number): void {
    const { fromFrame, toFrame } = animatable;
    const target = Math.min(Math.max(frame, Math.min(fromFrame, toFrame)), Math.max(fromFrame, toFrame));
    for (const animation of animatable.getAnimations()) {
        const internals = animation as unknown as IRuntimeInternals;
        const shift = target - fromFrame - internals._previousAbsoluteFrame;
        internals._absoluteFrameOffset += shift;
        internals._previousAbsoluteFrame += shift;
        animation.goToFrame(target);
    }
}

/**
 * Has a running animation be in its first round, where it is. Told of a round, which is in the middle of an evaluation, its own `currentFrame` is still that of the round before.
 * @param animatable what runs
 */
export function beginFirstRound(animatable: Animatable): void {
    const [animation] = animatable.getAnimations() as unknown as readonly IRuntimeInternals[];
    const { fromFrame, toFrame } = animatable;
    const length = toFrame - fromFrame;
    const rounds = length === 0 ? 0 : animation._previousAbsoluteFrame / length;
    // As Babylon reckons: the end of a round is the beginning of the next one, unless somebody has gone there.
    const isHere = rounds >= 0 && (rounds < 1 || (rounds === 1 && animatable.masterFrame === toFrame));
    moveAnimation(animatable, fromFrame + length * (isHere ? rounds : rounds > 0 ? rounds % 1 : 1 + (rounds % 1)));
}
