import { RANS_MAX_SYMBOLS } from "./rans.js";

/** Contexts that share a table. */
export interface IContextCluster {
    contexts: number[];
    /** Counts of all their symbols. */
    histogram: Uint32Array;
    /** Estimated bits of these symbols and the table. */
    cost: number;
}

/** Counts below this have their logarithm in a table. */
const TABLED_COUNTS = 1 << 14;
/** n log2 n. */
const COUNT_BITS = Float64Array.from({ length: TABLED_COUNTS }, (_, count) => (count > 0 ? count * Math.log2(count) : 0));

/**
 * Greedy agglomeration: merges the pair of clusters that saves most bits until no merge saves any.
 * @param histograms `histograms[context][symbol]`; an empty context is undefined
 * @param most clusters that may be left, whatever their merging costs
 */
export function clusterContexts(histograms: readonly (Uint32Array | undefined)[], most: number): IContextCluster[] {
    const clusters: IContextCluster[] = [];
    const alphabet = alphabetOf(histograms);
    histograms.forEach((histogram, context) => {
        if (histogram) {
            clusters.push({ contexts: [context], histogram, cost: costOf(histogram, NOTHING, alphabet) });
        }
    });
    const pairs = new ClusterPairs(clusters, alphabet);
    for (let count = clusters.length; pairs.findBest(count > most ? -Infinity : 0); count--) {
        pairs.merge();
    }
    return clusters.filter((_, i) => pairs.isLeft(i));
}

/** Symbols up to the last that occurs. */
function alphabetOf(histograms: readonly (Uint32Array | undefined)[]): number {
    let alphabet = 0;
    for (const histogram of histograms) {
        for (let symbol = alphabet; histogram && symbol < RANS_MAX_SYMBOLS; symbol++) {
            alphabet = histogram[symbol] > 0 ? symbol + 1 : alphabet;
        }
    }
    return alphabet;
}

const NOTHING = new Uint32Array(RANS_MAX_SYMBOLS);

/**
 * What each pair of clusters saves when it is merged. Each cluster knows the best of those before it, so that a merge looks only at the pairs that it changes. Of pairs that save as
 * much the first counts: the tables are the same in every encoder.
 */
class ClusterPairs {
    /** By pair: `(later, earlier)` is at later * count + earlier. */
    private readonly _gains: Float64Array;
    /** The best partner of each cluster among those before it; -1: there is none. */
    private readonly _partners: Int32Array;
    private readonly _isLeft: Uint8Array;
    private _later = 0;

    public constructor(
        private readonly _clusters: IContextCluster[],
        private readonly _alphabet: number,
    ) {
        const count = _clusters.length;
        this._gains = new Float64Array(count * count);
        this._partners = new Int32Array(count).fill(-1);
        this._isLeft = new Uint8Array(count).fill(1);
        for (let later = 1; later < count; later++) {
            for (let earlier = 0; earlier < later; earlier++) {
                this._measure(later, earlier);
            }
            this._findPartner(later);
        }
    }

    public isLeft(cluster: number): boolean {
        return this._isLeft[cluster] === 1;
    }

    /** Finds the pair that saves most; returns whether it saves more than asked for. */
    public findBest(least: number): boolean {
        let best = least;
        let isFound = false;
        for (let later = 1; later < this._clusters.length; later++) {
            const partner = this._partners[later];
            if (partner >= 0 && this._isLeft[later] && this._gainOf(later, partner) > best) {
                best = this._gainOf(later, partner);
                this._later = later;
                isFound = true;
            }
        }
        return isFound;
    }

    /** Merges the pair found last into its earlier cluster. */
    public merge(): void {
        const gone = this._later;
        const kept = this._partners[gone];
        const into = this._clusters[kept];
        const from = this._clusters[gone];
        into.contexts.push(...from.contexts);
        into.histogram = into.histogram.map((count, symbol) => count + from.histogram[symbol]);
        into.cost = costOf(into.histogram, NOTHING, this._alphabet);
        this._isLeft[gone] = 0;
        for (let earlier = 0; earlier < kept; earlier++) {
            this._measure(kept, earlier);
        }
        this._findPartner(kept);
        for (let later = kept + 1; later < this._clusters.length; later++) {
            if (this._isLeft[later]) {
                this._measure(later, kept);
                this._improve(later, kept, gone);
            }
        }
    }

    /** Finds the partner of a later cluster again, where what was merged changes it. */
    private _improve(later: number, kept: number, gone: number): void {
        const partner = this._partners[later];
        if (partner === kept || partner === gone) {
            this._findPartner(later);
            return;
        }
        const gain = this._gainOf(later, kept);
        const best = this._gainOf(later, partner);
        if (gain > best || (gain === best && kept < partner)) {
            this._partners[later] = kept;
        }
    }

    private _findPartner(later: number): void {
        let best = -Infinity;
        this._partners[later] = -1;
        for (let earlier = 0; earlier < later; earlier++) {
            if (this._isLeft[earlier] && this._gainOf(later, earlier) > best) {
                best = this._gainOf(later, earlier);
                this._partners[later] = earlier;
            }
        }
    }

    private _measure(later: number, earlier: number): void {
        if (this._isLeft[earlier]) {
            const a = this._clusters[later];
            const b = this._clusters[earlier];
            this._gains[later * this._clusters.length + earlier] = a.cost + b.cost - costOf(a.histogram, b.histogram, this._alphabet);
        }
    }

    private _gainOf(later: number, earlier: number): number {
        return this._gains[later * this._clusters.length + earlier];
    }
}

/** Entropy of the symbols of two histograms together in bits, plus what the table itself takes. */
function costOf(a: Uint32Array, b: Uint32Array, alphabet: number): number {
    let total = 0;
    let bits = 0;
    let used = 0;
    for (let i = 0; i < alphabet; i++) {
        const count = a[i] + b[i];
        if (count > 0) {
            total += count;
            bits -= bitsOf(count);
            used++;
        }
    }
    return total === 0 ? 0 : bits + bitsOf(total) + 16 + 14 * used;
}

function bitsOf(count: number): number {
    return count < TABLED_COUNTS ? COUNT_BITS[count] : count * Math.log2(count);
}
