/**
 * A stable sort of splats by depth, in AssemblyScript with SIMD: the same order as ../../splatSorter.ts gives. Memory is laid out by ../../wasmSplatSorter.ts.
 */
const DIGIT_BITS: u32 = 10;
const DIGIT_MASK: u32 = 1023;
const MAX_KEY: f64 = 1048575;
/** A slot and the high digit of its key fill a word. */
const SLOT_BITS: u32 = 22;
const SLOT_MASK: u32 = (1 << SLOT_BITS) - 1;

/** Counts of digits. Neighbours often have the same digit, and a count waits for the one before: there are several of each, added up in the end. */
const COUNTS: usize = 4096;
const LOW: usize = memory.data(8192, 16);
const HIGH: usize = memory.data(16384, 16);

/** Where the depth of codes is: see ../../sortKeys.ts. */
let k: v128 = f64x2.splat(0);
let kx: v128 = f64x2.splat(0);
let ky: v128 = f64x2.splat(0);
let kz: v128 = f64x2.splat(0);

export function placeKeys(at: f64, atX: f64, atY: f64, atZ: f64): void {
    k = f64x2.splat(at);
    kx = f64x2.splat(atX);
    ky = f64x2.splat(atY);
    kz = f64x2.splat(atZ);
}

/**
 * Sorts.
 * @param slotCount number of slots
 * @param x codes of the first coordinate; up to three more than there are slots are read
 * @param y of the second
 * @param z of the third
 * @param alive 1 for each live slot, 0 for up to three slots behind the last
 * @param keys working memory, a word for each slot and up to three more
 * @param words working memory, a word for each slot
 * @param out the order: a word for each live slot
 * @returns number of live slots
 */
export function sort(slotCount: u32, x: usize, y: usize, z: usize, alive: usize, keys: usize, words: usize, out: usize): u32 {
    memory.fill(LOW, 0, 2 * COUNTS);
    memory.fill(HIGH, 0, 4 * COUNTS);
    makeKeys(slotCount, x, y, z, alive, keys);
    const count = toPlaces(LOW, 2);
    toPlaces(HIGH, 4);
    scatterByLow(slotCount, keys, words);
    scatterByHigh(count, words, out);
    return count;
}

function makeKeys(slotCount: u32, x: usize, y: usize, z: usize, alive: usize, keys: usize): void {
    for (let slot: usize = 0; slot < slotCount; slot += 4) {
        const live = load<u32>(alive + slot);
        const at = slot << 2;
        if (live == 0) {
            v128.store(keys + at, i32x4.splat(-1));
            continue;
        }
        const key = keysOf(v128.load(x + at), v128.load(y + at), v128.load(z + at));
        if (live == 0x01010101) {
            v128.store(keys + at, key);
            countLow(i32x4.extract_lane(key, 0), 0);
            countLow(i32x4.extract_lane(key, 1), 1);
            countLow(i32x4.extract_lane(key, 2), 0);
            countLow(i32x4.extract_lane(key, 3), 1);
            countHigh(i32x4.extract_lane(key, 0), 0);
            countHigh(i32x4.extract_lane(key, 1), 1);
            countHigh(i32x4.extract_lane(key, 2), 2);
            countHigh(i32x4.extract_lane(key, 3), 3);
        } else {
            v128.store(keys + at, key);
            for (let i: usize = 0; i < 4; i++) {
                storeMixed(alive + slot + i, keys + at + (i << 2));
            }
        }
    }
}

/** Counts a key, or marks it where its slot is dead. */
function storeMixed(alive: usize, key: usize): void {
    if (load<u8>(alive)) {
        countLow(load<u32>(key), 0);
        countHigh(load<u32>(key), 0);
    } else {
        store<i32>(key, -1);
    }
}

// @ts-ignore: decorator
@inline
function keysOf(x: v128, y: v128, z: v128): v128 {
    const low = keyPair(x, y, z);
    const high = keyPair(v128.shuffle<i64>(x, x, 1, 1), v128.shuffle<i64>(y, y, 1, 1), v128.shuffle<i64>(z, z, 1, 1));
    return v128.shuffle<i64>(low, high, 0, 2);
}

/** Keys of the first two. What is not a number is 0. */
// @ts-ignore: decorator
@inline
function keyPair(x: v128, y: v128, z: v128): v128 {
    let depth = f64x2.sub(k, f64x2.mul(kx, f64x2.convert_low_i32x4_s(x)));
    depth = f64x2.sub(depth, f64x2.mul(ky, f64x2.convert_low_i32x4_s(y)));
    depth = f64x2.sub(depth, f64x2.mul(kz, f64x2.convert_low_i32x4_s(z)));
    return i32x4.trunc_sat_f64x2_s_zero(f64x2.pmin(f64x2.splat(MAX_KEY), f64x2.pmax(f64x2.splat(0), depth)));
}

// @ts-ignore: decorator
@inline
function countLow(key: u32, lane: usize): void {
    const at = LOW + lane * COUNTS + ((key & DIGIT_MASK) << 2);
    store<u32>(at, load<u32>(at) + 1);
}

// @ts-ignore: decorator
@inline
function countHigh(key: u32, lane: usize): void {
    const at = HIGH + lane * COUNTS + ((key >> DIGIT_BITS) << 2);
    store<u32>(at, load<u32>(at) + 1);
}

/** Turns how often each digit is there into where the first of each goes; the number of all. */
function toPlaces(counts: usize, lanes: usize): u32 {
    let place: u32 = 0;
    for (let at = counts; at < counts + COUNTS; at += 4) {
        let count: u32 = 0;
        for (let lane: usize = 0; lane < lanes; lane++) {
            count += load<u32>(at + lane * COUNTS);
        }
        store<u32>(at, place);
        place += count;
    }
    return place;
}

function scatterByLow(slotCount: u32, keys: usize, words: usize): void {
    for (let slot: u32 = 0; slot < slotCount; slot++) {
        const key = load<u32>(keys + (<usize>slot << 2));
        if (<i32>key >= 0) {
            const place = takePlace(LOW + ((key & DIGIT_MASK) << 2));
            store<u32>(words + (<usize>place << 2), ((key >> DIGIT_BITS) << SLOT_BITS) | slot);
        }
    }
}

function scatterByHigh(count: u32, words: usize, out: usize): void {
    for (const end = words + (<usize>count << 2); words < end; words += 4) {
        const word = load<u32>(words);
        const place = takePlace(HIGH + ((word >> SLOT_BITS) << 2));
        store<u32>(out + (<usize>place << 2), word & SLOT_MASK);
    }
}

// @ts-ignore: decorator
@inline
function takePlace(at: usize): u32 {
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    return place;
}
