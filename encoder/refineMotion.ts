import type { CandidateSearch } from "./candidateSearch.js";
import type { IMotion } from "./motion.js";

/** Splats of a neighbourhood; in the order of the grid, so that they lie together. */
const NEIGHBOURHOOD = 64;
/** Splats of each that are looked for. */
const SAMPLES = 12;
/** Above this cost a partner tells nothing. */
const GATE = 40;

/**
 * Lets each neighbourhood of splats follow its partners: shifts it by the median of what is left.
 * @param search search between two frames; its motion is what is known
 */
export function refineMotion(search: CandidateSearch): IMotion {
    const { previous, next, motion } = search;
    const positions = motion.positions.slice();
    const rest = [0, 1, 2].map(() => new Float64Array(SAMPLES));
    for (let first = 0; first < previous.count; first += NEIGHBOURHOOD) {
        const end = Math.min(previous.count, first + NEIGHBOURHOOD);
        let found = 0;
        for (let n = 0; n < SAMPLES; n++) {
            const k = first + Math.floor((n * (end - first)) / SAMPLES);
            if (search.find(k, GATE, 1) > 0) {
                for (let c = 0; c < 3; c++) {
                    rest[c][found] = next.positions[3 * search.foundAt[0] + c] - motion.positions[3 * k + c];
                }
                found++;
            }
        }
        if (2 * found >= SAMPLES) {
            const shift = rest.map((values) => values.subarray(0, found).sort()[found >> 1]);
            for (let at = 3 * first; at < 3 * end; at++) {
                positions[at] += shift[at % 3];
            }
        }
    }
    return { ...motion, positions };
}
