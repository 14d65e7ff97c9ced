import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateCapsule } from "@babylonjs/core/Meshes/Builders/capsuleBuilder.js";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder.js";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { keepWithin, pushOut, type IObstacle } from "./obstacle.js";
import { WORLD_RADIUS, type World } from "./world.js";

/** Metres a second, and how quickly the robot gets there and turns, a second. */
const SPEED = 2.6;
const EAGERNESS = 9;
/** Metres between two steps of the same foot. */
const STRIDE = 0.9;
const RADIUS = 0.35;

/** A robot of capsules that walks. */
export class Robot {
    /** Where it stands; it looks along its z. */
    public readonly root: TransformNode;
    private readonly _obstacles: readonly IObstacle[];
    private readonly _velocity = new Vector3();
    private readonly _body: Mesh;
    /** Left and right, arms and legs: those across swing together. */
    private readonly _limbs: readonly { joint: TransformNode; side: number }[];
    private _way = 0;

    /**
     * @param scene scene
     * @param world world that it walks in
     */
    public constructor(scene: Scene, world: World) {
        this.root = new TransformNode("robot", scene);
        this._obstacles = world.obstacles;
        const shell = world.paint("shell", new Color3(0.72, 0.75, 0.84), 0.04);
        const joint = world.paint("joint", new Color3(0.34, 0.37, 0.48));
        const glow = world.paint("eyes", new Color3(0.35, 0.9, 1), 1);
        this._body = CreateCapsule("body", { radius: 0.24, height: 0.62, tessellation: 20 }, scene);
        this._body.position.y = 0.68;
        this._body.material = shell;
        const head = CreateSphere("head", { diameterX: 0.46, diameterY: 0.38, diameterZ: 0.42, segments: 20 }, scene);
        head.position.y = 0.47;
        head.material = shell;
        const visor = CreateSphere("visor", { diameterX: 0.36, diameterY: 0.16, diameterZ: 0.2, segments: 16 }, scene);
        visor.position.set(0, 0.02, 0.135);
        visor.material = glow;
        const antenna = CreateCylinder("antenna", { diameter: 0.025, height: 0.2 }, scene);
        antenna.position.y = 0.25;
        antenna.material = joint;
        const tip = CreateSphere("tip", { diameter: 0.08, segments: 10 }, scene);
        tip.position.y = 0.36;
        tip.material = glow;
        this._body.parent = this.root;
        head.parent = this._body;
        [visor, antenna, tip].forEach((mesh) => (mesh.parent = head));
        this._limbs = [
            { joint: this._makeLimb(scene, new Vector3(-0.3, 0.16, 0), 0.38, 0.075), side: 1 },
            { joint: this._makeLimb(scene, new Vector3(0.3, 0.16, 0), 0.38, 0.075), side: -1 },
            { joint: this._makeLimb(scene, new Vector3(-0.12, -0.24, 0), 0.44, 0.095), side: -1 },
            { joint: this._makeLimb(scene, new Vector3(0.12, -0.24, 0), 0.44, 0.095), side: 1 },
        ];
        this._limbs.forEach(({ joint: { name } }) => scene.getMeshesById(name).forEach((mesh) => (mesh.material = joint)));
        world.addCaster(this._body);
    }

    /** Metres a second at present. */
    public get speed(): number {
        return this._velocity.length();
    }

    /**
     * Walks for a moment.
     * @param direction where to, on the ground; length 0 to 1
     * @param seconds for how long
     */
    public walk(direction: Vector3, seconds: number): void {
        const ease = 1 - Math.exp(-EAGERNESS * seconds);
        this._velocity.x += (SPEED * direction.x - this._velocity.x) * ease;
        this._velocity.z += (SPEED * direction.z - this._velocity.z) * ease;
        const { position, rotation } = this.root;
        position.addInPlaceFromFloats(this._velocity.x * seconds, 0, this._velocity.z * seconds);
        pushOut(position, RADIUS, this._obstacles);
        keepWithin(position, WORLD_RADIUS);
        if (direction.lengthSquared() > 0) {
            const turn = Math.atan2(direction.x, direction.z) - rotation.y;
            rotation.y += Math.atan2(Math.sin(turn), Math.cos(turn)) * ease;
        }
        this._swing(seconds);
    }

    private _swing(seconds: number): void {
        const { speed } = this;
        this._way += speed * seconds;
        const angle = 0.75 * Math.min(1, speed / SPEED) * Math.sin((2 * Math.PI * this._way) / STRIDE);
        for (const { joint, side } of this._limbs) {
            joint.rotation.x = side * angle;
        }
        this._body.position.y = 0.68 + 0.02 * Math.abs(angle);
        this._body.rotation.x = (0.12 * speed) / SPEED;
    }

    private _makeLimb(scene: Scene, shoulder: Vector3, height: number, radius: number): TransformNode {
        const joint = new TransformNode("limb", scene);
        joint.parent = this._body;
        joint.position.copyFrom(shoulder);
        const limb = CreateCapsule("limb", { radius, height, tessellation: 12 }, scene);
        limb.parent = joint;
        limb.position.y = radius - height / 2;
        return joint;
    }
}
