import { GROUP_OPACITY, GROUP_POSITION, GROUP_ROTATION } from "../format/attributeGroups.js";
import type { ITrackedFrame } from "./segmentJob.js";
import type { ISplatFrame } from "./splatFrame.js";
import { measureSight, type IBox } from "./splatSight.js";

/** A splat of less opacity is not drawn. */
export const SMALLEST_OPACITY = 1 / 255;

export const M: any = JSON.parse(process.env.Q ?? "{}");

const cache = new WeakMap<object, SplatTolerance>();
export function toleranceFor(frames: readonly ITrackedFrame[], up: string): SplatTolerance {
    let t = cache.get(frames);
    if (!t) cache.set(frames, (t = new SplatTolerance(frames, up)));
    return t;
}

/** How many times the base tolerance a splat may be off, by attribute group. */
export class SplatTolerance {
    private readonly _pixel: number;
    private readonly _visibility: Float64Array;
    private readonly _slotOf = new Map<ISplatFrame, Int32Array>();
    public constructor(frames: readonly ITrackedFrame[], up: string) {
        const box = boxOf(frames[0].frame);
        this._pixel = 2 * box.radius * (M.pix ?? 0.0007);
        frames.forEach(({ frame, slotOf }) => this._slotOf.set(frame, slotOf));
        const slots = frames[frames.length - 1].slotCount;
        this._visibility = new Float64Array(slots);
        const seen = new Float64Array(slots);
        const axis = ("xyz".indexOf(up[1]) + 1) * (up[0] === "-" ? -1 : 1);
        const samples = new Set([0, frames.length >> 1, frames.length - 1]);
        for (const sample of samples) {
            const { frame, slotOf } = frames[sample];
            for (const distance of M.dist ?? [1]) {
                const sight = measureSight(frame, box, axis, distance);
                for (let i = 0; i < frame.count; i++) {
                    if (frame.opacities[i] >= SMALLEST_OPACITY) {
                        const full = this._full(frame, i);
                        this._visibility[slotOf[i]] = Math.max(this._visibility[slotOf[i]], sight[i] / full);
                        seen[slotOf[i]] = 1;
                    }
                }
            }
        }
        const known = this._visibility.filter((_, i) => seen[i] > 0).sort();
        const usual = known[known.length >> 1] ?? 1;
        seen.forEach((s, i) => (this._visibility[i] = s ? this._visibility[i] : usual));
    }

    public get thin2(): number {
        return (this._pixel * (M.thinPx ?? 0.3)) ** 2;
    }

    private _full({ opacities, scales }: ISplatFrame, i: number): number {
        const p2 = this._pixel * this._pixel;
        const s = [0, 1, 2].map((c) => scales[3 * i + c] ** 2 + p2).sort((x, y) => y - x);
        return opacities[i] ** 2 * Math.sqrt(s[0] * s[1]);
    }

    /** @returns at least 1; Infinity where any value will do */
    public factorOf(group: number, frame: ISplatFrame, index: number): number {
        const { opacities, scales } = frame;
        const o = opacities[index];
        if (o < SMALLEST_OPACITY) {
            return Infinity;
        }
        const p2 = this._pixel * this._pixel;
        let a = scales[3 * index] ** 2 + p2;
        let b = scales[3 * index + 1] ** 2 + p2;
        let c = scales[3 * index + 2] ** 2 + p2;
        if (a < b) [a, b] = [b, a];
        if (b < c) [b, c] = [c, b];
        if (a < b) [a, b] = [b, a];
        const m = M[group];
        if (!m) return 1;
        let w = this._visibility[this._slotOf.get(frame)![index]] * o * o * Math.sqrt(a * b) + (M.floor ?? 1e-4);
        if (M.opo && group === GROUP_OPACITY) w /= o * o;
        else if (group === GROUP_POSITION) w *= p2 / (b ** (1 - (M.thin ?? 0.5)) * c ** (M.thin ?? 0.5));
        else if (group === GROUP_ROTATION) {
            const e = (a - b) ** 2 / (a * b) + (M.c1 ?? 0.5) * ((a - c) ** 2 / (a * c) + (b - c) ** 2 / (b * c));
            w *= Math.max(1e-3, e);
        }
        if (group === GROUP_POSITION) {
            const cap = ((M.rel ?? 0.5) * Math.sqrt(Math.sqrt(b * c))) / M.pos;
            return Math.max(1, Math.min(m[2] ?? 64, cap, m[0] * w ** (-0.5 * (m[1] ?? 1))));
        }
        const f = m[0] * w ** (-0.5 * (m[1] ?? 1));
        return Math.min(m[2] ?? 64, Math.max(1, f));
    }
}

/** Box of the visible splats without the outermost. */
function boxOf({ positions, opacities, count }: ISplatFrame): IBox {
    const centre: number[] = [];
    let sum = 0;
    for (let c = 0; c < 3; c++) {
        const values = Float64Array.from({ length: count }, (_, i) => positions[3 * i + c]).filter((_, i) => opacities[i] >= SMALLEST_OPACITY).sort();
        const low = values[Math.floor(0.05 * (values.length - 1))] ?? 0;
        const high = values[Math.floor(0.95 * (values.length - 1))] ?? 0;
        centre.push((low + high) / 2);
        sum += ((high - low) / 2) ** 2;
    }
    return { centre, radius: Math.sqrt(sum) };
}
