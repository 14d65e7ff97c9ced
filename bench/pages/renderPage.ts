import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import "@babylonjs/core/Engines/WebGPU/Extensions/index.js";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer } from "../../plugin/index.js";

/** Main-thread time of playing, ms. */
export interface IPlayTimes {
    /** Frames that were put on screen. */
    frames: number;
    /** Ticks, most of which show a new frame. */
    ticks: number;
    /** All our time on the main thread, divided by the ticks: what a tick does, uploads included, and the messages of the worker. */
    msPerTick: number;
    /** The same, divided by the frames that were put on screen. */
    msPerFrame: number;
    /** The part of `msPerTick` that messages take. */
    messageMs: number;
    /** Longest tick. */
    worstTickMs: number;
    /** Babylon's whole `scene.render`, for comparison. */
    renderMs: number;
}

const WARM_UP_FRAMES = 8;

/** Time spent in handlers of messages from workers, ms. */
let messageMs = 0;

/** Every worker of this page tells how long its messages take. */
class TimedWorker extends Worker {
    public override set onmessage(handler: ((this: Worker, event: MessageEvent) => unknown) | null) {
        super.onmessage = (event: MessageEvent) => {
            const start = performance.now();
            handler?.call(this, event);
            messageMs += performance.now() - start;
        };
    }
}
window.Worker = TimedWorker;

async function createSceneAsync(kind: string): Promise<{ engine: AbstractEngine; scene: Scene; camera: ArcRotateCamera }> {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 96;
    document.body.replaceChildren(canvas);
    const engine = kind === "webgpu" ? new WebGPUEngine(canvas) : new Engine(canvas, false);
    if (engine instanceof WebGPUEngine) {
        await engine.initAsync();
    }
    const scene = new Scene(engine);
    const camera = new ArcRotateCamera("camera", 0.4, 1.2, 6, Vector3.Zero(), scene);
    return { engine, scene, camera };
}

function render(engine: AbstractEngine, scene: Scene): number {
    const start = performance.now();
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    return performance.now() - start;
}

/**
 * Waits until the GPU has done what was submitted, which no time counts: a slow (software) GPU with a full queue would otherwise block whatever call comes next, and
 * its time would pass for ours or core's.
 */
async function gpuIdleAsync(engine: AbstractEngine): Promise<void> {
    if (engine instanceof WebGPUEngine) {
        await engine._device.queue.onSubmittedWorkDone();
    } else {
        await engine.readPixels(0, 0, 1, 1);
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Measures everything that babylon-fvv hangs on the scene: the observers of this scene are all its own. */
function timeObservers(scene: Scene, onTime: (ms: number) => void): void {
    for (const observable of [scene.onBeforeRenderObservable, scene.onAfterRenderObservable]) {
        const notify = observable.notifyObservers.bind(observable);
        observable.notifyObservers = (...args) => {
            const start = performance.now();
            const result = notify(...args);
            onTime(performance.now() - start);
            return result;
        };
    }
}

const api = {
    /** Plays a clip, camera orbiting, and measures. */
    async play(kind: string, url: string, frames: number): Promise<IPlayTimes> {
        const { engine, scene, camera } = await createSceneAsync(kind);
        let tickMs = 0;
        let worstTickMs = 0;
        let thisTick = 0;
        timeObservers(scene, (ms) => (thisTick += ms));
        const { meshes } = await ImportMeshAsync(url, scene);
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        let shown = 0;
        player.onFrameObservable.add(() => shown++);
        while (shown < WARM_UP_FRAMES) {
            render(engine, scene);
            await gpuIdleAsync(engine);
        }
        shown = messageMs = 0;
        let ticks = 0;
        let renderMs = 0;
        while (shown < frames) {
            thisTick = 0;
            camera.alpha += 0.01;
            renderMs += render(engine, scene);
            tickMs += thisTick;
            worstTickMs = Math.max(worstTickMs, thisTick);
            ticks++;
            await gpuIdleAsync(engine);
        }
        const ours = tickMs + messageMs;
        const result = { frames: shown, ticks, msPerTick: ours / ticks, msPerFrame: ours / shown, messageMs: messageMs / ticks, worstTickMs, renderMs: renderMs / ticks };
        engine.dispose();
        return result;
    },

    /** Feeds core's mesh with one frame after the other and measures `updateData`, ms a call. */
    async updateCore(kind: string, urls: string[], calls: number): Promise<number[]> {
        const { engine, scene } = await createSceneAsync(kind);
        const buffers = await Promise.all(urls.map(async (url) => await (await fetch(url)).arrayBuffer()));
        const mesh = new GaussianSplattingMesh("core", null, scene);
        const times: number[] = [];
        for (let i = 0; i < calls + 2; i++) {
            const start = performance.now();
            mesh.updateData(buffers[i % buffers.length]);
            times.push(performance.now() - start);
            render(engine, scene);
            await gpuIdleAsync(engine);
        }
        engine.dispose();
        return times.slice(2);
    },
};

/** What the benchmark may call in this page. */
export type RenderPageApi = typeof api;

(window as unknown as { fvvBench: RenderPageApi }).fvvBench = api;
