import type { ISortCamera } from "./framePacket.js";

/** Bits of a digit: two passes sort a depth of twenty bits. */
const DIGIT_BITS = 10;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
const MAX_KEY = (1 << (2 * DIGIT_BITS)) - 1;

/**
 * Sorts live splats back to front along a viewing direction: a stable radix sort of two passes. The range of the keys comes from the bounds
 * of the segment, not from the splats of the moment, so that keys do not shift from frame to frame. No allocation after construction.
 */
export class SplatSorter {
    private readonly _keys: Uint32Array;
    private readonly _sortedKeys: Uint32Array;
    private readonly _slots: Uint32Array;
    private readonly _sortedSlots: Uint32Array;
    private readonly _low = new Uint32Array(DIGITS);
    private readonly _high = new Uint32Array(DIGITS);

    /** @param capacity most slots */
    public constructor(capacity: number) {
        this._keys = new Uint32Array(capacity);
        this._sortedKeys = new Uint32Array(capacity);
        this._slots = new Uint32Array(capacity);
        this._sortedSlots = new Uint32Array(capacity);
    }

    /**
     * Sorts.
     * @param positions 3 values a slot
     * @param alive 1 for each live slot
     * @param slotCount number of slots
     * @param bounds min x, y, z, max x, y, z of all positions; what is outside counts as at the border
     * @param camera viewing direction
     * @param out live slots, farthest first; equal depths in the order of slots
     * @returns number of live slots
     */
    public sort(positions: Float32Array, alive: Uint8Array, slotCount: number, bounds: Float32Array, camera: ISortCamera, out: Uint32Array): number {
        const count = this._makeKeys(positions, alive, slotCount, bounds, camera);
        scatter(this._keys, this._slots, count, 0, this._low, this._sortedKeys, this._sortedSlots);
        // Keys are not needed after the second pass: it writes them where nobody looks again.
        scatter(this._sortedKeys, this._sortedSlots, count, DIGIT_BITS, this._high, this._keys, out);
        return count;
    }

    private _makeKeys(positions: Float32Array, alive: Uint8Array, slotCount: number, bounds: Float32Array, camera: ISortCamera): number {
        const [x, y, z] = camera.forward;
        let nearest = 0;
        let farthest = 0;
        for (let c = 0; c < 3; c++) {
            const a = camera.forward[c] * bounds[c];
            const b = camera.forward[c] * bounds[3 + c];
            nearest += Math.min(a, b);
            farthest += Math.max(a, b);
        }
        const scale = farthest > nearest ? MAX_KEY / (farthest - nearest) : 0;
        const { _keys: keys, _slots: slots, _low: low, _high: high } = this;
        low.fill(0);
        high.fill(0);
        let count = 0;
        for (let slot = 0, at = 0; slot < slotCount; slot++, at += 3) {
            if (!alive[slot]) {
                continue;
            }
            const depth = (farthest - x * positions[at] - y * positions[at + 1] - z * positions[at + 2]) * scale;
            // Also takes what is not a number: it sorts first.
            const key = depth > 0 ? (depth < MAX_KEY ? depth | 0 : MAX_KEY) : 0;
            keys[count] = key;
            slots[count++] = slot;
            low[key & DIGIT_MASK]++;
            high[key >>> DIGIT_BITS]++;
        }
        return count;
    }
}

/** One stable counting pass; `counts` becomes the place of each digit. */
function scatter(keys: Uint32Array, slots: Uint32Array, count: number, shift: number, counts: Uint32Array, outKeys: Uint32Array, outSlots: Uint32Array): void {
    let start = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
        const n = counts[digit];
        counts[digit] = start;
        start += n;
    }
    for (let i = 0; i < count; i++) {
        const key = keys[i];
        const at = counts[(key >>> shift) & DIGIT_MASK]++;
        outKeys[at] = key;
        outSlots[at] = slots[i];
    }
}
