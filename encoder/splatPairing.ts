import type { ChannelCodes } from "../format/frameState.js";
import type { ISegmentQuantization } from "../format/quantization.js";
import type { BoundsChecker } from "./boundsChecker.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Number of the last cell of each axis. */
const LAST_CELL = 2 ** 40;

/** What the splats of a decoded frame are paired with. */
export interface IPairing {
    /** Source splat of each live slot, in the order of slots, -1 where no splat of the source is left. */
    sources: Int32Array;
    /** Number of slots without a source splat. */
    unpaired: number;
}

/**
 * Pairs the live slots of a decoded frame one to one with the splats of its source, so that each pair is within all bounds: greedily, then along
 * augmenting paths (Berge 1957), so that a full pairing is found wherever there is one.
 */
export class SplatPairing {
    private readonly _cells = new Map<number, number[]>();
    private readonly _ownerOf: Int32Array;
    private readonly _visited: Uint32Array;
    private _round = 0;

    /**
     * @param _checker decides whether a pair is within the bounds
     * @param _positionError bound of each coordinate of a centre
     * @param _codes decoded codes by channel and slot
     * @param _q scales of the segment
     * @param _slots live slots
     * @param _frame source
     */
    public constructor(
        private readonly _checker: BoundsChecker,
        private readonly _positionError: number,
        private readonly _codes: readonly ChannelCodes[],
        private readonly _q: ISegmentQuantization,
        private readonly _slots: Int32Array,
        private readonly _frame: ISplatFrame,
    ) {
        this._ownerOf = new Int32Array(_frame.count).fill(-1);
        this._visited = new Uint32Array(_frame.count);
        for (let i = 0; i < _frame.count; i++) {
            const [x, y, z] = [0, 1, 2].map((c) => this._cell(_frame.positions[3 * i + c]));
            const key = cellKey(x, y, z);
            const cell = this._cells.get(key);
            if (cell) {
                cell.push(i);
            } else {
                this._cells.set(key, [i]);
            }
        }
    }

    /**
     * Finds the pairs.
     * @param hints source splat to try first, by slot; takes the pairs found
     */
    public pair(hints: Int32Array): IPairing {
        const left: number[] = [];
        this._slots.forEach((slot, k) => {
            const hint = hints[slot];
            if (hint >= 0 && hint < this._frame.count && this._ownerOf[hint] < 0 && this._isWithin(k, hint)) {
                this._ownerOf[hint] = k;
            } else {
                left.push(k);
            }
        });
        const stillLeft = left.filter((k) => !this._takeFree(k));
        const unpaired = stillLeft.filter((k) => {
            this._round++;
            return !this._augment(k);
        }).length;
        const sources = new Int32Array(this._slots.length).fill(-1);
        this._ownerOf.forEach((k, source) => {
            if (k >= 0) {
                sources[k] = source;
                hints[this._slots[k]] = source;
            }
        });
        return { sources, unpaired };
    }

    private _takeFree(k: number): boolean {
        for (const cell of this._cellsAround(k)) {
            for (const source of cell) {
                if (this._ownerOf[source] < 0 && this._isWithin(k, source)) {
                    this._ownerOf[source] = k;
                    return true;
                }
            }
        }
        return false;
    }

    /** Looks for a source whose owner can go elsewhere; depth first, without recursion: paths can be long. */
    private _augment(start: number): boolean {
        const path: { k: number; candidates: Iterator<number, undefined>; taken: number }[] = [{ k: start, candidates: this._candidates(start), taken: -1 }];
        while (path.length > 0) {
            const step = path[path.length - 1];
            const source = step.candidates.next().value;
            if (source === undefined) {
                path.pop();
                continue;
            }
            this._visited[source] = this._round;
            step.taken = source;
            const owner = this._ownerOf[source];
            if (owner < 0) {
                path.forEach(({ k, taken }) => (this._ownerOf[taken] = k));
                return true;
            }
            path.push({ k: owner, candidates: this._candidates(owner), taken: -1 });
        }
        return false;
    }

    private *_candidates(k: number): Generator<number, undefined> {
        for (const cell of this._cellsAround(k)) {
            for (const source of cell) {
                if (this._visited[source] !== this._round && this._isWithin(k, source)) {
                    yield source;
                }
            }
        }
        return undefined;
    }

    private *_cellsAround(k: number): Generator<number[]> {
        const slot = this._slots[k];
        const { positionStep, positionBase } = this._q;
        const [low, high] = [-1, 1].map((sign) =>
            [0, 1, 2].map((c) => this._cell(positionStep * (positionBase[c] + this._codes[c][slot]) + sign * 1.001 * this._positionError)),
        );
        for (let x = low[0]; x <= high[0]; x++) {
            for (let y = low[1]; y <= high[1]; y++) {
                for (let z = low[2]; z <= high[2]; z++) {
                    const cell = this._cells.get(cellKey(x, y, z));
                    if (cell) {
                        yield cell;
                    }
                }
            }
        }
    }

    private _isWithin(k: number, source: number): boolean {
        return this._checker.isWithin(this._codes, this._slots[k], this._q, this._frame, source);
    }

    /** All that is farther shares the last cell: a bound from a file can be zero, and cells must stay numbers that can be counted up. */
    private _cell(coordinate: number): number {
        return Math.max(-LAST_CELL, Math.min(LAST_CELL, Math.floor(coordinate / (4 * this._positionError))));
    }
}

/** Cells whose keys collide only add candidates that are out of bounds. */
function cellKey(x: number, y: number, z: number): number {
    return (x * 73856093 + y * 19349663 + z * 83492791) % 0x1fffffffffffff;
}
