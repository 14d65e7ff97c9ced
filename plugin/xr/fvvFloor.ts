import type { Ray } from "@babylonjs/core/Culling/ray.core.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { Observer } from "@babylonjs/core/Misc/observable.js";
import type { IDisposable } from "@babylonjs/core/scene.js";
import type { IWebXRHitResult, WebXRHitTest } from "@babylonjs/core/XR/features/WebXRHitTest.js";
import type { WebXRSessionManager } from "@babylonjs/core/XR/webXRSessionManager.js";

/** A surface counts as level where its normal is up by this much, its cosine: 20 degrees. */
const LEVEL = 0.94;

/**
 * Where clips can stand: the level surfaces that a session finds in the user's room by Babylon's hit test, else the floor at the height 0. What the user looks at tells the height of the surface, and whatever points tells where on it.
 *
 * @example
 * const hitTest = featuresManager.enableFeature(WebXRFeatureName.HIT_TEST, "latest", {}, true, false) as WebXRHitTest;
 * const floor = new FvvFloor(sessionManager, hitTest);
 * const place = floor.meet(source.getWorldPointerRay()) ?? floor.hit;
 */
export class FvvFloor implements IDisposable {
    private readonly _observers: ({ remove(): void } | undefined)[];
    private _hit: Vector3 | undefined;
    private _height = 0;

    /**
     * @param session session manager of Babylon's XR experience
     * @param hitTest Babylon's feature, not required where there need not be one. Default: none, the floor is at 0
     */
    public constructor(session: WebXRSessionManager, hitTest?: WebXRHitTest | null) {
        const onHit: Observer<IWebXRHitResult[]> | undefined = hitTest?.onHitTestResultObservable.add((results) => this._take(results));
        if (hitTest) {
            // Else all results of a frame have the place of the last one.
            hitTest.autoCloneTransformation = true;
        }
        this._observers = [onHit, session.onXRSessionEnded.add(() => this._forget())];
    }

    /** Place on a level surface that the user looks at; undefined where there is none, or the session tells of none. */
    public get hit(): Vector3 | undefined {
        return this._hit;
    }

    /** Height of the surface that was looked at last; 0 before any. */
    public get height(): number {
        return this._height;
    }

    /**
     * Where a ray meets the surface.
     * @param ray a ray in world space
     * @param reach farthest place, scene units from the ray's origin. Default 8
     * @returns the place, or undefined where the ray does not meet it within reach
     */
    public meet({ origin, direction }: Pick<Ray, "origin" | "direction">, reach = 8): Vector3 | undefined {
        const distance = (this._height - origin.y) / direction.y;
        return distance > 0 && distance * direction.length() < reach ? direction.scale(distance).addInPlace(origin) : undefined;
    }

    /** Looks for no more surfaces. */
    public dispose(): void {
        this._observers.forEach((observer) => observer?.remove());
        this._forget();
    }

    /** The nearest comes first. */
    private _take([result]: readonly IWebXRHitResult[]): void {
        const up = result && Vector3.Up().applyRotationQuaternionInPlace(result.rotationQuaternion);
        this._hit = up && up.y > LEVEL ? result.position : undefined;
        this._height = this._hit?.y ?? this._height;
    }

    private _forget(): void {
        this._hit = undefined;
        this._height = 0;
    }
}
