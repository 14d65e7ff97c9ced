import type { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";
import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { Scene } from "@babylonjs/core/scene.js";

const listeners = new WeakMap<AudioEngineV2, CameraListener>();

/**
 * The ears of an audio engine for all sounds of clips that it plays at a place: those of whoever looks through the active camera of their scene, unless somebody has put them elsewhere. Where clips of several scenes sound, the scene that came
 * first has them.
 */
export class CameraListener {
    private readonly _users = new Map<object, Scene>();
    private _camera: Camera | undefined;
    /** Whether somebody else has them. */
    private _isTaken = false;

    private constructor(private readonly _engine: AudioEngineV2) {}

    /**
     * The one of an engine.
     * @param engine audio engine
     */
    public static Of(engine: AudioEngineV2): CameraListener {
        const listener = listeners.get(engine) ?? new CameraListener(engine);
        listeners.set(engine, listener);
        return listener;
    }

    /**
     * Before each render: the ears are where the scene is seen from.
     * @param user the sound that is heard
     * @param scene its scene
     */
    public follow(user: object, scene: Scene): void {
        this._users.set(user, scene);
        const [first] = this._users.values();
        const { activeCamera } = scene;
        if (scene !== first || !activeCamera || !this._isOurs()) {
            return;
        }
        const { listener } = this._engine;
        if (listener.attachedNode !== activeCamera) {
            this._camera = activeCamera;
            listener.attach(activeCamera);
        }
    }

    /**
     * A sound is heard no more. The ears stay at the camera for what else sounds.
     * @param user the sound
     */
    public release(user: object): void {
        this._users.delete(user);
    }

    /** Who attaches, detaches or places them keeps them. A camera that is disposed of lets go of them: that was nobody. */
    private _isOurs(): boolean {
        const { attachedNode, isAttached, position, rotation, rotationQuaternion } = this._engine.listener;
        if (!this._camera) {
            const isPlaced = [position, rotation].some((value) => !value.equals(Vector3.ZeroReadOnly)) || !rotationQuaternion.equals(Quaternion.Identity());
            return !isAttached && !isPlaced;
        }
        if (attachedNode === this._camera) {
            this._isTaken = false;
        } else if (isAttached || !this._camera.isDisposed()) {
            this._isTaken = true;
        }
        return !this._isTaken;
    }
}
