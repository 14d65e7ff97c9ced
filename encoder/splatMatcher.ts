import type { ClipEncoderSettings } from "./encoderOptions.js";
import { CandidateSearch, CANDIDATES } from "./candidateSearch.js";
import { keyCost } from "./keyCost.js";
import { MatchFrame } from "./matchFrame.js";
import { MotionEstimator } from "./motionEstimator.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Costs are sorted in this many steps. */
const COST_STEPS = 4096;
/** Above this cost a pair is never made: a birth is cheaper to code than its residuals. Roughly bits. */
const PAIR_GATE = 60;
/** Up to this cost a pair is made at once, before better ones are looked for. */
const SURE_COST = 4;
/** How often splats whose cheapest partners went to others look for more. */
const ROUNDS = 3;
/** From this share of the cost of a key frame on, one is cheaper than residuals: those of a wrong pairing are dearer than they look. */
const KEY_SHARE = 0.6;

/**
 * Finds the splats of one frame again in the next, where neither ids nor order tell: one-to-one, cheapest residuals first, against the motion that is estimated between
 * the frames. The cost of a pair is about the bits that its residuals take: the logarithm of each difference in steps of its error bound.
 */
export class SplatMatcher {
    private readonly _motion = new MotionEstimator();
    private _previous: ISplatFrame | undefined;
    /** The frame that was matched last, made ready, which most likely is the one remembered. */
    private _ready: { frame: ISplatFrame; made: MatchFrame } | undefined;

    /** @param _settings error bounds */
    public constructor(private readonly _settings: ClipEncoderSettings) {}

    /** Sets the frame that the next one is matched with. */
    public remember(frame: ISplatFrame): void {
        this._previous = frame;
    }

    /**
     * Matches a frame with the one remembered.
     * @param frame next frame
     * @returns for each splat its partner in the frame before or -1; undefined when a new key frame is cheaper
     */
    public match(frame: ISplatFrame): Int32Array | undefined {
        if (!this._previous || this._previous.count === 0 || frame.count === 0) {
            return undefined;
        }
        const previous = this._takeReady(this._previous);
        const next = new MatchFrame(frame, this._settings);
        this._ready = { frame, made: next };
        const search = new CandidateSearch(previous, next, this._settings);
        search.motion = this._motion.estimate(search);
        const partners = new Int32Array(previous.count).fill(-1);
        const cost = pairUp(search, partners) / frame.count;
        if (cost > KEY_SHARE * keyCost(new CandidateSearch(next, next, this._settings))) {
            this._motion.forget();
            return undefined;
        }
        this._motion.learn(previous, next, partners);
        const matches = new Int32Array(frame.count).fill(-1);
        partners.forEach((partner, k) => {
            if (partner >= 0) {
                matches[next.grid.order[partner]] = previous.grid.order[k];
            }
        });
        return matches;
    }

    private _takeReady(frame: ISplatFrame): MatchFrame {
        if (this._ready?.frame === frame) {
            return this._ready.made;
        }
        this._motion.forget();
        return new MatchFrame(frame, this._settings);
    }
}

/** Gives every splat before its partner, as far as there is one; the cost of all pairs and of the splats that have none. */
function pairUp(search: CandidateSearch, partners: Int32Array): number {
    let cost = 0;
    let open = partners.length;
    let unmatched = search.next.count;
    // Sure pairs first: they are most where the motion is known, and leave less to look at to the others.
    for (let k = 0; k < partners.length; k++) {
        if (search.find(k, SURE_COST, 1) > 0) {
            partners[k] = search.foundAt[0];
            cost += search.foundCosts[0];
            search.take(partners[k]);
            unmatched--;
            open--;
        }
    }
    const isExhausted = new Uint8Array(partners.length);
    for (let round = 0; round < ROUNDS && open > 0 && unmatched > 0; round++) {
        const made = pairCheapest(search, partners, open, isExhausted);
        cost += made.cost;
        unmatched -= made.pairs;
        open -= made.pairs;
    }
    return cost + unmatched * PAIR_GATE;
}

/** Gives splats that have no partner one of the cheapest that are free, in the order of costs. */
function pairCheapest(search: CandidateSearch, partners: Int32Array, open: number, isExhausted: Uint8Array): { cost: number; pairs: number } {
    const from = new Int32Array(open * CANDIDATES);
    const to = new Int32Array(open * CANDIDATES);
    const costs = new Float32Array(open * CANDIDATES);
    let count = 0;
    for (let k = 0; k < partners.length; k++) {
        if (partners[k] < 0 && !isExhausted[k]) {
            const found = search.find(k, PAIR_GATE, CANDIDATES);
            isExhausted[k] = found < CANDIDATES ? 1 : 0;
            for (let n = 0; n < found; n++, count++) {
                from[count] = k;
                to[count] = search.foundAt[n];
                costs[count] = search.foundCosts[n];
            }
        }
    }
    let cost = 0;
    let pairs = 0;
    for (const n of byCost(costs.subarray(0, count))) {
        if (partners[from[n]] < 0 && !search.isTaken(to[n])) {
            partners[from[n]] = to[n];
            cost += costs[n];
            search.take(to[n]);
            pairs++;
        }
    }
    return { cost, pairs };
}

/** Indices by rising cost: one counting pass. */
function byCost(costs: Float32Array): Uint32Array {
    const starts = new Uint32Array(COST_STEPS + 1);
    const stepOf = (cost: number): number => Math.min(COST_STEPS - 1, Math.floor((cost / PAIR_GATE) * COST_STEPS));
    for (let n = 0; n < costs.length; n++) {
        starts[stepOf(costs[n]) + 1]++;
    }
    for (let step = 0; step < COST_STEPS; step++) {
        starts[step + 1] += starts[step];
    }
    const sorted = new Uint32Array(costs.length);
    for (let n = 0; n < costs.length; n++) {
        sorted[starts[stepOf(costs[n])]++] = n;
    }
    return sorted;
}
