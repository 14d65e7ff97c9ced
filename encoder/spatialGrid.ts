import type { ISplatFrame } from "./splatFrame.js";

/** From this many splats on, a cell is sorted by a second key, so that a search looks at part of it only. */
export const CROWD = 32;
/** Bits of a cell's coordinate that tell cells apart. */
const AXIS_BITS = 9;
const AXIS_MASK = 2 ** AXIS_BITS - 1;

/** For each coordinate of a cell, its bits with two zeros between each. */
const SPREAD = Uint32Array.from({ length: AXIS_MASK + 1 }, (_, value) => {
    let spread = 0;
    for (let bit = 0; bit < AXIS_BITS; bit++) {
        spread |= ((value >> bit) & 1) << (3 * bit);
    }
    return spread;
});

/**
 * The splats of a frame by cubic cells, which hold about five of them on a surface. Cells are in Morton order (Z-order curve); cells far from one another can share a
 * place, which only gives a search more to look at. Splats in a crowded cell are in the order of their second key.
 */
export class SpatialGrid {
    /** Edge of a cell. */
    public readonly cell: number;
    /** Row of each splat in the frame, in the order of cells. */
    public readonly order: Uint32Array;
    /** Where each cell begins in the order; one more at the end. */
    public readonly starts: Uint32Array;
    /** Second key of each splat, in the order of cells. */
    public readonly keys: Float64Array;
    private readonly _mask: number;

    /** @param frame the frame */
    public constructor(frame: ISplatFrame) {
        const { count, positions: p } = frame;
        this.cell = cellSize(frame);
        const buckets = 2 ** Math.min(3 * AXIS_BITS, Math.ceil(Math.log2(Math.max(16, 2 * count))));
        this._mask = buckets - 1;
        this.starts = new Uint32Array(buckets + 1);
        this.order = new Uint32Array(count);
        this.keys = new Float64Array(count);
        const cells = new Uint32Array(count);
        for (let i = 0; i < count; i++) {
            cells[i] = this.cellAt(this.coordinate(p[3 * i]), this.coordinate(p[3 * i + 1]), this.coordinate(p[3 * i + 2]));
            this.starts[cells[i] + 1]++;
        }
        for (let b = 0; b < buckets; b++) {
            this.starts[b + 1] += this.starts[b];
        }
        const next = this.starts.slice();
        for (let i = 0; i < count; i++) {
            this.order[next[cells[i]]++] = i;
        }
        this._sortCrowds(frame);
    }

    /** Coordinate of the cell that a value is in. */
    public coordinate(value: number): number {
        return Math.floor(value / this.cell) | 0;
    }

    /** Number of a cell. */
    public cellAt(x: number, y: number, z: number): number {
        return (SPREAD[x & AXIS_MASK] | (SPREAD[y & AXIS_MASK] << 1) | (SPREAD[z & AXIS_MASK] << 2)) & this._mask;
    }

    private _sortCrowds(frame: ISplatFrame): void {
        const { order, starts, keys } = this;
        const keyOf = Float64Array.from({ length: frame.count }, (_, i) => secondKey(frame, i));
        for (let b = 0; b + 1 < starts.length; b++) {
            if (starts[b + 1] - starts[b] >= CROWD) {
                order.subarray(starts[b], starts[b + 1]).sort((i, j) => keyOf[i] - keyOf[j] || i - j);
            }
        }
        for (let k = 0; k < order.length; k++) {
            keys[k] = keyOf[order[k]];
        }
    }
}

/** Tells splats in one place apart: about their colour, opacity and size. */
function secondKey(frame: ISplatFrame, i: number): number {
    const { colors: c, scales: s } = frame;
    return c[3 * i] + 1.7 * c[3 * i + 1] + 2.3 * c[3 * i + 2] + 3.1 * frame.opacities[i] + 0.1 * Math.log(s[3 * i] * s[3 * i + 1] * s[3 * i + 2] + 1e-30);
}

/** Three times the spacing that the splats would have, spread evenly over the middle half of each axis as a surface. */
function cellSize(frame: ISplatFrame): number {
    const stride = Math.max(1, Math.floor(frame.count / 4096));
    const spans = [0, 1, 2].map((c) => {
        const values: number[] = [];
        for (let i = 0; i < frame.count; i += stride) {
            values.push(frame.positions[3 * i + c]);
        }
        values.sort((a, b) => a - b);
        return values[Math.floor(values.length * 0.75)] - values[Math.floor(values.length * 0.25)];
    });
    spans.sort((a, b) => b - a);
    const area = Math.max(spans[0] * spans[1], spans[0] * spans[0] * 0.01, 1e-12);
    return 3 * Math.sqrt(area / Math.max(1, frame.count / 4));
}
