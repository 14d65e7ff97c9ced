import { expect } from "chai";
import { BandwidthMeter } from "../../loader/bandwidthMeter.js";
import { FakeClock } from "../support/fakeClock.js";

describe("BandwidthMeter", () => {
    let clock: FakeClock;
    let meter: BandwidthMeter;

    beforeEach(() => {
        clock = new FakeClock();
        meter = new BandwidthMeter(clock);
    });

    /** Bytes come evenly for some seconds. */
    function transfer(bytesPerSecond: number, seconds: number): void {
        for (let i = 0; i < 20 * seconds; i++) {
            clock.pass(50);
            meter.add(bytesPerSecond / 20);
        }
    }

    it("knows nothing before enough has come", () => {
        meter.begin();
        clock.pass(100);
        meter.add(60_000);
        meter.end();
        expect([meter.bitsPerSecond, meter.byteTotal]).to.deep.equal([undefined, 60_000]);
    });

    it("measures an even rate", () => {
        meter.begin();
        transfer(1e6, 5);
        expect(meter.bitsPerSecond).to.be.closeTo(8e6, 1e5);
    });

    it("falls at once and rises slowly", () => {
        meter.begin();
        transfer(1e6, 10);
        transfer(2e5, 2);
        const fallen = meter.bitsPerSecond!;
        expect(fallen).to.be.below(5.5e6);
        transfer(1e6, 2);
        expect(meter.bitsPerSecond).to.be.within(fallen, 7e6);
        transfer(1e6, 30);
        expect(meter.bitsPerSecond).to.be.closeTo(8e6, 4e5);
    });

    it("does not count time in which nothing is asked for, and counts transfers together", () => {
        for (let i = 0; i < 5; i++) {
            meter.begin();
            meter.begin();
            transfer(1e6, 1);
            meter.end();
            meter.end();
            clock.pass(60_000);
        }
        expect(meter.bitsPerSecond).to.be.closeTo(8e6, 1e5);
    });

    it("takes bytes that were there already for no rate at all", () => {
        meter.begin();
        meter.add(1e6);
        expect(meter.bitsPerSecond).to.equal(undefined);
        clock.pass(1000);
        meter.end();
        expect(meter.bitsPerSecond).to.be.closeTo(8e6, 1e5);
    });
});
