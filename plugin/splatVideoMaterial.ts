import { Constants } from "@babylonjs/core/Engines/constants.js";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage.js";
import { ShaderMaterial, type IShaderMaterialOptions } from "@babylonjs/core/Materials/shaderMaterial.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import type { Effect } from "@babylonjs/core/Materials/effect.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { LOOK_FLOATS } from "../shaders/wgsl/splatLook.js";
import { SplatLook } from "./splatLook.js";

/** Quads of an instance. A batch keeps the number of instances low, which is what limits old GPUs, and wastes at most this many quads. */
export const QUADS_PER_INSTANCE = 64;

/** Instances that draw a number of splats. */
export function instancesFor(splats: number): number {
    return Math.max(1, Math.ceil(splats / QUADS_PER_INSTANCE));
}

/** Sets how many splats the draw to come draws: materials differ in that, a mesh has but one number. */
export function drawSplats(mesh: AbstractMesh, splats: number): void {
    (mesh as Mesh).overridenInstanceCount = instancesFor(splats);
}

/**
 * Material of moving splats: blends them back to front, premultiplied, in display-referred colours as they are. Works with any camera and any transform of its mesh.
 */
export abstract class SplatVideoMaterial extends ShaderMaterial {
    /**
     * Variance in square pixels that is added to every projected splat: a low-pass filter. Default 0.075, as Babylon's own splat material adds,
     * so that clips and still splats look alike in a scene. The INRIA rasteriser, which most captures are trained with, adds 0.3.
     */
    public lowPass = 0.075;
    /**
     * Whether opacity makes up for what the low-pass filter adds to the area of a splat (Mip-Splatting, Yu et al. 2024). Default false; a clip that says that it was
     * trained so sets it.
     */
    public antialiased = false;
    /**
     * Least alpha at which a splat is taken for solid by what knows no transparency: shadows, the depth renderer, picks, glow and highlight layers. Above 0 to below 1,
     * default 0.5. Lower it where a capture has holes in its shadow.
     */
    public solidThreshold = 0.5;
    /**
     * Least alpha at which splats write depth too, above 0 to below 1, so that what is drawn after the clip is hidden behind it. Default null: they write none. The picture of
     * the clip stays the same.
     */
    public depthWriteThreshold: number | null = null;
    /** Colours, crop, fade. */
    public readonly look = new SplatLook();

    protected readonly _look = new Float32Array(LOOK_FLOATS);

    /**
     * @param name name of the material
     * @param scene scene
     * @param shader name of the shaders in Babylon's store
     * @param options what the shaders take
     */
    protected constructor(name: string, scene: Scene, shader: string, options: Partial<IShaderMaterialOptions>) {
        const shaderLanguage = scene.getEngine().isWebGPU ? ShaderLanguage.WGSL : ShaderLanguage.GLSL;
        super(name, scene, shader, { attributes: ["position"], needAlphaBlending: true, shaderLanguage, useClipPlane: null, ...options });
        this.backFaceCulling = false;
        this.disableDepthWrite = true;
        this.alphaMode = Constants.ALPHA_PREMULTIPLIED_PORTERDUFF;
        this.onBindObservable.add((mesh) => {
            const effect = this.getEffect();
            const camera = scene.activeCamera;
            if (effect && camera) {
                this._bindFrame(mesh, effect, camera);
            }
        });
    }

    public override getClassName(): string {
        return "SplatVideoMaterial";
    }

    /** A material with the same settings for another mesh of the same clip. */
    public abstract override clone(name: string): SplatVideoMaterial;

    /** Takes over the settings of another material of splats. */
    public copySettings({ lowPass, antialiased, solidThreshold, depthWriteThreshold, look }: SplatVideoMaterial): void {
        this.lowPass = lowPass;
        this.antialiased = antialiased;
        this.solidThreshold = solidThreshold;
        this.depthWriteThreshold = depthWriteThreshold;
        this.look.copyFrom(look);
    }

    /** Binds what this draw needs: camera, mesh and the scales of the frame. */
    protected abstract _bindFrame(mesh: AbstractMesh, effect: Effect, camera: Camera): void;
}
