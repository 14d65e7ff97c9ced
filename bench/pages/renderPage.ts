import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import "@babylonjs/core/Engines/WebGPU/Extensions/index.js";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh.js";
import type { Observable } from "@babylonjs/core/Misc/observable.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer } from "../../plugin/index.js";

/** Main-thread time of playing, ms. All that is ours counts: what a tick does, uploads included, and the messages of the worker since the tick before. */
export interface IPlayTimes {
    /** Frames that were put on screen. */
    frames: number;
    /** Ticks; those between two frames only follow the camera. */
    ticks: number;
    /** Median of the ticks that put a frame on screen. */
    msPerFrame: number;
    /** Median of the ticks between. */
    msBetween: number;
    /** A tick: both medians, each by its number of ticks. Medians, since what else runs on the machine shows as single ticks that take many times as long. */
    msPerTick: number;
    /** Mean of all ticks. */
    meanMs: number;
    /** The part of `meanMs` that messages take. */
    messageMs: number;
    /** Longest tick. */
    worstTickMs: number;
    /** Babylon's whole `scene.render`, mean, for comparison. */
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
    await engine.readPixels(0, 0, 1, 1);
    await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Measures all observers of an observable together. */
function timeObservers<T>(observable: Observable<T>, onTime: (ms: number) => void): void {
    const notify = observable.notifyObservers.bind(observable);
    observable.notifyObservers = (...args) => {
        const start = performance.now();
        const result = notify(...args);
        onTime(performance.now() - start);
        return result;
    };
}

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function summarise(withFrame: readonly number[], between: readonly number[], messagesMs: number, renderMs: number): IPlayTimes {
    const all = [...withFrame, ...between];
    const msPerFrame = median(withFrame);
    const msBetween = median(between);
    return {
        frames: withFrame.length,
        ticks: all.length,
        msPerFrame,
        msBetween,
        msPerTick: (withFrame.length * msPerFrame + between.length * msBetween) / all.length,
        meanMs: all.reduce((sum, ms) => sum + ms, 0) / all.length,
        messageMs: messagesMs / all.length,
        worstTickMs: Math.max(...all),
        renderMs: renderMs / all.length,
    };
}

const api = {
    /** Plays a clip, camera orbiting, and measures. */
    async play(kind: string, url: string, frames: number): Promise<IPlayTimes> {
        const { engine, scene, camera } = await createSceneAsync(kind);
        let thisTick = 0;
        const { meshes } = await ImportMeshAsync(url, scene);
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        // Everything that babylon-fvv hangs on Babylon: the player on the scene, the mesh and its material on their own draw. Nobody else observes these.
        const { mesh } = player;
        const addTime = (ms: number): number => (thisTick += ms);
        timeObservers(scene.onBeforeRenderObservable, addTime);
        timeObservers(scene.onAfterRenderObservable, addTime);
        timeObservers(mesh.onBeforeRenderObservable, addTime);
        timeObservers(mesh.splatMaterial.onBindObservable, addTime);
        let shown = 0;
        player.onFrameObservable.add(() => shown++);
        while (shown < WARM_UP_FRAMES) {
            render(engine, scene);
            await gpuIdleAsync(engine);
        }
        const withFrame: number[] = [];
        const between: number[] = [];
        let renderMs = 0;
        let allMessagesMs = 0;
        messageMs = 0;
        while (withFrame.length < frames) {
            const shownBefore = shown;
            thisTick = messageMs;
            allMessagesMs += messageMs;
            messageMs = 0;
            camera.alpha += 0.01;
            renderMs += render(engine, scene);
            (shown > shownBefore ? withFrame : between).push(thisTick);
            await gpuIdleAsync(engine);
        }
        engine.dispose();
        return summarise(withFrame, between, allMessagesMs, renderMs);
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
