import { advance, DIRECT_TOKENS, entryOf, keepStates, MASK_CLASS, noteSymbols, numberOf, refill, STATE_LOW, Streams, SYMBOL_MASK, takeWord } from "./streams";

/** Where the class of a running mean of tokens is, by its eighth. */
const MEAN_CLASSES: usize = 0;

/** Where a batch is. */
let contexts: usize = 0;
let values: usize = 0;

/** Says where the contexts and the values of a batch are. */
export function place(contextsAt: usize, valuesAt: usize): void {
    contexts = contextsAt;
    values = valuesAt;
}

/** Reads a batch of numbers. */
export function numbers(count: u32, stride: u32): void {
    if (stride == 0) {
        readFree(count, true);
    } else {
        readNumbers(0, count, stride);
    }
    noteSymbols(count);
}

/** Reads a batch of masks. */
export function masks(count: u32, stride: u32): void {
    if (stride == 0) {
        readFree(count, false);
    } else {
        readMasks(0, count, stride);
    }
    noteSymbols(count);
}

/** Reads a batch whose contexts do not depend on its symbols: four states side by side. */
// @ts-ignore: decorator
@inline
function readFree(count: u32, isNumber: bool): void {
    let a = Streams.x0;
    let b = Streams.x1;
    let c = Streams.x2;
    let d = Streams.x3;
    let at = Streams.next;
    const last = Streams.end;
    let from = contexts;
    let to = values;
    const stop = contexts + ((count & ~3) << 1);
    // A round takes four words at most; behind the end there are as many zeros.
    while (from < stop && at <= last) {
        const four = load<u64>(from);
        const c0 = u32(four) & 0xffff;
        const c1 = u32(four) >> 16;
        const c2 = u32(four >> 32) & 0xffff;
        const c3 = u32(four >> 48);
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
        const t0 = e0 & SYMBOL_MASK;
        const t1 = e1 & SYMBOL_MASK;
        const t2 = e2 & SYMBOL_MASK;
        const t3 = e3 & SYMBOL_MASK;
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
    Streams.x0 = a;
    Streams.x1 = b;
    Streams.x2 = c;
    Streams.x3 = d;
    Streams.next = at;
    const done = u32((from - contexts) >> 1);
    if (isNumber) {
        readNumbers(done, count, 0);
    } else {
        readMasks(done, count, 0);
    }
}

/** Reads numbers one after the other, each of whose contexts depends on the running mean of those before. */
function readNumbers(first: u32, count: u32, stride: u32): void {
    let a = Streams.x0;
    let b = Streams.x1;
    let c = Streams.x2;
    let d = Streams.x3;
    let mean: i32 = 0;
    for (let i = first; i < count; i++) {
        const context = load<u16>(contexts + (i << 1)) + stride * load<u8>(usize(mean >> 3), MEAN_CLASSES);
        const entry = entryOf(context, a);
        const token = entry & SYMBOL_MASK;
        const x = takeWord(advance(a, entry));
        a = b;
        b = c;
        c = d;
        d = x;
        mean += (16 * i32(token) - mean) >> 2;
        store<u32>(values + (i << 2), numberOf(token));
    }
    keepStates(count, a, b, c, d);
}

/** Reads masks one after the other, each of whose contexts depends on the class of the one before. */
function readMasks(first: u32, count: u32, stride: u32): void {
    let a = Streams.x0;
    let b = Streams.x1;
    let c = Streams.x2;
    let d = Streams.x3;
    let before: u32 = 0;
    for (let i = first; i < count; i++) {
        const context = load<u16>(contexts + (i << 1)) + (before & MASK_CLASS) * stride;
        const entry = entryOf(context, a);
        const x = takeWord(advance(a, entry));
        a = b;
        b = c;
        c = d;
        d = x;
        before = entry & SYMBOL_MASK;
        store<u32>(values + (i << 2), before);
    }
    keepStates(count, a, b, c, d);
}
