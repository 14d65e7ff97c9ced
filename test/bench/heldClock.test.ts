import { expect } from "chai";
import { HeldClock } from "../../bench/stream/heldClock.js";

/** A clock that was looked at every 100 ms for 6 s, and held between some times. */
function clockWith(holds: readonly (readonly [start: number, end: number])[]): HeldClock {
    const clock = new HeldClock(1000);
    for (let time = 1000; time <= 7000; time += 100) {
        clock.look(
            time,
            holds.some(([start, end]) => time >= start && time < end),
        );
    }
    return clock;
}

describe("The held clock of the stream bench", () => {
    it("adds up the time that was wanted and that was held", () => {
        const clock = clockWith([
            [1200, 1500],
            [3000, 3400],
        ]);
        expect([clock.wantedMs, clock.heldMs]).to.deep.equal([6000, 700]);
    });

    it("finds the first time from which playing did not stop for two seconds", () => {
        expect(clockWith([]).smoothAt).to.equal(1000);
        expect(clockWith([[3000, 3100]]).smoothAt).to.equal(1000);
        expect(
            clockWith([
                [1200, 1500],
                [3000, 3400],
            ]).smoothAt,
        ).to.equal(3400);
        expect(clockWith([[1000, 5100]]).smoothAt).to.equal(undefined);
        expect(clockWith([[1000, 7000]]).smoothAt).to.equal(undefined);
    });
});
