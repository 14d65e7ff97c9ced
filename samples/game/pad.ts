import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import type { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { World } from "./world.js";

const RADIUS = 0.7;
const ON = new Color3(0.16, 0.75, 0.36);
const OFF = new Color3(0.85, 0.26, 0.18);

/** A plate on the ground that does something when it is stepped on. */
export class Pad {
    private readonly _plate: Mesh;
    private readonly _material: StandardMaterial;
    private _isTrodden = false;

    /**
     * @param scene scene
     * @param world world that it lies in
     * @param x place
     * @param z place
     * @param _onStep told when someone steps on it
     */
    public constructor(
        scene: Scene,
        world: World,
        x: number,
        z: number,
        private readonly _onStep: () => void,
    ) {
        this._plate = CreateCylinder("pad", { diameter: 2 * RADIUS, height: 0.08, tessellation: 48 }, scene);
        this._plate.position.set(x, 0.04, z);
        this._plate.receiveShadows = true;
        this._plate.material = this._material = world.paint("pad", OFF);
    }

    /** Whether it shines green. */
    public set isOn(value: boolean) {
        this._material.diffuseColor = value ? ON : OFF;
        this._material.emissiveColor = this._material.diffuseColor.scale(0.3);
    }

    /**
     * Looks whether someone stands on it.
     * @param position where he is
     */
    public look({ x, z }: Vector3): void {
        const { position } = this._plate;
        const isTrodden = Math.hypot(x - position.x, z - position.z) < RADIUS;
        position.y = isTrodden ? 0.015 : 0.04;
        if (isTrodden && !this._isTrodden) {
            this._onStep();
        }
        this._isTrodden = isTrodden;
    }
}
