import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import { ShaderStore } from "@babylonjs/core/Engines/shaderStore.js";
import type { Effect } from "@babylonjs/core/Materials/effect.js";
import { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { BLOCK_SLOTS } from "../../shaders/wgsl/compactKernels.js";
import { cachedSplatVertexWgsl } from "../../shaders/wgsl/cachedSplat.vertex.js";
import { splatVideoFragmentWgsl } from "../../shaders/wgsl/splatVideo.fragment.js";
import { findEye } from "../findEye.js";
import { QUADS_PER_INSTANCE, SplatVideoMaterial } from "../splatVideoMaterial.js";
import { bindStorage, indirectArgumentsOf, isMultisampled } from "./babylonDevice.js";
import { LayerUniforms, type IDepthRange } from "./layerUniforms.js";
import type { SplatBuffers } from "./splatBuffers.js";
import { SplatViews } from "./splatViews.js";

const SHADER = "fvvCachedSplat";

/** {@link SplatVideoMaterial} for WebGPU: kernels project and sort the splats for each camera that sees them; the vertex shader only places their quads. */
export class BufferSplatMaterial extends SplatVideoMaterial {
    private readonly _views: SplatViews;
    private readonly _uniforms = new LayerUniforms();
    private readonly _worldView = new Matrix();
    private readonly _inverse = new Matrix();
    private readonly _eye = new Float32Array(4);
    private readonly _range: IDepthRange = { near: 0, far: 0 };

    /**
     * @param name name of the material
     * @param scene scene
     * @param _splats what to show
     */
    public constructor(
        name: string,
        scene: Scene,
        private readonly _splats: SplatBuffers,
    ) {
        ShaderStore.ShadersStoreWGSL[`${SHADER}VertexShader`] ??= cachedSplatVertexWgsl;
        ShaderStore.ShadersStoreWGSL[`${SHADER}FragmentShader`] ??= splatVideoFragmentWgsl;
        super(name, scene, SHADER, { uniforms: ["viewportSize", "batchQuads"], storageBuffers: ["splatCache", "splatOrder", "splatDraw"] });
        this._views = new SplatViews(scene.getEngine(), _splats, QUADS_PER_INSTANCE);
    }

    public override isReadyForSubMesh(mesh: AbstractMesh, subMesh: SubMesh, useInstances?: boolean): boolean {
        return this._splats.kernels !== undefined && super.isReadyForSubMesh(mesh, subMesh, useInstances);
    }

    public override dispose(forceDisposeEffect?: boolean, forceDisposeTextures?: boolean, notBoundToMesh?: boolean): void {
        this._views.dispose();
        const effect = this.getEffect();
        super.dispose(forceDisposeEffect, forceDisposeTextures, notBoundToMesh);
        if (effect?.isDisposed) {
            // Babylon frees an effect on WebGPU when its last user is gone, but not the buffer of its uniforms.
            effect.getPipelineContext()?.dispose();
        }
    }

    protected override _bindFrame(mesh: AbstractMesh, effect: Effect, camera: Camera): void {
        const splats = this._splats;
        const engine = this.getScene().getEngine();
        const indirect = indirectArgumentsOf(engine, 6 * QUADS_PER_INSTANCE, instancesFor(splats.slots));
        if (!splats.quantization || !splats.kernels || !indirect) {
            return;
        }
        const width = engine.getRenderWidth() * camera.viewport.width;
        const height = engine.getRenderHeight() * camera.viewport.height;
        this._setUniforms(mesh, width, height, isMultisampled(engine) ? 0.5 : 0);
        const owned = this._views.take(splats.kernels, this._uniforms, indirect);
        bindStorage(engine, "splatCache", owned.cache);
        bindStorage(engine, "splatOrder", owned.order);
        bindStorage(engine, "splatDraw", owned.drawArguments);
        effect.setFloat2("viewportSize", width, height);
        effect.setFloat("batchQuads", QUADS_PER_INSTANCE);
    }

    private _setUniforms(mesh: AbstractMesh, width: number, height: number, margin: number): void {
        const { _splats: splats, _uniforms: uniforms, _eye: eye, _range: range } = this;
        const scene = this.getScene();
        mesh.getWorldMatrix().multiplyToRef(scene.getViewMatrix(), this._worldView);
        findEye(this._worldView.invertToRef(this._inverse), scene.getProjectionMatrix(), scene.useRightHandedSystem, eye);
        uniforms.setCamera(this._worldView.m, scene.getProjectionMatrix().m, eye);
        uniforms.setPicture(width, height, this.lowPass, this.antialiased, margin);
        if (splats.quantization) {
            uniforms.setQuantization(splats.quantization);
        }
        uniforms.setSlots(splats.slotCount, 0, BLOCK_SLOTS, splats.slots);
        uniforms.setLook(this._look);
        range.near = Infinity;
        range.far = -Infinity;
        uniforms.addDepths(splats.bounds, scene.useRightHandedSystem, range);
        range.near = Math.max(range.near, 0);
        uniforms.setDepthRange(range, scene.useRightHandedSystem);
    }
}

/** Instances that draw a number of splats. */
export function instancesFor(splats: number): number {
    return Math.max(1, Math.ceil(splats / QUADS_PER_INSTANCE));
}
