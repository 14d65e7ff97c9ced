import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer, type IFvvLoaderOptions } from "../../../plugin/index.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";

interface IView {
    /** Camera angles in radians, distance and target. */
    alpha: number;
    beta: number;
    radius: number;
    target: [number, number, number];
}

let engine: AbstractEngine | undefined;
let scene: Scene;
let camera: ArcRotateCamera;
let player: FvvPlayer;
let coreMesh: GaussianSplattingMesh | undefined;

function toBase64(bytes: Uint8Array): string {
    let text = "";
    for (let i = 0; i < bytes.length; i += 0x8000) {
        text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    }
    return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** One turn of a render loop; WebGPU submits its work at the end of a frame. */
function render(): void {
    engine?.beginFrame();
    scene.render();
    engine?.endFrame();
}

/** Renders until a condition holds; how often depends on the engine, never on the time. */
async function renderUntilAsync(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
        render();
        await new Promise((resolve) => setTimeout(resolve, 0));
    }
    render();
}

function settledAsync<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    void promise.finally(() => (isSettled = true)).catch(() => {});
    return renderUntilAsync(() => isSettled).then(() => promise);
}

const api = {
    /** Makes an engine and an empty scene; what was there is disposed of. */
    async start(kind: EngineKind, size: number, rightHanded = false): Promise<void> {
        engine?.dispose();
        engine = await createEngineAsync(kind, size, size);
        scene = new Scene(engine);
        scene.useRightHandedSystem = rightHanded;
        scene.clearColor = new Color4(0.1, 0.12, 0.15, 1);
        camera = new ArcRotateCamera("camera", 0, 1, 3, Vector3.Zero(), scene);
        camera.minZ = 0.05;
        camera.fov = 0.8;
    },

    /** Loads a clip through Babylon's scene loader. */
    async load(url: string, options: Partial<IFvvLoaderOptions>): Promise<{ frameCount: number; name: string; groups: number; usesWorker: boolean }> {
        const result = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false, ...options } } });
        player = FvvPlayer.FromMesh(result.meshes[0]) as FvvPlayer;
        return { frameCount: player.frameCount, name: result.meshes[0].name, groups: result.animationGroups.length, usesWorker: player.usesWorker };
    },

    view({ alpha, beta, radius, target }: IView): void {
        camera.alpha = alpha;
        camera.beta = beta;
        camera.radius = radius;
        camera.target = Vector3.FromArray(target);
    },

    lowPass(value: number): void {
        player.mesh.splatMaterial.lowPass = value;
    },

    /** Seeks and renders until the frame is on screen. */
    async seek(frame: number): Promise<boolean> {
        return await settledAsync(player.seekFrameAsync(frame));
    },

    /** Plays from the beginning until a frame is on screen, then pauses there; tells the frames that were shown. */
    async playTo(frame: number): Promise<number[]> {
        const shown: number[] = [];
        const observer = player.onFrameObservable.add((shownFrame) => shown.push(shownFrame));
        await settledAsync(player.seekFrameAsync(0));
        player.play();
        await renderUntilAsync(() => shown.some((shownFrame) => shownFrame >= frame));
        player.pause();
        observer.remove();
        await settledAsync(player.seekFrameAsync(frame));
        return shown;
    },

    /** Shows core's own mesh, fed with splats, in place of the clip. */
    async showCore(splatBase64: string): Promise<void> {
        coreMesh?.dispose();
        coreMesh = new GaussianSplattingMesh("core", null, scene);
        await coreMesh.updateDataAsync(fromBase64(splatBase64).buffer);
        coreMesh.scaling.copyFrom(player.mesh.scaling);
        coreMesh.rotationQuaternion = player.mesh.rotationQuaternion?.clone() ?? null;
        player.mesh.isVisible = false;
        // Core sorts in its own worker and tells nobody: wait for orders that do not change any more.
        for (let i = 0; i < 30; i++) {
            render();
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    },

    hideCore(): void {
        coreMesh?.dispose();
        coreMesh = undefined;
        player.mesh.isVisible = true;
    },

    async pixels(): Promise<string> {
        render();
        return toBase64(await readPixelsAsync(engine as AbstractEngine));
    },

    statistics(): unknown {
        return { ...player.statistics };
    },
};

/** What a test may call in this page. */
export type PlayerPageApi = typeof api;

(window as unknown as { fvvTest: PlayerPageApi }).fvvTest = api;
