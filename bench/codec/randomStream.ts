/**
 * Seeded random numbers from 0 to 1 (mulberry32).
 * @param seed 32 bits
 */
export function randomStream(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

/**
 * A whole number after a Laplacian distribution.
 * @param random random numbers from 0 to 1
 * @param scale mean distance of the distribution from 0 before rounding
 */
export function laplacianInteger(random: () => number, scale: number): number {
    const u = random() - 0.5;
    return -Math.sign(u) * Math.round(-scale * Math.log(1 - 2 * Math.abs(u) + 1e-12));
}
