import { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer.js";
import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";
import { Constants } from "@babylonjs/core/Engines/constants.js";
import "@babylonjs/core/Materials/standardMaterial.js";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder.js";
import "@babylonjs/core/Rendering/depthRendererSceneComponent.js";
import { Scene } from "@babylonjs/core/scene.js";
import { ROW_SPLATS } from "../../../loader/framePacket.js";
import { copyRows } from "../../../plugin/copyRows.js";
import { depthKindOf, depthRenderersOf } from "../../../plugin/passes/babylonPasses.js";
import { bindStorage, bufferOf, deviceOf, indirectArgumentsOf, isMultisampled } from "../../../plugin/webgpu/babylonDevice.js";
import { createEngineAsync, type EngineKind } from "./engines.js";

/** What a draw of a box found out about WebGPU. */
export interface IDrawOutcome {
    isDevice: boolean;
    isBuffer: boolean;
    isMultisampled: boolean;
    indirectBytes: number;
    /** Whether a second draw with as many instances keeps the buffer of arguments. */
    isKept: boolean;
    bindsStorage: boolean;
}

const api = {
    /** Draws a box twice and asks for what Babylon does not call public while it is drawn. */
    async draw(): Promise<IDrawOutcome> {
        const engine = (await createEngineAsync("webgpu", 32, 32)) as WebGPUEngine;
        const scene = new Scene(engine);
        new ArcRotateCamera("camera", 0, 1, 3, Vector3.Zero(), scene);
        const box = CreateBox("box", {}, scene);
        await scene.whenReadyAsync();
        const storage = new StorageBuffer(engine, 64);
        const found: (GPUBuffer | undefined)[] = [];
        let bindsStorage = false;
        box.onBeforeDrawObservable.add(() => {
            found.push(indirectArgumentsOf(engine, 36, 1));
            bindStorage(engine, "anything", storage);
            bindsStorage = true;
        });
        for (let i = 0; i < 2; i++) {
            engine.beginFrame();
            scene.render();
            engine.endFrame();
        }
        const outcome = {
            isDevice: deviceOf(engine) instanceof GPUDevice,
            isBuffer: bufferOf(storage) instanceof GPUBuffer,
            isMultisampled: isMultisampled(engine),
            indirectBytes: found[0]?.size ?? 0,
            isKept: found.length === 2 && found[0] === found[1],
            bindsStorage,
        };
        engine.dispose();
        return outcome;
    },

    /** Copies the second of three rows of a texture into another; gives the first word of each row of that. */
    async copyRow(): Promise<number[]> {
        const engine = await createEngineAsync("webgl2", 32, 32);
        const scene = new Scene(engine);
        const make = (value: number): RawTexture =>
            new RawTexture(
                new Uint32Array(4 * ROW_SPLATS * 3).fill(value),
                ROW_SPLATS,
                3,
                Constants.TEXTUREFORMAT_RGBA_INTEGER,
                scene,
                false,
                false,
                Constants.TEXTURE_NEAREST_SAMPLINGMODE,
                Constants.TEXTURETYPE_UNSIGNED_INTEGER,
            );
        const [from, to] = [make(7), make(3)];
        copyRows(engine, from, to, [{ firstRow: 1, rowCount: 1 }]);
        const gl = (engine as unknown as { _gl: WebGL2RenderingContext })._gl;
        const framebuffer = gl.createFramebuffer();
        gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
        gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, to.getInternalTexture()?._hardwareTexture?.underlyingResource as WebGLTexture, 0);
        const rows = [0, 1, 2].map((row) => {
            const words = new Uint32Array(4);
            gl.readPixels(0, row, 1, 1, gl.RGBA_INTEGER, gl.UNSIGNED_INT, words);
            return words[0];
        });
        gl.bindFramebuffer(gl.FRAMEBUFFER, null);
        engine.dispose();
        return rows;
    },

    /** Kinds of the depth renderers that a scene has after three were enabled. */
    async depthKinds(kind: EngineKind): Promise<{ isNonLinear: boolean; isCameraZ: boolean }[]> {
        const engine = await createEngineAsync(kind, 32, 32);
        const scene = new Scene(engine);
        const cameras = [0, 1, 2].map((i) => new ArcRotateCamera(`camera ${i}`, 0, 1, 3, Vector3.Zero(), scene));
        scene.enableDepthRenderer(cameras[0], false);
        scene.enableDepthRenderer(cameras[1], true);
        scene.enableDepthRenderer(cameras[2], false, false, undefined, true);
        const renderers = depthRenderersOf(scene) ?? {};
        const kinds = cameras.map(({ id, uniqueId }) => renderers[id] ?? renderers[uniqueId]).map((renderer) => depthKindOf(renderer));
        engine.dispose();
        return kinds;
    },
};

export type InternalsPageApi = typeof api;

(window as unknown as { fvvTest: InternalsPageApi }).fvvTest = api;
