/**
 * The reader of symbols in AssemblyScript, see ../../symbolReader.ts: the same symbols from the same bytes, whatever the bytes. Memory is laid out by ../wasmSymbolReader.ts.
 */

/** Lower bound of a state. */
const STATE_LOW: u32 = 0x10000;
/** Bits of a probability. */
const PROBABILITY_BITS: u32 = 12;
const LOW_MASK: u32 = (1 << PROBABILITY_BITS) - 1;
/** Direct tokens; larger numbers have an exponent, one mantissa bit and raw bits. */
const DIRECT_TOKENS: u32 = 16;
/** Tokens from here on stand for no number. */
const TOKENS: u32 = 56;

/** Where the address of each context's table is in memory. */
const TABLE_OF: usize = 1024;
/** Where the class of a running mean of tokens is, by its eighth. */
const MEAN_CLASSES: usize = 512;

/** Where a batch is in memory. */
let contexts: usize = 0;
let values: usize = 0;

let x0: u32 = 0;
let x1: u32 = 0;
let x2: u32 = 0;
let x3: u32 = 0;
/** Next word; once it is beyond the end, words are zero. */
let next: usize = 0;
let end: usize = 0;
let raw: usize = 0;
let rawLength: usize = 0;
let rawBit: u64 = 0;

/** Says where the contexts and the values of a batch are. */
export function place(contextsAt: usize, valuesAt: usize): void {
    contexts = contextsAt;
    values = valuesAt;
}

/**
 * Starts a frame.
 * @param symbols where its states and words are, at an even address; 16 bytes after them are zero
 * @param symbolBytes how many bytes
 * @param rawAt where its raw bits are; 8 bytes after them are zero
 * @param rawBytes how many bytes
 */
export function start(symbols: usize, symbolBytes: usize, rawAt: usize, rawBytes: usize): void {
    x0 = load<u32>(symbols);
    x1 = load<u32>(symbols, 4);
    x2 = load<u32>(symbols, 8);
    x3 = load<u32>(symbols, 12);
    end = symbols + (symbolBytes & ~1);
    // A byte that is left over can never be used: such a frame does not end complete.
    next = symbolBytes & 1 ? end + 2 : symbols + 16;
    raw = rawAt;
    rawLength = rawBytes;
    rawBit = 0;
}

/** Whether both streams ended exactly where the frame did. */
export function isComplete(): bool {
    return next == end && ((rawBit + 7) >> 3) == rawLength && x0 == STATE_LOW && x1 == STATE_LOW && x2 == STATE_LOW && x3 == STATE_LOW;
}

/** Reads a batch of numbers. */
export function numbers(count: u32, stride: u32): void {
    if (stride == 0) {
        readFree(count, true);
    } else {
        readNumbers(0, count, stride);
    }
}

/** Reads a batch of masks. */
export function masks(count: u32, stride: u32): void {
    if (stride == 0) {
        readFree(count, false);
    } else {
        readMasks(0, count, stride);
    }
}

/** The word of a table that a state points to: symbol, frequency - 1 and offset, see fillRansTable. */
// @ts-ignore: decorator
@inline
function slotOf(context: u32, x: u32): u32 {
    return load<u32>(load<u32>(context << 2, TABLE_OF) + ((x & LOW_MASK) << 2));
}

/** A state after its symbol, before it takes a word. */
// @ts-ignore: decorator
@inline
function advance(x: u32, slot: u32): u32 {
    const part = x >> PROBABILITY_BITS;
    return ((slot >> 8) & LOW_MASK) * part + (part + (slot >> 20));
}

/** A state after it took a word, where `takes` is 1. */
// @ts-ignore: decorator
@inline
function refill(x: u32, takes: u32, at: usize): u32 {
    return (x << (takes << 4)) | (load<u16>(at) & (0 - takes));
}

/** Reads a batch whose contexts do not depend on its symbols: four states side by side. */
// @ts-ignore: decorator
@inline
function readFree(count: u32, isNumber: bool): void {
    let a = x0;
    let b = x1;
    let c = x2;
    let d = x3;
    let at = next;
    const last = end;
    let from = contexts;
    let to = values;
    const stop = contexts + ((count & ~3) << 1);
    // A round takes four words at most; behind the end there are as many zeros.
    while (from < stop && at <= last) {
        const four = load<u64>(from);
        const s0 = slotOf(u32(four) & 0xffff, a);
        const s1 = slotOf(u32(four) >> 16, b);
        const s2 = slotOf(u32(four >> 32) & 0xffff, c);
        const s3 = slotOf(u32(four >> 48), d);
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
        const t0 = s0 & 255;
        const t1 = s1 & 255;
        const t2 = s2 & 255;
        const t3 = s3 & 255;
        if (isNumber && (t0 | t1 | t2 | t3) >= DIRECT_TOKENS) {
            store<u32>(to, numberOf(t0));
            store<u32>(to, numberOf(t1), 4);
            store<u32>(to, numberOf(t2), 8);
            store<u32>(to, numberOf(t3), 12);
        } else {
            store<u32>(to, t0);
            store<u32>(to, t1, 4);
            store<u32>(to, t2, 8);
            store<u32>(to, t3, 12);
        }
        from += 8;
        to += 16;
    }
    x0 = a;
    x1 = b;
    x2 = c;
    x3 = d;
    next = at;
    const done = u32((from - contexts) >> 1);
    if (isNumber) {
        readNumbers(done, count, 0);
    } else {
        readMasks(done, count, 0);
    }
}

/** Reads numbers one after the other, each of whose contexts depends on the running mean of those before. */
function readNumbers(first: u32, count: u32, stride: u32): void {
    let a = x0;
    let b = x1;
    let c = x2;
    let d = x3;
    let mean: i32 = 0;
    for (let i = first; i < count; i++) {
        const context = load<u16>(contexts + (i << 1)) + stride * load<u8>(usize(mean >> 3), MEAN_CLASSES);
        const slot = slotOf(context, a);
        const token = slot & 255;
        const x = takeWord(advance(a, slot));
        a = b;
        b = c;
        c = d;
        d = x;
        mean += (16 * i32(token) - mean) >> 2;
        store<u32>(values + (i << 2), numberOf(token));
    }
    keepStates(count, a, b, c, d);
}

/** Reads masks one after the other. What each would be after a mask of each class is looked up before that mask is known. */
function readMasks(first: u32, count: u32, stride: u32): void {
    let a = x0;
    let b = x1;
    let c = x2;
    let d = x3;
    let before: u32 = 0;
    for (let i = first; i < count; i++) {
        const context = load<u16>(contexts + (i << 1));
        const slot0 = slotOf(context, a);
        const slot1 = slotOf(context + stride, a);
        const slot2 = slotOf(context + 2 * stride, a);
        const slot3 = slotOf(context + 3 * stride, a);
        const slot = select(select(slot3, slot2, before & 1), select(slot1, slot0, before & 1), before & 2);
        const mask = slot & 255;
        const x = takeWord(advance(a, slot));
        a = b;
        b = c;
        c = d;
        d = x;
        before = mask;
        store<u32>(values + (i << 2), mask);
    }
    keepStates(count, a, b, c, d);
}

/** A state with the next word, where it takes one: zero behind the end. */
// @ts-ignore: decorator
@inline
function takeWord(x: u32): u32 {
    if (x >= STATE_LOW) {
        return x;
    }
    const at = next;
    next = at < end ? at + 2 : end + 2;
    return (x << 16) | (at < end ? load<u16>(at) : 0);
}

/** The states after a batch, turned back to where the first of them is the first. */
function keepStates(count: u32, a: u32, b: u32, c: u32, d: u32): void {
    const places = count & 3;
    x0 = places == 0 ? a : places == 1 ? d : places == 2 ? c : b;
    x1 = places == 0 ? b : places == 1 ? a : places == 2 ? d : c;
    x2 = places == 0 ? c : places == 1 ? b : places == 2 ? a : d;
    x3 = places == 0 ? d : places == 1 ? c : places == 2 ? b : a;
}

/** The number of a token, with raw bits where it has such. A token that no number has, from a hostile stream, has none. */
function numberOf(token: u32): u32 {
    if (token < DIRECT_TOKENS) {
        return token;
    }
    if (token >= TOKENS) {
        return 0;
    }
    const bits = ((token - DIRECT_TOKENS) >> 1) + 3;
    const byte = usize(rawBit >> 3);
    const word = byte < rawLength ? load<u32>(raw + byte) : 0;
    const value = (word >> u32(rawBit & 7)) & ((1 << bits) - 1);
    rawBit += bits;
    return ((2 | (token & 1)) << bits) | value;
}
