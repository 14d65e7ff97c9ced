import { takeRows } from "./readers/frameArrays.js";
import type { ICutFrame } from "./segmentCutter.js";
import { shareUnchanged } from "./shareUnchanged.js";
import type { ISplatFrame } from "./splatFrame.js";

/** What is known of a slot: nothing lives there, or a splat that stays, or one that does not. */
const EMPTY = 0;
const STAYS = 1;
const GOES = 2;

/**
 * Leaves of a sequence only the splats that matter most. It is decided at the first frame of a window of segments, and of a splat that is born later at its birth, by the same measure; what was decided of a splat
 * holds while it lives, so that nothing flickers.
 */
export class SplatShare {
    /** Least importance of a splat that stays; undefined where the window had no splats so far. */
    private _threshold: number | undefined;
    /** Slot among the splats that stay, of each slot; -1: it had none of them so far. */
    private _places = new Int32Array(0);
    private _placeCount = 0;
    /** EMPTY, STAYS or GOES of each slot in the frame before. */
    private _fates = new Uint8Array(0);
    private _before: { whole: ICutFrame; left: ICutFrame; rows: Uint32Array } | undefined;

    /** @param _share share of the splats that stay, over 0, at most 1 */
    public constructor(private readonly _share: number) {}

    /**
     * What is left of the next frame.
     * @param whole the frame as it was followed
     */
    public next(whole: ICutFrame): ICutFrame {
        if (whole.startsWindow) {
            this._threshold = undefined;
            this._places = new Int32Array(0);
            this._placeCount = 0;
            this._fates = new Uint8Array(0);
            this._before = undefined;
        }
        this._grow(whole.slotCount);
        const { frame, slotOf } = whole;
        // Where rows are the same splats as before, so are those that stay.
        const same = this._before?.whole.slotOf === slotOf ? this._before : undefined;
        const rows = same?.rows ?? this._choose(frame, slotOf);
        const places = same?.left.slotOf ?? Int32Array.from(rows, (row) => this._placeOf(slotOf[row]));
        const taken = takeRows(frame, rows);
        const left = {
            ...whole,
            frame: this._before && !whole.startsSegment ? shareUnchanged(taken, this._before.left.frame) : taken,
            slotOf: places,
            slotCount: this._placeCount,
        };
        // Splats that the source has were left out on purpose: only what was dropped for its values counts as dropped.
        left.frame.droppedCount = frame.droppedCount;
        this._before = { whole, left, rows };
        return left;
    }

    private _grow(slotCount: number): void {
        const places = new Int32Array(slotCount).fill(-1);
        places.set(this._places);
        this._places = places;
    }

    /** Rows of the splats that stay. */
    private _choose(frame: ISplatFrame, slotOf: Int32Array): Uint32Array {
        const importances = importancesOf(frame);
        this._threshold ??= frame.count > 0 ? this._thresholdOf(importances) : undefined;
        const before = this._fates;
        this._fates = new Uint8Array(this._places.length);
        const rows = Uint32Array.from(slotOf.keys());
        return rows.filter((row) => {
            const slot = slotOf[row];
            const isNew = (before[slot] ?? EMPTY) === EMPTY;
            this._fates[slot] = isNew ? (importances[row] >= (this._threshold ?? 0) ? STAYS : GOES) : before[slot];
            return this._fates[slot] === STAYS;
        });
    }

    private _thresholdOf(importances: Float64Array): number {
        const count = Math.max(1, Math.round(this._share * importances.length));
        return importances.slice().sort()[importances.length - count];
    }

    private _placeOf(slot: number): number {
        if (this._places[slot] < 0) {
            this._places[slot] = this._placeCount++;
        }
        return this._places[slot];
    }
}

/** About what each splat covers when seen from its broad side: its opacity times its two larger scales. A player with a budget of splats judges in the same way. */
function importancesOf({ count, scales, opacities }: ISplatFrame): Float64Array {
    return Float64Array.from({ length: count }, (_, i) => {
        const [x, y, z] = [scales[3 * i], scales[3 * i + 1], scales[3 * i + 2]];
        return opacities[i] * Math.max(x * y, y * z, z * x);
    });
}
