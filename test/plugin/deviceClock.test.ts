import type { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";
import { expect } from "chai";
import { DeviceClock } from "../../plugin/audio/deviceClock.js";

describe("The clock of an audio device", () => {
    const clockOf = (context?: Partial<AudioContext>): DeviceClock => new DeviceClock({ _audioContext: context } as unknown as AudioEngineV2);
    const pageTime = (): number => performance.now() / 1000;

    it("is that of the page where the engine has none, or one that tells no time", () => {
        for (const context of [undefined, {}, { currentTime: 3 }, { getOutputTimestamp: () => ({ contextTime: 0, performanceTime: 0 }) }]) {
            expect(clockOf(context).time).to.be.closeTo(pageTime(), 0.05);
            expect(clockOf(context).latency).to.equal(0);
        }
    });

    it("goes on from what the device told last, unless that was before it was stopped", () => {
        const told = (ageMs: number) => () => ({ contextTime: 100, performanceTime: performance.now() - ageMs });
        expect(clockOf({ getOutputTimestamp: told(300) }).time).to.be.closeTo(100.3, 0.05);
        expect(clockOf({ getOutputTimestamp: told(5000) }).time).to.be.closeTo(pageTime(), 0.05);
    });
});
