/** Trials at most: the logarithm of the error is nearly linear in that of the tolerances. */
const TRIALS = 3;
/** Near enough to what is wanted, dB. */
const RESOLUTION = 0.2;
/** dB by which pictures are worse with tolerances twice as coarse, as long as nothing else is known, and what is believed of two trials. */
const SLOPE = 6;
const LEAST_SLOPE = 3;
const MOST_SLOPE = 9;
/** Coarseness of any quality, as a power of two. */
const LIMIT = 6;

/**
 * How coarse tolerances may be, so that pictures are as good as wanted. Where tolerances hardly show, the coarsest that may be.
 * @param wanted PSNR of the pictures, dB
 * @param judge PSNR at a coarseness
 */
export function findCoarseness(wanted: number, judge: (coarseness: number) => number): number {
    let [power, slope] = [0, SLOPE];
    let last: { power: number; psnr: number } | undefined;
    for (let trial = 0; trial < TRIALS; trial++) {
        const psnr = judge(2 ** power);
        if (Math.abs(psnr - wanted) < RESOLUTION) {
            break;
        }
        if (last && last.power !== power) {
            slope = Math.max(LEAST_SLOPE, Math.min(MOST_SLOPE, (last.psnr - psnr) / (power - last.power)));
        }
        last = { power, psnr };
        power = Math.max(-LIMIT, Math.min(LIMIT, power + (psnr - wanted) / slope));
    }
    return 2 ** power;
}
