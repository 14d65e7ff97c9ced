import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import "@babylonjs/core/Engines/WebGPU/Extensions/index.js";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";

/** The engines that a page can run on. */
export type EngineKind = "webgl2" | "webgpu";

/** An engine and the canvas that it draws on. */
export interface IPageEngine {
    kind: EngineKind;
    engine: AbstractEngine;
    canvas: HTMLCanvasElement;
}

/** The engine that the address of the page asks for: `?engine=webgpu`, else WebGL2. */
export function wantedEngine(): EngineKind {
    return new URLSearchParams(location.search).get("engine") === "webgpu" ? "webgpu" : "webgl2";
}

/**
 * Makes an engine on a canvas of its own: one that was asked for a WebGPU context gives no other.
 * @param kind which engine
 * @param container takes the canvas, and its label names it
 */
export async function createEngineAsync(kind: EngineKind, container: HTMLElement): Promise<IPageEngine> {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", container.getAttribute("aria-label") ?? "");
    container.append(canvas);
    try {
        const engine = kind === "webgl2" ? new Engine(canvas, true, {}, true) : await createWebGPUEngineAsync(canvas);
        // In the order of the page, not in front of all else.
        engine.canvasTabIndex = 0;
        return { kind, engine, canvas };
    } catch (error) {
        canvas.remove();
        throw error;
    }
}

async function createWebGPUEngineAsync(canvas: HTMLCanvasElement): Promise<AbstractEngine> {
    const engine = new WebGPUEngine(canvas, { antialias: true, adaptToDeviceRatio: true });
    await engine.initAsync();
    return engine;
}
