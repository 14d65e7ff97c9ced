import type { CandidateSearch } from "./candidateSearch.js";

/** Splats that are looked at. */
const SAMPLES = 2048;

/**
 * About what a splat of a key frame costs, in the unit of a search: the mean of its differences from the splat before it in space.
 * @param pairs a search in which a frame is its own next one
 */
export function keyCost(pairs: CandidateSearch): number {
    const last = pairs.next.count - 1;
    const count = Math.min(SAMPLES, last);
    let cost = 0;
    for (let n = 0; n < count; n++) {
        const k = 1 + Math.floor((n * last) / count);
        cost += pairs.costOf(k, k - 1);
    }
    return count > 0 ? cost / count : Infinity;
}
