import { expect } from "chai";
import { Refill } from "../../loader/refill.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { openStageAsync, type IStreamStage } from "../support/streamDriver.js";
import type { StreamReader } from "../../loader/streamReader.js";

describe("Refill", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let stage: IStreamStage;
    let reader: StreamReader;
    let refill: Refill;

    before(async () => {
        clip = (await encodeFramesAsync(makeMovingFrames({ count: 60, frames: 24 }).frames, { segmentLength: 3, tracked: true })).bytes;
    });

    /** Slow enough that each segment takes tenths of a second; five frames are enough to go on. */
    beforeEach(async () => {
        stage = await openStageAsync(clip, { buffer: { aheadSeconds: 1, resumeSeconds: 5 / 30 } }, { bytesPerSecond: 8000, partBytes: 100 });
        ({ reader } = stage.read());
        Object.assign(reader.position, { from: 0, to: 24, frame: 6 });
        refill = new Refill(stage.stream, reader.position);
        reader.move(true);
    });

    /** Frames that are there when it is first content. */
    async function fillAsync(): Promise<number> {
        for (let i = 0; i < 1000 && refill.isNeeded; i++) {
            await stage.passAsync(10);
        }
        return stage.stream.framesAhead(reader.position);
    }

    it("waits until there is enough to go on for a while, and then no more", async () => {
        expect(refill.isNeeded).to.equal(true);
        expect(await fillAsync()).to.be.within(4.5, 7);
        stage.stream.store.clear();
        expect(refill.isNeeded).to.equal(false);
    });

    it("waits again where time was held because there was nothing, or the playhead goes elsewhere", async () => {
        await fillAsync();
        refill.noteHold();
        expect(refill.isNeeded, "held, with bytes there").to.equal(false);
        reader.position.frame = 18;
        refill.noteHold();
        reader.move(true);
        expect(refill.isNeeded).to.equal(true);
        await fillAsync();
        reader.position.frame = 12;
        stage.stream.store.clear();
        refill.expect();
        reader.move(true);
        expect(refill.isNeeded).to.equal(true);
    });

    it("waits for no more than is left, in either direction", async () => {
        reader.position.frame = 22;
        reader.move(true);
        expect(await fillAsync()).to.be.within(1.5, 2);
        Object.assign(reader.position, { frame: 1, direction: -1 });
        refill.expect();
        expect(await fillAsync()).to.equal(2);
    });

    it("does not wait for what does not come", async () => {
        stage.server.script = () => ({ status: 404 });
        for (const request of stage.server.requests) {
            expect(request.sent).to.be.below(clip.length + 1);
        }
        reader.position.frame = 21;
        reader.move(true);
        await stage.passAsync(2000);
        expect(stage.stream.isIdle).to.equal(true);
        expect(refill.isNeeded).to.equal(false);
    });
});
