import type { BoundingBox } from "@babylonjs/core/Culling/boundingBox.js";
import type { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { WebXRHandJoint } from "@babylonjs/core/XR/features/WebXRHandTracking.js";
import type { WebXRInputSource } from "@babylonjs/core/XR/webXRInputSource.js";
import type { FvvFloor } from "babylon-fvv/xr";
import type { ControlPanel } from "./controlPanel.js";
import type { IXR } from "./createXR.js";
import { Pointer } from "./pointer.js";
import type { Scrubber } from "./scrubber.js";

/** Least deflection of a thumbstick that counts, and seconds of the clip in a second at full deflection. */
const DEAD_ZONE = 0.2;
const STICK_SPEED = 2;

/** Hands and controllers of a session: the panel by ray and by poke, the time by thumbstick, places to stand on by select. */
export class Pointers {
    /** Told a place to stand on that was chosen. */
    public onPlace: (place: Vector3) => void = () => {};
    private readonly _pointers: Pointer[] = [];
    private _isStickMoved = false;

    /**
     * @param scene scene
     * @param _xr Babylon's XR
     * @param _panel panel to use
     * @param _scrubber moves the time
     * @param _floor where the clip can stand
     */
    public constructor(
        scene: Scene,
        private readonly _xr: IXR,
        private readonly _panel: ControlPanel,
        private readonly _scrubber: Scrubber,
        private readonly _floor: FvvFloor,
    ) {
        const { input } = _xr;
        input.onControllerAddedObservable.add((source) => this._pointers.push(new Pointer(scene, source, () => this._tipOf(source))));
        input.onControllerRemovedObservable.add((source) => this._remove(source));
        input.xrSessionManager.onXRSessionInit.add((session) => {
            session.addEventListener("selectstart", (event) => this._press(event.inputSource));
            session.addEventListener("selectend", (event) => this._release(event.inputSource));
        });
    }

    /** Place to stand on that somebody points at; without hands and controllers, as on a phone, the one in the middle of the picture. */
    public get place(): Vector3 | undefined {
        return this._pointers.length > 0 ? this._pointers.find(({ place }) => place)?.place : this._floor.hit;
    }

    /** Whether a source points at the panel or touches it. */
    public isOnPanel(source: WebXRInputSource): boolean {
        return this._find(source.inputSource)?.isOnPanel === true;
    }

    /**
     * Before each frame of a session.
     * @param seconds since the frame before
     * @param clip bounds of the clip: what is behind it cannot be pointed at
     */
    public update(seconds: number, clip: BoundingBox): void {
        let isHovered = false;
        for (const pointer of this._pointers) {
            pointer.update(this._panel, clip, this._floor);
            isHovered ||= pointer.isOnPanel;
        }
        this._panel.isHovered = isHovered;
        this._readSticks(seconds);
    }

    private _readSticks(seconds: number): void {
        let deflection = 0;
        for (const { source } of this._pointers) {
            const x = source.inputSource.gamepad?.axes[2] ?? 0;
            deflection = Math.abs(x) > Math.abs(deflection) ? x : deflection;
        }
        const isMoved = Math.abs(deflection) > DEAD_ZONE;
        if (isMoved) {
            this._scrubber.to(this._scrubber.time + STICK_SPEED * deflection * Math.abs(deflection) * Math.min(seconds, 0.1));
        } else if (this._isStickMoved) {
            this._scrubber.end();
        }
        this._isStickMoved = isMoved;
    }

    private _press(inputSource: XRInputSource): void {
        const pointer = this._find(inputSource);
        if (pointer && inputSource.targetRayMode !== "screen" && !pointer.press(this._panel) && pointer.place) {
            this.onPlace(pointer.place);
        }
    }

    /** Where a finger points on a screen is known some frames after it is there. */
    private _release(inputSource: XRInputSource): void {
        const pointer = this._find(inputSource);
        const place = this._floor.hit ?? pointer?.place;
        if (pointer && inputSource.targetRayMode === "screen" && !pointer.press(this._panel) && place) {
            this.onPlace(place);
        }
        pointer?.release(this._panel);
    }

    /** Fingers poke with their tips, controllers with their front. */
    private _tipOf(source: WebXRInputSource): TransformNode {
        return this._xr.hands.getHandByControllerId(source.uniqueId)?.getJointMesh(WebXRHandJoint.INDEX_FINGER_TIP) ?? source.pointer;
    }

    private _find(inputSource: XRInputSource): Pointer | undefined {
        return this._pointers.find(({ source }) => source.inputSource === inputSource);
    }

    private _remove(source: WebXRInputSource): void {
        const index = this._pointers.findIndex((pointer) => pointer.source === source);
        if (index >= 0) {
            const [pointer] = this._pointers.splice(index, 1);
            pointer.release(this._panel);
            pointer.dispose();
        }
    }
}
