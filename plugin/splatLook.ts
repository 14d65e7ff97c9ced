import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import type { Plane } from "@babylonjs/core/Maths/math.plane.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";

/** Luminance weights, ITU-R BT.709, on display-referred colours as CSS filters use them. */
const LUMINANCE = [0.2126, 0.7152, 0.0722];

const PLANES_AT = 28;
const FOG_AT = 52;
const CROP_KINDS = { box: 1, sphere: 2 } as const;

/** A region outside of which nothing is drawn. */
export interface ISplatCrop {
    /** Shape: of half width (radius) 1 around the origin of its own space. */
    shape: keyof typeof CROP_KINDS;
    /** Its place in the space of the clip: takes the shape's own space there, so that translation is its centre and scaling its half size. */
    matrix: Matrix;
    /** Width of the edge in which splats fade, as a part of the half size, 0 to 1. Default 0. */
    softness?: number;
}

/**
 * What is done to the look of a clip in its scene. All defaults leave it as it is. Changes apply to the next render.
 */
export class SplatLook {
    /** Factor of the colours, display-referred. Default white. */
    public tint = Color3.White();
    /** Factor of the opacities, beside the `visibility` of the mesh. 0 to 1, default 1. */
    public opacity = 1;
    /** Factor of all channels. Default 1. */
    public brightness = 1;
    /** Factor of the distance to middle grey. Default 1. */
    public contrast = 1;
    /** 0 grey, 1 as it is, above more colourful. Default 1. */
    public saturation = 1;
    /** What is outside is not drawn. Default nothing is cut. */
    public crop: ISplatCrop | null = null;

    private readonly _toCrop = new Matrix();

    /**
     * Writes the look as the shaders take it.
     * @param mesh mesh that is drawn: its visibility, transform, and whether it takes fog
     * @param alpha factor of the opacity
     * @param out `LOOK_FLOATS` values
     */
    public pack(mesh: AbstractMesh, alpha: number, out: Float32Array): void {
        this._packColor(out);
        this._packCrop(alpha * this.opacity * mesh.visibility, out);
        packPlanes(mesh, out);
        packFog(mesh, out);
    }

    /** The same look for another mesh. */
    public copyFrom(other: SplatLook): void {
        this.tint.copyFrom(other.tint);
        this.opacity = other.opacity;
        this.brightness = other.brightness;
        this.contrast = other.contrast;
        this.saturation = other.saturation;
        this.crop = other.crop && { ...other.crop, matrix: other.crop.matrix.clone() };
    }

    /** Tint, then saturation, brightness, contrast, as one affine map. */
    private _packColor(out: Float32Array): void {
        const { tint, brightness, contrast, saturation } = this;
        const gain = brightness * contrast;
        for (let row = 0; row < 3; row++) {
            for (let column = 0; column < 3; column++) {
                const own = row === column ? saturation : 0;
                const factor = column === 0 ? tint.r : column === 1 ? tint.g : tint.b;
                out[4 * row + column] = gain * (own + (1 - saturation) * LUMINANCE[column]) * factor;
            }
            out[4 * row + 3] = 0.5 * (1 - contrast);
        }
    }

    private _packCrop(opacity: number, out: Float32Array): void {
        const { crop } = this;
        out[24] = crop ? CROP_KINDS[crop.shape] : 0;
        out[25] = crop?.softness ?? 0;
        out[26] = opacity;
        out[27] = 0;
        if (crop) {
            const m = crop.matrix.invertToRef(this._toCrop).m;
            for (let row = 0; row < 3; row++) {
                for (let column = 0; column < 4; column++) {
                    out[12 + 4 * row + column] = m[4 * column + row];
                }
            }
        } else {
            out.fill(0, 12, 24);
        }
    }
}

/** Clip planes of the scene, in the space of the mesh. Where there is none, nothing is in front of it. */
function packPlanes(mesh: AbstractMesh, out: Float32Array): void {
    const scene = mesh.getScene();
    const m = mesh.getWorldMatrix().m;
    for (let index = 0; index < 6; index++) {
        const at = PLANES_AT + 4 * index;
        const plane = planeOf(scene, index);
        out.fill(0, at, at + 4);
        out[at + 3] = -1;
        if (plane) {
            const { x, y, z } = plane.normal;
            for (let c = 0; c < 4; c++) {
                out[at + c] = x * m[4 * c] + y * m[4 * c + 1] + z * m[4 * c + 2] + (c === 3 ? plane.d : 0);
            }
        }
    }
}

function planeOf(scene: Scene, index: number): Plane | null | undefined {
    switch (index) {
        case 0:
            return scene.clipPlane;
        case 1:
            return scene.clipPlane2;
        case 2:
            return scene.clipPlane3;
        case 3:
            return scene.clipPlane4;
        case 4:
            return scene.clipPlane5;
        default:
            return scene.clipPlane6;
    }
}

/** Fog as Babylon's: modes 1 exponential, 2 the same squared, 3 linear. */
function packFog(mesh: AbstractMesh, out: Float32Array): void {
    const scene = mesh.getScene();
    const isFoggy = scene.fogEnabled && mesh.applyFog && scene.fogMode !== 0;
    out[FOG_AT] = isFoggy ? scene.fogMode : 0;
    out[FOG_AT + 1] = isFoggy ? scene.fogStart : 0;
    out[FOG_AT + 2] = isFoggy ? scene.fogEnd : 1;
    out[FOG_AT + 3] = isFoggy ? scene.fogDensity : 0;
    out[FOG_AT + 4] = isFoggy ? scene.fogColor.r : 0;
    out[FOG_AT + 5] = isFoggy ? scene.fogColor.g : 0;
    out[FOG_AT + 6] = isFoggy ? scene.fogColor.b : 0;
    out[FOG_AT + 7] = 0;
}
