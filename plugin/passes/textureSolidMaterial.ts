import { ShaderStore } from "@babylonjs/core/Engines/shaderStore.js";
import type { Effect } from "@babylonjs/core/Materials/effect.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { solidSplatFragmentGlsl } from "../../shaders/glsl/solidSplat.fragment.js";
import { solidSplatVertexGlsl } from "../../shaders/glsl/solidSplat.vertex.js";
import type { SplatTextures } from "../splatTextures.js";
import type { SplatVideoMaterial } from "../splatVideoMaterial.js";
import { SolidMaterial, type SolidOutput } from "./solidMaterial.js";

const SHADER = "fvvSolidSplat";

/** {@link SolidMaterial} for WebGL2: reads the state from textures. */
export class TextureSolidMaterial extends SolidMaterial {
    /**
     * @param scene scene
     * @param _splats what to show
     * @param settings material that shows the splats
     * @param output what the pass keeps
     * @param defines more defines of the shaders
     */
    public constructor(
        scene: Scene,
        private readonly _splats: SplatTextures,
        settings: SplatVideoMaterial,
        output: SolidOutput,
        defines: readonly string[],
    ) {
        ShaderStore.ShadersStore[`${SHADER}VertexShader`] ??= solidSplatVertexGlsl;
        ShaderStore.ShadersStore[`${SHADER}FragmentShader`] ??= solidSplatFragmentGlsl;
        super(scene, SHADER, _splats, settings, output, defines, { samplers: ["splatA", "splatB", "nextA", "nextB"] });
    }

    protected override _bindState(effect: Effect): void {
        const { set, nextSet } = this._splats;
        effect.setTexture("splatA", set.splatA);
        effect.setTexture("splatB", set.splatB);
        effect.setTexture("nextA", nextSet.splatA);
        effect.setTexture("nextB", nextSet.splatB);
    }
}
