import { advance, DIRECT_TOKENS, entryOf, keepStates, numberOf, refill, STATE_LOW, Streams, SYMBOL_MASK, takeWord } from "./streams";

/** What the class of a slot's last residual adds to a context. */
const MAGNITUDE_STRIDE: u32 = 3;
const LIFTING_SHIFT: i32 = 8;
const HALF_WEIGHT: i32 = 1 << (LIFTING_SHIFT - 1);

/** Where things of the channel that is read are: by place in the list, then by slot. */
let list: usize = 0;
let classes: usize = 0;
let differences: usize = 0;
let d0: usize = 0;
let d1: usize = 0;
let magnitudes: usize = 0;
let codes: usize = 0;
let levels: usize = 0;
/** Its numbers. */
let context: u32 = 0;
let shift: i32 = 0;
let codeMask: i32 = 0;
let w0: i32 = 0;
let w1: i32 = 0;

/** Says which slots have residuals; see FrameState. */
export function placeList(listAt: usize, classesAt: usize, count: u32): void {
    list = listAt;
    classes = classesAt;
    memory.fill(classesAt, 0, count);
}

/** Says where the differences of a channel go, and by which of the channels before it is lifted. */
export function placeDifferences(differencesAt: usize, firstAt: usize, secondAt: usize, firstWeight: i32, secondWeight: i32): void {
    differences = differencesAt;
    d0 = firstAt;
    d1 = secondAt;
    w0 = firstWeight;
    w1 = secondWeight;
}

/** Says by how many more bits the differences of each slot are shifted; 0: by none. */
export function placeLevels(levelsAt: usize): void {
    levels = levelsAt;
}

/**
 * Reads and adds the residuals of a channel, see codeResiduals.
 * @param count number of slots in the list
 * @param firstContext context without the classes
 * @param residualShift shift of the residuals
 * @param mask mask of the codes
 * @param codesAt codes: of 32 bits, or of 8 where there are no magnitudes
 * @param magnitudesAt class of each slot's last residual; 0: the channel has none
 * @param keepsDifferences whether differences are lifted and kept
 */
export function residuals(count: u32, firstContext: u32, residualShift: i32, mask: i32, codesAt: usize, magnitudesAt: usize, keepsDifferences: bool): void {
    context = firstContext;
    shift = residualShift;
    codeMask = mask;
    codes = codesAt;
    magnitudes = magnitudesAt;
    if (magnitudesAt == 0) {
        readChannel(count, true, true);
    } else if (keepsDifferences) {
        readChannel(count, false, true);
    } else {
        readChannel(count, false, false);
    }
}

/** Four symbols a round, one of each state: their steps go side by side, and what becomes of the symbols is done as a vector. */
// @ts-ignore: decorator
@inline
function readChannel(count: u32, areBytes: bool, keeps: bool): void {
    let a = Streams.x0;
    let b = Streams.x1;
    let c = Streams.x2;
    let d = Streams.x3;
    let at = Streams.next;
    const last = Streams.end;
    const whole = count & ~3;
    let i: u32 = 0;
    // A round takes four words at most; behind the end there are as many zeros.
    for (; i < whole && at <= last; i += 4) {
        const p0 = slotAt(i);
        const p1 = slotAt(i + 1);
        const p2 = slotAt(i + 2);
        const p3 = slotAt(i + 3);
        const c0 = contextOf(i, p0, areBytes);
        const c1 = contextOf(i + 1, p1, areBytes);
        const c2 = contextOf(i + 2, p2, areBytes);
        const c3 = contextOf(i + 3, p3, areBytes);
        const e0 = entryOf(c0, a);
        const e1 = entryOf(c1, b);
        const e2 = entryOf(c2, c);
        const e3 = entryOf(c3, d);
        a = advance(a, e0);
        b = advance(b, e1);
        c = advance(c, e2);
        d = advance(d, e3);
        const takesA = u32(a < STATE_LOW);
        const takesB = u32(b < STATE_LOW);
        const takesC = u32(c < STATE_LOW);
        const takesD = u32(d < STATE_LOW);
        let words = load<u64>(at);
        a = refill(a, takesA, words);
        words >>= takesA << 4;
        b = refill(b, takesB, words);
        words >>= takesB << 4;
        c = refill(c, takesC, words);
        words >>= takesC << 4;
        d = refill(d, takesD, words);
        at += (takesA + takesB + takesC + takesD) << 1;
        let n = v128.and(i32x4(e0, e1, e2, e3), i32x4.splat(SYMBOL_MASK));
        if (((e0 | e1 | e2 | e3) & SYMBOL_MASK) >= DIRECT_TOKENS) {
            n = numbersOf(n);
        }
        addFour(i, p0, p1, p2, p3, n, areBytes, keeps);
    }
    Streams.next = at;
    for (; i < count; i++) {
        const p = slotAt(i);
        const entry = entryOf(contextOf(i, p, areBytes), a);
        const turned = takeWord(advance(a, entry));
        a = b;
        b = c;
        c = d;
        d = turned;
        add(i, p, numberOf(entry & SYMBOL_MASK), areBytes, keeps);
    }
    keepStates(count, a, b, c, d);
}

/** The numbers of four tokens, of which one has raw bits. */
function numbersOf(tokens: v128): v128 {
    const n0 = numberOf(i32x4.extract_lane(tokens, 0));
    const n1 = numberOf(i32x4.extract_lane(tokens, 1));
    const n2 = numberOf(i32x4.extract_lane(tokens, 2));
    const n3 = numberOf(i32x4.extract_lane(tokens, 3));
    return i32x4(n0, n1, n2, n3);
}

/** Adds four residuals to their codes. */
// @ts-ignore: decorator
@inline
function addFour(i: u32, p0: u32, p1: u32, p2: u32, p3: u32, n: v128, areBytes: bool, keeps: bool): void {
    let difference = v128.xor(i32x4.shr_u(n, 1), i32x4.neg(v128.and(n, i32x4.splat(1))));
    if (keeps) {
        const lift = i32x4.add(i32x4.mul(v128.load(d0 + (i << 2)), i32x4.splat(w0)), i32x4.mul(v128.load(d1 + (i << 2)), i32x4.splat(w1)));
        difference = i32x4.add(difference, i32x4.shr_s(i32x4.add(lift, i32x4.splat(HALF_WEIGHT)), LIFTING_SHIFT));
        v128.store(differences + (i << 2), difference);
    }
    const larger = i32x4.add(i32x4.gt_s(n, i32x4.splat(0)), i32x4.gt_s(n, i32x4.splat(2)));
    const sizes = i8x16.swizzle(i32x4.neg(larger), i8x16(0, 4, 8, 12, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16));
    v128.store32_lane(classes + i, i8x16.max_u(sizes, v128.load32_zero(classes + i)), 0);
    let steps = i32x4.shl(difference, shift);
    if (levels != 0) {
        steps = i32x4.mul(steps, i32x4(unitOf(p0), unitOf(p1), unitOf(p2), unitOf(p3)));
    }
    if (areBytes) {
        addByte(p0, i32x4.extract_lane(steps, 0));
        addByte(p1, i32x4.extract_lane(steps, 1));
        addByte(p2, i32x4.extract_lane(steps, 2));
        addByte(p3, i32x4.extract_lane(steps, 3));
        return;
    }
    const magnitude = i8x16.add(sizes, i8x16.splat(1));
    v128.store8_lane(magnitudes + p0, magnitude, 0);
    v128.store8_lane(magnitudes + p1, magnitude, 1);
    v128.store8_lane(magnitudes + p2, magnitude, 2);
    v128.store8_lane(magnitudes + p3, magnitude, 3);
    let code = v128.load32_zero(codes + (p0 << 2));
    code = v128.load32_lane(codes + (p1 << 2), code, 1);
    code = v128.load32_lane(codes + (p2 << 2), code, 2);
    code = v128.load32_lane(codes + (p3 << 2), code, 3);
    code = v128.and(i32x4.add(code, steps), i32x4.splat(codeMask));
    v128.store32_lane(codes + (p0 << 2), code, 0);
    v128.store32_lane(codes + (p1 << 2), code, 1);
    v128.store32_lane(codes + (p2 << 2), code, 2);
    v128.store32_lane(codes + (p3 << 2), code, 3);
}

/** What levels multiply the differences of a slot by. */
// @ts-ignore: decorator
@inline
function unitOf(slot: u32): i32 {
    return levels == 0 ? 1 : 1 << load<u8>(levels + slot);
}

// @ts-ignore: decorator
@inline
function addByte(slot: u32, step: i32): void {
    store<u8>(codes + slot, load<u8>(codes + slot) + step);
}

// @ts-ignore: decorator
@inline
function slotAt(i: u32): u32 {
    return load<u32>(list + (i << 2));
}

// @ts-ignore: decorator
@inline
function contextOf(i: u32, slot: u32, areBytes: bool): u32 {
    const size = context + load<u8>(classes + i);
    return areBytes ? size : size + MAGNITUDE_STRIDE * load<u8>(magnitudes + slot);
}

/** Adds a residual to a code. */
// @ts-ignore: decorator
@inline
function add(i: u32, slot: u32, number: u32, areBytes: bool, keeps: bool): void {
    let difference = i32(number >> 1) ^ (0 - i32(number & 1));
    if (keeps) {
        difference += (w0 * load<i32>(d0 + (i << 2)) + w1 * load<i32>(d1 + (i << 2)) + HALF_WEIGHT) >> LIFTING_SHIFT;
        store<i32>(differences + (i << 2), difference);
    }
    const size = u32(number > 0) + u32(number > 2);
    const before: u32 = load<u8>(classes + i);
    store<u8>(classes + i, select(before, size, before > size));
    if (areBytes) {
        addByte(slot, (difference << shift) * unitOf(slot));
    } else {
        store<u8>(magnitudes + slot, size + 1);
        const code = codes + (slot << 2);
        store<i32>(code, (load<i32>(code) + (difference << shift) * unitOf(slot)) & codeMask);
    }
}

/** Adds the differences of a channel, which are those of {@link placeDifferences}, to velocities. */
export function addVelocities(count: u32, velocities: usize): void {
    for (let i: u32 = 0; i < count; i++) {
        const slot = slotAt(i);
        const velocity = velocities + (slot << 2);
        store<i32>(velocity, load<i32>(velocity) + (load<i32>(differences + (i << 2)) << shift) * unitOf(slot));
    }
}
