import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh.js";
import type { Observable } from "@babylonjs/core/Misc/observable.js";
import { FvvPlayer } from "../../plugin/index.js";
import { median } from "../codec/statistics.js";
import { createSceneAsync, gpuIdleAsync, render, TURN, type EngineKind } from "./pageScene.js";

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
    /** Babylon's whole `scene.render`, median, for comparison. */
    renderMs: number;
}

/** Main-thread time of core's mesh of one frame, sorted on the GPU for an orbiting camera, ms (medians). */
export interface ICoreGpuSortTimes {
    ticks: number;
    /** The sort: what core's mesh does before a render. */
    sortMs: number;
    /** The whole `scene.render`. */
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

function summarise(withFrame: readonly number[], between: readonly number[], messagesMs: number, rendersMs: readonly number[]): IPlayTimes {
    const all = [...withFrame, ...between];
    const msPerFrame = median(withFrame);
    const msBetween = between.length > 0 ? median(between) : 0;
    return {
        frames: withFrame.length,
        ticks: all.length,
        msPerFrame,
        msBetween,
        msPerTick: (withFrame.length * msPerFrame + between.length * msBetween) / all.length,
        meanMs: all.reduce((sum, ms) => sum + ms, 0) / all.length,
        messageMs: messagesMs / all.length,
        worstTickMs: Math.max(...all),
        renderMs: median(rendersMs),
    };
}

const api = {
    /** Plays a clip, camera orbiting, and measures. */
    async play(kind: EngineKind, url: string, frames: number): Promise<IPlayTimes> {
        const view = await createSceneAsync(kind);
        const { engine, scene, camera } = view;
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
            render(view);
            await gpuIdleAsync(view);
        }
        const withFrame: number[] = [];
        const between: number[] = [];
        const rendersMs: number[] = [];
        let allMessagesMs = 0;
        messageMs = 0;
        while (withFrame.length < frames) {
            const shownBefore = shown;
            thisTick = messageMs;
            allMessagesMs += messageMs;
            messageMs = 0;
            camera.alpha += TURN;
            rendersMs.push(render(view));
            (shown > shownBefore ? withFrame : between).push(thisTick);
            await gpuIdleAsync(view);
        }
        engine.dispose();
        return summarise(withFrame, between, allMessagesMs, rendersMs);
    },

    /** Feeds core's mesh with one frame after the other and measures `updateData`, ms a call. */
    async updateCore(kind: EngineKind, urls: string[], calls: number): Promise<number[]> {
        const view = await createSceneAsync(kind);
        const buffers = await Promise.all(urls.map(async (url) => await (await fetch(url)).arrayBuffer()));
        const mesh = new GaussianSplattingMesh("core", null, view.scene);
        const times: number[] = [];
        for (let i = 0; i < calls + 2; i++) {
            const start = performance.now();
            mesh.updateData(buffers[i % buffers.length]);
            times.push(performance.now() - start);
            render(view);
            await gpuIdleAsync(view);
        }
        view.engine.dispose();
        return times.slice(2);
    },

    /** Orbits around core's mesh, which sorts on the GPU (WebGPU), and measures. */
    async orbitCoreGpuSort(url: string, ticks: number): Promise<ICoreGpuSortTimes> {
        const view = await createSceneAsync("webgpu");
        const mesh = new GaussianSplattingMesh("core", null, view.scene);
        mesh.useGpuSort = true;
        mesh.updateData(await (await fetch(url)).arrayBuffer());
        let sortMs = 0;
        // Its sort is all that observes.
        timeObservers(view.scene.onBeforeRenderObservable, (ms) => (sortMs += ms));
        while (!mesh.isReady(true)) {
            render(view);
            await gpuIdleAsync(view);
        }
        if (!mesh._isGpuSortActive) {
            throw new Error("core's mesh does not sort on the GPU here");
        }
        const sorts: number[] = [];
        const renders: number[] = [];
        for (let tick = 0; tick < WARM_UP_FRAMES + ticks; tick++) {
            sortMs = 0;
            view.camera.alpha += TURN;
            renders.push(render(view));
            sorts.push(sortMs);
            await gpuIdleAsync(view);
        }
        view.engine.dispose();
        return { ticks, sortMs: median(sorts.slice(WARM_UP_FRAMES)), renderMs: median(renders.slice(WARM_UP_FRAMES)) };
    },
};

/** What the benchmark may call in this page. */
export type RenderPageApi = typeof api;

(window as unknown as { fvvBench: RenderPageApi }).fvvBench = api;
