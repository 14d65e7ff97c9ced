import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import { Constants } from "@babylonjs/core/Engines/constants.js";
import type { Effect } from "@babylonjs/core/Materials/effect.js";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage.js";
import { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial.js";
import { Matrix, Vector2, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { ShaderStore } from "@babylonjs/core/Engines/shaderStore.js";
import { splatVideoFragmentGlsl } from "../shaders/glsl/splatVideo.fragment.js";
import { splatVideoVertexGlsl } from "../shaders/glsl/splatVideo.vertex.js";
import { splatVideoFragmentWgsl } from "../shaders/wgsl/splatVideo.fragment.js";
import { splatVideoVertexWgsl } from "../shaders/wgsl/splatVideo.vertex.js";
import type { SplatTextures } from "./splatTextures.js";

/** Quads of an instance. A batch keeps the number of instances low, which is what limits old GPUs, and wastes at most this many quads. */
export const QUADS_PER_INSTANCE = 64;

const SHADER = "fvvSplatVideo";

const UNIFORMS = [
    "world",
    "view",
    "projection",
    "viewportSize",
    "eyeLocal",
    "batch",
    "positionStep",
    "positionOrigin",
    "rotationStep",
    "logScale",
    "opacityScale",
    "colorScale",
    "lowPassAndFade",
    "shScale",
];

/**
 * Material of moving splats: dequantises and projects in the vertex shader, blends back to front, premultiplied, in display-referred
 * colours as they are. Works with any camera and any transform of its mesh.
 */
export class SplatVideoMaterial extends ShaderMaterial {
    /**
     * Variance in square pixels that is added to every projected splat: a low-pass filter. Default 0.075, as Babylon's own splat material adds,
     * so that clips and still splats look alike in a scene. The INRIA rasteriser, which most captures are trained with, adds 0.3.
     */
    public lowPass = 0.075;

    private readonly _inverseWorld = new Matrix();
    private readonly _eye = new Vector3();
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
        const isWgsl = scene.getEngine().isWebGPU;
        registerShaders();
        const samplers = ["splatA", "splatB", "splatOrder", ..._state.sh.map((_, texel) => `splatSh${texel}`)];
        super(name, scene, SHADER, {
            attributes: ["position"],
            uniforms: UNIFORMS,
            samplers,
            defines: [`#define SH_DEGREE ${_state.shDegree}`],
            needAlphaBlending: true,
            shaderLanguage: isWgsl ? ShaderLanguage.WGSL : ShaderLanguage.GLSL,
            useClipPlane: null,
        });
        this.backFaceCulling = false;
        this.disableDepthWrite = true;
        this.alphaMode = Constants.ALPHA_PREMULTIPLIED_PORTERDUFF;
        this.setTexture("splatA", _state.splatA);
        this.setTexture("splatB", _state.splatB);
        this.setTexture("splatOrder", _state.order);
        _state.sh.forEach((texture, texel) => this.setTexture(`splatSh${texel}`, texture));
        this.onBindObservable.add((mesh) => this._bindFrame(mesh));
    }

    public override getClassName(): string {
        return "SplatVideoMaterial";
    }

    /** Uniforms of this draw: camera, mesh and the scales of the frame. */
    private _bindFrame(mesh: AbstractMesh): void {
        const effect = this.getEffect();
        const { quantization: q, liveCount } = this._state;
        const scene = this.getScene();
        const camera = scene.activeCamera;
        if (!q || !camera || !effect) {
            return;
        }
        const engine = scene.getEngine();
        const pair = this._pair;
        effect.setVector2("viewportSize", pair.set(engine.getRenderWidth() * camera.viewport.width, engine.getRenderHeight() * camera.viewport.height));
        this._bindEye(effect, mesh, camera);
        effect.setVector2("batch", pair.set(QUADS_PER_INSTANCE, liveCount));
        effect.setFloat("positionStep", q.positionStep);
        const [x, y, z] = q.positionBase;
        effect.setFloat3("positionOrigin", x * q.positionStep, y * q.positionStep, z * q.positionStep);
        effect.setFloat("rotationStep", q.rotationStep);
        effect.setVector2("logScale", pair.set(q.scaleStep, q.scaleStep * q.scaleBase));
        effect.setVector2("opacityScale", pair.set(q.opacityStep, q.opacityStep * q.opacityBase));
        effect.setVector2("colorScale", pair.set(q.colorStep, q.colorStep * q.colorBase));
        effect.setVector2("lowPassAndFade", pair.set(this.lowPass, mesh.visibility * this.alpha));
        if (this._state.shDegree > 0) {
            effect.setVector2("shScale", pair.set(q.shStep, q.shStep * q.shBase));
        }
    }

    /** Where splats are seen from: all along one direction where the projection is orthographic. */
    private _bindEye(effect: Effect, mesh: AbstractMesh, camera: Camera): void {
        mesh.getWorldMatrix().invertToRef(this._inverseWorld);
        const isPerspective = this.getScene().getProjectionMatrix().m[11] !== 0;
        if (isPerspective) {
            Vector3.TransformCoordinatesToRef(camera.globalPosition, this._inverseWorld, this._eye);
        } else {
            const { m } = camera.getViewMatrix();
            const backward = this.getScene().useRightHandedSystem ? 1 : -1;
            this._eye.copyFromFloats(backward * m[2], backward * m[6], backward * m[10]);
            Vector3.TransformNormalToRef(this._eye, this._inverseWorld, this._eye);
        }
        effect.setFloat4("eyeLocal", this._eye.x, this._eye.y, this._eye.z, isPerspective ? 1 : 0);
    }
}

function registerShaders(): void {
    ShaderStore.ShadersStore[`${SHADER}VertexShader`] ??= splatVideoVertexGlsl;
    ShaderStore.ShadersStore[`${SHADER}FragmentShader`] ??= splatVideoFragmentGlsl;
    ShaderStore.ShadersStoreWGSL[`${SHADER}VertexShader`] ??= splatVideoVertexWgsl;
    ShaderStore.ShadersStoreWGSL[`${SHADER}FragmentShader`] ??= splatVideoFragmentWgsl;
}
