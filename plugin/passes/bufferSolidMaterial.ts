import { ShaderStore } from "@babylonjs/core/Engines/shaderStore.js";
import type { Scene } from "@babylonjs/core/scene.js";
import "@babylonjs/core/ShadersWGSL/ShadersInclude/packingFunctions.js";
import "@babylonjs/core/ShadersWGSL/ShadersInclude/shadowMapFragment.js";
import "@babylonjs/core/ShadersWGSL/ShadersInclude/shadowMapFragmentExtraDeclaration.js";
import "@babylonjs/core/ShadersWGSL/ShadersInclude/shadowMapVertexExtraDeclaration.js";
import "@babylonjs/core/ShadersWGSL/ShadersInclude/shadowMapVertexMetric.js";
import { solidSplatFragmentWgsl } from "../../shaders/wgsl/solidSplat.fragment.js";
import { solidSplatVertexWgsl } from "../../shaders/wgsl/solidSplat.vertex.js";
import type { SplatVideoMaterial } from "../splatVideoMaterial.js";
import { bindStorage } from "../webgpu/babylonDevice.js";
import type { SplatBuffers } from "../webgpu/splatBuffers.js";
import { SolidMaterial, type SolidOutput } from "./solidMaterial.js";

const SHADER = "fvvSolidSplat";

/** {@link SolidMaterial} for WebGPU: reads the state from storage buffers. */
export class BufferSolidMaterial extends SolidMaterial {
    /**
     * @param scene scene
     * @param _splats what to show
     * @param settings material that shows the splats
     * @param output what the pass keeps
     * @param defines more defines of the shaders
     */
    public constructor(
        scene: Scene,
        private readonly _splats: SplatBuffers,
        settings: SplatVideoMaterial,
        output: SolidOutput,
        defines: readonly string[],
    ) {
        ShaderStore.ShadersStoreWGSL[`${SHADER}VertexShader`] ??= solidSplatVertexWgsl;
        ShaderStore.ShadersStoreWGSL[`${SHADER}FragmentShader`] ??= solidSplatFragmentWgsl;
        super(scene, SHADER, _splats, settings, output, defines, { storageBuffers: ["splatA", "splatB", "nextA", "nextB"] });
    }

    protected override _bindState(): void {
        const engine = this.getScene().getEngine();
        const { sets, current } = this._splats;
        const next = sets[1 - current] ?? sets[current];
        bindStorage(engine, "splatA", sets[current].splatA);
        bindStorage(engine, "splatB", sets[current].splatB);
        bindStorage(engine, "nextA", next.splatA);
        bindStorage(engine, "nextB", next.splatB);
    }
}
