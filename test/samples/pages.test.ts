import { expect } from "chai";
import type { Page } from "playwright-core";
import { headsetScript, type EmulatedHeadset } from "../../scripts/emulatedHeadset.js";
import { tableScript } from "../support/fakeRoom.js";
import { makeFrame } from "../support/makeFrame.js";
import { foregroundShare } from "../support/pictures.js";
import { encodeAsync, writeTestFile } from "../support/testClips.js";
import { collectFramesAsync, drawAsync, dropAsync, readState, SamplePages, takePictureAsync, waitForStateAsync, type ISamplePage } from "./samplePages.js";

/** Frames of a clip that is quick to draw in software. */
const SMALL_COUNT = 30;
const SMALL = "/player.html?clip=files/small.fvv";

/** A clip of a few splats that fly apart. */
function makeSmallClipAsync(): Promise<Uint8Array<ArrayBuffer>> {
    const base = makeFrame(300);
    return encodeAsync(
        {
            frameCount: SMALL_COUNT,
            frameName: String,
            readFrameAsync: (index) => Promise.resolve({ ...base, positions: base.positions.map((value) => value * (1 + 0.02 * index)) }),
        },
        { fps: 30, metadata: { title: "Small clip" } },
    );
}

/** Waits for a few frames of a clip that plays. */
async function expectPlayingAsync(page: Page): Promise<void> {
    await waitForStateAsync(page, { state: "playing" });
    const { frames } = await collectFramesAsync(page, 4);
    expect(new Set(frames).size).to.be.above(1);
}

describe("Sample pages", () => {
    let pages: SamplePages;
    let small: Uint8Array<ArrayBuffer>;

    before(async function () {
        this.timeout(400_000);
        small = writeTestFile("small.fvv", await makeSmallClipAsync());
        pages = await SamplePages.StartAsync();
    });

    after(() => pages.closeAsync());

    for (const engine of ["webgl2", "webgpu"]) {
        describe(`player on ${engine}`, () => {
            let open: ISamplePage;
            let page: Page;

            before(async () => {
                open = await pages.openAsync(`/player.html?engine=${engine}`);
                page = open.page;
            });

            after(async () => {
                expect(open.errors).to.deep.equal([]);
                await page.close();
            });

            it("plays the sample clip at once, on the engine asked for", async () => {
                await expectPlayingAsync(page);
                expect((await readState(page)).engine).to.equal(engine);
                expect(foregroundShare(await takePictureAsync(page))).to.be.above(0.3);
                expect(await page.textContent("#title")).to.equal("Dancer on a stage");
                expect(await page.isVisible("#error")).to.equal(false);
            });

            it("shows figures that fit the clip", async () => {
                await page.waitForSelector("#statistics dd");
                const text = await page.innerText("#statistics");
                expect(Number(/Splats\s+([\d,]+)/.exec(text)?.[1].replace(",", ""))).to.be.within(60_000, 100_000);
                expect(Number(/Decode\s+([\d.]+) ms/.exec(text)?.[1])).to.be.above(0);
                expect(Number(/([\d.]+) Mbps/.exec(text)?.[1])).to.be.within(1, 100);
                await page.click("#statistics-toggle");
                expect(await page.isVisible("#statistics")).to.equal(false);
            });

            it("plays a clip that is dropped on it", async () => {
                await dropAsync(page, "small.fvv", small);
                await page.waitForFunction(() => document.getElementById("title")?.textContent === "Small clip");
                await expectPlayingAsync(page);
                expect(await page.getAttribute("#scrub", "max")).to.equal(String(SMALL_COUNT - 1));
            });

            it("says what is in the file", async () => {
                await page.click("#information-toggle");
                const text = await page.innerText("#information");
                expect(text).to.match(/File\s+small\.fvv/);
                expect(text).to.match(/Title\s+Small clip/);
                expect(text).to.match(/Frames\s+30, 30 a second/);
                expect(text).to.match(/Splats\s+up to 300/);
                expect(Number(/Size\s+([\d.]+) MB/.exec(text)?.[1])).to.be.closeTo(small.length / 1e6, 0.006);
                expect(Number(/Mean rate\s+([\d.]+) Mbps/.exec(text)?.[1])).to.be.closeTo((8 * small.length) / 1e6, 0.02);
                await page.click("#information-toggle");
                expect(await page.isVisible("#information")).to.equal(false);
            });

            it("stops by a click and goes on by another", async () => {
                await page.click("#play");
                await waitForStateAsync(page, { state: "paused", buffering: "false" });
                expect(await page.getAttribute("#play", "aria-label")).to.equal("Play");
                const { frame } = await readState(page);
                await drawAsync(page);
                expect((await readState(page)).frame).to.equal(frame);
                await page.click("#play");
                await expectPlayingAsync(page);
            });

            it("goes where the scrub bar is put, and shows the time", async () => {
                await page.click("#play");
                await page.locator("#scrub").fill("24");
                await waitForStateAsync(page, { frame: 24, state: "paused" });
                expect(await page.innerText("#time")).to.equal("0.80 / 1.00 s");
                await page.locator("#scrub").fill("6");
                await waitForStateAsync(page, { frame: 6 });
                expect(await page.innerText("#time")).to.equal("0.20 / 1.00 s");
            });

            it("obeys keys", async () => {
                await page.locator("#stage canvas").focus();
                for (const [key, frame] of Object.entries({ Home: 0, ArrowRight: 1, ArrowLeft: 0, End: SMALL_COUNT - 1 })) {
                    await page.keyboard.press(key);
                    await waitForStateAsync(page, { frame, state: "paused" });
                }
                await page.keyboard.press("ArrowRight");
                await waitForStateAsync(page, { frame: 0 });
                await page.keyboard.press("Space");
                await expectPlayingAsync(page);
                await page.locator("#scrub").focus();
                await page.keyboard.press("Space");
                await waitForStateAsync(page, { state: "paused", buffering: "false" });
            });

            it("tells what is wrong with a bad file, and keeps the clip", async () => {
                const { frame } = await readState(page);
                await dropAsync(page, "bad.fvv", new TextEncoder().encode("this is no clip, whatever its name says"));
                await page.waitForSelector("#error:not([hidden])");
                expect(await page.innerText("#error-title")).to.contain("bad.fvv");
                expect(await page.innerText("#error-text")).to.match(/not an \.fvv/i);
                expect(await page.isVisible("#drop")).to.equal(false);
                expect(await readState(page)).to.include({ state: "paused", frame });
                await page.click("#error-close");
                expect(await page.isVisible("#error")).to.equal(false);
                await page.click("#play");
                await expectPlayingAsync(page);
            });

            it("ends where it does not loop, and begins again by a click", async () => {
                await page.click("#loop");
                await waitForStateAsync(page, { state: "paused", frame: SMALL_COUNT - 1 });
                const seen = collectFramesAsync(page, 2);
                await page.click("#play");
                expect((await seen).frames[0]).to.be.below(SMALL_COUNT - 1);
            });
        });
    }

    it("changes the engine and keeps clip and time", async () => {
        const { page, errors } = await pages.openAsync(SMALL);
        await waitForStateAsync(page, { engine: "webgl2", state: "playing" });
        await page.click("#engine label:has([value=webgpu])");
        await waitForStateAsync(page, { engine: "webgpu", state: "playing" });
        expect(await page.textContent("#title")).to.equal("Small clip");
        expect(await page.locator("canvas").count()).to.equal(1);
        expect(new URL(page.url()).searchParams.get("engine")).to.equal("webgpu");
        expect(errors).to.deep.equal([]);
        await page.close();
    });

    it("is on WebGL2 and says so where there is no WebGPU", async () => {
        const { page, errors } = await pages.openAsync(`${SMALL}&engine=webgpu`, 660, 300, "delete Navigator.prototype.gpu");
        await expectPlayingAsync(page);
        expect((await readState(page)).engine).to.equal("webgl2");
        expect(await page.innerText("#error-title")).to.contain("WebGPU is not available");
        expect(errors, "Babylon says so too").to.have.length(1);
        expect(errors[0]).to.match(/WebGPU is not supported/);
        await page.close();
    });

    it("plays slower when told to", async () => {
        const { page } = await pages.openAsync(SMALL);
        await waitForStateAsync(page, { state: "playing" });
        await page.click("#speed label:has([value='0.25'])");
        await drawAsync(page);
        // 30 frames a second at a quarter of the speed are 7.5; no machine is too slow for that not to be exceeded.
        expect((await collectFramesAsync(page, 12)).pace).to.be.within(0.1, 12);
        await page.close();
    });

    it("takes a clip by its address, and tells when it is not there; then one by the button", async () => {
        const { page, errors } = await pages.openAsync("/player.html?engine=webgl2&clip=clips/none.fvv");
        await page.waitForSelector("#error:not([hidden])");
        await waitForStateAsync(page, { state: "error" });
        expect(await page.innerText("#error-title")).to.contain("clips/none.fvv");
        await page.setInputFiles("#file", { name: "small.fvv", mimeType: "model/vnd.fvv", buffer: Buffer.from(small) });
        await expectPlayingAsync(page);
        expect(await page.isVisible("#error")).to.equal(false);
        expect(errors, "the browser says so too").to.have.length(1);
        expect(errors[0]).to.match(/404/);
        await page.close();
    });

    it("shows the clip that was asked for last, whatever loads last", async () => {
        const { page, errors } = await pages.openAsync("/player.html?engine=webgl2");
        await page.waitForSelector("canvas");
        await dropAsync(page, "bad.fvv", new Uint8Array(64));
        await dropAsync(page, "small.fvv", small);
        await page.waitForFunction(() => document.getElementById("title")?.textContent === "Small clip");
        await expectPlayingAsync(page);
        expect(await page.isVisible("#error")).to.equal(false);
        expect(await page.getAttribute("#scrub", "max")).to.equal(String(SMALL_COUNT - 1));
        expect(errors).to.deep.equal([]);
        await page.close();
    });

    it("fits a phone: nothing to scroll to, every control in reach", async () => {
        const { page, errors } = await pages.openAsync(SMALL, 390, 844);
        await waitForStateAsync(page, { state: "playing" });
        expect(await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight])).to.deep.equal([390, 844]);
        for (const control of await page.locator("button:visible, label:visible, #scrub").all()) {
            const box = await control.boundingBox();
            expect(box?.x).to.be.at.least(0);
            expect((box?.x ?? 0) + (box?.width ?? 0)).to.be.at.most(390);
            expect((box?.y ?? 0) + (box?.height ?? 0)).to.be.at.most(844);
        }
        expect(errors).to.deep.equal([]);
        await page.close();
    });

    it("names every control", async () => {
        const { page } = await pages.openAsync(SMALL);
        for (const control of await page.locator("button:visible, input:not([hidden])").all()) {
            const name = await control.evaluate(
                (element: HTMLButtonElement | HTMLInputElement) => element.ariaLabel ?? element.labels?.[0]?.textContent ?? element.textContent,
            );
            expect(name.trim()).to.not.equal("");
        }
        await page.close();
    });

    it("shows the clip by the shortest program, and stops it by a click", async () => {
        const { page, errors } = await pages.openAsync("/minimal.html", 240, 160);
        await page.waitForResponse(/sample\.fvv/);
        let picture = await takePictureAsync(page);
        while (foregroundShare(picture) < 0.2) {
            await drawAsync(page);
            picture = await takePictureAsync(page);
        }
        await page.click("canvas");
        await drawAsync(page);
        await drawAsync(page);
        picture = await takePictureAsync(page);
        await drawAsync(page);
        expect(Buffer.compare(await takePictureAsync(page), picture)).to.equal(0);
        expect(errors).to.deep.equal([]);
        await page.close();
    });

    describe("XR page", () => {
        let open: ISamplePage;
        let page: Page;

        before(async () => {
            open = await pages.openAsync("/xr.html?clip=files/small.fvv", 256, 128, headsetScript());
            page = open.page;
            await page.evaluate(tableScript(0.7, 2));
            await page.dispatchEvent("#vr:enabled", "click");
            await waitForStateAsync(page, { xr: "IN_XR", state: "playing" });
        });

        after(async () => {
            expect(open.errors).to.deep.equal([]);
            await page.close();
        });

        /** Points the right controller, m and from the floor, at something in the space of the scene. */
        async function pointAsync(target: "panel" | "clip", offset: number): Promise<void> {
            await page.evaluate(
                ([name, aside]) => {
                    const controller = (window as unknown as { headset: EmulatedHeadset }).headset.controllers.right as EmulatedHeadset["controllers"]["right"] & object;
                    const [x, y, z] = (document.body.dataset[name] as string).split(" ").map(Number);
                    // The user stands 2.6 m before the middle; a headset looks along -z, the scene along +z.
                    const to = [x + Number(aside) - 0.2, y - 1.3, -(z + 2.6) + 0.1];
                    const length = Math.hypot(...to);
                    const [a, b, c] = to.map((value) => value / length);
                    const w = 1 - c;
                    const size = Math.hypot(b, -a, w);
                    controller.position.set(0.2, 1.3, -0.1);
                    controller.quaternion.set(b / size, -a / size, 0, w / size);
                },
                [target, offset] as const,
            );
            await drawAsync(page);
        }

        async function pressAsync(button: "trigger" | "squeeze", isDown: boolean): Promise<void> {
            await page.evaluate(
                ([name, value]) => (window as unknown as { headset: EmulatedHeadset }).headset.controllers.right?.updateButtonValue(name as string, Number(value)),
                [button, isDown ? 1 : 0] as const,
            );
            await drawAsync(page);
        }

        it("pauses and plays by the panel, and scrubs by its bar and the thumbstick", async () => {
            await pointAsync("panel", -0.26);
            await pressAsync("trigger", true);
            await pressAsync("trigger", false);
            await waitForStateAsync(page, { state: "paused" });
            for (const [offset, share] of [
                [0.17, 0.73],
                [-0.05, 0.24],
            ]) {
                await pointAsync("panel", offset);
                await pressAsync("trigger", true);
                await page.waitForFunction((frame) => Math.abs(Number(document.body.dataset.frame) - frame) <= 1, Math.round(share * SMALL_COUNT));
                await pressAsync("trigger", false);
            }
            const { frame } = await readState(page);
            await page.evaluate(() => (window as unknown as { headset: EmulatedHeadset }).headset.controllers.right?.updateAxes("thumbstick", 1, 0));
            await page.waitForFunction((before) => Number(document.body.dataset.frame) > before + 3, frame);
            await page.evaluate(() => (window as unknown as { headset: EmulatedHeadset }).headset.controllers.right?.updateAxes("thumbstick", 0, 0));
        });

        it("lets a controller carry the clip", async () => {
            await pointAsync("clip", 0);
            const before = await page.evaluate(() => document.body.dataset.clip?.split(" ").map(Number) ?? []);
            await pressAsync("squeeze", true);
            await page.evaluate(() => (window as unknown as { headset: EmulatedHeadset }).headset.controllers.right?.position.set(0.5, 1.4, -0.1));
            await drawAsync(page);
            await pressAsync("squeeze", false);
            const moved = await page.evaluate(() => document.body.dataset.clip?.split(" ").map(Number) ?? []);
            expect(moved[0] - before[0]).to.be.closeTo(0.3, 1e-3);
            expect(moved[1] - before[1]).to.be.closeTo(0.1, 1e-3);
        });

        it("stands the clip in AR on the table that the user looks at, where a controller points", async () => {
            await page.evaluate(() => (window as unknown as { headset: EmulatedHeadset }).headset.activeSession?.end());
            await waitForStateAsync(page, { xr: "NOT_IN_XR" });
            await page.dispatchEvent("#ar:enabled", "click");
            await waitForStateAsync(page, { xr: "IN_XR" });
            await page.evaluate(() => {
                const { headset } = window as unknown as { headset: EmulatedHeadset };
                // Half way down.
                headset.quaternion.set(-Math.SQRT1_2 * 0.765, 0, 0, 0.924);
                headset.position.set(0, 1.6, 0.4);
                headset.controllers.right?.position.set(0.5, 1.7, 0);
                headset.controllers.right?.quaternion.set(-Math.SQRT1_2, 0, 0, Math.SQRT1_2);
            });
            await drawAsync(page);
            await pressAsync("trigger", true);
            await pressAsync("trigger", false);
            const { place, clip } = await page.evaluate(() => {
                const { place, clip } = document.body.dataset;
                return { place: place?.split(" ").map(Number), clip: clip?.split(" ").map(Number) ?? [] };
            });
            expect(place?.map((value) => Math.round(1e3 * value) / 1e3)).to.deep.equal([0.5, 0.7, -2.6]);
            expect(Math.hypot(clip[0] - 0.5, clip[2] + 2.6)).to.be.below(0.5);
        });
    });

    it("says where there is no headset what to do", async () => {
        const { page, errors } = await pages.openAsync("/xr.html?clip=files/small.fvv", 300, 200);
        await page.waitForFunction(() => /no WebXR|No headset/.test(document.getElementById("note")?.textContent ?? ""));
        expect(await page.locator("#vr").isDisabled()).to.equal(true);
        expect(errors).to.deep.equal([]);
        await page.close();
    });
});
