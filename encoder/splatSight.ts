import { readRotation } from "./rotations.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Pixels of a picture along each side. */
const SIZE = Number(process.env.SIZE ?? 256);
/** Half the angle of view, as a tangent. */
const TANGENT = Math.tan((25 * Math.PI) / 180);
const VIEWS = Number(process.env.VIEWS ?? 8);
const LOW_PASS = 0.1;

export interface IBox {
    centre: number[];
    radius: number;
}

/**
 * How much of the picture each splat makes: the sum over pixels and views of the square of its share.
 */
export function measureSight(frame: ISplatFrame, box: IBox, upAxis: number, distance: number): Float64Array {
    const sight = new Float64Array(frame.count);
    const view = new View(frame);
    for (let v = 0; v < VIEWS; v++) {
        const azimuth = (2 * Math.PI * v) / VIEWS;
        const elevation = ((v & 1 ? 25 : 10) * Math.PI) / 180;
        view.draw(box, azimuth, elevation, upAxis, distance, sight);
    }
    return sight;
}

class View {
    private readonly _depth: Float64Array;
    private readonly _order: Uint32Array;
    private readonly _transmittance = new Float32Array(SIZE * SIZE);
    private readonly _covariances: Float64Array;

    public constructor(private readonly _frame: ISplatFrame) {
        const { count, scales } = _frame;
        this._depth = new Float64Array(count);
        this._order = new Uint32Array(count);
        this._covariances = new Float64Array(6 * count);
        const q = new Float64Array(4);
        for (let i = 0; i < count; i++) {
            readRotation(_frame, i, q);
            const [w, x, y, z] = q;
            const r = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), 2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x), 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
            const [a, b, c] = [scales[3 * i] ** 2, scales[3 * i + 1] ** 2, scales[3 * i + 2] ** 2];
            let at = 6 * i;
            for (let m = 0; m < 3; m++) for (let n = m; n < 3; n++) this._covariances[at++] = r[3 * m] * r[3 * n] * a + r[3 * m + 1] * r[3 * n + 1] * b + r[3 * m + 2] * r[3 * n + 2] * c;
        }
    }

    public draw({ centre, radius }: IBox, azimuth: number, elevation: number, upAxis: number, distance: number, sight: Float64Array): void {
        const { positions, opacities, count } = this._frame;
        const axis = Math.abs(upAxis) - 1;
        const [e1, e2] = [(axis + 1) % 3, (axis + 2) % 3];
        const forward = [0, 0, 0];
        forward[axis] = -Math.sign(upAxis) * Math.sin(elevation);
        forward[e1] = Math.cos(azimuth) * Math.cos(elevation);
        forward[e2] = Math.sin(azimuth) * Math.cos(elevation);
        const right = [0, 0, 0];
        right[e1] = -Math.sin(azimuth);
        right[e2] = Math.cos(azimuth);
        const down = [forward[1] * right[2] - forward[2] * right[1], forward[2] * right[0] - forward[0] * right[2], forward[0] * right[1] - forward[1] * right[0]];
        const reach = (radius / Math.sin(Math.atan(TANGENT))) * 0.9 * distance;
        const eye = centre.map((c, k) => c - forward[k] * reach);
        const focal = SIZE / 2 / TANGENT;
        const near = 0.05 * reach;
        const depth = this._depth;
        let n = 0;
        const order = this._order;
        for (let i = 0; i < count; i++) {
            const z = (positions[3 * i] - eye[0]) * forward[0] + (positions[3 * i + 1] - eye[1]) * forward[1] + (positions[3 * i + 2] - eye[2]) * forward[2];
            depth[i] = z;
            if (z > near && opacities[i] >= 1 / 255) order[n++] = i;
        }
        const list = order.subarray(0, n).sort((a, b) => depth[a] - depth[b]);
        const T = this._transmittance.fill(1);
        const C = this._covariances;
        for (const i of list) {
            const [px, py, pz] = [positions[3 * i] - eye[0], positions[3 * i + 1] - eye[1], positions[3 * i + 2] - eye[2]];
            const z = depth[i];
            const x = px * right[0] + py * right[1] + pz * right[2];
            const y = px * down[0] + py * down[1] + pz * down[2];
            const f = focal / z;
            const u = SIZE / 2 + f * x;
            const v = SIZE / 2 + f * y;
            if (u < -SIZE || u > 2 * SIZE || v < -SIZE || v > 2 * SIZE) continue;
            const jx = [0, 1, 2].map((k) => f * (right[k] - (x / z) * forward[k]));
            const jy = [0, 1, 2].map((k) => f * (down[k] - (y / z) * forward[k]));
            const at = 6 * i;
            const form = (a: number[], b: number[]): number =>
                C[at] * a[0] * b[0] + C[at + 3] * a[1] * b[1] + C[at + 5] * a[2] * b[2] + C[at + 1] * (a[0] * b[1] + a[1] * b[0]) + C[at + 2] * (a[0] * b[2] + a[2] * b[0]) + C[at + 4] * (a[1] * b[2] + a[2] * b[1]);
            const sxx = form(jx, jx) + LOW_PASS;
            const syy = form(jy, jy) + LOW_PASS;
            const sxy = form(jx, jy);
            const det = sxx * syy - sxy * sxy;
            if (!(det > 0)) continue;
            const [a, b, c] = [syy / det, -sxy / det, sxx / det];
            const limit = 2 * Math.log(255 * opacities[i]);
            const rx = Math.sqrt(limit * sxx);
            const ry = Math.sqrt(limit * syy);
            const [x0, x1] = [Math.max(0, Math.ceil(u - rx - 0.5)), Math.min(SIZE - 1, Math.floor(u + rx - 0.5))];
            const [y0, y1] = [Math.max(0, Math.ceil(v - ry - 0.5)), Math.min(SIZE - 1, Math.floor(v + ry - 0.5))];
            let sum = 0;
            for (let yy = y0; yy <= y1; yy++) {
                const dy = yy + 0.5 - v;
                for (let xx = x0; xx <= x1; xx++) {
                    const t = T[yy * SIZE + xx];
                    if (t < 0.003) continue;
                    const dx = xx + 0.5 - u;
                    const alpha = opacities[i] * Math.exp(-0.5 * (a * dx * dx + c * dy * dy) - b * dx * dy);
                    if (alpha < 1 / 255) continue;
                    sum += (alpha * t) ** 2;
                    T[yy * SIZE + xx] = t * (1 - alpha);
                }
            }
            sight[i] += sum;
        }
    }
}
