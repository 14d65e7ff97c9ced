import { expect } from "chai";
import { leaseAudioEngineAsync } from "../../plugin/audio/sharedAudioEngine.js";

describe("The shared audio engine", () => {
    it("is tried again by who asks after it could not be made", async () => {
        // There is no Web Audio here.
        const failures = await Promise.allSettled([leaseAudioEngineAsync()]);
        failures.push(...(await Promise.allSettled([leaseAudioEngineAsync()])));
        const reasons = failures.map((failure) => failure.status === "rejected" && (failure.reason as unknown));
        expect(reasons[0]).to.be.instanceOf(Error);
        expect(reasons[1]).to.be.instanceOf(Error);
        expect(reasons[1]).to.not.equal(reasons[0]);
    });
});
