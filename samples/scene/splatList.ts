import { type ISplatFrame } from "../../encoder/index.js";
import { cross, type Vec3 } from "./vec3.js";

/** A flat splat on a surface. */
export interface ISurfel {
    /** Centre, metres. */
    position: Vec3;
    /** Normal of the surface, length 1. */
    normal: Vec3;
    /** A direction in the surface, length 1, at a right angle to the normal. */
    tangent: Vec3;
    /** Standard deviation along the tangent and across it, metres. */
    size: readonly [number, number];
    /** Display-referred sRGB, 0..1. */
    color: Vec3;
    /** 0..1. Default 0.96. */
    opacity?: number;
}

/** How thick a flat splat is, metres. */
const THICKNESS = 0.0015;

/** The splats of one frame while they are collected. */
export class SplatList {
    private readonly _positions: number[] = [];
    private readonly _rotations: number[] = [];
    private readonly _scales: number[] = [];
    private readonly _opacities: number[] = [];
    private readonly _colors: number[] = [];
    private readonly _ids: number[] = [];

    /**
     * Adds a splat.
     * @param id its identity, unique in the frame and the same in every frame
     * @param surfel the splat
     */
    public add(id: number, { position, normal, tangent, size, color, opacity = 0.96 }: ISurfel): void {
        this._ids.push(id);
        this._positions.push(...position);
        this._rotations.push(...quaternion(tangent, cross(normal, tangent), normal));
        this._scales.push(size[0], size[1], THICKNESS);
        this._opacities.push(opacity);
        this._colors.push(...color);
    }

    /** The frame: arrays as an encoder takes them, without spherical harmonics. */
    public toFrame(): ISplatFrame {
        return {
            count: this._ids.length,
            shDegree: 0,
            positions: Float32Array.from(this._positions),
            rotations: Float32Array.from(this._rotations),
            scales: Float32Array.from(this._scales),
            opacities: Float32Array.from(this._opacities),
            colors: Float32Array.from(this._colors),
            sh: new Float32Array(0),
            ids: Int32Array.from(this._ids),
        };
    }
}

/** Quaternion w, x, y, z of the rotation whose columns are three orthonormal vectors (Shepperd 1978). */
function quaternion(x: Vec3, y: Vec3, z: Vec3): [number, number, number, number] {
    const trace = x[0] + y[1] + z[2];
    if (trace > 0) {
        const s = 2 * Math.sqrt(trace + 1);
        return [s / 4, (y[2] - z[1]) / s, (z[0] - x[2]) / s, (x[1] - y[0]) / s];
    }
    if (x[0] > y[1] && x[0] > z[2]) {
        const s = 2 * Math.sqrt(1 + x[0] - y[1] - z[2]);
        return [(y[2] - z[1]) / s, s / 4, (y[0] + x[1]) / s, (z[0] + x[2]) / s];
    }
    if (y[1] > z[2]) {
        const s = 2 * Math.sqrt(1 + y[1] - x[0] - z[2]);
        return [(z[0] - x[2]) / s, (y[0] + x[1]) / s, s / 4, (z[1] + y[2]) / s];
    }
    const s = 2 * Math.sqrt(1 + z[2] - x[0] - y[1]);
    return [(x[1] - y[0]) / s, (z[0] + x[2]) / s, (z[1] + y[2]) / s, s / 4];
}
