/** Bits of an axis on the curve: two halves of ten. */
const AXIS_BITS = 20;

/** Static slots are put apart where they are so many: where they are few and everywhere, two sparse curves cost more than gates that stay shut. */
const LEAST_STATIC_SHARE = 0.3;

/** An order of slots. */
export interface ISlotOrder {
    /** Provisional slot of each slot. */
    order: Int32Array;
    /** How many slots, at the front, are active. */
    activeCount: number;
}

/**
 * Orders the slots of a segment along a Hilbert curve, so that neighbours in space are neighbours in order; static ones last. Slots that have a place already, in another segment, keep it, and the others follow.
 * @param slotCount number of slots
 * @param isActive 1 for each slot that changes after the key frame
 * @param positions 3 codes a slot
 * @param placeOf place of the first slots, where they have one
 */
export function orderSlots(slotCount: number, isActive: Uint8Array, positions: Int32Array, placeOf: Int32Array = new Int32Array(0)): ISlotOrder {
    const { high, low } = hilbertCodes(slotCount, positions);
    const staticCount = isActive.reduce((count, active) => count - active, slotCount);
    const splits = staticCount > LEAST_STATIC_SHARE * slotCount;
    for (let slot = 0; slot < slotCount; slot++) {
        // Above the 30 bits of the high half: static slots sort after active ones.
        high[slot] += splits && !isActive[slot] ? 2 ** 30 : 0;
    }
    const added = sortByCodes(
        new Int32Array(slotCount - placeOf.length).map((_, i) => placeOf.length + i),
        high,
        low,
    );
    const order = new Int32Array(slotCount);
    placeOf.forEach((place, slot) => (order[place] = slot));
    order.set(added, placeOf.length);
    let activeCount = slotCount;
    while (activeCount > 0 && !isActive[order[activeCount - 1]]) {
        activeCount--;
    }
    return { order, activeCount };
}

/**
 * Orders points along a Hilbert curve.
 * @param positions 3 integers a point
 */
export function hilbertOrder(positions: Int32Array): Int32Array {
    const count = positions.length / 3;
    const { high, low } = hilbertCodes(count, positions);
    return sortByCodes(
        new Int32Array(count).map((_, i) => i),
        high,
        low,
    );
}

function sortByCodes(slots: Int32Array<ArrayBuffer>, high: Uint32Array, low: Uint32Array): Int32Array {
    let sorted = slots;
    for (const [keys, shift] of [
        [low, 0],
        [low, 16],
        [high, 0],
        [high, 16],
    ] as const) {
        sorted = sortBy16Bits(sorted, keys, shift);
    }
    return sorted;
}

/** Places on the curve: the 30 high and the 30 low bits. */
function hilbertCodes(slotCount: number, positions: Int32Array): { high: Uint32Array; low: Uint32Array } {
    const lowest = [Infinity, Infinity, Infinity];
    let span = 1;
    for (let i = 0; i < 3 * slotCount; i++) {
        lowest[i % 3] = Math.min(lowest[i % 3], positions[i]);
    }
    for (let i = 0; i < 3 * slotCount; i++) {
        span = Math.max(span, positions[i] - lowest[i % 3] + 1);
    }
    const scale = Math.min(1, 2 ** AXIS_BITS / span);
    const high = new Uint32Array(slotCount);
    const low = new Uint32Array(slotCount);
    const axes = new Int32Array(3);
    for (let slot = 0; slot < slotCount; slot++) {
        for (let c = 0; c < 3; c++) {
            axes[c] = Math.floor((positions[3 * slot + c] - lowest[c]) * scale);
        }
        toHilbert(axes);
        high[slot] = (spread(axes[0] >>> 10) << 2) | (spread(axes[1] >>> 10) << 1) | spread(axes[2] >>> 10);
        low[slot] = (spread(axes[0]) << 2) | (spread(axes[1]) << 1) | spread(axes[2]);
    }
    return { high, low };
}

/**
 * Turns coordinates into the place on a Hilbert curve, its bits dealt out to the three axes from the highest on (Skilling, "Programming the Hilbert curve", 2004).
 * @param x three coordinates of AXIS_BITS bits; changed
 */
function toHilbert(x: Int32Array): void {
    const highest = 1 << (AXIS_BITS - 1);
    for (let bit = highest; bit > 1; bit >>= 1) {
        const mask = bit - 1;
        for (let i = 0; i < 3; i++) {
            if (x[i] & bit) {
                x[0] ^= mask;
            } else {
                const swap = (x[0] ^ x[i]) & mask;
                x[0] ^= swap;
                x[i] ^= swap;
            }
        }
    }
    x[1] ^= x[0];
    x[2] ^= x[1];
    let flip = 0;
    for (let bit = highest; bit > 1; bit >>= 1) {
        flip ^= x[2] & bit ? bit - 1 : 0;
    }
    x[0] ^= flip;
    x[1] ^= flip;
    x[2] ^= flip;
}

/** Puts two zeros between the ten low bits. */
function spread(value: number): number {
    let v = value & 0x3ff;
    v = (v | (v << 16)) & 0x030000ff;
    v = (v | (v << 8)) & 0x0300f00f;
    v = (v | (v << 4)) & 0x030c30c3;
    return (v | (v << 2)) & 0x09249249;
}

/** One stable counting pass of a radix sort. */
function sortBy16Bits(order: Int32Array<ArrayBuffer>, keys: Uint32Array, shift: number): Int32Array<ArrayBuffer> {
    const starts = new Uint32Array(65537);
    for (let i = 0; i < order.length; i++) {
        starts[((keys[order[i]] >>> shift) & 0xffff) + 1]++;
    }
    for (let digit = 0; digit < 65536; digit++) {
        starts[digit + 1] += starts[digit];
    }
    const sorted = new Int32Array(order.length);
    for (let i = 0; i < order.length; i++) {
        sorted[starts[(keys[order[i]] >>> shift) & 0xffff]++] = order[i];
    }
    return sorted;
}
