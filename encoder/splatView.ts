import type { UpAxis } from "../format/clipHeader.js";
import { readRotation } from "./rotations.js";
import { LEAST_OPACITY, type ISceneBox } from "./sceneBox.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Pixels of a picture along each side. */
export const PICTURE_SIZE = 256;
const HALF_SIZE = PICTURE_SIZE / 2;
/** Half the angle of view. */
const HALF_ANGLE = (25 * Math.PI) / 180;
const FOCAL = HALF_SIZE / Math.tan(HALF_ANGLE);
/** Nothing nearer than this share of the distance to the middle is drawn. */
const NEAR = 0.05;
/** Blur of the pictures, square pixels. */
const BLUR = 0.1;

/** Where a frame is looked at from: azimuth and elevation in degrees, and how near: at 1 the scene fits into the picture. */
export interface IView {
    azimuth: number;
    elevation: number;
    nearness: number;
}

/** A splat in a picture: its middle, the inverse of its covariance and how far it reaches. */
export interface IFootprint {
    x: number;
    y: number;
    xx: number;
    xy: number;
    yy: number;
    /** Rows that it is in. */
    top: number;
    bottom: number;
    /** Exponent at which it ends, as the inverse covariance counts. */
    reach: number;
    /** Columns of a row that it is in, see {@link spanRow}. */
    left: number;
    right: number;
}

/**
 * Finds the columns of a row that a splat is in: of a needle that lies askew these are far fewer than its box has.
 * @param footprint the splat
 * @param dy from its middle to the row
 */
export function spanRow(footprint: IFootprint, dy: number): void {
    const { x, xx, xy, yy, reach } = footprint;
    const root = Math.sqrt(Math.max(0, (xy * dy) ** 2 - xx * (yy * dy * dy - reach)));
    footprint.left = Math.max(0, Math.ceil(x - (xy * dy + root) / xx - 0.5));
    footprint.right = Math.min(PICTURE_SIZE - 1, Math.floor(x - (xy * dy - root) / xx - 0.5));
}

/** A frame, ready to be looked at. */
export class SplatView {
    private readonly _covariances: Float64Array;
    private readonly _depths: Float64Array;
    private _order: Uint32Array = new Uint32Array(0);
    private _sortedFor: IView | undefined;

    /**
     * @param _frame the frame
     * @param _box where the scene is
     * @param _up axis that points up
     */
    public constructor(
        private readonly _frame: ISplatFrame,
        private readonly _box: ISceneBox,
        private readonly _up: UpAxis,
    ) {
        this._covariances = covariancesOf(_frame);
        this._depths = new Float64Array(_frame.count);
    }

    /**
     * Looks at the splats from front to back.
     * @param view where from
     * @param draw gets each splat that is not outside, and where it is in the picture; valid until the next one
     */
    public look(view: IView, draw: (index: number, footprint: IFootprint) => void): void {
        const camera = placeCamera(this._box, view, this._up);
        const footprint: IFootprint = { x: 0, y: 0, xx: 0, xy: 0, yy: 0, top: 0, bottom: 0, reach: 0, left: 0, right: 0 };
        if (view !== this._sortedFor) {
            this._order = this._sort(camera);
            this._sortedFor = view;
        }
        for (const i of this._order) {
            if (project(this._frame, this._covariances, i, this._depths[i], camera, footprint)) {
                draw(i, footprint);
            }
        }
    }

    /** The splats before a camera, nearest first. */
    private _sort({ eye, forward, near }: ICamera): Uint32Array {
        const { positions, opacities, count } = this._frame;
        const depths = this._depths;
        const order = new Uint32Array(count);
        let seen = 0;
        for (let i = 0; i < count; i++) {
            const at = 3 * i;
            depths[i] = (positions[at] - eye[0]) * forward[0] + (positions[at + 1] - eye[1]) * forward[1] + (positions[at + 2] - eye[2]) * forward[2];
            if (depths[i] > near && opacities[i] >= LEAST_OPACITY) {
                order[seen++] = i;
            }
        }
        return order.subarray(0, seen).sort((a, b) => depths[a] - depths[b]);
    }
}

/** A camera: where it is and its axes in the world. */
interface ICamera {
    eye: number[];
    right: number[];
    down: number[];
    forward: number[];
    near: number;
}

function placeCamera({ centre, radius }: ISceneBox, view: IView, up: UpAxis): ICamera {
    const azimuth = (view.azimuth * Math.PI) / 180;
    const elevation = (view.elevation * Math.PI) / 180;
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
    const distance = (view.nearness * radius) / Math.sin(HALF_ANGLE);
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
    if (Math.abs(out.x - HALF_SIZE) > 2 * PICTURE_SIZE || Math.abs(out.y - HALF_SIZE) > 2 * PICTURE_SIZE) {
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
    out.reach = 2 * Math.log(opacities[i] / LEAST_OPACITY);
    const height = Math.sqrt(out.reach * varY);
    out.top = Math.max(0, Math.ceil(out.y - height - 0.5));
    out.bottom = Math.min(PICTURE_SIZE - 1, Math.floor(out.y + height - 0.5));
    return determinant > 0;
}
