import type { ISplatFrame } from "../../encoder/splatFrame.js";
import { realHarmonics } from "./realHarmonics.js";

/** A square matrix of four rows as Babylon keeps it: 16 values, for row vectors (v' = v M). */
export type Matrix16 = ArrayLike<number>;

/** How a frame is looked at. */
export interface IReferenceCamera {
    /** World to camera. */
    view: Matrix16;
    /** Camera to clip coordinates: a perspective or an orthographic projection, symmetric about the axis of view. */
    projection: Matrix16;
    /** Space of the splats to world; any affine transform. */
    world: Matrix16;
    /** Nearest depth that is drawn. */
    minZ: number;
    /** Farthest depth that is drawn. */
    maxZ: number;
}

/** What else a picture depends on. */
export interface IReferenceOptions {
    /** Width of the picture, px. */
    width: number;
    /** Height of the picture, px. */
    height: number;
    /** Red, green and blue behind all splats, 0 to 1. */
    background: readonly [number, number, number];
    /** Variance added to every projected splat, square pixels. Default 0.075, that of Babylon.js; INRIA's rasteriser adds 0.3. */
    lowPass?: number;
    /** Whether opacity makes up for what the low-pass filter adds to the area (Mip-Splatting, Yu et al. 2024). Default false. */
    antialiased?: boolean;
}

/** A splat in the picture: a Gaussian with an inverse covariance. */
interface IProjected {
    depth: number;
    x: number;
    y: number;
    inverse: [number, number, number];
    /** Half the width and height of the box that it is in. */
    extent: [number, number];
    opacity: number;
    color: number[];
}

type Row3 = [number, number, number];

/** A splat ends at this squared number of standard deviations. A convention of web renderers; INRIA's rasteriser ends at three. */
const LARGEST_SQUARE = 8;
/** A splat ends where its alpha is less. As in INRIA's rasteriser. */
const LEAST_ALPHA = 1 / 255;
/** Outside of the picture the projection is linearised at most at this many half pictures from the middle. As in INRIA's rasteriser. */
const LARGEST_SLOPE = 1.3;

/**
 * Draws a frame in double precision, as the papers define it: each Gaussian is projected by the linearised projection of its centre
 * (EWA splatting, Zwicker et al. 2001), coloured by the spherical harmonics of the direction it is seen in, and the splats are blended
 * one after the other, sorted by the depths of their centres (3D Gaussian Splatting, Kerbl et al. 2023).
 *
 * Conventions beyond the papers: blending is back to front, premultiplied, without the papers' cuts at alpha 0.99 and at transmittance
 * 0.0001; splats end at {@link LEAST_ALPHA} and {@link LARGEST_SQUARE}; one is drawn if its centre is between the near and the far plane; colours are not
 * less than 0, and not cut at 1; colours are blended as they are, display-referred; a pixel is sampled at its middle; splats of equal depth are drawn in
 * the order of rows.
 * @param frame the frame
 * @param camera how it is looked at
 * @param options size and background
 * @returns red, green, blue and alpha of each pixel, not cut to 0..1, rows from the bottom up
 */
export function drawReference(frame: ISplatFrame, camera: IReferenceCamera, options: IReferenceOptions): Float64Array {
    const { width, height, background } = options;
    const picture = new Float64Array(4 * width * height);
    for (let at = 0; at < picture.length; at += 4) {
        picture.set([...background, 1], at);
    }
    const worldView = multiply(camera.world, camera.view);
    const splats: IProjected[] = [];
    for (let i = 0; i < frame.count; i++) {
        const splat = project(frame, i, worldView, camera, options);
        if (splat) {
            splats.push(splat);
        }
    }
    // Sorting is stable.
    splats.sort((a, b) => b.depth - a.depth).forEach((splat) => blend(splat, picture, width, height));
    return picture;
}

function project(frame: ISplatFrame, i: number, worldView: Matrix16, camera: IReferenceCamera, options: IReferenceOptions): IProjected | undefined {
    const { projection, minZ, maxZ } = camera;
    const { width, height, lowPass = 0.075, antialiased = false } = options;
    const isPerspective = projection[11] !== 0;
    // Cameras look along +z in a left-handed world, along -z in a right-handed one.
    const forward = Math.sign(isPerspective ? projection[11] : projection[10]);
    const [x, y, z] = transform(worldView, frame.positions.subarray(3 * i, 3 * i + 3));
    const depth = forward * z;
    if (depth < minZ || depth > maxZ || frame.opacities[i] < LEAST_ALPHA) {
        return undefined;
    }
    // The projection is X = fx x / depth, Y = fy y / depth in pixels from the middle; without the divisions where it is orthographic.
    const fx = (projection[0] * width) / 2;
    const fy = (projection[5] * height) / 2;
    const divisor = isPerspective ? depth : 1;
    const slope = (value: number, focal: number, half: number): number => Math.min(LARGEST_SLOPE, Math.max(-LARGEST_SLOPE, (focal * value) / (divisor * half))) * half;
    const byDepth = isPerspective ? -forward / divisor : 0;
    const jacobian: Row3[] = [
        [fx / divisor, 0, slope(x, fx, width / 2) * byDepth],
        [0, fy / divisor, slope(y, fy, height / 2) * byDepth],
    ];
    const covariance = viewCovariance(frame, i, worldView);
    const [xx, xy, yy] = [bilinear(jacobian[0], covariance, jacobian[0]), bilinear(jacobian[0], covariance, jacobian[1]), bilinear(jacobian[1], covariance, jacobian[1])];
    const [cxx, cyy] = [xx + lowPass, yy + lowPass];
    const determinant = cxx * cyy - xy * xy;
    const kept = antialiased ? Math.sqrt(Math.max(0, xx * yy - xy * xy) / determinant) : 1;
    if (frame.opacities[i] * kept < LEAST_ALPHA) {
        return undefined;
    }
    return {
        depth,
        x: width / 2 + (fx * x) / divisor,
        y: height / 2 + (fy * y) / divisor,
        inverse: [cyy / determinant, -xy / determinant, cxx / determinant],
        extent: [Math.sqrt(LARGEST_SQUARE * cxx), Math.sqrt(LARGEST_SQUARE * cyy)],
        opacity: frame.opacities[i] * kept,
        color: colorOf(frame, i, worldView, isPerspective ? [x, y, z] : [0, 0, forward]),
    };
}

/** Covariance of a splat in the space of the camera: M S S^T M^T with M = W R, W the linear part of the transform. */
function viewCovariance(frame: ISplatFrame, i: number, worldView: Matrix16): Row3[] {
    const axes = rotationAxes(frame.rotations.subarray(4 * i, 4 * i + 4)).map((axis, a) => direct(worldView, axis).map((value) => value * frame.scales[3 * i + a]));
    return [0, 1, 2].map((r) => [0, 1, 2].map((c) => axes[0][r] * axes[0][c] + axes[1][r] * axes[1][c] + axes[2][r] * axes[2][c]) as Row3);
}

/** Where the x, y and z axis go when a quaternion w, x, y, z of any length turns them. */
function rotationAxes(quaternion: ArrayLike<number>): Row3[] {
    const length = Math.hypot(quaternion[0], quaternion[1], quaternion[2], quaternion[3]);
    const [w, x, y, z] = length > 0 ? Array.from(quaternion, (value) => value / length) : [1, 0, 0, 0];
    return [
        [w * w + x * x - y * y - z * z, 2 * (x * y + w * z), 2 * (x * z - w * y)],
        [2 * (x * y - w * z), w * w - x * x + y * y - z * z, 2 * (y * z + w * x)],
        [2 * (x * z + w * y), 2 * (y * z - w * x), w * w - x * x - y * y + z * z],
    ];
}

/** Colour of a splat that is seen along a ray of the camera; the coefficients are of directions in the space of the splats. */
function colorOf(frame: ISplatFrame, i: number, worldView: Matrix16, ray: Row3): number[] {
    const local = solve(worldView, ray);
    const length = Math.hypot(...local);
    const basis = realHarmonics(frame.shDegree, local[0] / length, local[1] / length, local[2] / length);
    return [0, 1, 2].map((channel) => {
        const sum = basis.reduce((total, value, k) => total + value * frame.sh[3 * (i * basis.length + k) + channel], frame.colors[3 * i + channel]);
        return Math.max(0, sum);
    });
}

function blend({ x, y, inverse, extent, opacity, color }: IProjected, picture: Float64Array, width: number, height: number): void {
    const [xx, xy, yy] = inverse;
    const right = Math.min(width - 1, Math.floor(x + extent[0] - 0.5));
    const top = Math.min(height - 1, Math.floor(y + extent[1] - 0.5));
    for (let row = Math.max(0, Math.ceil(y - extent[1] - 0.5)); row <= top; row++) {
        for (let column = Math.max(0, Math.ceil(x - extent[0] - 0.5)); column <= right; column++) {
            const [dx, dy] = [column + 0.5 - x, row + 0.5 - y];
            const square = xx * dx * dx + 2 * xy * dx * dy + yy * dy * dy;
            const alpha = opacity * Math.exp(-0.5 * square);
            if (square > LARGEST_SQUARE || alpha < LEAST_ALPHA) {
                continue;
            }
            const at = 4 * (row * width + column);
            for (let c = 0; c < 4; c++) {
                picture[at + c] = alpha * (c < 3 ? color[c] : 1) + (1 - alpha) * picture[at + c];
            }
        }
    }
}

function multiply(a: Matrix16, b: Matrix16): number[] {
    return Array.from({ length: 16 }, (_, at) => [0, 1, 2, 3].reduce((sum, k) => sum + a[(at & 12) + k] * b[4 * k + (at & 3)], 0));
}

function transform(m: Matrix16, v: ArrayLike<number>): Row3 {
    return direct(m, v).map((value, c) => value + m[12 + c]) as Row3;
}

function direct(m: Matrix16, v: ArrayLike<number>): Row3 {
    return [0, 1, 2].map((c) => v[0] * m[c] + v[1] * m[4 + c] + v[2] * m[8 + c]) as Row3;
}

/** The vector that the linear part of a transform takes to another, by Cramer's rule. */
function solve(m: Matrix16, v: Row3): Row3 {
    const rows: Row3[] = [0, 4, 8].map((at) => [m[at], m[at + 1], m[at + 2]]);
    const determinant = triple(rows[0], rows[1], rows[2]);
    return [0, 1, 2].map((c) => triple(...(rows.map((row, r) => (r === c ? v : row)) as [Row3, Row3, Row3])) / determinant) as Row3;
}

function triple(a: Row3, b: Row3, c: Row3): number {
    return a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
}

function bilinear(a: Row3, m: Row3[], b: Row3): number {
    return a.reduce((sum, value, r) => sum + value * (m[r][0] * b[0] + m[r][1] * b[1] + m[r][2] * b[2]), 0);
}
