import type { ISegmentQuantization } from "../../format/quantization.js";
import { LOOK_FLOATS } from "../../shaders/wgsl/splatLook.js";

/** Largest sort key. */
const MAX_KEY = 2 ** 24 - 1;
/** Floats before the look. */
const LOOK_AT = 64;

/** Bytes of the uniforms of a layer. */
export const LAYER_BYTES = 4 * (LOOK_AT + LOOK_FLOATS);

/** Nearest and farthest depth, in the units of the world, of what is sorted together. */
export interface IDepthRange {
    near: number;
    far: number;
}

/**
 * Uniforms of the kernel `project` for the splats of one mesh seen by one camera. Matrices are as Babylon's `Matrix.m`: row vectors, rows one after the other, which is
 * what WGSL takes for columns.
 */
export class LayerUniforms {
    /** What goes to the GPU. */
    public readonly data = new ArrayBuffer(LAYER_BYTES);
    /** The same as words, to be compared. */
    public readonly words = new Uint32Array(this.data);
    private readonly _floats = new Float32Array(this.data);
    private readonly _counts = new Uint32Array(this.data, 4 * 56, 4);

    /** Sets the camera: world * view, projection, and the eye, see plugin/findEye.ts. */
    public setCamera(worldView: ArrayLike<number>, projection: ArrayLike<number>, eye: ArrayLike<number>): void {
        this._floats.set(worldView, 0);
        this._floats.set(projection, 16);
        this._floats.set(eye, 32);
    }

    /** Sets the picture: its size, the variance that is added to each splat, whether opacity makes up for it, and how far from a pixel's centre samples lie, all px. */
    public setPicture(width: number, height: number, lowPass: number, isCompensated: boolean, margin: number): void {
        this._set(48, width, height, lowPass, isCompensated ? 1 : 0);
        this._floats[60] = margin;
    }

    /** Sets how far the picture is on the way from the state in place to the next, 0 to 1. */
    public setBlend(blend: number): void {
        this._floats[62] = blend;
    }

    /** Sets how codes become values. */
    public setQuantization(q: ISegmentQuantization): void {
        const { positionBase: base, positionStep: step } = q;
        this._floats[61] = q.rotationStep;
        this._set(36, base[0] * step, base[1] * step, base[2] * step, step);
        this._set(40, q.scaleStep, q.scaleStep * q.scaleBase, q.opacityStep, q.opacityStep * q.opacityBase);
        this._set(44, q.colorStep, q.colorStep * q.colorBase, q.shStep, q.shStep * q.shBase);
    }

    /** Sets the number of slots, the first of them in cache and keys, how many have room there, and the slots from one SH texel to the next. */
    public setSlots(count: number, first: number, room: number, shStride: number): void {
        const counts = this._counts;
        counts[0] = count;
        counts[1] = first;
        counts[2] = room;
        counts[3] = shStride;
    }

    /** Sets what the scene does to the look, see plugin/splatLook.ts. */
    public setLook(look: Float32Array): void {
        this._floats.set(look, LOOK_AT);
    }

    /** Widens a range by the depths of a box in the space of the clip; the camera is set before. Nothing behind the camera counts. */
    public addDepths(bounds: ArrayLike<number>, isRightHanded: boolean, range: IDepthRange): void {
        const m = this._floats;
        const sign = isRightHanded ? -1 : 1;
        let near = sign * m[14];
        let far = near;
        for (let c = 0; c < 3; c++) {
            const a = sign * m[4 * c + 2] * bounds[c];
            const b = sign * m[4 * c + 2] * bounds[3 + c];
            near += Math.min(a, b);
            far += Math.max(a, b);
        }
        range.near = Math.min(range.near, near);
        range.far = Math.max(range.far, far);
    }

    /** Sets how depths become keys: what is farthest is drawn first. */
    public setDepthRange({ near, far }: IDepthRange, isRightHanded: boolean): void {
        const m = this._floats;
        const scale = (isRightHanded ? -1 : 1) * (far > near ? MAX_KEY / (far - near) : 0);
        this._set(52, -scale * m[2], -scale * m[6], -scale * m[10], Math.abs(scale) * far - scale * m[14]);
    }

    private _set(at: number, x: number, y: number, z: number, w: number): void {
        const floats = this._floats;
        floats[at] = x;
        floats[at + 1] = y;
        floats[at + 2] = z;
        floats[at + 3] = w;
    }
}
