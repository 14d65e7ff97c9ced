import { expect } from "chai";
import type { ISplatFrame } from "../../encoder/index.js";
import { makeFrame } from "../support/makeFrame.js";
import { encodeAsync, writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { PlayerPageApi } from "./pages/playerPage.js";

const FRAMES = 20;

/** A small cloud that drifts; small, so that software draws it quickly. */
function cloud(number: number): ISplatFrame {
    const frame = makeFrame(300, 0, 9);
    frame.positions.forEach((value, i) => (frame.positions[i] = 0.5 * value + (i % 3 === 0 ? 0.04 * number : 0)));
    return frame;
}

describe("Playback", () => {
    let session: IPageSession<PlayerPageApi>;

    before(async () => {
        const source = { frameCount: FRAMES, frameName: String, readFrameAsync: (index: number) => Promise.resolve(cloud(index)) };
        writeTestFile("drift.fvv", await encodeAsync(source, { up: "+y", segmentLength: 6, tracked: true, fps: 20 }));
        session = await openSessionAsync("playerPage");
        await session.call.start("webgl2", 64);
        await session.call.load(`${session.url}/files/drift.fvv`, {});
        await session.call.view({ alpha: -1.57, beta: 1.5, radius: 3, target: [0, 0, 0] });
    });

    after(async () => {
        expectNoErrors(session);
        await session.page.close();
    });

    it("tells the length, the rate and the place", async () => {
        await session.call.seek(7);
        expect(await session.call.state()).to.deep.equal({ currentFrame: 7, currentTime: 7 / 20, duration: 1, fps: 20, isPlaying: false });
    });

    it("shows frames in order, tells the end once and stops on the last frame", async () => {
        const { shown, ends, isPlaying } = await session.call.playThrough(1);
        expect(shown).to.deep.equal([...shown].sort((a, b) => a - b));
        expect(new Set(shown).size).to.equal(shown.length);
        expect([shown[0], shown.at(-1), ends, isPlaying]).to.deep.equal([0, FRAMES - 1, 1, false]);
    });

    it("passes over frames when it is told to be faster than it can show them", async () => {
        const before = (await session.call.statistics()).skippedFrames;
        const { shown } = await session.call.playThrough(40);
        expect(shown.length).to.be.below(FRAMES);
        expect(shown.at(-1)).to.equal(FRAMES - 1);
        expect((await session.call.statistics()).skippedFrames).to.be.at.least(before);
    });

    it("begins again where it loops", async () => {
        const shown = await session.call.playLoops();
        const turns = shown.filter((frame, i) => i > 0 && frame < shown[i - 1]).length;
        expect(turns).to.be.at.least(1);
        expect(Math.max(...shown)).to.be.below(FRAMES);
    });

    it("answers every seek of a quick row, and shows the last", async () => {
        const wanted = [3, 19, 0, 11, 5];
        const answers = await session.call.seekMany(wanted);
        expect(answers).to.deep.equal([false, false, false, false, true]);
        expect((await session.call.state()).currentFrame).to.equal(5);
    });

    it("shows the same for a frame whichever way it came there", async () => {
        await session.call.seek(13);
        const picture = fromBase64(await session.call.pixels());
        for (const from of [0, 19, 12, 14, 6]) {
            await session.call.seek(from);
            await session.call.seek(13);
            expect(fromBase64(await session.call.pixels())).to.deep.equal(picture);
        }
    });

    it("measures itself", async () => {
        const { splatCount, bitrateMbps, shownFrames, decodeMs, sortMs } = await session.call.statistics();
        expect(splatCount).to.equal(300);
        expect(bitrateMbps).to.be.above(0);
        expect(shownFrames).to.be.above(FRAMES);
        expect(Math.min(decodeMs, sortMs)).to.be.at.least(0);
    });
});
