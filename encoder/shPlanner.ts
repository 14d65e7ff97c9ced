import type { IShPaletteContent } from "../format/shPalette.js";
import { MAX_PALETTE, PLAIN_CODING } from "../format/segmentHeader.js";
import { GroupPlan } from "./groupPlan.js";
import type { IGroupScale } from "./groupScale.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Spherical harmonics as labels of a palette. */
export interface IPalettePlan {
    /** Labels: one channel. */
    plan: GroupPlan;
    /** The palette, by channel and vector. */
    codes: IShPaletteContent["codes"];
}

/**
 * Plans spherical harmonics as a palette, where few distinct vectors are in use, as in trained sequences whose encoder clustered them: each splat keeps its vector for as long as it is within
 * the bound.
 * @param scale how values become codes
 * @param frames frames of the segment
 * @param splats where each splat is to be found
 * @returns undefined where there are too many vectors
 */
export function planPalette(scale: IGroupScale, frames: readonly ISplatFrame[], splats: ISplatLives): IPalettePlan | undefined {
    const palette = new PaletteBuilder(scale);
    const { lives, sourceOf } = splats;
    const n = scale.group.channelCount;
    const labels = new Int32Array(1);
    const entries: [slot: number, frame: number, label: number, frames: number][] = [];
    for (let at = 0; at < lives.length; at += LIFE_STRIDE) {
        const slot = lives[at];
        const first = lives[at + 1];
        let held = -1;
        let before: Float32Array | undefined;
        let beforeAt = 0;
        for (let frame = first; frame < first + lives[at + 2]; frame++) {
            const { sh } = frames[frame];
            const from = n * sourceOf[frame][slot];
            if (before && areSame(before, beforeAt, sh, from, n)) {
                continue;
            }
            before = sh;
            beforeAt = from;
            if (held < 0 || !palette.holds(held, sh, from)) {
                held = palette.labelOf(sh, from);
                entries.push([slot, frame, held, frame === first ? lives[at + 2] : 0]);
            }
            if (palette.size > MAX_PALETTE) {
                return undefined;
            }
        }
    }
    const { codes, rankOf } = palette.sorted(entries.map(([, , label]) => label));
    const plan = new GroupPlan(1, { ...PLAIN_CODING, paletteSize: palette.size });
    for (const [slot, frame, label, length] of entries) {
        labels[0] = rankOf[label];
        if (length > 0) {
            plan.addBirth(slot, frame, labels, length);
        } else {
            plan.addResidual(slot, frame, labels);
        }
    }
    return { plan, codes };
}

function areSame(a: Float32Array, atA: number, b: Float32Array, atB: number, n: number): boolean {
    for (let c = 0; c < n; c++) {
        if (a[atA + c] !== b[atB + c]) {
            return false;
        }
    }
    return true;
}

/** Collects distinct quantised vectors. */
class PaletteBuilder {
    private readonly _labels = new Map<string, number>();
    private readonly _vectors: Uint8Array[] = [];
    private readonly _code: Uint8Array;

    public constructor(private readonly _scale: IGroupScale) {
        this._code = new Uint8Array(_scale.group.channelCount);
    }

    public get size(): number {
        return this._vectors.length;
    }

    /** Whether a vector is within the bound of the values. */
    public holds(label: number, sh: Float32Array, from: number): boolean {
        const { step, bases, tolerance } = this._scale;
        const vector = this._vectors[label];
        for (let c = 0; c < vector.length; c++) {
            if (Math.abs(sh[from + c] / step - bases[c] - vector[c]) > tolerance) {
                return false;
            }
        }
        return true;
    }

    /** The label of the nearest codes to the values. */
    public labelOf(sh: Float32Array, from: number): number {
        const { step, bases } = this._scale;
        for (let c = 0; c < this._code.length; c++) {
            this._code[c] = Math.round(sh[from + c] / step) - bases[c];
        }
        const key = String.fromCharCode(...this._code);
        let label = this._labels.get(key);
        if (label === undefined) {
            label = this._vectors.length;
            this._labels.set(key, label);
            this._vectors.push(this._code.slice());
        }
        return label;
    }

    /** The vectors, those used most first. */
    public sorted(uses: readonly number[]): { codes: Uint8Array[]; rankOf: Uint16Array } {
        const counts = new Uint32Array(this.size);
        uses.forEach((label) => counts[label]++);
        const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
        const rankOf = new Uint16Array(this.size);
        order.forEach((label, rank) => (rankOf[label] = rank));
        return { codes: Array.from(this._code, (_, c) => Uint8Array.from(order, (label) => this._vectors[label][c])), rankOf };
    }
}
