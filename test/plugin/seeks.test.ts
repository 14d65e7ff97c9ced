import { expect } from "chai";
import { ClipStream } from "../../loader/clipStream.js";
import { UrlClipSource } from "../../loader/sources/urlClipSource.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { FakeClock } from "../support/fakeClock.js";
import { FakeNetwork } from "../support/fakeNetwork.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

describe("FvvPlayer's seeks", () => {
    it("end where the playhead comes back to the frame on screen before another has come", async () => {
        const { frames } = makeMovingFrames({ count: 60, frames: 12 });
        const { bytes } = await encodeFramesAsync(frames, { segmentLength: 4, tracked: true, effort: "fast" });
        const clock = new FakeClock();
        const network = new FakeNetwork({ "clip.fvv": bytes }, clock);
        const stream = await ClipStream.OpenAsync(new UrlClipSource("http://host/clip.fvv", { fetch: network.fetch, clock }), { clock });
        // The first segment came with the head; the others do not come.
        network.latencyMs = 1e9;
        const headless = new HeadlessPlayer(stream, clock);
        await headless.tickUntilAsync(() => headless.frame === 0);
        const away = headless.player.seekFrameAsync(11);
        await headless.tickAsync(2);
        expect(await headless.seekAsync(0)).to.equal(true);
        expect(await away).to.equal(false);
        headless.dispose();
    });
});
