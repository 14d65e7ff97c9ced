import { existsSync } from "node:fs";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { makeFrame } from "../support/makeFrame.js";
import { foregroundShare } from "../support/pictures.js";
import { encodeAsync, writeTestFile } from "../support/testClips.js";
import { writeTestLadderAsync, writeTestLiveClipAsync } from "./galleryClips.js";
import { drawAsync, SamplePages, takePictureAsync } from "./samplePages.js";

/** A still clip that costs nothing to draw. */
async function writeStillClipAsync(): Promise<void> {
    const frame = makeFrame(200);
    writeTestFile("still.fvv", await encodeAsync({ frameCount: 8, frameName: String, readFrameAsync: () => Promise.resolve(frame) }, { up: "+y", tracked: true }));
}

/** Waits until the body says something of the page. */
function waitForAsync(page: Page, name: string, value: string): Promise<unknown> {
    return page.waitForFunction(([key, wanted]) => document.body.dataset[key] === wanted, [name, value] as const);
}

/** A place that the game tells on the body, metres. */
async function placeAsync(page: Page, name: string): Promise<[number, number]> {
    const [x, z] = ((await page.evaluate((key) => document.body.dataset[key], name)) ?? "").split(" ").map(Number);
    return [x / 10, z / 10];
}

/** Accessible names of what can be focused and seen, in the order of the Tab key. */
async function tabAsync(page: Page, count: number): Promise<string[]> {
    const names: string[] = [];
    for (let i = 0; i < count; i++) {
        await page.keyboard.press("Tab");
        names.push(
            await page.evaluate(() => {
                const focused = document.activeElement as HTMLInputElement;
                const { outlineStyle } = getComputedStyle(focused.type === "radio" ? (focused.closest("label") ?? focused) : focused);
                return outlineStyle === "none" ? "" : (focused.ariaLabel ?? focused.labels?.[0]?.textContent ?? focused.innerText).trim();
            }),
        );
    }
    return names;
}

describe("Gallery of samples", () => {
    let pages: SamplePages;

    before(async function () {
        this.timeout(400_000);
        await Promise.all([writeStillClipAsync(), writeTestLadderAsync()]);
        pages = await SamplePages.StartAsync(await writeTestLiveClipAsync());
    });

    after(() => pages.closeAsync());

    it("leads to each page, with a picture and a sentence, by keys", async () => {
        const { page, errors } = await pages.openAsync("/", 1200, 800);
        for (const card of await page.locator(".card").all()) {
            const picture = card.locator("img");
            expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).to.be.above(400);
            expect((await picture.getAttribute("alt"))?.length).to.be.above(10);
            expect(existsSync(`samples/${(await picture.getAttribute("src")) ?? ""}`)).to.equal(true);
        }
        const cards = await page.locator(".card h3").allInnerTexts();
        expect(cards).to.include.members(["Game scene", "Player", "Several clips", "Ladder", "Live", "Shortest program"]);
        const names = await tabAsync(page, cards.length);
        cards.forEach((name, i) => expect(names[i]).to.contain(name));
        await page.locator('.card a[href="player.html"]').focus();
        await Promise.all([page.waitForURL(/player\.html$/), page.keyboard.press("Enter")]);
        expect(errors).to.deep.equal([]);
        await page.close();
    });

    it("fits a phone", async () => {
        const { page } = await pages.openAsync("/", 390, 844, "", true);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(390);
        await page.locator("a", { hasText: "Several clips" }).tap();
        await page.waitForURL(/clips\.html$/);
        await page.close();
    });

    for (const name of ["game", "clips", "ladder"]) {
        it(`has a name and a visible focus for every control, on WebGPU: ${name}`, async () => {
            const clip = name === "ladder" ? "ladder.fvvm" : "still.fvv";
            const { page, errors } = await pages.openAsync(`/${name}.html?engine=webgpu&clip=files/${clip}`, 420, 300);
            await waitForAsync(page, "state", "ready");
            expect(await page.evaluate(() => document.body.dataset.engine)).to.equal("webgpu");
            const count = await page.locator("a:visible, button:visible:enabled, input[type=range]:visible, fieldset:visible, main canvas").count();
            const names = await tabAsync(page, count);
            expect(names).to.not.include("");
            expect(names[0]).to.equal("All samples");
            expect(names[1], "the picture comes after the head").to.match(/Drag|drag/);
            expect(new Set(names).size, names.join()).to.equal(count);
            expect(errors).to.deep.equal([]);
            await page.close();
        });
    }

    describe("game", () => {
        it("shows the dancer's world, and walks by keys, followed by the camera", async () => {
            const { page, errors } = await pages.openAsync("/game.html?clip=files/still.fvv", 160, 120);
            await waitForAsync(page, "state", "ready");
            expect(foregroundShare(await takePictureAsync(page))).to.be.above(0.1);
            const [from, camera] = [await placeAsync(page, "robot"), await placeAsync(page, "camera")];
            await page.keyboard.down("KeyW");
            // Forward, over the pad, until the stage is in the way.
            await page.waitForFunction((z) => Number(document.body.dataset.robot?.split(" ")[1]) > 10 * z + 12, from[1]);
            await page.keyboard.up("KeyW");
            await page.waitForFunction((z) => Number(document.body.dataset.camera?.split(" ")[1]) > 10 * z + 8, camera[1]);
            expect(errors).to.deep.equal([]);
            await page.close();
        });

        it("walks by a thumb on a phone, not through the stage, and stops the clip on the pad", async () => {
            const { page, errors } = await pages.openAsync("/game.html?clip=files/still.fvv", 390, 844, "", true);
            await waitForAsync(page, "state", "ready");
            await waitForAsync(page, "dance", "playing");
            const box = await page.locator("#stick").boundingBox();
            const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
            await page.mouse.move(x, y);
            await page.mouse.down();
            // The pad is straight ahead.
            await page.mouse.move(x, y - 60);
            await waitForAsync(page, "dance", "paused");
            expect(await page.innerText("#dance")).to.contain("stands still");
            await page.mouse.move(x + 10, y - 60);
            await page.waitForFunction(() => Math.hypot(...(document.body.dataset.robot ?? "").split(" ").map(Number)) < 27.5);
            await drawAsync(page);
            expect(Math.hypot(...(await placeAsync(page, "robot")))).to.be.above(2.5);
            await page.mouse.up();
            expect(errors).to.deep.equal([]);
            await page.close();
        });
    });

    it("adds copies until there is no place, takes them away, dresses and fades them", async () => {
        const { page, errors } = await pages.openAsync("/clips.html?clip=files/still.fvv", 300, 200);
        await waitForAsync(page, "state", "ready");
        await waitForAsync(page, "copies", "1 1");
        await page.click("#clone");
        await page.click("#instance");
        await waitForAsync(page, "copies", "2 2");
        await page.click("#clone");
        await page.click("#clone");
        await waitForAsync(page, "copies", "4 2");
        expect(await page.isDisabled("#clone")).to.equal(true);
        await page.click("#tint");
        await page.click("#crop");
        expect(await page.getAttribute("#crop", "aria-pressed")).to.equal("true");
        await page.click("#remove");
        await waitForAsync(page, "copies", "3 2");
        expect(await page.innerText("#count")).to.contain("3 clones");
        await page.click("#fade");
        await waitForAsync(page, "shown", "other");
        expect(errors).to.deep.equal([]);
        await page.close();
    });

    it("goes down the ladder when the line is made slow, and keeps to a rendition that is chosen", async () => {
        const { page, errors } = await pages.openAsync("/ladder.html?clip=files/ladder.fvvm", 300, 200);
        await waitForAsync(page, "rendition", "1");
        await page.locator("#throttle").fill("0");
        expect(await page.getAttribute("#throttle", "aria-valuetext")).to.equal("0.5 Mbps");
        await waitForAsync(page, "rendition", "0");
        // It goes down at the first sign; the estimate takes longer.
        await page.waitForFunction(() => Number(/Bandwidth\s+([\d.]+) Mbps/.exec(document.getElementById("figures")?.innerText ?? "")?.[1]) < 0.8);
        await page.locator("#throttle").fill("10");
        await page.locator("#rendition input[value='1']").check({ force: true });
        await waitForAsync(page, "rendition", "1");
        expect(errors).to.deep.equal([]);
        await page.close();
    });

    describe("live", () => {
        for (const engine of ["webgl2", "webgpu"]) {
            it(`is on air while somebody watches, and tells how far behind he is: ${engine}`, async () => {
                expect(pages.live.isOnAir).to.equal(false);
                const { page, errors } = await pages.openAsync(`/live.html?engine=${engine}`, 200, 150);
                await waitForAsync(page, "live", "true");
                await page.waitForFunction(() => Number(document.body.dataset.frame) > 12);
                expect(await page.evaluate(() => document.body.dataset.engine)).to.equal(engine);
                expect(pages.live.isOnAir).to.equal(true);
                expect(Number(await page.evaluate(() => document.body.dataset.latency))).to.be.within(0, 4);
                expect(await page.innerText("#latency")).to.contain("behind the newest frame");
                expect(errors).to.deep.equal([]);
                await page.close();
                await pages.live.whenOffAirAsync();
            });
        }

        it("says what it needs where there is no relay", async () => {
            const { page } = await pages.openAsync("/live.html?clip=live/none.fvv", 300, 400);
            await waitForAsync(page, "state", "error");
            expect(await page.innerText("#latency")).to.contain("npm start");
            expect(await page.isVisible("#error")).to.equal(true);
            await page.close();
        });
    });

    it("says so where there is no WebGL2", async () => {
        const { page } = await pages.openAsync("/game.html?clip=files/still.fvv", 300, 200, "HTMLCanvasElement.prototype.getContext = () => null");
        await waitForAsync(page, "state", "error");
        expect(await page.innerText("#error-text")).to.match(/WebGL/);
        await page.close();
    });
});
