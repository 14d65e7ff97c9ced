import { alignFrames } from "./alignFrames.js";
import type { CandidateSearch } from "./candidateSearch.js";
import { turnRotations } from "./turnRotations.js";
import { FEATURES, type MatchFrame } from "./matchFrame.js";
import { stillMotion, type IMotion } from "./motion.js";
import { refineMotion } from "./refineMotion.js";
import { applySimilarity, NO_SIMILARITY } from "./similarity.js";

/** Splats by which motions are compared. */
const SAMPLES = 384;
/** Above this cost a splat of the sample counts as not found. */
const SAMPLE_GATE = 40;
/** Up to this mean cost a motion is good enough, and no other is looked for. */
const GOOD_COST = 4;
/** From this mean cost on, all splats may have moved together by more than they are apart. */
const LOST_COST = 12;
/** Most rounds of refinement, and the share of the cost that each must leave behind for another. */
const REFINEMENTS = 3;
const WORTHWHILE = 0.98;

/** Estimates how the splats of one frame move into the next: not at all, on as before, or all together; then each neighbourhood by itself. */
export class MotionEstimator {
    private _velocities: Float64Array | undefined;
    private _similarity = NO_SIMILARITY;

    /** Forgets the motion so far, where frames no longer follow on one another. */
    public forget(): void {
        this._velocities = undefined;
        this._similarity = NO_SIMILARITY;
    }

    /**
     * Estimates the motion between two frames.
     * @param search search between them; its motion changes
     */
    public estimate(search: CandidateSearch): IMotion {
        const best = new BestMotion(search, stillMotion(search.previous));
        if (best.cost > GOOD_COST && this._velocities) {
            const velocities = this._velocities;
            best.consider({ ...best.motion, positions: search.previous.positions.map((value, at) => value + velocities[at]) });
        }
        if (best.cost > LOST_COST) {
            this._considerSimilarities(search, best);
        }
        for (let round = 0, before = Infinity; round < REFINEMENTS && best.cost > GOOD_COST && best.cost < WORTHWHILE * before; round++) {
            before = best.cost;
            search.motion = best.motion;
            best.consider(refineMotion(search));
        }
        return best.motion;
    }

    /**
     * Learns how splats moved, for the frame after.
     * @param previous frame before
     * @param next next frame
     * @param partners of each splat before, or -1
     */
    public learn(previous: MatchFrame, next: MatchFrame, partners: Int32Array): void {
        const velocities = new Float64Array(3 * next.count);
        for (let k = 0; k < partners.length; k++) {
            const j = partners[k];
            for (let c = 0; j >= 0 && c < 3; c++) {
                velocities[3 * j + c] = next.positions[3 * j + c] - previous.positions[3 * k + c];
            }
        }
        this._velocities = velocities;
    }

    private _considerSimilarities(search: CandidateSearch, best: BestMotion): void {
        const { positions: start, rotations } = search.previous;
        const shift = typicalShift(search.previous, search.next);
        best.consider({ ...best.motion, shift });
        // On as before, or from rest where that leads nowhere.
        for (const guess of new Set([this._similarity, NO_SIMILARITY])) {
            if (best.cost <= LOST_COST) {
                break;
            }
            const similarity = alignFrames(search, guess, shift);
            const positions = applySimilarity(similarity, start);
            best.consider({ positions, rotations, shift });
            best.consider({ positions, rotations: turnRotations(similarity.rotation, rotations), shift });
            if (best.motion.positions === positions) {
                this._similarity = similarity;
            }
        }
    }
}

/** The motion under which some of the splats find the cheapest partners. */
class BestMotion {
    public cost: number;

    public constructor(
        private readonly _search: CandidateSearch,
        public motion: IMotion,
    ) {
        this.cost = costOf(_search, motion);
    }

    public consider(motion: IMotion): void {
        const cost = costOf(this._search, motion);
        if (cost < this.cost) {
            this.cost = cost;
            this.motion = motion;
        }
    }
}

function costOf(search: CandidateSearch, motion: IMotion): number {
    search.motion = motion;
    const { count } = search.previous;
    const samples = Math.min(SAMPLES, count);
    let cost = 0;
    for (let n = 0; n < samples; n++) {
        cost += search.find(Math.floor((n * count) / samples), SAMPLE_GATE, 1) > 0 ? search.foundCosts[0] : SAMPLE_GATE;
    }
    return cost / samples;
}

/** Differences of the medians of all features: the whole scene becomes brighter, or larger. */
function typicalShift(previous: MatchFrame, next: MatchFrame): Float64Array {
    return Float64Array.from({ length: FEATURES }, (_, c) => median(next, c) - median(previous, c));
}

function median({ count, features }: MatchFrame, c: number): number {
    const samples = Math.min(4096, count);
    return Float64Array.from({ length: samples }, (_, n) => features[Math.floor((n * count) / samples) * FEATURES + c]).sort()[samples >> 1];
}
