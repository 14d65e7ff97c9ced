/** Bits of an axis in a Morton code: two halves of ten. */
const AXIS_BITS = 20;

/** An order of slots. */
export interface ISlotOrder {
    /** Provisional slot of each slot. */
    order: Int32Array;
    /** How many slots, at the front, are active. */
    activeCount: number;
}

/**
 * Orders the slots of a segment: active ones first, so that what changes is contiguous, and by Morton code (Z-order curve) within
 * both parts, so that neighbours in space are neighbours in order. Slots that have a place already, in another segment, keep it, and the others follow.
 * @param slotCount number of slots
 * @param isActive 1 for each slot that changes after the key frame
 * @param positions 3 codes a slot
 * @param placeOf place of the first slots, where they have one
 */
export function orderSlots(slotCount: number, isActive: Uint8Array, positions: Int32Array, placeOf: Int32Array = new Int32Array(0)): ISlotOrder {
    const { high, low } = mortonCodes(slotCount, positions);
    for (let slot = 0; slot < slotCount; slot++) {
        // Above the 30 bits of the Morton half: static slots sort after active ones.
        high[slot] += isActive[slot] ? 0 : 2 ** 30;
    }
    let added = Int32Array.from({ length: slotCount - placeOf.length }, (_, i) => placeOf.length + i);
    for (const [keys, shift] of [
        [low, 0],
        [low, 16],
        [high, 0],
        [high, 16],
    ] as const) {
        added = sortBy16Bits(added, keys, shift);
    }
    const order = new Int32Array(slotCount);
    placeOf.forEach((place, slot) => (order[place] = slot));
    order.set(added, placeOf.length);
    let activeCount = slotCount;
    while (activeCount > 0 && !isActive[order[activeCount - 1]]) {
        activeCount--;
    }
    return { order, activeCount };
}

function mortonCodes(slotCount: number, positions: Int32Array): { high: Uint32Array; low: Uint32Array } {
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
    for (let slot = 0; slot < slotCount; slot++) {
        const x = Math.floor((positions[3 * slot] - lowest[0]) * scale);
        const y = Math.floor((positions[3 * slot + 1] - lowest[1]) * scale);
        const z = Math.floor((positions[3 * slot + 2] - lowest[2]) * scale);
        high[slot] = spread(x >>> 10) | (spread(y >>> 10) << 1) | (spread(z >>> 10) << 2);
        low[slot] = spread(x) | (spread(y) << 1) | (spread(z) << 2);
    }
    return { high, low };
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
        starts[((keys[i] >>> shift) & 0xffff) + 1]++;
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
