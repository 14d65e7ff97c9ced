import type { Behavior } from "@babylonjs/core/Behaviors/behavior.js";
import { Ray } from "@babylonjs/core/Culling/ray.core.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { Observable } from "@babylonjs/core/Misc/observable.js";
import type { WebXRInput } from "@babylonjs/core/XR/webXRInput.js";
import type { WebXRInputSource } from "@babylonjs/core/XR/webXRInputSource.js";
import { HandGrip } from "./handGrip.js";

/** Options of {@link FvvGrabBehavior}. */
export interface IFvvGrabOptions {
    /** Whether it turns about the vertical axis only, so that who stands stays standing. Default true. */
    keepsUpright?: boolean;
    /** Least and greatest scaling of the node that two hands can give it. Default 0.05 to 20. */
    scaleLimits?: readonly [number, number];
    /** Whether the node may be grabbed now by this hand or controller, for instance not while it points at a button. Default: always. */
    canGrab?: (source: WebXRInputSource) => boolean;
}

/** How far beside the bounds a hand may be, scene units. */
const REACH = 0.1;

/**
 * Lets hands and controllers of an XR session move a clip: squeeze (controllers) or pinch (hands) within its bounds or while pointing at them; with two hands, pull to scale and turn like a wheel. Add it to the mesh of a clip, or
 * to a node above it: `mesh.addBehavior(new FvvGrabBehavior(xr.input))`. It reads the controllers that Babylon has, and needs no meshes of them.
 */
export class FvvGrabBehavior implements Behavior<TransformNode> {
    /** Name of the behavior. */
    public readonly name = "FvvGrab";
    /** What it moves. */
    public attachedNode: TransformNode | null = null;
    /** Told when the node is grabbed (true) and when the last hand lets go (false). */
    public readonly onGrabObservable = new Observable<boolean>();

    private readonly _keepsUpright: boolean;
    private readonly _scaleLimits: readonly [number, number];
    private readonly _canGrab: (source: WebXRInputSource) => boolean;
    private readonly _holders: WebXRInputSource[] = [];
    private readonly _observers: { remove(): void }[] = [];
    private readonly _ray = new Ray(Vector3.Zero(), Vector3.Forward());
    private _grip: HandGrip | undefined;
    private _session: XRSession | undefined;

    /**
     * @param _input input of the XR experience
     * @param options how to move
     */
    public constructor(
        private readonly _input: WebXRInput,
        { keepsUpright = true, scaleLimits = [0.05, 20], canGrab = () => true }: IFvvGrabOptions = {},
    ) {
        this._keepsUpright = keepsUpright;
        this._scaleLimits = scaleLimits;
        this._canGrab = canGrab;
    }

    /** Whether a hand holds the node. */
    public get isGrabbed(): boolean {
        return this._holders.length > 0;
    }

    /** Nothing to do before it is attached. */
    public init(): void {}

    /** Called by `addBehavior`. */
    public attach(node: TransformNode): void {
        const { xrSessionManager: manager } = this._input;
        this.attachedNode = node;
        this._observers.push(
            manager.onXRSessionInit.add((session) => this._listen(session)),
            manager.onXRSessionEnded.add(() => this._unlisten()),
            this._input.onControllerRemovedObservable.add((source) => this._release(source)),
            // After WebXRInput has read the poses: it observes since before.
            manager.onXRFrameObservable.add(() => this._grip?.follow(this._scaleLimits[0], this._scaleLimits[1])),
        );
        if (manager.inXRSession) {
            this._listen(manager.session);
        }
    }

    /** Called by `removeBehavior`, and when the node is disposed. */
    public detach(): void {
        this._unlisten();
        this._observers.splice(0).forEach((observer) => observer.remove());
        this.attachedNode = null;
    }

    private _listen(session: XRSession): void {
        this._unlisten();
        this._session = session;
        session.addEventListener("squeezestart", this._onStart);
        session.addEventListener("squeezeend", this._onEnd);
        session.addEventListener("selectstart", this._onStart);
        session.addEventListener("selectend", this._onEnd);
    }

    private _unlisten(): void {
        this._session?.removeEventListener("squeezestart", this._onStart);
        this._session?.removeEventListener("squeezeend", this._onEnd);
        this._session?.removeEventListener("selectstart", this._onStart);
        this._session?.removeEventListener("selectend", this._onEnd);
        this._session = undefined;
        this._holders.slice().forEach((source) => this._release(source));
    }

    private readonly _onStart = (event: XRInputSourceEvent): void => {
        const source = this._sourceOf(event);
        if (source && !source.motionController) {
            // One that has come with this event is nowhere yet: Babylon reads the poses later in the frame.
            const { xrSessionManager: manager, xrCamera } = this._input;
            source.updateFromXRFrame(event.frame, manager.referenceSpace, xrCamera, manager);
        }
        if (source && !this._holders.includes(source) && this._holders.length < 2 && this._canGrab(source) && this._isWithinReach(source)) {
            this._holders.push(source);
            this._takeHold();
            if (this._holders.length === 1) {
                this.onGrabObservable.notifyObservers(true);
            }
        }
    };

    private readonly _onEnd = (event: XRInputSourceEvent): void => {
        const source = this._sourceOf(event);
        if (source) {
            this._release(source);
        }
    };

    private _release(source: WebXRInputSource): void {
        const index = this._holders.indexOf(source);
        if (index >= 0) {
            this._holders.splice(index, 1);
            this._takeHold();
            if (this._holders.length === 0) {
                this.onGrabObservable.notifyObservers(false);
            }
        }
    }

    /** From now on the node follows those who hold it now. */
    private _takeHold(): void {
        const hands = this._holders.map((source) => source.grip ?? source.pointer);
        this._grip = this.attachedNode && hands.length > 0 ? new HandGrip(this.attachedNode, hands, this._keepsUpright) : undefined;
    }

    /** The source of an event, where it is one that grabs: hands pinch, which WebXR calls select; controllers squeeze. */
    private _sourceOf({ inputSource, type }: XRInputSourceEvent): WebXRInputSource | undefined {
        const grabs = type.startsWith(pinches(inputSource) ? "select" : "squeeze");
        return grabs ? this._input.controllers.find((source) => source.inputSource === inputSource) : undefined;
    }

    private _isWithinReach(source: WebXRInputSource): boolean {
        const { min, max } = (this.attachedNode as TransformNode).getHierarchyBoundingVectors();
        const hand = source.grip ?? source.pointer;
        // Nodes without geometry are brought up to date by nobody.
        hand.computeWorldMatrix(true);
        source.pointer.computeWorldMatrix(true);
        const { x, y, z } = hand.absolutePosition;
        if (x > min.x - REACH && y > min.y - REACH && z > min.z - REACH && x < max.x + REACH && y < max.y + REACH && z < max.z + REACH) {
            return true;
        }
        source.getWorldPointerRayToRef(this._ray);
        return this._ray.intersectsBoxMinMax(min, max);
    }
}

/** Whether a source is a hand. Where the page has not asked for hand tracking, only its profile tells so, or that it is there no longer than it pinches. */
function pinches({ hand, targetRayMode, profiles }: XRInputSource): boolean {
    return Boolean(hand) || targetRayMode === "transient-pointer" || profiles.some((profile) => profile.split("-").includes("hand"));
}
