/** Sixteenths of a code, and what is left of the unit of a turn; see ../../moveClusters.ts. */
const FRACTION_BITS: i32 = 4;
const FRACTION_MASK: i32 = (1 << FRACTION_BITS) - 1;
const TURN_UNIT: f64 = 1048576;
const TRANSLATION_UNIT: f64 = 16;
const ROTATION_BIAS: i32 = 2048;
const LARGEST_PART: f64 = 32760;

/** Which slots go with which cluster. */
let slotCount: u32 = 0;
let alive: usize = 0;
let born: usize = 0;
let labels: usize = 0;

/** Says which slots live and since when, and which clusters they go with. */
export function placeSlots(count: u32, aliveAt: usize, bornAt: usize, labelsAt: usize): void {
    slotCount = count;
    alive = aliveAt;
    born = bornAt;
    labels = labelsAt;
}

/** Label of a slot that goes with a cluster, else 0. */
// @ts-ignore: decorator
@inline
function labelOf(slot: u32): u32 {
    return load<u8>(alive + slot) > load<u8>(born + slot) ? load<u16>(labels + (slot << 1)) : 0;
}

/**
 * Adds velocities to the codes of a channel, see moveOn.
 * @param codes codes
 * @param velocities velocities
 * @param mask mask of the codes
 */
export function moveOn(codes: usize, velocities: usize, mask: i32): void {
    const whole = slotCount & ~3;
    let slot: u32 = 0;
    for (; slot < whole; slot += 4) {
        const lasts = i8x16.gt_u(v128.load32_zero(alive + slot), v128.load32_zero(born + slot));
        const steps = v128.and(v128.load(velocities + (slot << 2)), i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(lasts)));
        const at = codes + (slot << 2);
        v128.store(at, v128.and(i32x4.add(v128.load(at), steps), i32x4.splat(mask)));
    }
    for (; slot < slotCount; slot++) {
        if (load<u8>(alive + slot) > load<u8>(born + slot)) {
            const at = codes + (slot << 2);
            store<i32>(at, (load<i32>(at) + load<i32>(velocities + (slot << 2))) & mask);
        }
    }
}

/**
 * Moves the slots that go with a cluster, see movePositions.
 * @param codes codes of x; those of y and z follow, each `codeBytes` on
 * @param fractions the same for fractions
 * @param centres of the clusters
 * @param motions six numbers a cluster
 * @param turns nine numbers a cluster
 * @param mask mask of the codes
 */
export function movePositions(codes: usize, codeBytes: usize, fractions: usize, fractionBytes: usize, centres: usize, motions: usize, turns: usize, mask: i32): void {
    for (let slot: u32 = 0; slot < slotCount; slot++) {
        const label = labelOf(slot);
        if (label == 0) {
            continue;
        }
        const x = codes + (slot << 2);
        const y = x + codeBytes;
        const z = y + codeBytes;
        const fx = fractions + slot;
        const fy = fx + fractionBytes;
        const fz = fy + fractionBytes;
        const px = partOf(load<i32>(x), fx);
        const py = partOf(load<i32>(y), fy);
        const pz = partOf(load<i32>(z), fz);
        const centre = centres + (label - 1) * 24;
        const dx = px - load<f64>(centre);
        const dy = py - load<f64>(centre, 8);
        const dz = pz - load<f64>(centre, 16);
        const motion = motions + (label - 1) * 24;
        const turn = turns + (label - 1) * 72;
        keepPosition(px + TRANSLATION_UNIT * f64(load<i32>(motion, 12)) + turned(turn, dx, dy, dz), x, fx, mask);
        keepPosition(py + TRANSLATION_UNIT * f64(load<i32>(motion, 16)) + turned(turn + 24, dx, dy, dz), y, fy, mask);
        keepPosition(pz + TRANSLATION_UNIT * f64(load<i32>(motion, 20)) + turned(turn + 48, dx, dy, dz), z, fz, mask);
    }
}

// @ts-ignore: decorator
@inline
function partOf(code: i32, fraction: usize): f64 {
    return f64((code << FRACTION_BITS) + load<u8>(fraction));
}

/** What a row of a turn adds to a coordinate. */
// @ts-ignore: decorator
@inline
function turned(row: usize, x: f64, y: f64, z: f64): f64 {
    return floor((load<f64>(row) * x + load<f64>(row, 8) * y + load<f64>(row, 16) * z) / TURN_UNIT + 0.5);
}

// @ts-ignore: decorator
@inline
function keepPosition(moved: f64, code: usize, fraction: usize, mask: i32): void {
    const part = i32(i64(moved));
    store<i32>(code, (part >> FRACTION_BITS) & mask);
    store<u8>(fraction, part & FRACTION_MASK);
}

/**
 * Turns the slots that go with a cluster, see moveRotations.
 * @param codes codes of the first component; those of the other two and which is left out follow, each `codeBytes` on
 * @param fractions of the components
 * @param quaternions of the clusters
 * @param unit how many 1/16 codes are 1
 */
export function moveRotations(codes: usize, codeBytes: usize, fractions: usize, fractionBytes: usize, quaternions: usize, unit: f64): void {
    for (let slot: u32 = 0; slot < slotCount; slot++) {
        const label = labelOf(slot);
        if (label == 0) {
            continue;
        }
        const c0 = codes + (slot << 2);
        const c1 = c0 + codeBytes;
        const c2 = c1 + codeBytes;
        const leftOut = load<u32>(c2 + codeBytes);
        const f0 = fractions + slot;
        const f1 = f0 + fractionBytes;
        const f2 = f1 + fractionBytes;
        const p0 = partOf(load<i32>(c0) - ROTATION_BIAS, f0);
        const p1 = partOf(load<i32>(c1) - ROTATION_BIAS, f1);
        const p2 = partOf(load<i32>(c2) - ROTATION_BIAS, f2);
        const rest = unit * unit - (p0 * p0 + p1 * p1 + p2 * p2);
        const p3 = rest > 0 ? sqrt(rest) : 0;
        const w = leftOut == 0 ? p3 : p0;
        const x = leftOut == 0 ? p0 : leftOut == 1 ? p3 : p1;
        const y = leftOut < 2 ? p1 : leftOut == 2 ? p3 : p2;
        const z = leftOut < 3 ? p2 : p3;
        const turn = quaternions + ((label - 1) << 5);
        const a = load<f64>(turn);
        const b = load<f64>(turn, 8);
        const c = load<f64>(turn, 16);
        const d = load<f64>(turn, 24);
        const tw = a * w - b * x - c * y - d * z;
        const tx = a * x + b * w + c * z - d * y;
        const ty = a * y - b * z + c * w + d * x;
        const tz = a * z + b * y - c * x + d * w;
        const sign: f64 = (leftOut == 0 ? tw : leftOut == 1 ? tx : leftOut == 2 ? ty : tz) < 0 ? -1 : 1;
        keepComponent(sign * (leftOut == 0 ? tx : tw), c0, f0);
        keepComponent(sign * (leftOut < 2 ? ty : tx), c1, f1);
        keepComponent(sign * (leftOut < 3 ? tz : ty), c2, f2);
    }
}

/** A component that is not a number, of steps no encoder has, becomes 0. */
// @ts-ignore: decorator
@inline
function keepComponent(component: f64, code: usize, fraction: usize): void {
    const rounded = floor(component + 0.5);
    const part = rounded == rounded ? i32(max(-LARGEST_PART, min(LARGEST_PART, rounded))) : 0;
    store<i32>(code, (part >> FRACTION_BITS) + ROTATION_BIAS);
    store<u8>(fraction, part & FRACTION_MASK);
}
