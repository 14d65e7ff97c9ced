import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { whenDeviceLostAsync } from "./webgpu/babylonDevice.js";

/** Whom a {@link GpuWatch} tells. */
export interface IGpuWatcher {
    /** The GPU's memory is gone; the engine makes it anew. */
    onLost: () => void;
    /** The engine has made textures and buffers anew; they are empty. */
    onRestored: () => void;
    /** The GPU's memory is gone, and the engine was told not to do anything about it. */
    onGone: () => void;
}

/** Notices when the WebGL context or the WebGPU device of an engine is lost: a driver was updated or reset, a laptop changed its GPU, a page held too many. */
export class GpuWatch {
    private readonly _stop: () => void;
    private _isStopped = false;

    /**
     * @param engine the engine
     * @param watcher whom to tell
     */
    public constructor(engine: AbstractEngine, watcher: IGpuWatcher) {
        this._stop = engine.doNotHandleContextLost ? this._watchDevice(engine, watcher) : watchEngine(engine, watcher);
    }

    /** Ends the watch. */
    public dispose(): void {
        this._isStopped = true;
        this._stop();
    }

    /** An engine that does not handle it does not tell of it either. */
    private _watchDevice(engine: AbstractEngine, { onGone }: IGpuWatcher): () => void {
        if (engine.isWebGPU) {
            void whenDeviceLostAsync(engine).then(() => this._isStopped || engine.isDisposed || onGone());
            return () => {};
        }
        const canvas = engine.getRenderingCanvas();
        canvas?.addEventListener("webglcontextlost", onGone);
        return () => canvas?.removeEventListener("webglcontextlost", onGone);
    }
}

function watchEngine(engine: AbstractEngine, { onLost, onRestored }: IGpuWatcher): () => void {
    const observers = [engine.onContextLostObservable.add(onLost), engine.onContextRestoredObservable.add(onRestored)];
    return () => observers.forEach((observer) => observer.remove());
}
