import { RANS_MAX_SYMBOLS } from "./rans.js";

/**
 * One end of the entropy coder, for batches of symbols. The frame model says every batch of a frame once, in order: it puts a context for
 * each symbol into `contexts`; a reader then fills `values` from the stream, a recorder takes the values that are there. So the bitstream is
 * defined in one place for both directions.
 */
export interface ISymbolCoder {
    /** Context of each symbol of the next batch. */
    readonly contexts: Uint16Array;
    /** The symbols or numbers of the batch. */
    readonly values: Int32Array;
    /**
     * Codes a batch of numbers below 2^24, see {@link tokenOf}.
     * @param count how many
     * @param stride what the class of the numbers before, in the batch, adds to a context: see {@link nextMean}; 0: they play no part
     */
    numbers(count: number, stride: number): void;
    /**
     * Codes a batch of symbols below 64.
     * @param count how many
     * @param stride what the class of the symbol before, in the batch, adds to a context; 0: it plays no part
     */
    masks(count: number, stride: number): void;
}

/** Symbols of one batch, at least. */
export const LEAST_BATCH = 8192;

/** Direct tokens; larger numbers have an exponent, one mantissa bit and raw bits. */
const DIRECT_TOKENS = 16;
/** Highest bit of the largest number. */
const HIGHEST_BIT = 23;

/** Classes of the tokens before. */
export const TOKEN_MEANS = 12;
/** The running mean of the tokens before, in 1/16, from which each class on begins. */
const MEAN_CLASS_STARTS = [0, 8, 16, 24, 32, 48, 64, 96, 128, 176, 240, 320];
/** Class of a running mean, by its eighth. */
export const MEAN_CLASSES = Uint8Array.from({ length: 128 }, (_, eighth) => MEAN_CLASS_STARTS.filter((start) => start <= 8 * eighth).length - 1);

/**
 * The running mean of the tokens of a batch, in 1/16; it starts at 0.
 * @param mean before a token
 * @param token the token
 */
export function nextMean(mean: number, token: number): number {
    return mean + ((16 * token - mean) >> 2);
}

/** Class of a mask as a neighbour: its two lowest bits. */
export const MASK_CLASSES = Uint8Array.from({ length: RANS_MAX_SYMBOLS }, (_, mask) => mask & 3);

/**
 * Token of a number: 0..15 stand for themselves; 16 + 2 (n - 4) + m for the numbers whose highest bit is n and whose next bit is m. The other
 * n - 1 bits follow as raw bits.
 * @param value the number, below 2^24
 */
export function tokenOf(value: number): number {
    if (value < DIRECT_TOKENS) {
        return value;
    }
    const n = 31 - Math.clz32(value);
    return DIRECT_TOKENS + 2 * (n - 4) + ((value >>> (n - 1)) & 1);
}

/** How many raw bits follow a token. A token that no number has, from a hostile stream, has none. */
export function rawBitsOf(token: number): number {
    const n = ((token - DIRECT_TOKENS) >>> 1) + 4;
    return token < DIRECT_TOKENS || n > HIGHEST_BIT ? 0 : n - 1;
}

/**
 * The number of a token and its raw bits.
 * @param token the token
 * @param raw its raw bits
 */
export function numberOf(token: number, raw: number): number {
    const count = rawBitsOf(token);
    return token < DIRECT_TOKENS ? token : count === 0 ? 0 : ((2 | (token & 1)) << count) | raw;
}
