import type { UpAxis } from "../format/clipHeader.js";
import { readRotation } from "./rotations.js";
import { LEAST_OPACITY, type ISceneBox } from "./sceneBox.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Pixels of a picture along each side. */
const SIZE = 256;
const HALF_SIZE = SIZE / 2;
/** Half the angle of view. */
const HALF_ANGLE = (25 * Math.PI) / 180;
const FOCAL = HALF_SIZE / Math.tan(HALF_ANGLE);
/** Views around the scene, and how high their cameras are, in turns. */
const VIEWS = 8;
const ELEVATIONS: readonly number[] = [(10 * Math.PI) / 180, (25 * Math.PI) / 180];
/** How near the cameras are, in turns of two: at 1 the scene fits into the picture. */
const DISTANCES: readonly number[] = [0.9, 0.45];
/** Nothing nearer than this share of the distance to the middle is drawn. */
const NEAR = 0.05;
/** Blur of the pictures, square pixels. */
const BLUR = 0.1;
/** What is behind so little light is not looked at. */
const LEAST_LIGHT = 0.003;

/**
 * Looks at a frame from all sides and adds up what each splat makes of the pictures: the square of its share of a pixel's colour, over all pixels of all views. The error of a picture grows by this times the
 * square of an error of the splat's colour. Splats behind others make little, whatever their size.
 * @param frame the frame
 * @param box where the scene is
 * @param up axis that points up
 */
export function measureSight(frame: ISplatFrame, box: ISceneBox, up: UpAxis): Float64Array {
    const sight = new Float64Array(frame.count);
    const covariances = covariancesOf(frame);
    const light = new Float32Array(SIZE * SIZE);
    for (let view = 0; view < VIEWS; view++) {
        const camera = placeCamera(box, (2 * Math.PI * view) / VIEWS, ELEVATIONS[view % 2], DISTANCES[(view >> 1) % 2], up);
        light.fill(1);
        look(frame, covariances, camera, light, sight);
    }
    return sight;
}

/** A camera: where it is and its axes in the world. */
interface ICamera {
    eye: number[];
    right: number[];
    down: number[];
    forward: number[];
    near: number;
}

function placeCamera({ centre, radius }: ISceneBox, azimuth: number, elevation: number, nearness: number, up: UpAxis): ICamera {
    const axis = "xyz".indexOf(up[1]);
    const [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
    const forward = [0, 0, 0];
    forward[axis] = (up.startsWith("-") ? 1 : -1) * Math.sin(elevation);
    forward[a] = Math.cos(azimuth) * Math.cos(elevation);
    forward[b] = Math.sin(azimuth) * Math.cos(elevation);
    const right = [0, 0, 0];
    right[a] = -Math.sin(azimuth);
    right[b] = Math.cos(azimuth);
    const down = [0, 1, 2].map((c) => forward[(c + 1) % 3] * right[(c + 2) % 3] - forward[(c + 2) % 3] * right[(c + 1) % 3]);
    const distance = (nearness * radius) / Math.sin(HALF_ANGLE);
    return { eye: centre.map((value, c) => value - distance * forward[c]), right, down, forward, near: NEAR * distance };
}

/** Upper triangles of the covariances: xx, xy, xz, yy, yz, zz. */
function covariancesOf(frame: ISplatFrame): Float64Array {
    const covariances = new Float64Array(6 * frame.count);
    const q = new Float64Array(4);
    for (let i = 0; i < frame.count; i++) {
        readRotation(frame, i, q);
        const [w, x, y, z] = q;
        for (let axis = 0; axis < 3; axis++) {
            const scale = frame.scales[3 * i + axis];
            const ax = scale * (axis === 0 ? 1 - 2 * (y * y + z * z) : axis === 1 ? 2 * (x * y - w * z) : 2 * (x * z + w * y));
            const ay = scale * (axis === 0 ? 2 * (x * y + w * z) : axis === 1 ? 1 - 2 * (x * x + z * z) : 2 * (y * z - w * x));
            const az = scale * (axis === 0 ? 2 * (x * z - w * y) : axis === 1 ? 2 * (y * z + w * x) : 1 - 2 * (x * x + y * y));
            covariances[6 * i] += ax * ax;
            covariances[6 * i + 1] += ax * ay;
            covariances[6 * i + 2] += ax * az;
            covariances[6 * i + 3] += ay * ay;
            covariances[6 * i + 4] += ay * az;
            covariances[6 * i + 5] += az * az;
        }
    }
    return covariances;
}

/** A splat in a picture: its middle, the inverse of its covariance and how far it reaches. */
interface IFootprint {
    x: number;
    y: number;
    xx: number;
    xy: number;
    yy: number;
    reachX: number;
    reachY: number;
}

/** Draws the splats from front to back. */
function look(frame: ISplatFrame, covariances: Float64Array, camera: ICamera, light: Float32Array, sight: Float64Array): void {
    const { positions, opacities, count } = frame;
    const { eye, forward, near } = camera;
    const depths = new Float64Array(count);
    const order = new Uint32Array(count);
    let seen = 0;
    for (let i = 0; i < count; i++) {
        const at = 3 * i;
        depths[i] = (positions[at] - eye[0]) * forward[0] + (positions[at + 1] - eye[1]) * forward[1] + (positions[at + 2] - eye[2]) * forward[2];
        if (depths[i] > near && opacities[i] >= LEAST_OPACITY) {
            order[seen++] = i;
        }
    }
    const footprint: IFootprint = { x: 0, y: 0, xx: 0, xy: 0, yy: 0, reachX: 0, reachY: 0 };
    for (const i of order.subarray(0, seen).sort((a, b) => depths[a] - depths[b])) {
        if (project(frame, covariances, i, depths[i], camera, footprint)) {
            sight[i] += draw(footprint, opacities[i], light);
        }
    }
}

/** Where a splat is in the picture; false where it is outside. */
function project(
    { positions, opacities }: ISplatFrame,
    covariances: Float64Array,
    i: number,
    depth: number,
    { eye, right, down, forward }: ICamera,
    out: IFootprint,
): boolean {
    const px = positions[3 * i] - eye[0];
    const py = positions[3 * i + 1] - eye[1];
    const pz = positions[3 * i + 2] - eye[2];
    const f = FOCAL / depth;
    const u = (px * right[0] + py * right[1] + pz * right[2]) / depth;
    const v = (px * down[0] + py * down[1] + pz * down[2]) / depth;
    out.x = HALF_SIZE + FOCAL * u;
    out.y = HALF_SIZE + FOCAL * v;
    if (Math.abs(out.x - HALF_SIZE) > 2 * SIZE || Math.abs(out.y - HALF_SIZE) > 2 * SIZE) {
        return false;
    }
    // Rows of the projection's Jacobian.
    const ax = f * (right[0] - u * forward[0]);
    const ay = f * (right[1] - u * forward[1]);
    const az = f * (right[2] - u * forward[2]);
    const bx = f * (down[0] - v * forward[0]);
    const by = f * (down[1] - v * forward[1]);
    const bz = f * (down[2] - v * forward[2]);
    const c = 6 * i;
    const xx = covariances[c];
    const xy = covariances[c + 1];
    const xz = covariances[c + 2];
    const yy = covariances[c + 3];
    const yz = covariances[c + 4];
    const zz = covariances[c + 5];
    const varX = xx * ax * ax + yy * ay * ay + zz * az * az + 2 * (xy * ax * ay + xz * ax * az + yz * ay * az) + BLUR;
    const varY = xx * bx * bx + yy * by * by + zz * bz * bz + 2 * (xy * bx * by + xz * bx * bz + yz * by * bz) + BLUR;
    const covariance = xx * ax * bx + yy * ay * by + zz * az * bz + xy * (ax * by + ay * bx) + xz * (ax * bz + az * bx) + yz * (ay * bz + az * by);
    const determinant = varX * varY - covariance * covariance;
    out.xx = varY / determinant;
    out.xy = -covariance / determinant;
    out.yy = varX / determinant;
    const reach = 2 * Math.log(opacities[i] / LEAST_OPACITY);
    out.reachX = Math.sqrt(reach * varX);
    out.reachY = Math.sqrt(reach * varY);
    return determinant > 0;
}

/** Takes away the light that a splat stops; returns the sum of the squares of its shares. */
function draw({ x, y, xx, xy, yy, reachX, reachY }: IFootprint, opacity: number, light: Float32Array): number {
    const left = Math.max(0, Math.ceil(x - reachX - 0.5));
    const end = Math.min(SIZE - 1, Math.floor(x + reachX - 0.5));
    const bottom = Math.min(SIZE - 1, Math.floor(y + reachY - 0.5));
    let sum = 0;
    for (let row = Math.max(0, Math.ceil(y - reachY - 0.5)); row <= bottom; row++) {
        const dy = row + 0.5 - y;
        for (let column = left; column <= end; column++) {
            const there = light[row * SIZE + column];
            if (there < LEAST_LIGHT) {
                continue;
            }
            const dx = column + 0.5 - x;
            const alpha = opacity * Math.exp(-0.5 * (xx * dx * dx + yy * dy * dy) - xy * dx * dy);
            if (alpha >= LEAST_OPACITY) {
                sum += (alpha * there) ** 2;
                light[row * SIZE + column] = there * (1 - alpha);
            }
        }
    }
    return sum;
}
