import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer, type SplatVideoMesh } from "../../../plugin/index.js";
import { deviceOf } from "../../../plugin/webgpu/babylonDevice.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";
import { renderUntilAsync, settledAsync, toBase64 } from "./pageTools.js";

let engine: AbstractEngine | undefined;
let scene: Scene;
let mesh: SplatVideoMesh;
let player: FvvPlayer;
const errors: string[] = [];
/** Buffers of WebGPU that were made and not destroyed. */
const liveBuffers = new Set<GPUBuffer>();

function watchBuffers(): void {
    const devices = GPUDevice.prototype as { createBuffer: (this: GPUDevice, descriptor: GPUBufferDescriptor) => GPUBuffer };
    const buffers = GPUBuffer.prototype as { destroy: (this: GPUBuffer) => undefined };
    const { createBuffer } = devices;
    const { destroy } = buffers;
    devices.createBuffer = function (descriptor) {
        const buffer = createBuffer.call(this, descriptor);
        liveBuffers.add(buffer);
        return buffer;
    };
    buffers.destroy = function () {
        liveBuffers.delete(this);
        return destroy.call(this);
    };
}

function render(): void {
    engine?.beginFrame();
    scene.render();
    engine?.endFrame();
}

async function loadAsync(url: string): Promise<void> {
    const { meshes } = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } });
    mesh = meshes[0] as SplatVideoMesh;
    player = FvvPlayer.FromMesh(mesh) as FvvPlayer;
    errors.length = 0;
    player.onErrorObservable.add(({ code }) => errors.push(code));
}

/** Takes the GPU away; a context of WebGL is given back when the browser has told of its loss. */
async function takeGpuAwayAsync(current: AbstractEngine): Promise<void> {
    if (current.isWebGPU) {
        const { lost } = deviceOf(current);
        deviceOf(current).destroy();
        await lost;
        return;
    }
    const canvas = current.getRenderingCanvas() as HTMLCanvasElement;
    const extension = (canvas.getContext("webgl2") as WebGL2RenderingContext).getExtension("WEBGL_lose_context") as WEBGL_lose_context;
    const lost = new Promise((resolve) => canvas.addEventListener("webglcontextlost", resolve, { once: true }));
    extension.loseContext();
    await lost;
    if (!current.doNotHandleContextLost) {
        // Whether it may be given back is known when the event is over.
        await new Promise((resolve) => setTimeout(resolve, 0));
        extension.restoreContext();
    }
}

const api = {
    async start(kind: EngineKind, url: string, doNotHandleContextLost = false): Promise<void> {
        engine?.dispose();
        engine = await createEngineAsync(kind, 96, 96, doNotHandleContextLost);
        scene = new Scene(engine);
        new ArcRotateCamera("camera", 0.6, 1.2, 3.2, Vector3.Zero(), scene).minZ = 0.05;
        await loadAsync(url);
    },

    /** What is on the canvas once a frame is there. */
    async picture(frame: number): Promise<string> {
        await settledAsync(render, player.seekFrameAsync(frame));
        // Kernels may have to be compiled again.
        await renderUntilAsync(render, () => mesh.isReady(true));
        render();
        return toBase64(await readPixelsAsync(engine as AbstractEngine));
    },

    /** A turned copy of the mesh, beside it. */
    addClone(): void {
        const clone = mesh.clone("copy");
        clone.position.x = 1;
        clone.rotation.y = 1;
    },

    /** Takes the GPU away while the clip plays, waits until Babylon has made all anew, and tells the frames shown after that. */
    async loseWhilePlaying(): Promise<{ shown: number[]; errors: string[]; isPlaying: boolean }> {
        const lost = engine as AbstractEngine;
        const shown: number[] = [];
        player.loop = true;
        player.play();
        const start = player.statistics.shownFrames;
        await renderUntilAsync(render, () => player.statistics.shownFrames > start + 2);
        const restored = new Promise((resolve) => lost.onContextRestoredObservable.addOnce(resolve));
        await takeGpuAwayAsync(lost);
        await restored;
        player.onFrameObservable.add((frame) => shown.push(frame));
        await renderUntilAsync(render, () => shown.length > 5);
        const { isPlaying } = player;
        player.pause();
        return { shown, errors, isPlaying };
    },

    /** Takes the GPU away from an engine that does not restore it. */
    async loseForGood(): Promise<{ errors: string[]; isPlaying: boolean }> {
        player.play();
        await renderUntilAsync(render, () => player.statistics.shownFrames > 2);
        const told = new Promise((resolve) => player.onErrorObservable.addOnce(resolve));
        await takeGpuAwayAsync(engine as AbstractEngine);
        await told;
        return { errors, isPlaying: player.isPlaying };
    },

    /** Disposes of all clips. */
    unload(): void {
        scene.meshes.slice().forEach((shown) => shown.dispose());
    },

    /** Loads a clip, shows a frame of it and disposes of it. */
    async loadAndUnload(url: string): Promise<void> {
        await loadAsync(url);
        await settledAsync(render, player.seekFrameAsync(1));
        mesh.dispose();
        render();
    },

    /** What is there, in the scene and on the GPU. */
    remains(): Record<string, number> {
        const { meshes, materials, textures, geometries, animationGroups, onBeforeRenderObservable, onAfterRenderObservable } = scene;
        const current = engine as AbstractEngine & { _storageBuffers?: StorageBuffer[] };
        return {
            meshes: meshes.length,
            materials: materials.length,
            textures: textures.length,
            geometries: geometries.length,
            groups: animationGroups.length,
            sceneObservers: onBeforeRenderObservable.observers.length + onAfterRenderObservable.observers.length,
            engineObservers: current.onContextLostObservable.observers.length + current.onContextRestoredObservable.observers.length,
            gpuTextures: current.getLoadedTexturesCache().length,
            storageBuffers: current._storageBuffers?.length ?? 0,
            uniformBuffers: current._uniformBuffers.length,
            gpuBuffers: liveBuffers.size,
        };
    },
};

if (typeof GPUDevice !== "undefined") {
    watchBuffers();
}

/** What a test may call in this page. */
export type LossPageApi = typeof api;

(window as unknown as { fvvTest: LossPageApi }).fvvTest = api;
