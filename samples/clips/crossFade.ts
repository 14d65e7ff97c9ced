import { Animation } from "@babylonjs/core/Animations/animation.js";
import "@babylonjs/core/Animations/animatable.js";
import type { Animatable } from "@babylonjs/core/Animations/animatable.core.js";
import type { AnimationGroup } from "@babylonjs/core/Animations/animationGroup.js";
import type { FvvPlayer } from "babylon-fvv";

const FRAMES = 60;

/**
 * Fades from one clip to another, which begins now.
 * @param from player of the clip that goes
 * @param to player of the clip that comes
 * @param seconds how long it takes
 * @returns settles when it is over
 */
export function crossFadeAsync(from: FvvPlayer, to: FvvPlayer, seconds: number): Promise<void> {
    const scene = to.mesh.getScene();
    const fade = (group: AnimationGroup, start: number, end: number): Animatable => {
        const animation = new Animation("fade", "weight", FRAMES / seconds, Animation.ANIMATIONTYPE_FLOAT, Animation.ANIMATIONLOOPMODE_CONSTANT);
        animation.setKeys([
            { frame: 0, value: start },
            { frame: FRAMES, value: end },
        ]);
        return scene.beginDirectAnimation(group, [animation], 0, FRAMES);
    };
    to.animationGroup.weight = 0;
    to.play();
    fade(to.animationGroup, 0, 1);
    return new Promise((resolve) =>
        fade(from.animationGroup, 1, 0).onAnimationEndObservable.addOnce(() => {
            from.pause();
            resolve();
        }),
    );
}
