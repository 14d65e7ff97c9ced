import { SortCloud, paddedSlots } from "./sortCloud.js";
import { DIGIT_BITS, MAX_KEY, placeKeys } from "./sortKeys.js";

const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
/** Added to a number and taken away again, it rounds it. */
const ROUNDING = 2 ** 52;
const DEAD = 0xffffffff;

/** Sorts live splats back to front along a direction: stable, by keys of fixed range, see {@link placeKeys}. */
export interface ISplatSorter {
    /** Memory of the frames that can be sorted. */
    readonly clouds: readonly SortCloud[];
    /**
     * Sorts.
     * @param cloud one of {@link clouds}
     * @param forward direction to sort along, any length
     * @param out live slots, farthest first; equal keys in the order of slots. Has room for all slots; what is behind the live ones is of no meaning
     * @returns number of live slots
     */
    sort(cloud: SortCloud, forward: readonly number[], out: Uint32Array): number;
}

/** A radix sort of two passes. No allocation after construction. */
export class SplatSorter implements ISplatSorter {
    public readonly clouds: readonly SortCloud[];
    private readonly _keys: Uint32Array;
    private readonly _slots: Uint32Array;
    private readonly _low = new Uint32Array(DIGITS);
    private readonly _high = new Uint32Array(DIGITS);
    private readonly _k = new Float64Array(4);

    /**
     * @param capacity most slots
     * @param clouds frames to have memory for
     */
    public constructor(capacity: number, clouds: number) {
        const slots = paddedSlots(capacity);
        const codes = (): Int32Array => new Int32Array(slots);
        this.clouds = Array.from({ length: clouds }, () => new SortCloud([codes(), codes(), codes()], new Uint8Array(slots)));
        this._keys = new Uint32Array(capacity);
        this._slots = new Uint32Array(capacity);
    }

    public sort(cloud: SortCloud, forward: readonly number[], out: Uint32Array): number {
        placeKeys(cloud, forward, this._k);
        this._makeKeys(cloud);
        const count = toPlaces(this._low);
        toPlaces(this._high);
        this._scatterByLow(cloud.slotCount);
        this._scatterByHigh(count, out);
        return count;
    }

    private _makeKeys({ positions: [xs, ys, zs], alive, slotCount }: SortCloud): void {
        const { _keys: keys, _low: low, _high: high } = this;
        const [k, kx, ky, kz] = this._k;
        low.fill(0);
        high.fill(0);
        for (let slot = 0; slot < slotCount; slot++) {
            if (alive[slot] === 0) {
                keys[slot] = DEAD;
                continue;
            }
            const depth = k - kx * xs[slot] - ky * ys[slot] - kz * zs[slot];
            // Also takes what is not a number: it sorts first.
            const key = depth > 0 ? (depth < MAX_KEY ? depth + ROUNDING - ROUNDING : MAX_KEY) : 0;
            keys[slot] = key;
            low[key & DIGIT_MASK]++;
            high[key >>> DIGIT_BITS]++;
        }
    }

    private _scatterByLow(slotCount: number): void {
        const { _keys: keys, _slots: slots, _low: places } = this;
        for (let slot = 0; slot < slotCount; slot++) {
            const key = keys[slot];
            if (key !== DEAD) {
                slots[places[key & DIGIT_MASK]++] = slot;
            }
        }
    }

    private _scatterByHigh(count: number, out: Uint32Array): void {
        const { _keys: keys, _slots: slots, _high: places } = this;
        for (let i = 0; i < count; i++) {
            const slot = slots[i];
            out[places[keys[slot] >>> DIGIT_BITS]++] = slot;
        }
    }
}

/** Turns how often each digit is there into where the first of each goes; the number of all. */
function toPlaces(counts: Uint32Array): number {
    let place = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
        const count = counts[digit];
        counts[digit] = place;
        place += count;
    }
    return place;
}
