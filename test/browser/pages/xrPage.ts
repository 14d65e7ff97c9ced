import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import type { Engine } from "@babylonjs/core/Engines/engine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Quaternion, Vector3, type Matrix } from "@babylonjs/core/Maths/math.vector.js";
import type { Observable } from "@babylonjs/core/Misc/observable.js";
import { Viewport } from "@babylonjs/core/Maths/math.viewport.js";
import { Scene, type IDisposable } from "@babylonjs/core/scene.js";
import "@babylonjs/core/XR/features/WebXRHitTest.js";
import { WebXRExperienceHelper } from "@babylonjs/core/XR/webXRExperienceHelper.js";
import { WebXRFeatureName } from "@babylonjs/core/XR/webXRFeaturesManager.js";
import { WebXRInput } from "@babylonjs/core/XR/webXRInput.js";
import { WebXRState } from "@babylonjs/core/XR/webXRTypes.js";
import { metaQuest3, XRDevice, XRInputSourceEvent } from "iwer";
import { FvvPlayer } from "../../../plugin/index.js";
import { enableFvvXR, FvvFloor, FvvGrabBehavior, placeFvvClip, type IFvvXROptions } from "../../../plugin/xr/index.js";
import type { SplatTextures } from "../../../plugin/splatTextures.js";
import { createEngineAsync, readPixelsAsync } from "./engines.js";
import { StereoTarget } from "./stereoTarget.js";
import { renderUntilAsync, settledAsync, toBase64 } from "./pageTools.js";

/** Where an eye was and how it looked. */
interface IEye {
    position: Vector3;
    rotation: Quaternion;
    projection: Matrix;
}

/** What a clip is set to in a session. */
export interface IClipSettings {
    splatBudget: number;
    targetFrameMs: number | null;
    interpolates: boolean;
}

/** Which hand or controller. */
export type Handedness = "left" | "right";

let device: XRDevice;
let engine: Engine;
let scene: Scene;
let player: FvvPlayer;
let xr: WebXRExperienceHelper;
let input: WebXRInput;
let floor: FvvFloor;
let limits: IDisposable;
let eyes: IEye[] = [];

function render(): void {
    engine.beginFrame();
    scene.render();
    engine.endFrame();
}

function next<T>(observable: Observable<T>): Promise<void> {
    return new Promise((resolve) => void observable.addOnce(() => resolve()));
}

/** Waits for frames of the session until something holds. */
async function until(holds: () => boolean): Promise<void> {
    while (!holds()) {
        await next(scene.onAfterRenderObservable);
    }
}

/** Brings or takes away both controllers. */
async function connectControllers(areConnected: boolean): Promise<void> {
    Object.values(device.controllers).forEach((source) => (source.connected = areConnected));
    await until(() => input.controllers.length === (areConnected ? 2 : 0));
}

/** Gives each eye a frustum that is wider to its own side, as headsets have; iwer makes symmetric ones. */
function skewFrusta(): void {
    const { prototype } = XRView;
    const own = Object.getOwnPropertyDescriptor(prototype, "projectionMatrix") as PropertyDescriptor & { get: (this: XRView) => Float32Array };
    Object.defineProperty(prototype, "projectionMatrix", {
        get(this: XRView) {
            const matrix = Float32Array.from(own.get.call(this));
            matrix[8] = this.eye === "left" ? -0.2 : 0.2;
            matrix[9] = 0.1;
            return matrix;
        },
    });
}

const api = {
    /** Installs an emulated headset and makes a scene with a clip at a man's height in front of it. */
    async start(width: number, height: number, url: string): Promise<void> {
        device = new XRDevice(metaQuest3, { stereoEnabled: true, ipd: 0.1 });
        device.installRuntime({ forceInstall: true });
        Object.assign(window, { headset: device });
        skewFrusta();
        engine = (await createEngineAsync("webgl2", width, height)) as Engine;
        scene = new Scene(engine);
        scene.clearColor = new Color4(0.1, 0.12, 0.15, 1);
        new ArcRotateCamera("canvas", -1.2, 1.3, 4, new Vector3(0, 1.5, 0), scene);
        const { meshes } = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } });
        player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        player.mesh.position.set(0, 1.5, 2.2);
        xr = await WebXRExperienceHelper.CreateAsync(scene);
        xr.camera.minZ = 0.05;
        xr.camera.compensateOnFirstFrame = false;
        input = new WebXRInput(xr.sessionManager, xr.camera, { doNotLoadControllerMeshes: true, disableOnlineControllerRepository: true });
        engine.runRenderLoop(() => scene.render());
    },

    /** Enters, and is back when the first frame of the session has been drawn. */
    async enter(mode: XRSessionMode, optionalFeatures: string[] = []): Promise<void> {
        await xr.enterXRAsync(mode, "local-floor", undefined, { optionalFeatures });
        await until(() => xr.state === WebXRState.IN_XR);
        await next(scene.onAfterRenderObservable);
    },

    /** Leaves, and is back when the page has been drawn. */
    async leave(): Promise<void> {
        await xr.exitXRAsync();
        await next(scene.onAfterRenderObservable);
    },

    /** Puts the head somewhere and turns it: metres from the floor, radians. */
    placeHead(x: number, y: number, z: number, yaw: number, roll: number): void {
        device.position.set(x, y, z);
        const { x: a, y: b, z: c, w: d } = Quaternion.RotationYawPitchRoll(yaw, 0, roll);
        device.quaternion.set(a, b, c, d);
    },

    /** Both eyes side by side, of a frame in the right order. */
    async picture(frame: number): Promise<string> {
        await player.seekFrameAsync(frame);
        await next(scene.onAfterRenderObservable);
        await next(scene.onAfterRenderObservable);
        eyes = xr.camera.rigCameras.map((camera) => ({
            position: camera.globalPosition.clone(),
            rotation: camera.absoluteRotation.clone(),
            projection: camera.getProjectionMatrix().clone(),
        }));
        return await new Promise((resolve) => scene.onAfterRenderObservable.addOnce(() => void readPixelsAsync(engine).then((pixels) => resolve(toBase64(pixels)))));
    },

    /** What plain cameras see that are where the eyes were for the last picture, side by side; out of XR. */
    async pictureByCameras(frame: number): Promise<string> {
        const cameras = eyes.map((eye, i) => eyeCamera(`eye ${i}`, eye));
        cameras.forEach((camera, i) => (camera.viewport = new Viewport(i / 2, 0, 0.5, 1)));
        scene.activeCameras = cameras;
        await player.seekFrameAsync(frame);
        await next(scene.onAfterRenderObservable);
        const picture = await new Promise<string>((resolve) =>
            scene.onAfterRenderObservable.addOnce(() => void readPixelsAsync(engine).then((pixels) => resolve(toBase64(pixels)))),
        );
        scene.activeCameras = null;
        cameras.forEach((camera) => camera.dispose());
        return picture;
    },

    /** Both eyes of the last picture, drawn at once with multiview and one by one; undefined where the browser has no multiview. */
    async multiview(frame: number, size: number): Promise<{ atOnce: string[]; alone: string[]; viewers: number } | undefined> {
        if (!engine.getCaps().multiview) {
            return undefined;
        }
        engine.stopRenderLoop();
        const target = new StereoTarget(
            scene,
            size,
            eyes.map((eye, i) => eyeCamera(`eye ${i}`, eye)),
        );
        scene.activeCamera = target.head;
        // A second draw with another material.
        player.mesh.splatMaterial.depthWriteThreshold = 0.5;
        await settledAsync(render, player.seekFrameAsync(frame));
        await renderUntilAsync(render, () => player.mesh.isReady(true));
        render();
        const atOnce = [0, 1].map((layer) => toBase64(target.read(layer)));
        const viewers = api.viewers();
        player.mesh.splatMaterial.depthWriteThreshold = null;
        const alone: string[] = [];
        for (const camera of target.eyes) {
            scene.activeCamera = camera;
            camera.outputRenderTarget = target.single;
            await settledAsync(render, player.seekFrameAsync(frame));
            render();
            alone.push(toBase64((await target.single.readPixels()) as Uint8Array));
        }
        scene.activeCamera = scene.getCameraByName("canvas");
        target.dispose();
        engine.runRenderLoop(() => scene.render());
        return { atOnce, alone, viewers };
    },

    /** Those who see the clip in this frame. */
    viewers(): number {
        const frame = scene.getFrameId();
        return player.mesh.viewers.all.filter((viewer) => frame - viewer.frame <= 1).length;
    },

    /** Orders of the clip that belong to the frame on screen. */
    orders(): number {
        return (player.mesh as unknown as { _store: SplatTextures })._store.orders.count;
    },

    play(): void {
        player.play();
    },

    pause(): void {
        player.pause();
    },

    /** Waits until so many other frames of the clip have come on screen; gives their numbers. */
    async frames(count: number): Promise<number[]> {
        const frames: number[] = [];
        const observer = player.onFrameObservable.add((frame) => void frames.push(frame));
        await until(() => frames.length >= count);
        observer.remove();
        return frames;
    },

    state(): { isPlaying: boolean; frame: number; settings: IClipSettings } {
        const { splatBudget, targetFrameMs, interpolates } = player;
        return { isPlaying: player.isPlaying, frame: player.currentFrame, settings: { splatBudget, targetFrameMs, interpolates } };
    },

    /** Limits the clip while in XR, from the next session on. */
    limit(options: IFvvXROptions): void {
        limits = enableFvvXR(xr.sessionManager, player, options);
    },

    /** Limits it when the next session is there, before its first picture. */
    limitWithSession(options: IFvvXROptions): void {
        xr.sessionManager.onXRSessionInit.addOnce(() => api.limit(options));
    },

    unlimit(): void {
        limits.dispose();
    },

    /** Layers of sessions have fixed foveation from now on, as iwer's have not. */
    addFoveation(value: number): void {
        Object.defineProperty(XRWebGLLayer.prototype, "fixedFoveation", { value, writable: true });
    },

    foveation(): number | null {
        return xr.sessionManager.fixedFoveation;
    },

    /** Makes the clip one that can be grabbed. */
    makeGrabbable(keepsUpright: boolean): void {
        player.mesh.behaviors.slice().forEach((behavior) => player.mesh.removeBehavior(behavior));
        player.mesh.addBehavior(new FvvGrabBehavior(input, { keepsUpright }));
    },

    /** Puts a controller somewhere, in scene space. */
    async moveController(hand: Handedness, position: number[], yaw = 0, pitch = 0): Promise<void> {
        const source = device.controllers[hand];
        const { x, y, z, w } = Quaternion.RotationYawPitchRoll(-yaw, -pitch, 0);
        source?.position.set(position[0], position[1], -position[2]);
        source?.quaternion.set(x, y, z, w);
        await next(scene.onAfterRenderObservable);
        await next(scene.onAfterRenderObservable);
    },

    /** Presses or lets go. */
    async press(hand: Handedness, button: "squeeze" | "trigger", isDown: boolean): Promise<void> {
        device.controllers[hand]?.updateButtonValue(button, isDown ? 1 : 0);
        await next(scene.onAfterRenderObservable);
        await next(scene.onAfterRenderObservable);
    },

    /** Puts the controllers away and shows the hands, or the other way round, and waits until the session has them. */
    async useHands(areUsed: boolean): Promise<void> {
        device.primaryInputMode = areUsed ? "hand" : "controller";
        await until(() => input.controllers.length === 2 && input.controllers.every(({ inputSource }) => !inputSource.hand === !areUsed));
    },

    /** Puts a hand somewhere, in scene space. */
    async moveHand(hand: Handedness, position: number[], yaw = 0): Promise<void> {
        const source = device.hands[hand];
        const { x, y, z, w } = Quaternion.RotationYawPitchRoll(-yaw, 0, 0);
        source?.position.set(position[0], position[1], -position[2]);
        source?.quaternion.set(x, y, z, w);
        await next(scene.onAfterRenderObservable);
        await next(scene.onAfterRenderObservable);
    },

    /** Puts thumb and finger together, or apart. */
    async pinch(hand: Handedness, isClosed: boolean): Promise<void> {
        device.hands[hand]?.updatePinchValue(isClosed ? 1 : 0);
        await next(scene.onAfterRenderObservable);
        await next(scene.onAfterRenderObservable);
    },

    /**
     * Tells of the right controller what headsets tell of a hand where the page has not asked for hand tracking; iwer tells nothing then. The source goes away until {@link api.comePinching}.
     */
    async disguise(targetRayMode: string, profiles: string[]): Promise<void> {
        Object.entries({ targetRayMode, profiles }).forEach(([key, value]) =>
            Object.defineProperty(device.controllers.right?.inputSource, key, { value, configurable: true }),
        );
        await connectControllers(false);
    },

    /** The right controller comes, and selects in the same frame. */
    async comePinching(): Promise<void> {
        const { right } = device.controllers as { right: NonNullable<typeof device.controllers.right> };
        const { session } = xr.sessionManager;
        // In iwer a source comes after its first event, in headsets before.
        let frame: XRFrame;
        session.addEventListener("select", (event) => (frame = event.frame), { once: true });
        const again = (): boolean => session.dispatchEvent(new XRInputSourceEvent("selectstart", { frame, inputSource: right.inputSource } as never));
        session.addEventListener("inputsourceschange", again, { once: true });
        right.connected = true;
        right.updateButtonValue("trigger", 1);
        await until(() => input.controllers.length === 1);
    },

    /** Undoes {@link api.disguise}. */
    async undisguise(): Promise<void> {
        ["targetRayMode", "profiles"].forEach((key) => delete (device.controllers.right?.inputSource as unknown as Record<string, unknown>)[key]);
        await connectControllers(true);
    },

    /** Where the clip is, how it is turned about the vertical axis and how large it is. */
    transform(): { position: number[]; yaw: number; up: number; scale: number } {
        const world = player.mesh.computeWorldMatrix(true);
        const side = Vector3.TransformNormal(Vector3.Right(), world);
        const up = Vector3.TransformNormal(Vector3.Up(), world).normalize();
        return { position: player.mesh.absolutePosition.asArray(), yaw: Math.atan2(-side.z, side.x), up: up.y, scale: side.length() };
    },

    /** Looks for level surfaces from the next session on. */
    lookForFloor(): void {
        const hitTest = xr.featuresManager.enableFeature<typeof WebXRFeatureName.HIT_TEST>(WebXRFeatureName.HIT_TEST, "latest", {}, true, false);
        floor = new FvvFloor(xr.sessionManager, hitTest);
    },

    /** Looks down from a place by an angle, and tells what surface that is, and where on it a ray goes that points straight down from a place. */
    async lookDown(position: [number, number, number], pitch: number, from: [number, number, number]): Promise<{ hit?: number[]; height: number; place?: number[] }> {
        const [x, y, z] = position;
        const { x: a, y: b, z: c, w: d } = Quaternion.RotationYawPitchRoll(0, -pitch, 0);
        device.position.set(x, y, -z);
        device.quaternion.set(a, b, c, d);
        await next(scene.onAfterRenderObservable);
        await next(scene.onAfterRenderObservable);
        return { hit: floor.hit?.asArray(), height: floor.height, place: floor.meet({ origin: Vector3.FromArray(from), direction: Vector3.Down() })?.asArray() };
    },

    floorHeight(): number {
        return floor.height;
    },

    place(point: number[], facing: number[]): { low: number[]; high: number[] } {
        placeFvvClip(player, Vector3.FromArray(point), { facing: Vector3.FromArray(facing) });
        player.mesh.computeWorldMatrix(true);
        const { minimumWorld, maximumWorld } = player.mesh.getBoundingInfo().boundingBox;
        return { low: minimumWorld.asArray(), high: maximumWorld.asArray() };
    },

    reset(): void {
        player.mesh.position.set(0, 1.5, 2.2);
        player.mesh.scaling.set(1, 1, Math.sign(player.mesh.scaling.z));
        player.mesh.rotationQuaternion = Quaternion.Identity();
    },
};

function eyeCamera(name: string, { position, rotation, projection }: IEye): FreeCamera {
    const camera = new FreeCamera(name, position, scene);
    camera.rotationQuaternion = rotation.clone();
    camera.updateUpVectorFromRotation = true;
    camera.freezeProjectionMatrix(projection);
    return camera;
}

/** What a test may call in this page. */
export type XRPageApi = typeof api;

(window as unknown as { fvvTest: XRPageApi }).fvvTest = api;
