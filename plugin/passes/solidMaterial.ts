import type { Effect } from "@babylonjs/core/Materials/effect.js";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage.js";
import { ShaderMaterial, type IShaderMaterialOptions } from "@babylonjs/core/Materials/shaderMaterial.js";
import { ShadowDepthWrapper } from "@babylonjs/core/Materials/shadowDepthWrapper.js";
import type { Vector4 } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import "@babylonjs/core/Shaders/ShadersInclude/packingFunctions.js";
import "@babylonjs/core/Shaders/ShadersInclude/shadowMapFragment.js";
import "@babylonjs/core/Shaders/ShadersInclude/shadowMapFragmentExtraDeclaration.js";
import "@babylonjs/core/Shaders/ShadersInclude/shadowMapVertexExtraDeclaration.js";
import "@babylonjs/core/Shaders/ShadersInclude/shadowMapVertexMetric.js";
import { LOOK_FLOATS } from "../../shaders/wgsl/splatLook.js";
import { bindEyes, EYE_UNIFORMS } from "../bindEyes.js";
import { bindQuantization, QUANTIZATION_UNIFORMS } from "../bindQuantization.js";
import type { SplatStore } from "../splatStore.js";
import { drawSplats, QUADS_PER_INSTANCE, type SplatVideoMaterial } from "../splatVideoMaterial.js";

/**
 * What a pass keeps of a solid splat: `nothing` but depth, the `depth` as Babylon's depth renderer takes it, the `shadow` map's depth, opaque black (`dark`), transparent black (`clear`), the `meshId` of Babylon's GPU picker, or
 * depth and `slot`.
 */
export type SolidOutput = "nothing" | "depth" | "shadow" | "dark" | "clear" | "meshId" | "slot";

/** Part of the picture that a pass draws. */
export interface IPictureWindow {
    /** Centre x, y in normalised device coordinates, and how much the picture is enlarged in x and y. */
    place: Vector4;
    /** Width of the whole picture, px. */
    width: number;
    /** Height of the whole picture, px. */
    height: number;
}

const OUTPUT_DEFINES: Readonly<Partial<Record<SolidOutput, string>>> = {
    depth: "#define SOLID_DEPTH",
    dark: "#define SOLID_DARK",
    meshId: "#define SOLID_MESH_ID",
    slot: "#define SOLID_SLOT",
};

const UNIFORMS = [
    ...["world", ...EYE_UNIFORMS, "viewportSize", "pictureWindow", "batch", "lowPass", "threshold", "blend", "look", ...QUANTIZATION_UNIFORMS],
    // What Babylon sets: the depth renderer, shadow generators, the GPU picker.
    ...["depthValues", "biasAndScaleSM", "depthValuesSM", "lightDataSM", "meshID"],
];

/**
 * Draws splats as solid, for passes that know no transparency: in any order, each pixel where a splat is at least as opaque as the threshold. Takes its settings from the
 * material that shows the splats.
 */
export abstract class SolidMaterial extends ShaderMaterial {
    /** What is drawn of the picture; null, the default, for all of it. */
    public pictureWindow: IPictureWindow | null = null;
    private readonly _look = new Float32Array(LOOK_FLOATS);

    /**
     * @param scene scene
     * @param shader name of the shaders in Babylon's store
     * @param _state what to show
     * @param _settings material that shows the splats
     * @param output what the pass keeps
     * @param defines more defines of the shaders
     * @param options what the shaders take
     */
    protected constructor(
        scene: Scene,
        shader: string,
        private readonly _state: SplatStore,
        private readonly _settings: SplatVideoMaterial,
        public readonly output: SolidOutput,
        defines: readonly string[],
        options: Partial<IShaderMaterialOptions>,
    ) {
        const outputDefine = OUTPUT_DEFINES[output];
        super(`${_settings.name} ${output}`, scene, shader, {
            attributes: ["position"],
            uniforms: UNIFORMS,
            defines: [...defines, ...(outputDefine ? [outputDefine] : [])],
            shaderLanguage: scene.getEngine().isWebGPU ? ShaderLanguage.WGSL : ShaderLanguage.GLSL,
            useClipPlane: null,
            ...options,
        });
        this.doNotSerialize = true;
        this.backFaceCulling = false;
        this.forceDepthWrite = true;
        this.disableColorWrite = output === "nothing";
        if (output === "shadow") {
            // A shadow generator takes the code of an effect of ours and compiles it again with its own defines.
            this.shadowDepthWrapper = new ShadowDepthWrapper(this, scene, { standalone: true, doNotInjectCode: true });
        }
        this.onBindObservable.add((mesh) => {
            const effect = this.getEffect();
            if (effect) {
                this._bindFrame(mesh, effect);
            }
        });
    }

    public override getClassName(): string {
        return "SolidMaterial";
    }

    public override dispose(forceDisposeEffect?: boolean, forceDisposeTextures?: boolean, notBoundToMesh?: boolean): void {
        this.shadowDepthWrapper?.dispose();
        this.shadowDepthWrapper = null;
        super.dispose(forceDisposeEffect, forceDisposeTextures, notBoundToMesh);
    }

    /** Binds the state of the splats. */
    protected abstract _bindState(effect: Effect): void;

    private _bindFrame(mesh: AbstractMesh, effect: Effect): void {
        const { _state: state, _settings: settings, _look: look } = this;
        if (!state.quantization) {
            return;
        }
        drawSplats(mesh, state.slotCount);
        this._bindState(effect);
        this._bindPicture(effect);
        bindEyes(effect, mesh);
        effect.setFloat2("batch", QUADS_PER_INSTANCE, state.slotCount);
        effect.setFloat2("lowPass", settings.lowPass, settings.antialiased ? 1 : 0);
        const threshold = (this.output === "nothing" ? settings.depthWriteThreshold : null) ?? settings.solidThreshold;
        effect.setFloat("threshold", Math.max(threshold, 1 / 255));
        bindQuantization(effect, state.quantization);
        effect.setFloat("blend", state.blend);
        settings.look.pack(mesh, settings.alpha * state.fade, look);
        effect.setFloatArray4("look", look);
    }

    private _bindPicture(effect: Effect): void {
        if (this.pictureWindow) {
            const { place, width, height } = this.pictureWindow;
            effect.setVector4("pictureWindow", place);
            effect.setFloat2("viewportSize", width, height);
            return;
        }
        const engine = this.getScene().getEngine();
        // Babylon draws shadow maps, depth maps and layers without the viewport of the camera.
        const viewport = this.output === "nothing" || this.output === "meshId" ? this.getScene().activeCamera?.viewport : undefined;
        effect.setFloat4("pictureWindow", 0, 0, 1, 1);
        effect.setFloat2("viewportSize", engine.getRenderWidth() * (viewport?.width ?? 1), engine.getRenderHeight() * (viewport?.height ?? 1));
    }
}
