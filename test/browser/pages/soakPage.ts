import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer, type IFvvLoaderOptions } from "../../../plugin/index.js";
import { createEngineAsync, type EngineKind } from "./engines.js";

type Methods = Record<string, (...values: unknown[]) => unknown>;

const gpuObjects: Record<string, number> = {};
let engine: AbstractEngine;
let player: FvvPlayer;
let loops = 0;
const errors: string[] = [];

/** Counts the objects of a kind: one more with each call of a function, one less with each call of another. */
function countObjects(kind: string, [maker, make]: [object, string], [breaker, end]: [object, string]): void {
    gpuObjects[kind] = 0;
    const count = (owner: Methods, name: string, change: (given: unknown) => number): void => {
        const original = owner[name];
        owner[name] = function (this: unknown, ...values: unknown[]) {
            gpuObjects[kind] += change(values[0]);
            return original.apply(this, values);
        };
    };
    count(maker as Methods, make, () => 1);
    count(breaker as Methods, end, (given) => (breaker === maker && given === null ? 0 : -1));
}

function countAllObjects(kind: EngineKind): void {
    if (kind === "webgpu") {
        countObjects("textures", [GPUDevice.prototype, "createTexture"], [GPUTexture.prototype, "destroy"]);
        countObjects("buffers", [GPUDevice.prototype, "createBuffer"], [GPUBuffer.prototype, "destroy"]);
        return;
    }
    const gl = WebGL2RenderingContext.prototype;
    for (const name of ["Texture", "Buffer", "Framebuffer", "Renderbuffer", "Program", "Shader", "VertexArray", "Sampler"]) {
        countObjects(`${name.toLowerCase()}s`, [gl, `create${name}`], [gl, `delete${name}`]);
    }
    countObjects("syncs", [gl, "fenceSync"], [gl, "deleteSync"]);
}

const api = {
    /** Loops a clip for as long as the page is there, camera orbiting, at the pace of the browser. */
    async start(kind: EngineKind, url: string, options: Partial<IFvvLoaderOptions>, speed: number): Promise<void> {
        countAllObjects(kind);
        engine = await createEngineAsync(kind, 96, 96);
        const scene = new Scene(engine);
        const camera = new ArcRotateCamera("camera", 0, 1.4, 3, Vector3.Zero(), scene);
        camera.minZ = 0.05;
        const { meshes } = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: options } });
        player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        player.onLoopObservable.add(() => loops++);
        player.onErrorObservable.add(({ message }) => errors.push(message));
        player.speed = speed;
        engine.runRenderLoop(() => {
            camera.alpha += 0.01;
            scene.render();
        });
    },

    /** How things are. */
    read(): { gpuObjects: Record<string, number>; loops: number; frames: number; fetchedBytes: number; errors: string[] } {
        const { meshes, materials, animationGroups } = player.mesh.getScene();
        const babylon = { meshes: meshes.length, materials: materials.length, groups: animationGroups.length, engineTextures: engine.getLoadedTexturesCache().length };
        return { gpuObjects: { ...gpuObjects, ...babylon }, loops, frames: player.statistics.shownFrames, fetchedBytes: player.streaming.fetchedBytes, errors };
    },
};

/** What a test may call in this page. */
export type SoakPageApi = typeof api;

(window as unknown as { fvvTest: SoakPageApi }).fvvTest = api;
