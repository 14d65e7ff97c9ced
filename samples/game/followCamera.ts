import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";

/** How quickly the camera follows, and turns behind who walks, a second. */
const FOLLOWING = 6;
const TURNING = 0.9;
/** Height of what it looks at. */
const HEIGHT = 1.25;

/** A camera behind someone's back that can be turned by dragging. */
export class FollowCamera {
    /** The camera. */
    public readonly camera: ArcRotateCamera;
    private readonly _goal = new Vector3();

    /**
     * @param scene scene
     * @param _followed who is followed
     */
    public constructor(
        scene: Scene,
        private readonly _followed: TransformNode,
    ) {
        this.camera = new ArcRotateCamera("follower", this._behind, 1.2, 5, this._findGoal().clone(), scene);
        this.camera.minZ = 0.1;
        this.camera.lowerRadiusLimit = 2;
        this.camera.upperRadiusLimit = 12;
        this.camera.lowerBetaLimit = 0.4;
        this.camera.upperBetaLimit = 1.5;
        this.camera.panningSensibility = 0;
        this.camera.wheelDeltaPercentage = 0.02;
        this.camera.pinchDeltaPercentage = 0.01;
        // The arrow keys are for walking.
        this.camera.inputs.removeByType("ArcRotateCameraKeyboardMoveInput");
        this.camera.attachControl();
    }

    /**
     * Follows for a moment.
     * @param seconds for how long
     * @param forward how much the followed one walks away from the camera, 0 to 1: only then the camera turns, so that one can walk towards it
     */
    public follow(seconds: number, forward: number): void {
        Vector3.LerpToRef(this.camera.target, this._findGoal(), 1 - Math.exp(-FOLLOWING * seconds), this.camera.target);
        const turn = this._behind - this.camera.alpha;
        this.camera.alpha += Math.atan2(Math.sin(turn), Math.cos(turn)) * (1 - Math.exp(-TURNING * forward * seconds));
    }

    /**
     * Turns what keys or stick say into a direction on the ground.
     * @param right to the right of the picture
     * @param forward away from the camera
     * @param out the direction; length 1 at most
     */
    public toGround(right: number, forward: number, out: Vector3): void {
        const [sin, cos] = [Math.sin(this.camera.alpha), Math.cos(this.camera.alpha)];
        const length = Math.max(1, Math.hypot(right, forward));
        out.set((-sin * right - cos * forward) / length, 0, (cos * right - sin * forward) / length);
    }

    private get _behind(): number {
        return -Math.PI / 2 - this._followed.rotation.y;
    }

    private _findGoal(): Vector3 {
        const { x, y, z } = this._followed.position;
        return this._goal.set(x, y + HEIGHT, z);
    }
}
