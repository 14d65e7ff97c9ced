import { advance, DIRECT_TOKENS, keepStates, numberOf, refill, slotOf, STATE_LOW, Streams, takeWord } from "./streams";

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
        const s0 = slotOf(contextOf(i, p0, areBytes), a);
        const s1 = slotOf(contextOf(i + 1, p1, areBytes), b);
        const s2 = slotOf(contextOf(i + 2, p2, areBytes), c);
        const s3 = slotOf(contextOf(i + 3, p3, areBytes), d);
        a = advance(a, s0);
        b = advance(b, s1);
        c = advance(c, s2);
        d = advance(d, s3);
        let takes = u32(a < STATE_LOW);
        a = refill(a, takes, at);
        at += takes << 1;
        takes = u32(b < STATE_LOW);
        b = refill(b, takes, at);
        at += takes << 1;
        takes = u32(c < STATE_LOW);
        c = refill(c, takes, at);
        at += takes << 1;
        takes = u32(d < STATE_LOW);
        d = refill(d, takes, at);
        at += takes << 1;
        let n0 = s0 & 255;
        let n1 = s1 & 255;
        let n2 = s2 & 255;
        let n3 = s3 & 255;
        if ((n0 | n1 | n2 | n3) >= DIRECT_TOKENS) {
            n0 = numberOf(n0);
            n1 = numberOf(n1);
            n2 = numberOf(n2);
            n3 = numberOf(n3);
        }
        add(i, p0, n0, areBytes, keeps);
        add(i + 1, p1, n1, areBytes, keeps);
        add(i + 2, p2, n2, areBytes, keeps);
        add(i + 3, p3, n3, areBytes, keeps);
    }
    Streams.next = at;
    for (; i < count; i++) {
        const p = slotAt(i);
        const word = slotOf(contextOf(i, p, areBytes), a);
        const x = takeWord(advance(a, word));
        a = b;
        b = c;
        c = d;
        d = x;
        add(i, p, numberOf(word & 255), areBytes, keeps);
    }
    keepStates(count, a, b, c, d);
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
        const code = codes + slot;
        store<u8>(code, load<u8>(code) + (difference << shift));
    } else {
        store<u8>(magnitudes + slot, size + 1);
        const code = codes + (slot << 2);
        store<i32>(code, (load<i32>(code) + (difference << shift)) & codeMask);
    }
}

/** Adds the differences of a channel, which are those of {@link placeDifferences}, to velocities. */
export function addVelocities(count: u32, velocities: usize): void {
    for (let i: u32 = 0; i < count; i++) {
        const velocity = velocities + (slotAt(i) << 2);
        store<i32>(velocity, load<i32>(velocity) + (load<i32>(differences + (i << 2)) << shift));
    }
}
