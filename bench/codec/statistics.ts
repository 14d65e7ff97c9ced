/**
 * The p-th percentile, by nearest rank: the least value that at least p percent of all do not exceed.
 * @param values values in any order, at least one
 * @param p over 0, at most 100
 */
export function percentile(values: readonly number[], p: number): number {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
}

/**
 * The middle value; of an even number of values the lower of the two in the middle.
 * @param values values in any order, at least one
 */
export function median(values: readonly number[]): number {
    return percentile(values, 50);
}

/**
 * The geometric mean.
 * @param values values over 0, at least one
 */
export function geometricMean(values: readonly number[]): number {
    return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * Order-0 entropy of symbols: what an ideal coder would need that knows how often each symbol occurs (the table for free) and nothing else, in bits for all of them.
 * @param symbols integers, not negative
 */
export function order0Bits(symbols: ArrayLike<number>): number {
    let largest = 0;
    for (let i = 0; i < symbols.length; i++) {
        largest = Math.max(largest, symbols[i]);
    }
    const counts = new Uint32Array(largest + 1);
    for (let i = 0; i < symbols.length; i++) {
        counts[symbols[i]]++;
    }
    return counts.reduce((bits, count) => (count > 0 ? bits + count * Math.log2(symbols.length / count) : bits), 0);
}
