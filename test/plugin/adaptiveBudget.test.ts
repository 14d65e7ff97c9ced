import { expect } from "chai";
import { AdaptiveBudget } from "../../plugin/adaptiveBudget.js";

/** A scene whose frames take a fixed time and one that follows the splats. */
function run(budget: AdaptiveBudget, seconds: number, costOf: (share: number) => number): number[] {
    const shares: number[] = [];
    for (let time = 0; time < seconds;) {
        const ms = costOf(budget.share);
        time += ms / 1000;
        if (budget.update(ms)) {
            shares.push(budget.share);
        }
    }
    return shares;
}

describe("AdaptiveBudget", () => {
    it("leaves all splats where frames are quick enough", () => {
        expect(run(new AdaptiveBudget(16), 60, () => 15)).to.deep.equal([]);
    });

    it("cuts within seconds to what fits, and then stays within a step of it", () => {
        const budget = new AdaptiveBudget(16);
        run(budget, 8, (share) => 2 + 40 * share);
        // 14 ms for the splats are 0.35 of them; a frame may be a tenth too long.
        expect(budget.share).to.be.within(0.25, 0.4);
        const late = run(budget, 120, (share) => 2 + 40 * share);
        expect(Math.min(...late, budget.share)).to.be.at.least(0.25);
        expect(Math.max(...late, budget.share)).to.be.at.most(0.5);
    });

    it("changes ever more seldom where it cannot settle", () => {
        const budget = new AdaptiveBudget(16);
        const cost = (share: number): number => 2 + 40 * share;
        const early = run(budget, 60, cost).length;
        run(budget, 240, cost);
        expect(run(budget, 60, cost).length).to.be.below(early / 2);
    });

    it("grows again to all when the load is gone", () => {
        const budget = new AdaptiveBudget(16);
        run(budget, 5, (share) => 50 * share);
        expect(budget.share).to.be.below(0.5);
        run(budget, 120, () => 5);
        expect(budget.share).to.equal(1);
    });

    it("never goes below a twentieth, and takes pauses of the page for nothing", () => {
        const budget = new AdaptiveBudget(16);
        run(budget, 60, () => 100);
        expect(budget.share).to.equal(0.05);
        const other = new AdaptiveBudget(16);
        [3000, 900, 0, -1, NaN].forEach((ms) => expect(other.update(ms)).to.equal(false));
        expect(other.share).to.equal(1);
    });
});
