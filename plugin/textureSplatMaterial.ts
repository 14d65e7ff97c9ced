import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import { ShaderStore } from "@babylonjs/core/Engines/shaderStore.js";
import type { Effect } from "@babylonjs/core/Materials/effect.js";
import { Vector2 } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { splatVideoFragmentGlsl } from "../shaders/glsl/splatVideo.fragment.js";
import { splatVideoVertexGlsl } from "../shaders/glsl/splatVideo.vertex.js";
import { bindEyes, EYE_UNIFORMS } from "./bindEyes.js";
import { bindQuantization, QUANTIZATION_UNIFORMS } from "./bindQuantization.js";
import type { SplatTextures } from "./splatTextures.js";
import { drawSplats, QUADS_PER_INSTANCE, SplatVideoMaterial } from "./splatVideoMaterial.js";

const SHADER = "fvvSplatVideo";

const UNIFORMS = ["world", ...EYE_UNIFORMS, "viewportSize", "batch", ...QUANTIZATION_UNIFORMS, "lowPass", "blend", "shScale", "look"];

/** {@link SplatVideoMaterial} for WebGL2: dequantises and projects in the vertex shader, in the order that the decoder sorted for whoever draws. */
export class TextureSplatMaterial extends SplatVideoMaterial {
    private readonly _pair = new Vector2();

    /**
     * @param name name of the material
     * @param scene scene
     * @param _state what to show
     */
    public constructor(
        name: string,
        scene: Scene,
        private readonly _state: SplatTextures,
    ) {
        ShaderStore.ShadersStore[`${SHADER}VertexShader`] ??= splatVideoVertexGlsl;
        ShaderStore.ShadersStore[`${SHADER}FragmentShader`] ??= splatVideoFragmentGlsl;
        super(name, scene, SHADER, {
            uniforms: UNIFORMS,
            samplers: ["splatA", "splatB", "nextA", "nextB", "splatOrder", ..._state.sh.map((_, texel) => `splatSh${texel}`)],
            defines: [`#define SH_DEGREE ${_state.shDegree}`],
        });
        _state.sh.forEach((texture, texel) => this.setTexture(`splatSh${texel}`, texture));
    }

    public override clone(name: string): TextureSplatMaterial {
        const clone = new TextureSplatMaterial(name, this.getScene(), this._state);
        clone.copySettings(this);
        return clone;
    }

    protected override _bindFrame(mesh: AbstractMesh, effect: Effect, camera: Camera): void {
        const { quantization: q, liveCount, viewers, orders, version, set, nextSet, blend } = this._state;
        const viewer = viewers.note(mesh);
        if (!q) {
            return;
        }
        effect.setTexture("splatA", set.splatA);
        effect.setTexture("splatB", set.splatB);
        effect.setTexture("nextA", nextSet.splatA);
        effect.setTexture("nextB", nextSet.splatB);
        effect.setFloat("blend", blend);
        effect.setTexture("splatOrder", orders.nearest(viewer.forward, version));
        const engine = this.getScene().getEngine();
        const pair = this._pair;
        effect.setVector2("viewportSize", pair.set(engine.getRenderWidth() * camera.viewport.width, engine.getRenderHeight() * camera.viewport.height));
        bindEyes(effect, mesh);
        drawSplats(mesh, liveCount);
        effect.setVector2("batch", pair.set(QUADS_PER_INSTANCE, liveCount));
        bindQuantization(effect, q);
        effect.setVector2("lowPass", pair.set(this.lowPass, this.antialiased ? 1 : 0));
        this.look.pack(mesh, this.alpha * this._state.fade, this._look);
        effect.setFloatArray4("look", this._look);
        if (this._state.shDegree > 0) {
            effect.setVector2("shScale", pair.set(q.shStep, q.shStep * q.shBase));
        }
    }
}
