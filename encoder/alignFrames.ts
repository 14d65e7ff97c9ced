import { alignClouds } from "./alignClouds.js";
import type { CandidateSearch } from "./candidateSearch.js";
import { applySimilarity, fitSimilarity, type ISimilarity } from "./similarity.js";

/** Splats by which frames are aligned. */
const SAMPLES = 1024;
/** Above this cost a partner tells nothing. */
const GATE = 40;
/** Share of the partners that count: the cheapest. */
const KEPT_SHARE = 0.5;
/** Share of the splats that must find a partner. */
const LEAST_SHARE = 0.25;
const ROUNDS = 4;

/**
 * Aligns two frames by a similarity: by their places, then more exactly by all that tells splats apart.
 * @param search search between the frames; its motion changes
 * @param guess where to begin
 * @param shift what features other than places gain
 */
export function alignFrames(search: CandidateSearch, guess: ISimilarity, shift: Float64Array): ISimilarity {
    const { positions, rotations } = search.previous;
    let similarity = alignClouds(positions, search.next.positions, guess);
    for (let round = 0; round < ROUNDS; round++) {
        search.motion = { positions: applySimilarity(similarity, positions), rotations, shift };
        similarity = fitToPartners(search) ?? similarity;
    }
    return similarity;
}

/** The similarity that fits the cheapest partners of some splats best; undefined where few are found. */
function fitToPartners(search: CandidateSearch): ISimilarity | undefined {
    const { previous, next } = search;
    const samples = Math.min(SAMPLES, previous.count);
    const from = new Float64Array(3 * samples);
    const to = new Float64Array(3 * samples);
    const costs = new Float64Array(samples);
    let found = 0;
    for (let n = 0; n < samples; n++) {
        const k = Math.floor((n * previous.count) / samples);
        if (search.find(k, GATE, 1) > 0) {
            const j = search.foundAt[0];
            from.set(previous.positions.subarray(3 * k, 3 * k + 3), 3 * found);
            to.set(next.positions.subarray(3 * j, 3 * j + 3), 3 * found);
            costs[found++] = search.foundCosts[0];
        }
    }
    if (found === 0 || found < LEAST_SHARE * samples) {
        return undefined;
    }
    const cheapest = Uint32Array.from({ length: found }, (_, n) => n).sort((a, b) => costs[a] - costs[b] || a - b);
    return fitSimilarity(from, to, cheapest.subarray(0, Math.ceil(KEPT_SHARE * found)));
}
