import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import "@babylonjs/core/Engines/WebGPU/Extensions/index.js";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";

/** Radians that an orbiting camera turns in a tick. */
export const TURN = 0.01;

/** Engines that are measured. */
export type EngineKind = "webgl2" | "webgpu";

/** A scene on a small canvas: pixels are no subject where a scene is needed. */
export interface IPageScene {
    engine: AbstractEngine;
    scene: Scene;
    camera: ArcRotateCamera;
}

/** Replaces what the page shows by a new scene. */
export async function createSceneAsync(kind: EngineKind): Promise<IPageScene> {
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

/** Renders a frame; main-thread time, ms. */
export function render({ engine, scene }: IPageScene): number {
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
export async function gpuIdleAsync({ engine }: IPageScene): Promise<void> {
    await engine.readPixels(0, 0, 1, 1);
    await new Promise((resolve) => setTimeout(resolve, 0));
}
