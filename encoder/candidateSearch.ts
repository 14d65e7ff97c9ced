import type { ClipEncoderSettings } from "./encoderOptions.js";
import { FEATURES, type MatchFrame } from "./matchFrame.js";
import { stillMotion, type IMotion } from "./motion.js";
import { CROWD } from "./spatialGrid.js";

/** Most candidates that a search can find. */
export const CANDIDATES = 4;
/** What a difference that is just over its bound costs, in bits. */
const LEAST_BITS = 1.5;
const LEAST_FACTOR = 2 ** LEAST_BITS;

/**
 * Looks for splats of the next frame that a splat of the frame before can have become. The cost of a pair is about the bits of its residuals: the sum over its values of
 * 1.5 + log2(difference / bound) where the bound is exceeded. It is kept as a product, so that only what is found needs a logarithm.
 */
export class CandidateSearch {
    /** What has likely become of the frame before: searches begin there, costs are differences from it. */
    public motion: IMotion;
    /** What the last search found: splats of the next frame in the order of its grid, and their costs, cheapest first. */
    public readonly foundAt = new Int32Array(CANDIDATES);
    public readonly foundCosts = new Float64Array(CANDIDATES);
    /** For each splat of the next frame the first that is free from it on; shortened as it is followed. */
    private readonly _free: Int32Array;
    private readonly _perPosition: number;
    private readonly _perRotation: number;
    private _found = 0;
    private _most = 0;
    private _limit = 0;
    private _isPerfect = false;

    /**
     * @param previous frame before
     * @param next next frame
     * @param settings error bounds
     */
    public constructor(
        public readonly previous: MatchFrame,
        public readonly next: MatchFrame,
        settings: ClipEncoderSettings,
    ) {
        this.motion = stillMotion(previous);
        this._free = new Int32Array(next.count + 1);
        for (let k = 0; k <= next.count; k++) {
            this._free[k] = k;
        }
        this._perPosition = 1 / settings.positionError;
        this._perRotation = 1 / settings.rotationError;
    }

    /** Leaves a splat of the next frame out from now on. */
    public take(k: number): void {
        this._free[k] = k + 1;
    }

    /** Whether a splat of the next frame was taken. */
    public isTaken(k: number): boolean {
        return this._free[k] !== k;
    }

    /**
     * Searches the eight cells nearest to where a splat is expected.
     * @param k splat of the frame before, in the order of its grid
     * @param maxCost what a pair may cost
     * @param most how many to find, at most CANDIDATES
     * @returns how many were found
     */
    public find(k: number, maxCost: number, most: number): number {
        this._found = 0;
        this._most = most;
        this._limit = 2 ** maxCost;
        this._isPerfect = false;
        const { positions } = this.motion;
        const { grid } = this.next;
        const x = grid.coordinate(positions[3 * k]);
        const y = grid.coordinate(positions[3 * k + 1]);
        const z = grid.coordinate(positions[3 * k + 2]);
        const restX = positions[3 * k] - x * grid.cell;
        const restY = positions[3 * k + 1] - y * grid.cell;
        const restZ = positions[3 * k + 2] - z * grid.cell;
        const stepX = 2 * restX < grid.cell ? -1 : 1;
        const stepY = 2 * restY < grid.cell ? -1 : 1;
        const stepZ = 2 * restZ < grid.cell ? -1 : 1;
        // What a splat costs at least that is in the next cell along each axis.
        const leastX = this._factor(Math.min(restX, grid.cell - restX));
        const leastY = this._factor(Math.min(restY, grid.cell - restY));
        const leastZ = this._factor(Math.min(restZ, grid.cell - restZ));
        for (let n = 0; n < 8 && !this._isPerfect; n++) {
            const [isX, isY, isZ] = [n & 1, (n >> 1) & 1, n >> 2];
            if ((isX ? leastX : 1) * (isY ? leastY : 1) * (isZ ? leastZ : 1) < this._limit) {
                this._searchCell(k, grid.cellAt(x + isX * stepX, y + isY * stepY, z + isZ * stepZ));
            }
        }
        for (let n = 0; n < this._found; n++) {
            this.foundCosts[n] = Math.log2(this.foundCosts[n]);
        }
        return this._found;
    }

    /** Cost of a pair, however much it is. */
    public costOf(k: number, j: number): number {
        this._limit = Infinity;
        return Math.log2(this._addRotation(k, j, this._addFeatures(k, j, this._placeProduct(k, j))));
    }

    private _searchCell(k: number, cell: number): void {
        const { grid } = this.next;
        const end = grid.starts[cell + 1];
        let first = grid.starts[cell];
        let left = CROWD;
        if (end - first >= CROWD) {
            first = Math.max(first, lowerBound(grid.keys, first, end, this.previous.grid.keys[k]) - CROWD / 4);
        }
        for (let j = this._nextFree(first); j < end && left > 0 && !this._isPerfect; j = this._nextFree(j + 1), left--) {
            const product = this._placeProduct(k, j);
            if (product < this._limit) {
                this._consider(k, j, product);
            }
        }
    }

    private _placeProduct(k: number, j: number): number {
        const from = this.motion.positions;
        const to = this.next.positions;
        const x = this._factor(to[3 * j] - from[3 * k]);
        const y = this._factor(to[3 * j + 1] - from[3 * k + 1]);
        const z = this._factor(to[3 * j + 2] - from[3 * k + 2]);
        return x * y * z;
    }

    /** What a difference of a coordinate contributes to a product. */
    private _factor(difference: number): number {
        const size = Math.abs(difference) * this._perPosition;
        return size > 1 ? LEAST_FACTOR * size : 1;
    }

    /** Keeps a pair if it is among the cheapest; the product is that of the places. */
    private _consider(k: number, j: number, placeProduct: number): void {
        const withFeatures = this._addFeatures(k, j, placeProduct);
        const product = withFeatures < this._limit ? this._addRotation(k, j, withFeatures) : withFeatures;
        if (product >= this._limit) {
            return;
        }
        const { foundAt, foundCosts } = this;
        let n = this._found < this._most ? this._found++ : this._most - 1;
        for (; n > 0 && foundCosts[n - 1] > product; n--) {
            foundCosts[n] = foundCosts[n - 1];
            foundAt[n] = foundAt[n - 1];
        }
        foundCosts[n] = product;
        foundAt[n] = j;
        if (this._found === this._most) {
            this._limit = foundCosts[this._most - 1];
            this._isPerfect = this._limit === 1;
        }
    }

    private _addFeatures(k: number, j: number, placeProduct: number): number {
        const from = this.previous.features;
        const to = this.next.features;
        const { shift } = this.motion;
        const limit = this._limit;
        const a = k * FEATURES;
        const b = j * FEATURES;
        let product = placeProduct;
        for (let c = 0; c < FEATURES && product < limit; c++) {
            const size = Math.abs(to[b + c] - from[a + c] - shift[c]);
            product = size > 1 ? LEAST_FACTOR * size * product : product;
        }
        return product;
    }

    private _addRotation(k: number, j: number, product: number): number {
        const from = this.motion.rotations;
        const to = this.next.rotations;
        const a = 4 * k;
        const b = 4 * j;
        const dot = from[a] * to[b] + from[a + 1] * to[b + 1] + from[a + 2] * to[b + 2] + from[a + 3] * to[b + 3];
        // Length of the difference, by component.
        const size = Math.sqrt(Math.max(0, (2 / 3) * (1 - Math.abs(dot)))) * this._perRotation;
        const factor = LEAST_FACTOR * size;
        return size > 1 ? product * factor * factor * factor : product;
    }

    private _nextFree(k: number): number {
        const free = this._free;
        while (free[k] !== k) {
            free[k] = free[free[k]];
            k = free[k];
        }
        return k;
    }
}

/** First place from which on the keys are not less. */
function lowerBound(keys: Float64Array, first: number, end: number, key: number): number {
    while (first < end) {
        const middle = (first + end) >> 1;
        if (keys[middle] < key) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first;
}
