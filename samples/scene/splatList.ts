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

/** How many splats a frame may have. */
const CAPACITY = 100_000;

/** The splats of one frame while they are collected. */
export class SplatList {
    private readonly _positions = new Float32Array(3 * CAPACITY);
    private readonly _rotations = new Float32Array(4 * CAPACITY);
    private readonly _scales = new Float32Array(3 * CAPACITY);
    private readonly _opacities = new Float32Array(CAPACITY);
    private readonly _colors = new Float32Array(3 * CAPACITY);
    private readonly _ids = new Int32Array(CAPACITY);
    private _count = 0;

    /** @param spacing how much farther apart splats of a surface are to be than in the sample clip, and how much larger */
    public constructor(public readonly spacing = 1) {}

    /**
     * Adds a splat.
     * @param id its identity, unique in the frame and the same in every frame
     * @param surfel the splat
     */
    public add(id: number, { position, normal, tangent, size, color, opacity = 0.96 }: ISurfel): void {
        if (this._count === CAPACITY) {
            throw new Error(`the sample scene has more than ${CAPACITY} splats`);
        }
        const i = this._count++;
        this._ids[i] = id;
        this._positions.set(position, 3 * i);
        this._rotations.set(quaternion(tangent, cross(normal, tangent), normal), 4 * i);
        this._scales.set(size, 3 * i);
        this._scales[3 * i + 2] = THICKNESS;
        this._opacities[i] = opacity;
        this._colors.set(color, 3 * i);
    }

    /** The frame: arrays as an encoder takes them, without spherical harmonics. */
    public toFrame(): ISplatFrame {
        const count = this._count;
        return {
            count,
            shDegree: 0,
            positions: this._positions.slice(0, 3 * count),
            rotations: this._rotations.slice(0, 4 * count),
            scales: this._scales.slice(0, 3 * count),
            opacities: this._opacities.slice(0, count),
            colors: this._colors.slice(0, 3 * count),
            sh: new Float32Array(0),
            ids: this._ids.slice(0, count),
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
