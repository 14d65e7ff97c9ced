import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Camera } from "@babylonjs/core/Cameras/camera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture.js";
import { Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Axis, Space } from "@babylonjs/core/Maths/math.axis.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Viewport } from "@babylonjs/core/Maths/math.viewport.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer } from "../../../plugin/index.js";
import type { SplatTextures } from "../../../plugin/splatTextures.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";
import { renderUntilAsync, settledAsync, toBase64 } from "./pageTools.js";

/** A camera around the origin. */
export interface IPlacedCamera {
    alpha: number;
    beta: number;
    radius: number;
    /** Part of the canvas: x, width. */
    part: [number, number];
    /** Half the height of what an orthographic camera sees; without it, the camera is a perspective one. */
    half?: number;
    /** Layers that it sees. */
    layers?: number;
}

let engine: AbstractEngine | undefined;
let scene: Scene;
let player: FvvPlayer;
const cameras = new Map<string, ArcRotateCamera>();

function render(): void {
    engine?.beginFrame();
    scene.render();
    engine?.endFrame();
}

function cameraOf(name: string): ArcRotateCamera {
    return cameras.get(name) as ArcRotateCamera;
}

const api = {
    /** Makes an engine and a scene with a clip, and a camera that does not look at it. */
    async start(kind: EngineKind, width: number, height: number, url: string): Promise<void> {
        engine?.dispose();
        cameras.clear();
        engine = await createEngineAsync(kind, width, height);
        scene = new Scene(engine);
        scene.clearColor = new Color4(0.1, 0.12, 0.15, 1);
        api.place("first", { alpha: 0, beta: 1, radius: 5, part: [0, 1] });
        const { meshes } = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } });
        player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
    },

    /** Adds a camera, or moves it. */
    place(name: string, { alpha, beta, radius, part: [x, width], half, layers }: IPlacedCamera): void {
        const camera = cameras.get(name) ?? new ArcRotateCamera(name, alpha, beta, radius, Vector3.Zero(), scene);
        cameras.set(name, camera);
        [camera.alpha, camera.beta, camera.radius, camera.minZ] = [alpha, beta, radius, 0.05];
        camera.viewport = new Viewport(x, 0, width, 1);
        camera.layerMask = layers ?? 0x0fffffff;
        if (half !== undefined) {
            camera.mode = Camera.ORTHOGRAPHIC_CAMERA;
            [camera.orthoTop, camera.orthoBottom, camera.orthoRight, camera.orthoLeft] = [half, -half, half, -half];
        }
    },

    /** What is on the canvas with these cameras, once the frame is there for all of them. */
    async picture(names: string[], frame: number): Promise<string> {
        scene.activeCamera = cameraOf(names[0]);
        scene.activeCameras = names.length > 1 ? names.map(cameraOf) : [];
        await settledAsync(render, player.seekFrameAsync(frame));
        render();
        return toBase64(await readPixelsAsync(engine as AbstractEngine));
    },

    /** What a render target shows that has a camera of its own, while another camera draws the canvas. */
    async targetPicture(name: string, canvasName: string, size: number, frame: number): Promise<string> {
        const target = new RenderTargetTexture("target", size, scene, { generateMipMaps: false });
        target.activeCamera = cameraOf(name);
        target.renderList = [player.mesh];
        target.clearColor = scene.clearColor;
        scene.customRenderTargets.push(target);
        scene.activeCamera = cameraOf(canvasName);
        scene.activeCameras = [];
        await renderUntilAsync(render, () => target.isReadyForRendering());
        await settledAsync(render, player.seekFrameAsync(frame));
        render();
        const pixels = (await target.readPixels()) as Uint8Array;
        const picture = toBase64(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
        scene.customRenderTargets.length = 0;
        target.dispose();
        return picture;
    },

    /** Makes a turned copy in a layer of its own, 2; the original is in layer 1. */
    addClone(turnY: number): void {
        const clone = player.mesh.clone("copy");
        clone.rotate(Axis.Y, turnY, Space.WORLD);
        clone.layerMask = 2;
        player.mesh.layerMask = 1;
    },

    /** Renders while cameras turn and the clip plays, until it has begun again. */
    async playTurning(names: string[]): Promise<void> {
        scene.activeCameras = names.map(cameraOf);
        let loops = 0;
        const observer = player.onLoopObservable.add(() => loops++);
        player.loop = true;
        player.play();
        await renderUntilAsync(
            () => {
                names.forEach((name, i) => (cameraOf(name).alpha += i % 2 ? -0.05 : 0.02));
                return render();
            },
            () => loops > 0,
        );
        player.pause();
        observer.remove();
    },

    /** Seeks while a camera never stands still. */
    async seekTurning(name: string, frame: number): Promise<boolean> {
        scene.activeCamera = cameraOf(name);
        scene.activeCameras = [];
        return await settledAsync(() => {
            cameraOf(name).alpha += 0.01;
            return render();
        }, player.seekFrameAsync(frame));
    },

    /** Orders of the clip on the GPU, where the CPU sorts. */
    orders(): number {
        return (player.mesh as unknown as { _store: SplatTextures })._store.orders.count;
    },

    /** Plays with one camera until there is one order. */
    async playUntilOneOrder(name: string): Promise<void> {
        scene.activeCamera = cameraOf(name);
        scene.activeCameras = [];
        player.play();
        await renderUntilAsync(render, () => api.orders() === 1);
        player.pause();
    },
};

/** What a test may call in this page. */
export type CameraPageApi = typeof api;

(window as unknown as { fvvTest: CameraPageApi }).fvvTest = api;
