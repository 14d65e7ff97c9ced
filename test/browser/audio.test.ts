import { expect } from "chai";
import type { Page } from "playwright-core";
import { makeAudioBytes, makeWav } from "../support/audioFiles.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeFrame } from "../support/makeFrame.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { AudioPageApi } from "./pages/audioPage.js";

const FPS = 10;
const SECONDS = 8;
/** Most that a sound and its picture may be apart, ms. */
const TOLERANCE_MS = 40;

describe("The sound of a clip", () => {
    let session: IPageSession<AudioPageApi>;
    const address = (name: string): string => `${session.url}/files/${name}`;

    before(async () => {
        const frames = Array.from({ length: FPS * SECONDS }, () => makeFrame(20));
        const options = { fps: FPS, segmentLength: 10, tracked: true, up: "+y", effort: "fast" } as const;
        writeTestFile("loud.fvv", (await encodeFramesAsync(frames, { ...options, audio: { bytes: makeWav(SECONDS) } })).bytes);
        writeTestFile("broken.fvv", (await encodeFramesAsync(frames.slice(0, 20), { ...options, audio: { bytes: makeAudioBytes("audio/wav") } })).bytes);
        writeTestFile("silent.fvv", (await encodeFramesAsync(frames.slice(0, 20), options)).bytes);
        writeTestFile("sound.wav", makeWav(SECONDS));
        session = await openSessionAsync<AudioPageApi>("audioPage");
        await session.call.start(address("loud.fvv"));
        expect(await session.call.attach()).to.equal(undefined);
    });

    after(async () => {
        expectNoErrors(session);
        await session.page.close();
    });

    it("waits for the user where the browser wants that, while the picture plays on, and joins in place", async () => {
        const page = (await session.page.context().browser()?.newPage()) as Page;
        const loggedAsync = async (word: string): Promise<Record<string, unknown>> => {
            const message = await page.waitForEvent("console", { predicate: (candidate) => candidate.text().startsWith(`${word} `) });
            return JSON.parse(message.text().slice(word.length)) as Record<string, unknown>;
        };
        await page.route("**/alone.html*", (route) =>
            route.fulfill({ contentType: "text/html", body: "<!doctype html><link rel=icon href=data:,><body><script type=module src=audioPage.js></script></body>" }),
        );
        const blocked = loggedAsync("blocked");
        await page.goto(`${session.url}/alone.html?alone=${encodeURIComponent(address("loud.fvv"))}`);
        expect(await blocked).to.deep.equal({ told: ["blocked"], isPlaying: false });
        const joined = loggedAsync("joined");
        await page.mouse.click(20, 20);
        const { told, isBlocked, time, driftMs } = await joined;
        expect([told, isBlocked]).to.deep.equal([["blocked", "unblocked"], false]);
        expect(time).to.be.above(10 / FPS);
        expect(Math.abs(driftMs as number)).to.be.below(TOLERANCE_MS);
        await page.close();
    });

    for (const speed of [0.5, 1, 2]) {
        it(`stays with the picture at ${speed}`, async () => {
            const run = await session.call.measure(speed, 2.5);
            expect(run.count, "renders in which it can be told what is heard").to.be.above(20);
            // What is the same throughout, and what comes on top of it: at half speed the browser alone is 31 ms ahead, and a machine that is busy leaves the device without a sound now and then.
            expect(Math.abs(run.meanMs), "middle").to.be.below(TOLERANCE_MS);
            expect(run.p95Ms - Math.abs(run.meanMs), "in 95 of 100 renders, beyond the middle").to.be.below(TOLERANCE_MS);
            expect(run.speed).to.be.closeTo(speed, 0.05 * speed);
        });
    }

    it("goes elsewhere, begins again and pauses with it", async () => {
        await session.call.measure(1, 0.1);
        const { frame, driftMs } = await session.call.seek(77);
        expect(frame).to.equal(77);
        expect(Math.abs(driftMs)).to.be.below(TOLERANCE_MS);
        const looped = await session.call.loopOnce();
        expect(Math.abs(looped.driftMs)).to.be.below(TOLERANCE_MS);
        expect(await session.call.pause()).to.equal(false);
    });

    it("stops when nothing is rendered for a while, and joins again", async () => {
        const { hiddenMs, wentMs, driftMs } = await session.call.hide();
        expect(wentMs, "the picture goes by the clock, as all animations").to.be.closeTo(hiddenMs, 200);
        expect(Math.abs(driftMs)).to.be.below(TOLERANCE_MS);
    });

    it("leaves the ears at the camera for the other clips when one is gone", async () => {
        expect(await session.call.passOn(address("loud.fvv"))).to.equal("other");
    });

    it("is at a node, heard from the camera, and can be muted", async () => {
        expect(await session.call.place([1, 2, 3])).to.deep.equal({ position: [1, 2, 3], listener: "camera" });
        expect(await session.call.place([-4, 0, 1])).to.deep.equal({ position: [-4, 0, 1], listener: "camera" });
        expect(await session.call.listenElsewhere([7, 8, 9])).to.deep.equal(["ears", undefined, [7, 8, 9]]);
        expect([await session.call.mute(true), await session.call.mute(false)]).to.deep.equal([0, 1]);
    });

    it("is gone with its clip", async () => {
        expect(await session.call.dispose()).to.deep.equal({ engines: 0, sounds: 0, hasClock: false });
    });

    it("comes from another address where that is wanted", async () => {
        await session.call.load(address("silent.fvv"));
        expect(await session.call.attach()).to.equal("BAD_OPTION");
        expect(await session.call.attach(address("sound.wav"))).to.equal(undefined);
        expect((await session.call.measure(1, 0.1)).p95Ms).to.be.below(TOLERANCE_MS);
        expect(await session.call.listenFirst([0, 2, 0])).to.deep.equal({ node: undefined, position: [0, 2, 0] });
        await session.call.dispose();
    });

    it("is given up with its clip while it is loading", async () => {
        await session.page.route("**/never.wav", () => {});
        for (const url of [undefined, address("never.wav")]) {
            await session.call.load(address("loud.fvv"));
            expect(await session.call.attachTooLate(url)).to.deep.equal({ error: "DISPOSED", engines: 0 });
        }
    });

    it("is played by the audio engine that was made last, and by none that is gone", async () => {
        await session.call.load(address("loud.fvv"));
        expect(await session.call.attachByOtherEngines()).to.deep.equal([true, true, true]);
    });

    it("is refused where the browser cannot play it, and leaves nothing behind", async () => {
        await session.call.load(address("broken.fvv"));
        expect(await session.call.attach()).to.equal("UNSUPPORTED_AUDIO");
        expect(await session.call.attach(address("silent.fvv"))).to.equal("UNSUPPORTED_AUDIO");
    });
});
