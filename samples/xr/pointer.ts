import type { BoundingBox } from "@babylonjs/core/Culling/boundingBox.js";
import { Ray } from "@babylonjs/core/Culling/ray.core.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateCapsule } from "@babylonjs/core/Meshes/Builders/capsuleBuilder.js";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { WebXRInputSource } from "@babylonjs/core/XR/webXRInputSource.js";
import type { FvvFloor } from "babylon-fvv/xr";
import type { ControlPanel } from "./controlPanel.js";

/** Length of the ray that points at nothing, m. */
const FREE_LENGTH = 0.5;
/** A tip this near before the panel touches it, and lets go of it this far; behind it, it has gone through. */
const TOUCH = 0.004;
const LEAVE = 0.02;
const THROUGH = -0.08;

/** A hand or a controller: what it points at and touches, and how it looks. */
export class Pointer {
    /** Whether it points at the panel or touches it. */
    public isOnPanel = false;
    /** Place to stand on that it points at, where nothing else is in the way. */
    public place: Vector3 | undefined;
    private readonly _ray = new Ray(Vector3.Zero(), Vector3.Forward());
    private readonly _local = { origin: new Vector3(), direction: new Vector3(), inverse: new Matrix(), tip: new Vector3() };
    private readonly _beam: Mesh;
    private readonly _body: Mesh | undefined;
    private _isPressing = false;
    private _isTouching = false;

    /**
     * @param scene scene
     * @param source the input source
     * @param tip what it pokes with
     */
    public constructor(
        scene: Scene,
        public readonly source: WebXRInputSource,
        private readonly _tip: () => TransformNode,
    ) {
        this._beam = makeBeam(scene, source.pointer);
        this._body = source.inputSource.hand || !source.grip ? undefined : makeBody(scene, source.grip);
    }

    /**
     * Looks where it points, and tells the panel.
     * @param panel the panel
     * @param obstacle what stands on the floor
     * @param floor the floor
     */
    public update(panel: ControlPanel, obstacle: BoundingBox, floor: FvvFloor): void {
        this.source.pointer.computeWorldMatrix(true);
        this.source.getWorldPointerRayToRef(this._ray);
        const { local, distance, height } = this._meet(panel);
        const isPointing = distance > 0 && panel.contains(local.x, local.y);
        this._touch(panel, height);
        this.isOnPanel = isPointing || this._isTouching;
        if (this._isPressing && distance > 0) {
            panel.drag(local.x);
        }
        const isFree = !this.isOnPanel && !this._isPressing && !this._ray.intersectsBoxMinMax(obstacle.minimumWorld, obstacle.maximumWorld);
        this.place = isFree ? floor.meet(this._ray) : undefined;
        const end = isPointing ? distance : this.place ? Vector3.Distance(this.place, this._ray.origin) : FREE_LENGTH;
        this._beam.scaling.y = end;
        this._beam.position.z = end / 2;
        this._beam.setEnabled(!this._isTouching);
    }

    /** Presses what it points at. Gives whether that is the panel. */
    public press(panel: ControlPanel): boolean {
        const { local, distance } = this._meet(panel);
        if (!this._isTouching && distance > 0 && panel.contains(local.x, local.y)) {
            this._isPressing = true;
            panel.press(local.x);
        }
        return this._isPressing;
    }

    /** Lets go. */
    public release(panel: ControlPanel): void {
        if (this._isPressing) {
            this._isPressing = false;
            panel.release();
        }
    }

    public dispose(): void {
        this._beam.dispose(false, true);
        this._body?.dispose(false, true);
    }

    /** Where the ray meets the plane of the panel, in metres from its middle, how far away that is, and how far the tip is before it. */
    private _meet(panel: ControlPanel): { local: Vector3; distance: number; height: number } {
        const { origin, direction, inverse, tip } = this._local;
        panel.mesh.computeWorldMatrix(true).invertToRef(inverse);
        Vector3.TransformCoordinatesToRef(this._ray.origin, inverse, origin);
        Vector3.TransformNormalToRef(this._ray.direction, inverse, direction);
        Vector3.TransformCoordinatesToRef(this._tip().getAbsolutePosition(), inverse, tip);
        const distance = direction.z > 0 ? -origin.z / direction.z : -1;
        origin.addInPlace(direction.scaleInPlace(distance));
        return { local: origin, distance, height: -tip.z };
    }

    /** A finger that goes through the front of the panel presses it, and moves the bar while it is there. */
    private _touch(panel: ControlPanel, height: number): void {
        const { tip } = this._local;
        const isOn = panel.contains(tip.x, tip.y) && height < (this._isTouching ? LEAVE : TOUCH) && height > THROUGH;
        if (isOn && !this._isTouching) {
            panel.press(tip.x);
        } else if (isOn) {
            panel.drag(tip.x);
        } else if (this._isTouching) {
            panel.release();
        }
        this._isTouching = isOn;
    }
}

function makeBeam(scene: Scene, parent: TransformNode): Mesh {
    const beam = CreateCylinder("beam", { height: 1, diameterTop: 0.002, diameterBottom: 0.005, tessellation: 8 }, scene);
    beam.parent = parent;
    beam.rotation.x = Math.PI / 2;
    const material = new StandardMaterial("beam", scene);
    material.emissiveColor = new Color3(1, 0.75, 0.4);
    material.disableLighting = true;
    material.alpha = 0.75;
    beam.material = material;
    return beam;
}

function makeBody(scene: Scene, parent: TransformNode): Mesh {
    const body = CreateCapsule("controller", { radius: 0.018, height: 0.12, tessellation: 16, subdivisions: 1 }, scene);
    body.parent = parent;
    body.rotation.x = Math.PI / 2;
    const material = new StandardMaterial("controller", scene);
    material.diffuseColor = new Color3(0.16, 0.18, 0.23);
    material.specularColor = new Color3(0.3, 0.3, 0.3);
    body.material = material;
    return body;
}
