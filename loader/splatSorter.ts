import { SortCloud, paddedSlots } from "./sortCloud.js";
import { DIGIT_BITS, placeKeys } from "./sortKeys.js";

const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
const DEAD = -1;

/** Sorts live splats back to front along a direction: stable, by keys of fixed range, see {@link placeKeys}. */
export interface ISplatSorter {
    /** Memory of the frames that can be sorted. */
    readonly clouds: readonly SortCloud[];
    /**
     * Sorts.
     * @param cloud one of {@link clouds}
     * @param forward direction to sort along, any length
     * @param out live slots, farthest first; equal keys in the order of slots. Has room for as many slots as the sorter; what is behind the live ones is of no meaning
     * @returns number of live slots
     */
    sort(cloud: SortCloud, forward: readonly number[], out: Uint32Array): number;
}

/** A radix sort of two passes; between them a word holds a slot and the high digit of its key. No allocation after construction. */
export class SplatSorter implements ISplatSorter {
    public readonly clouds: readonly SortCloud[];
    private readonly _keys: Int32Array;
    private readonly _words: Uint32Array;
    private readonly _low = new Uint32Array(DIGITS);
    private readonly _high = new Uint32Array(DIGITS);
    /** Bits of a slot; with more than 4,194,304 slots the high digit is shorter. */
    private readonly _slotBits: number;
    private readonly _maxKey: number;
    private readonly _k = new Float64Array(4);

    /**
     * @param capacity most slots
     * @param clouds frames to have memory for
     */
    public constructor(capacity: number, clouds: number) {
        const slots = paddedSlots(capacity);
        const codes = (): Int32Array => new Int32Array(slots);
        this.clouds = Array.from({ length: clouds }, () => new SortCloud([codes(), codes(), codes()], new Uint8Array(slots)));
        this._keys = new Int32Array(capacity);
        this._words = new Uint32Array(capacity);
        const highBits = Math.min(DIGIT_BITS, Math.clz32(capacity - 1));
        this._slotBits = 32 - highBits;
        this._maxKey = (1 << (DIGIT_BITS + highBits)) - 1;
    }

    public sort(cloud: SortCloud, forward: readonly number[], out: Uint32Array): number {
        placeKeys(cloud, forward, this._maxKey, this._k);
        this._makeKeys(cloud);
        this._count(cloud);
        const count = toPlaces(this._low);
        toPlaces(this._high);
        this._scatterByLow(cloud.slotCount);
        this._scatterByHigh(count, out);
        return count;
    }

    private _makeKeys({ positions: [xs, ys, zs], slotCount }: SortCloud): void {
        const { _keys: keys, _maxKey: maxKey } = this;
        const [k, kx, ky, kz] = this._k;
        for (let slot = 0; slot < slotCount; slot++) {
            const depth = k - kx * xs[slot] - ky * ys[slot] - kz * zs[slot];
            // Also takes what is not a number: it sorts first.
            keys[slot] = depth > 0 ? (depth < maxKey ? depth : maxKey) : 0;
        }
    }

    /** A loop of its own: together with the one that makes keys it takes longer than both. */
    private _count({ alive, slotCount }: SortCloud): void {
        const { _keys: keys, _low: low, _high: high } = this;
        low.fill(0);
        high.fill(0);
        for (let slot = 0; slot < slotCount; slot++) {
            if (alive[slot] === 0) {
                keys[slot] = DEAD;
                continue;
            }
            const key = keys[slot];
            low[key & DIGIT_MASK]++;
            high[key >>> DIGIT_BITS]++;
        }
    }

    private _scatterByLow(slotCount: number): void {
        const { _keys: keys, _words: words, _low: places, _slotBits: slotBits } = this;
        for (let slot = 0; slot < slotCount; slot++) {
            const key = keys[slot];
            if (key !== DEAD) {
                words[places[key & DIGIT_MASK]++] = ((key >>> DIGIT_BITS) << slotBits) | slot;
            }
        }
    }

    private _scatterByHigh(count: number, out: Uint32Array): void {
        const { _words: words, _high: places, _slotBits: slotBits } = this;
        const slotMask = (1 << slotBits) - 1;
        for (let i = 0; i < count; i++) {
            const word = words[i];
            out[places[word >>> slotBits]++] = word & slotMask;
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
