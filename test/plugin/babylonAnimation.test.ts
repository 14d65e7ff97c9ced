import { Animation } from "@babylonjs/core/Animations/animation.js";
import type { Animatable } from "@babylonjs/core/Animations/animatable.core.js";
import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import "@babylonjs/core/Animations/animatable.js";
import { expect } from "chai";
import { moveAnimation } from "../../plugin/babylonAnimation.js";
import { TICK_MS } from "../support/headlessPlayer.js";

const FPS = 25;
const FRAMES_A_TICK = (FPS * TICK_MS) / 1000;

describe("moveAnimation (internals of Babylon's animations)", () => {
    let engine: NullEngine;
    let scene: Scene;
    const target = { value: -1 };

    beforeEach(() => {
        engine = new NullEngine();
        scene = new Scene(engine);
        scene.useConstantAnimationDeltaTime = true;
        new FreeCamera("camera", Vector3.Zero(), scene);
    });

    afterEach(() => engine.dispose());

    function begin(from: number, to: number, isLooping: boolean, speed: number): Animatable {
        const animation = new Animation("value", "value", FPS, Animation.ANIMATIONTYPE_FLOAT, Animation.ANIMATIONLOOPMODE_CYCLE);
        animation.setKeys([
            { frame: 0, value: 0 },
            { frame: 100, value: 100 },
        ]);
        return scene.beginDirectAnimation(target, [animation], from, to, isLooping, speed);
    }

    function tick(count: number): void {
        for (let i = 0; i < count; i++) {
            scene.render();
        }
    }

    for (const [from, to, speed] of [
        [0, 100, 1],
        [0, 100, -1],
        [20, 80, 2],
        [80, 20, 1],
        [20, 80, -0.5],
    ]) {
        it(`goes to a frame, and on from there, from ${from} to ${to} at speed ${speed}`, () => {
            const animatable = begin(from, to, true, speed);
            for (const frame of [30, 70, 50]) {
                tick(7);
                moveAnimation(animatable, 33);
                moveAnimation(animatable, frame);
                expect(target.value).to.equal(frame);
                tick(3);
                expect(target.value).to.be.closeTo(frame + 3 * FRAMES_A_TICK * animatable.speedRatio, 1e-9);
            }
        });
    }

    it("goes to a frame while time stands at speed 0, or is paused, and stays there", () => {
        const animatable = begin(0, 100, true, 1);
        tick(5);
        animatable.speedRatio = 0;
        moveAnimation(animatable, 40);
        tick(4);
        expect(target.value).to.be.closeTo(40, 1e-9);
        animatable.speedRatio = 1;
        animatable.pause();
        moveAnimation(animatable, 60);
        tick(4);
        animatable.restart();
        tick(1);
        expect(target.value).to.be.within(60, 60 + 2 * FRAMES_A_TICK);
    });

    it("begins a round: what does not loop any more ends at its end", () => {
        const animatable = begin(0, 10, true, 1);
        tick(40);
        animatable.loopAnimation = false;
        moveAnimation(animatable, 4);
        tick(5);
        expect(target.value).to.be.closeTo(4 + 5 * FRAMES_A_TICK, 1e-9);
        tick(40);
        expect(target.value).to.equal(10);
        expect(scene.animatables.length).to.equal(0);
    });
});
