import type { ClipEncoderSettings } from "./encoderOptions.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Best partners kept for each splat. */
const CANDIDATES = 8;
/** Costs are sorted in this many steps. */
const COST_STEPS = 65536;
/** Above this cost a pair is never made: a birth is cheaper to code than its residuals. Roughly bits. */
const PAIR_GATE = 60;
/** Mean cost of the pairs, in the same unit, from which a key frame is cheaper than residuals. */
const COLLAPSE_COST = 18;

/**
 * Finds the splats of one frame again in the next, where neither ids nor order tell: one-to-one, cheapest residuals first. The cost of
 * a pair is about the bits that its residuals take: the logarithm of each difference in steps of its error bound.
 */
export class SplatMatcher {
    private _previous: ISplatFrame | undefined;
    private _grid: SpatialGrid | undefined;

    /** @param _settings error bounds */
    public constructor(private readonly _settings: ClipEncoderSettings) {}

    /** Sets the frame that the next one is matched with. */
    public remember(frame: ISplatFrame): void {
        this._previous = frame;
        this._grid = undefined;
    }

    /**
     * Matches a frame with the one remembered.
     * @param frame next frame
     * @returns for each splat its partner in the frame before or -1; undefined when a new key frame is cheaper
     */
    public match(frame: ISplatFrame): Int32Array | undefined {
        const previous = this._previous;
        if (!previous || previous.count === 0 || frame.count === 0) {
            return undefined;
        }
        this._grid ??= new SpatialGrid(previous);
        const pairs = this._collect(frame, previous, this._grid);
        return assign(pairs, frame.count, previous.count);
    }

    /** The cheapest partners of every splat: `partners` and `costs` hold CANDIDATES each, -1 where there are fewer. */
    private _collect(frame: ISplatFrame, previous: ISplatFrame, grid: SpatialGrid): ICandidates {
        const partners = new Int32Array(frame.count * CANDIDATES).fill(-1);
        const costs = new Float32Array(frame.count * CANDIDATES).fill(PAIR_GATE);
        for (let i = 0; i < frame.count; i++) {
            const at = i * CANDIDATES;
            grid.forEachNear(frame.positions[3 * i], frame.positions[3 * i + 1], frame.positions[3 * i + 2], (j) => {
                const cost = this._cost(frame, i, previous, j);
                if (cost < costs[at + CANDIDATES - 1]) {
                    let k = at + CANDIDATES - 1;
                    for (; k > at && costs[k - 1] > cost; k--) {
                        costs[k] = costs[k - 1];
                        partners[k] = partners[k - 1];
                    }
                    costs[k] = cost;
                    partners[k] = j;
                }
            });
        }
        return { partners, costs };
    }

    private _cost(a: ISplatFrame, i: number, b: ISplatFrame, j: number): number {
        const { positionError, colorError, scaleError, opacityError, rotationError } = this._settings;
        const colorStep = colorError / 255;
        let cost = bits(Math.abs(a.opacities[i] - b.opacities[j]) * (255 / opacityError));
        for (let c = 0; c < 3; c++) {
            cost += bits(Math.abs(a.positions[3 * i + c] - b.positions[3 * j + c]) / positionError);
            cost += bits(Math.abs(a.colors[3 * i + c] - b.colors[3 * j + c]) / colorStep);
            cost += bits(Math.abs(a.scales[3 * i + c] - b.scales[3 * j + c]) / (scaleError * (a.scales[3 * i + c] + 1e-20)));
        }
        return cost + 3 * bits((1 - cosine(a, i, b, j)) / rotationError);
    }
}

interface ICandidates {
    partners: Int32Array;
    costs: Float32Array;
}

/** About the bits of a residual that is `size` times its bound. */
function bits(size: number): number {
    return size <= 1 ? 0 : 1.5 + Math.log2(size);
}

/** Absolute cosine of the half angle between two rotations; 1 where one of them is zero. */
function cosine(a: ISplatFrame, i: number, b: ISplatFrame, j: number): number {
    let dot = 0;
    let aa = 0;
    let bb = 0;
    for (let c = 0; c < 4; c++) {
        const x = a.rotations[4 * i + c];
        const y = b.rotations[4 * j + c];
        dot += x * y;
        aa += x * x;
        bb += y * y;
    }
    return aa * bb > 0 ? Math.abs(dot) / Math.sqrt(aa * bb) : 1;
}

/** Takes pairs by rising cost, each splat once; undefined when the pairs cost as much as a key frame. */
function assign({ partners, costs }: ICandidates, count: number, previousCount: number): Int32Array | undefined {
    const starts = new Uint32Array(COST_STEPS + 1);
    const stepOf = (k: number): number => Math.min(COST_STEPS - 1, Math.floor((costs[k] / PAIR_GATE) * COST_STEPS));
    let used = 0;
    for (let k = 0; k < partners.length; k++) {
        if (partners[k] >= 0) {
            starts[stepOf(k) + 1]++;
            used++;
        }
    }
    for (let step = 0; step < COST_STEPS; step++) {
        starts[step + 1] += starts[step];
    }
    const sorted = new Uint32Array(used);
    for (let k = 0; k < partners.length; k++) {
        if (partners[k] >= 0) {
            sorted[starts[stepOf(k)]++] = k;
        }
    }
    const matches = new Int32Array(count).fill(-1);
    const isTaken = new Uint8Array(previousCount);
    let total = 0;
    let pairs = 0;
    for (const k of sorted) {
        const i = Math.floor(k / CANDIDATES);
        if (matches[i] < 0 && !isTaken[partners[k]]) {
            matches[i] = partners[k];
            isTaken[partners[k]] = 1;
            total += costs[k];
            pairs++;
        }
    }
    const unmatched = count - pairs;
    return (total + unmatched * PAIR_GATE) / count > COLLAPSE_COST ? undefined : matches;
}

/** The splats of a frame by cubic cells of about two of them on a surface. */
class SpatialGrid {
    private readonly _cell: number;
    private readonly _mask: number;
    private readonly _starts: Uint32Array;
    private readonly _members: Uint32Array;
    private readonly _keys: Int32Array;

    public constructor(private readonly _frame: ISplatFrame) {
        this._cell = cellSize(_frame);
        const buckets = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * _frame.count)));
        this._mask = buckets - 1;
        this._starts = new Uint32Array(buckets + 1);
        this._members = new Uint32Array(_frame.count);
        this._keys = new Int32Array(_frame.count);
        const p = _frame.positions;
        for (let i = 0; i < _frame.count; i++) {
            this._keys[i] = this._bucket(this._coordinate(p[3 * i]), this._coordinate(p[3 * i + 1]), this._coordinate(p[3 * i + 2]));
            this._starts[this._keys[i] + 1]++;
        }
        for (let b = 0; b < buckets; b++) {
            this._starts[b + 1] += this._starts[b];
        }
        const next = this._starts.slice();
        for (let i = 0; i < _frame.count; i++) {
            this._members[next[this._keys[i]]++] = i;
        }
    }

    /** Calls back for every splat in the 27 cells around a point. */
    public forEachNear(x: number, y: number, z: number, callback: (index: number) => void): void {
        const cx = this._coordinate(x);
        const cy = this._coordinate(y);
        const cz = this._coordinate(z);
        for (let dx = -1; dx <= 1; dx++) {
            for (let dy = -1; dy <= 1; dy++) {
                for (let dz = -1; dz <= 1; dz++) {
                    this._forEachInCell(cx + dx, cy + dy, cz + dz, callback);
                }
            }
        }
    }

    private _forEachInCell(x: number, y: number, z: number, callback: (index: number) => void): void {
        const bucket = this._bucket(x, y, z);
        const p = this._frame.positions;
        for (let k = this._starts[bucket]; k < this._starts[bucket + 1]; k++) {
            const i = this._members[k];
            // Different cells can share a bucket.
            if (this._coordinate(p[3 * i]) === x && this._coordinate(p[3 * i + 1]) === y && this._coordinate(p[3 * i + 2]) === z) {
                callback(i);
            }
        }
    }

    private _coordinate(value: number): number {
        return Math.floor(value / this._cell) | 0;
    }

    private _bucket(x: number, y: number, z: number): number {
        return (Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791)) & this._mask;
    }
}

/** Twice the spacing that the splats would have, spread evenly over the middle half of each axis as a surface. */
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
    return 2 * Math.sqrt(area / Math.max(1, frame.count / 4));
}
