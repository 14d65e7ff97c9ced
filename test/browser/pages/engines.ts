import { Engine } from "@babylonjs/core/Engines/engine.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";
import "@babylonjs/core/Engines/WebGPU/Extensions/index.js";
import { deviceOf } from "../../../plugin/webgpu/babylonDevice.js";

let latest: AbstractEngine | undefined;

/** The engines that everything is tested on. */
export type EngineKind = "webgl2" | "webgpu";

/**
 * Makes an engine on a new canvas.
 * @param kind which
 * @param width of the canvas, px
 * @param height of the canvas, px
 * @param doNotHandleContextLost whether the engine is to leave a lost GPU to the application
 */
export async function createEngineAsync(kind: EngineKind, width: number, height: number, doNotHandleContextLost = false): Promise<AbstractEngine> {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.style.cssText = `display:block;width:${width}px;height:${height}px`;
    document.body.replaceChildren(canvas);
    if (kind === "webgl2") {
        return (latest = new Engine(canvas, false, { preserveDrawingBuffer: true, stencil: true, doNotHandleContextLost }));
    }
    const engine = new WebGPUEngine(canvas, { antialias: false, doNotHandleContextLost });
    await engine.initAsync();
    return (latest = engine);
}

/** Waits until the GPU has done what the engine made last was told to: in software it is slower than a loop that renders, and would only fall behind. */
export async function gpuIdleAsync(): Promise<void> {
    if (latest?.isWebGPU) {
        await deviceOf(latest).queue.onSubmittedWorkDone();
    } else {
        await latest?.readPixels(0, 0, 1, 1);
    }
}

/** Pixels of what is on the canvas, RGBA, rows from the bottom up as WebGL reads them. */
export async function readPixelsAsync(engine: AbstractEngine): Promise<Uint8Array> {
    const width = engine.getRenderWidth();
    const height = engine.getRenderHeight();
    const view = await engine.readPixels(0, 0, width, height);
    const pixels = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    return engine.isWebGPU ? fromBottom(pixels, 4 * width) : pixels.slice();
}

/** WebGPU reads from the top down. */
function fromBottom(pixels: Uint8Array, rowBytes: number): Uint8Array {
    const turned = new Uint8Array(pixels.length);
    for (let from = 0, to = pixels.length - rowBytes; to >= 0; from += rowBytes, to -= rowBytes) {
        turned.set(pixels.subarray(from, from + rowBytes), to);
    }
    return turned;
}
