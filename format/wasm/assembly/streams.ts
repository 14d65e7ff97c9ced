/** Lower bound of a state. */
// @ts-ignore: decorator
@inline
export const STATE_LOW: u32 = 0x10000;
/** Bits of a probability. */
const PROBABILITY_BITS: u32 = 12;
const LOW_MASK: u32 = (1 << PROBABILITY_BITS) - 1;
/** Direct tokens; larger numbers have an exponent, one mantissa bit and raw bits. */
// @ts-ignore: decorator
@inline
export const DIRECT_TOKENS: u32 = 16;
/** Class of a mask as a neighbour: these bits of it. */
// @ts-ignore: decorator
@inline
export const MASK_CLASS: u32 = 3;
/** Tokens from here on stand for no number. */
const TOKENS: u32 = 56;
/** Where the address of each context's table is. */
const TABLE_OF: usize = 2048;
/** Parts of an entry of a table. */
// @ts-ignore: decorator
@inline
export const SYMBOL_MASK: u32 = 255;
const START_SHIFT: u32 = 8;
const FREQUENCY_SHIFT: u32 = 20;
/** From the low part of a state to the place of its bucket: eight low parts share four bytes. */
const BUCKET_MASK: u32 = LOW_MASK & ~7;
const BUCKET_SHIFT: u32 = 1;
/** Where the entries of the symbols are in a table: after those of its buckets. */
const ENTRIES: usize = 2048;

/** The streams of a frame: four states, the words they take, raw bits. */
export class Streams {
    static x0: u32 = 0;
    static x1: u32 = 0;
    static x2: u32 = 0;
    static x3: u32 = 0;
    /** Next word; once it is beyond the end, words are zero. */
    static next: usize = 0;
    static end: usize = 0;
    static raw: usize = 0;
    static rawLength: usize = 0;
    static rawBit: u64 = 0;
    static hasTables: bool = false;
}

/** Says whether there are tables. Without such all symbols are to be 0, and a frame that has symbols does not end complete. */
export function setHasTables(has: bool): void {
    Streams.hasTables = has;
}

/** Notes that symbols were read. */
export function noteSymbols(count: u32): void {
    if (!Streams.hasTables && count > 0) {
        Streams.next = Streams.end + 2;
    }
}

/**
 * Starts a frame.
 * @param symbols where its states and words are, at an even address; 16 bytes after them are zero
 * @param symbolBytes how many bytes
 * @param raw where its raw bits are; 8 bytes after them are zero
 * @param rawBytes how many bytes
 */
export function start(symbols: usize, symbolBytes: usize, raw: usize, rawBytes: usize): void {
    Streams.x0 = load<u32>(symbols);
    Streams.x1 = load<u32>(symbols, 4);
    Streams.x2 = load<u32>(symbols, 8);
    Streams.x3 = load<u32>(symbols, 12);
    Streams.end = symbols + (symbolBytes & ~1);
    // A byte that is left over can never be used: such a frame does not end complete.
    Streams.next = symbolBytes & 1 ? Streams.end + 2 : symbols + 16;
    Streams.raw = raw;
    Streams.rawLength = rawBytes;
    Streams.rawBit = 0;
}

/** Whether both streams ended exactly where the frame did. */
export function isComplete(): bool {
    const isAtEnd = Streams.next == Streams.end && ((Streams.rawBit + 7) >> 3) == Streams.rawLength;
    return isAtEnd && Streams.x0 == STATE_LOW && Streams.x1 == STATE_LOW && Streams.x2 == STATE_LOW && Streams.x3 == STATE_LOW;
}

/** The entry of the symbol that a state points to: symbol, start and frequency - 1; see fillBucketTable. */
// @ts-ignore: decorator
@inline
export function entryOf(context: u32, x: u32): u32 {
    const table: usize = load<u32>(context << 2, TABLE_OF);
    const entry = load<u32>(table + ((x & BUCKET_MASK) >> BUCKET_SHIFT));
    return isBefore(entry, x) ? laterEntryOf(table, x, entry) : entry;
}

/** Whether the symbol of an entry ends before what a state points to. */
// @ts-ignore: decorator
@inline
function isBefore(entry: u32, x: u32): bool {
    return offsetIn(entry, x) > entry >> FREQUENCY_SHIFT;
}

function laterEntryOf(table: usize, x: u32, earlier: u32): u32 {
    let entry = earlier;
    do {
        entry = load<u32>(table + (((entry & SYMBOL_MASK) + 1) << 2), ENTRIES);
    } while (isBefore(entry, x));
    return entry;
}

// @ts-ignore: decorator
@inline
function offsetIn(entry: u32, x: u32): u32 {
    return (x - (entry >> START_SHIFT)) & LOW_MASK;
}

/** A state after its symbol, before it takes a word. */
// @ts-ignore: decorator
@inline
export function advance(x: u32, entry: u32): u32 {
    const part = x >> PROBABILITY_BITS;
    return (entry >> FREQUENCY_SHIFT) * part + (part + offsetIn(entry, x));
}

/** A state after it took the lowest of some words, where it takes one. */
// @ts-ignore: decorator
@inline
export function refill(x: u32, takes: u32, words: u64): u32 {
    return select((x << 16) | (u32(words) & 0xffff), x, takes);
}

/** A state with the next word, where it takes one: zero behind the end. */
// @ts-ignore: decorator
@inline
export function takeWord(x: u32): u32 {
    if (x >= STATE_LOW) {
        return x;
    }
    const at = Streams.next;
    const isThere = at < Streams.end;
    Streams.next = isThere ? at + 2 : Streams.end + 2;
    return (x << 16) | (isThere ? load<u16>(at) : 0);
}

/** The states after a batch, turned back to where the first of them is the first. */
export function keepStates(count: u32, a: u32, b: u32, c: u32, d: u32): void {
    const places = count & 3;
    Streams.x0 = places == 0 ? a : places == 1 ? d : places == 2 ? c : b;
    Streams.x1 = places == 0 ? b : places == 1 ? a : places == 2 ? d : c;
    Streams.x2 = places == 0 ? c : places == 1 ? b : places == 2 ? a : d;
    Streams.x3 = places == 0 ? d : places == 1 ? c : places == 2 ? b : a;
}

/** The number of a token, with raw bits where it has such. A token that no number has, from a hostile stream, has none. */
export function numberOf(token: u32): u32 {
    if (token < DIRECT_TOKENS) {
        return token;
    }
    if (token >= TOKENS) {
        return 0;
    }
    const bits = ((token - DIRECT_TOKENS) >> 1) + 3;
    const byte = usize(Streams.rawBit >> 3);
    const word = byte < Streams.rawLength ? load<u32>(Streams.raw + byte) : 0;
    const value = (word >> u32(Streams.rawBit & 7)) & ((1 << bits) - 1);
    Streams.rawBit += bits;
    return ((2 | (token & 1)) << bits) | value;
}
