import { RANS_MAX_SYMBOLS } from "../format/rans.js";
import { LIFTING_SHIFT, type Lifting } from "../format/segmentHeader.js";
import { rawBitsOf, tokenOf } from "../format/symbolCoder.js";

/** What a channel takes of the first and the second of its three. */
type Weights = readonly [number, number];

/** Sizes that give a context: as residuals and key frames have them, taken together. */
const SIZES = 4;
const IDENTITY: Weights = [0, 0];
/** Copies, mirrors and means: the most common, and a descent may end beside them. */
const SIMPLE: readonly Weights[] = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
    [0.5, 0.5],
];
/** One step of the descent each: with a wide scale all count, with a narrow one those that could be nearly 0. From wide to narrow, or it would end in the nearest minimum. */
const LEARNING_SCALES = [64, 32, 16, 8, 4, 2, 1, 1, 0.5, 0.5, 0.5];
/** Differences that a descent looks at, about. */
const LEARNING_SAMPLES = 2048;
/** Weights that save less than this part would disturb contexts more than they help. */
const LEAST_SAVING = 0.01;

/**
 * The latent decoder under which differences cost least: identity, copies, least squares or learned.
 * @param threes differences, three by three
 * @param isLearned whether one is learned, which takes some time
 */
export function fitLifting(threes: Int32Array, isLearned: boolean): Lifting {
    const sizes = new Uint8Array(threes.length / 3);
    noteSizes(sizes, threes, 0, IDENTITY);
    const ofSecond = fitChannel(threes, 1, sizes, isLearned);
    noteSizes(sizes, threes, 1, ofSecond);
    return [ofSecond[0], ...fitChannel(threes, 2, sizes, isLearned)];
}

/** Weights of a channel of the three, as the file has them. */
function fitChannel(threes: Int32Array, channel: 1 | 2, sizes: Uint8Array, isLearned: boolean): Weights {
    let best = IDENTITY;
    let leastBits = (1 - LEAST_SAVING) * bitsOf(threes, channel, IDENTITY, sizes);
    for (const weights of candidates(threes, channel, isLearned).map(quantize)) {
        const bits = bitsOf(threes, channel, weights, sizes);
        if (bits < leastBits) {
            [best, leastBits] = [weights, bits];
        }
    }
    return best;
}

function candidates(threes: Int32Array, channel: 1 | 2, isLearned: boolean): Weights[] {
    const leastSquares = descend(threes, channel, IDENTITY, Infinity);
    const fitted = [leastSquares, ...SIMPLE.filter(([, second]) => channel === 2 || second === 0)];
    if (!isLearned) {
        return fitted;
    }
    const sample = thin(threes);
    return [...fitted, LEARNING_SCALES.reduce((weights, scale) => descend(sample, channel, weights, scale), leastSquares)];
}

/**
 * One step down the rate, taken to be log(1 + (r / scale)^2) for what is left, r = d - round(w d). Rounding has no slope and is passed straight through. The step is the slope over the curvature
 * of the parabola that touches the rate from above, so that there is no rate of learning to choose; with an infinite scale both are the same and the step ends at least squares.
 */
function descend(threes: Int32Array, channel: 1 | 2, [w0, w1]: Weights, scale: number): Weights {
    let [aa, ab, bb, ar, br] = [0, 0, 0, 0, 0];
    for (let i = 0; i < threes.length; i += 3) {
        const a = threes[i];
        const b = channel === 2 ? threes[i + 1] : 0;
        const r = threes[i + channel] - Math.round(w0 * a + w1 * b);
        const curvature = 1 / (1 + (r / scale) ** 2);
        aa += curvature * a * a;
        ab += curvature * a * b;
        bb += curvature * b * b;
        ar += curvature * a * r;
        br += curvature * b * r;
    }
    const determinant = aa * bb - ab * ab;
    if (determinant > 1e-6 * aa * bb) {
        return [w0 + (ar * bb - br * ab) / determinant, w1 + (br * aa - ar * ab) / determinant];
    }
    return aa > 0 ? [w0 + ar / aa, w1] : [w0, w1];
}

function thin(threes: Int32Array): Int32Array {
    const count = threes.length / 3;
    const step = Math.max(1, Math.floor(count / LEARNING_SAMPLES));
    const sample = new Int32Array(3 * Math.ceil(count / step));
    for (let i = 0; i < sample.length; i += 3) {
        sample.set(threes.subarray(i * step, i * step + 3), i);
    }
    return sample;
}

/** Entropy of the tokens that are left, each in the context of the sizes before it, and their raw bits. */
function bitsOf(threes: Int32Array, channel: 1 | 2, [w0, w1]: Weights, sizes: Uint8Array): number {
    const counts = new Uint32Array(SIZES * RANS_MAX_SYMBOLS);
    const totals = new Uint32Array(SIZES);
    let bits = 0;
    for (let i = 0; i < sizes.length; i++) {
        const token = tokenOf(numberAt(threes, 3 * i, channel, w0, w1));
        counts[sizes[i] * RANS_MAX_SYMBOLS + token]++;
        totals[sizes[i]]++;
        bits += rawBitsOf(token);
    }
    const plogp = (sum: number, n: number): number => (n > 0 ? sum + n * Math.log2(n) : sum);
    return bits + totals.reduce(plogp, 0) - counts.reduce(plogp, 0);
}

/** Keeps the largest size so far of each three: the channels after have it as context. */
function noteSizes(sizes: Uint8Array, threes: Int32Array, channel: 0 | 1, [w0, w1]: Weights): void {
    for (let i = 0; i < sizes.length; i++) {
        const number = numberAt(threes, 3 * i, channel, w0, w1);
        sizes[i] = Math.max(sizes[i], number === 0 ? 0 : number < 3 ? 1 : number < 24 ? 2 : 3);
    }
}

/** What a channel of a three is told as. */
function numberAt(threes: Int32Array, at: number, channel: 0 | 1 | 2, w0: number, w1: number): number {
    const difference = threes[at + channel] - ((w0 * threes[at] + w1 * threes[at + 1] + (1 << (LIFTING_SHIFT - 1))) >> LIFTING_SHIFT);
    return (difference << 1) ^ (difference >> 31);
}

/** To 1/256, at most 8 in size. */
function quantize(weights: Weights): Weights {
    const toFile = (weight: number): number => Math.round(Math.max(-8, Math.min(8, weight)) * (1 << LIFTING_SHIFT));
    return [toFile(weights[0]), toFile(weights[1])];
}
