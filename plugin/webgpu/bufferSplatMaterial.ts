import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import { ShaderStore } from "@babylonjs/core/Engines/shaderStore.js";
import type { Effect } from "@babylonjs/core/Materials/effect.js";
import { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { cachedSplatVertexWgsl } from "../../shaders/wgsl/cachedSplat.vertex.js";
import { splatVideoFragmentWgsl } from "../../shaders/wgsl/splatVideo.fragment.js";
import { findEye } from "../findEye.js";
import { drawSplats, instancesFor, QUADS_PER_INSTANCE, SplatVideoMaterial } from "../splatVideoMaterial.js";
import { bindStorage, drawNothing, indirectArgumentsOf, isMultisampled } from "./babylonDevice.js";
import { LayerUniforms, type IDepthRange } from "./layerUniforms.js";
import type { SplatBuffers } from "./splatBuffers.js";
import type { SplatKernels } from "./splatKernels.js";
import { SplatViews, type ISeenSplats } from "./splatViews.js";

const SHADER = "fvvCachedSplat";

/** A mesh that is sorted together with others. */
export interface ISplatMember {
    mesh: AbstractMesh;
    material: BufferSplatMaterial;
}

/** {@link SplatVideoMaterial} for WebGPU: kernels project and sort the splats for each camera that sees them; the vertex shader only places their quads. */
export class BufferSplatMaterial extends SplatVideoMaterial {
    /** Clips that are sorted together with this one, itself included; default this one alone. */
    public members: readonly ISplatMember[] | undefined;
    private readonly _views: SplatViews;
    private readonly _seen: ISeenSplats[] = [];
    private readonly _uniforms = new LayerUniforms();
    private readonly _own: ISeenSplats;
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
        this._own = { kernels: undefined as unknown as SplatKernels, splats: _splats, uniforms: this._uniforms };
        this._views = new SplatViews(scene.getEngine(), QUADS_PER_INSTANCE);
    }

    public override clone(name: string): BufferSplatMaterial {
        const clone = new BufferSplatMaterial(name, this.getScene(), this._splats);
        clone.copySettings(this);
        return clone;
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

    /** Slots of all that this mesh may have to draw. */
    private get _slots(): number {
        return this.members?.reduce((sum, { material }) => sum + material._splats.slots, 0) ?? this._splats.slots;
    }

    protected override _bindFrame(mesh: AbstractMesh, effect: Effect, camera: Camera): void {
        const engine = this.getScene().getEngine();
        const indirect = indirectArgumentsOf(engine, 6 * QUADS_PER_INSTANCE, instancesFor(this._slots));
        if (!indirect) {
            return;
        }
        const width = engine.getRenderWidth() * camera.viewport.width;
        const height = engine.getRenderHeight() * camera.viewport.height;
        // The GPU says how many of them are drawn.
        drawSplats(mesh, this._slots);
        this._see(mesh, width, height, isMultisampled(engine) ? 0.5 : 0);
        if (this._seen.length === 0) {
            drawNothing(engine, indirect);
            bindStorage(engine, "splatCache", this._splats.sh);
            bindStorage(engine, "splatOrder", this._splats.sh);
            bindStorage(engine, "splatDraw", this._splats.sh);
            return;
        }
        const owned = this._views.take(this._seen, indirect);
        bindStorage(engine, "splatCache", owned.cache);
        bindStorage(engine, "splatOrder", owned.order);
        bindStorage(engine, "splatDraw", owned.drawArguments);
        effect.setFloat2("viewportSize", width, height);
        effect.setFloat("batchQuads", QUADS_PER_INSTANCE);
    }

    /** Lists what is to be drawn by this mesh: its own splats, or, for the first of those that are sorted together, those of all. */
    private _see(mesh: AbstractMesh, width: number, height: number, margin: number): void {
        const { _seen: seen, _range: range, members } = this;
        seen.length = 0;
        range.near = Infinity;
        range.far = -Infinity;
        let first = 0;
        if (!members) {
            this._add(seen, mesh, width, height, margin, 0, range);
        } else {
            for (const member of members) {
                if (member.mesh.isEnabled() && member.mesh.isVisible) {
                    if (seen.length === 0 && member.mesh !== mesh) {
                        return;
                    }
                    first = member.material._add(seen, member.mesh, width, height, margin, first, range);
                }
            }
        }
        range.near = Math.max(range.near, 0);
        for (const { uniforms } of seen) {
            uniforms.setDepthRange(range, this.getScene().useRightHandedSystem);
        }
    }

    /** Adds the splats of a mesh to those that are seen; returns the slots so far. */
    private _add(seen: ISeenSplats[], mesh: AbstractMesh, width: number, height: number, margin: number, first: number, range: IDepthRange): number {
        const { _splats: splats, _uniforms: uniforms, _eye: eye } = this;
        const { kernels, quantization } = splats;
        if (!kernels || !quantization) {
            return first;
        }
        const scene = this.getScene();
        mesh.getWorldMatrix().multiplyToRef(scene.getViewMatrix(), this._worldView);
        findEye(this._worldView.invertToRef(this._inverse), scene.getProjectionMatrix(), scene.useRightHandedSystem, eye);
        uniforms.setCamera(this._worldView.m, scene.getProjectionMatrix().m, eye);
        uniforms.setPicture(width, height, this.lowPass, this.antialiased, margin);
        uniforms.setQuantization(quantization);
        uniforms.setSlots(splats.slotCount, first, splats.slots, splats.slots);
        uniforms.setBlend(splats.blend);
        this.look.pack(mesh, this.alpha * splats.fade, this._look);
        uniforms.setLook(this._look);
        uniforms.addDepths(splats.bounds, scene.useRightHandedSystem, range);
        this._own.kernels = kernels;
        seen.push(this._own);
        return first + splats.slots;
    }
}
