import { expect } from "chai";
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { ClipReader, writePly, writeSplat } from "../../encoder/index.js";
import { buildInspectorPageAsync } from "../../scripts/buildSamples.js";
import { makeFrame } from "../support/makeFrame.js";
import { encodeAsync, writeTestFile } from "../support/testClips.js";
import { writeTestLadderAsync } from "./galleryClips.js";
import { dropAsync, SamplePages, takePictureAsync, type ISamplePage } from "./samplePages.js";

const FRAMES = 30;
/** The Inspector 9.28 logs an error of its own, which it catches, where the rotation of what is selected goes from a quaternion to none. */
const CAUGHT = /BoundProperty:rotationQuaternion|null \(reading 'x'\)/;
const SECTION = "[role=region][aria-label^=Clip]";

/** A clip of a few splats that fly apart. */
function makeClipAsync(title: string): Promise<Uint8Array<ArrayBuffer>> {
    const base = makeFrame(300);
    const frameAt = (index: number): typeof base => ({ ...base, positions: base.positions.map((value) => value * (1 + 0.02 * index)) });
    const source = { frameCount: FRAMES, frameName: String, readFrameAsync: (index: number) => Promise.resolve(frameAt(index)) };
    return encodeAsync(source, { fps: 30, segmentLength: 10, metadata: { title } });
}

/** Sum of the channels of a picture. */
function lightOf(picture: Uint8Array): number {
    return picture.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0);
}

describe("The Inspector's section", () => {
    let pages: SamplePages;
    let open: ISamplePage;
    let page: Page;
    let section: Locator;
    let clip: Uint8Array<ArrayBuffer>;
    let other: Uint8Array<ArrayBuffer>;

    before(async function () {
        this.timeout(120_000);
        clip = writeTestFile("inspected.fvv", await makeClipAsync("Inspected clip"));
        other = await makeClipAsync("Other clip");
        pages = await SamplePages.StartAsync("", buildInspectorPageAsync);
        open = await pages.openAsync("/inspector.html?clip=files/inspected.fvv", 1100, 500);
        page = open.page;
        page.setDefaultTimeout(20_000);
        section = page.locator(SECTION);
        await section.waitFor();
    });

    after(async () => {
        expect(open.errors.filter((error) => !CAUGHT.test(error))).to.deep.equal([]);
        await pages.closeAsync();
    });

    const button = (name: string): Locator => section.getByRole("button", { name, exact: true });
    const seesTextAsync = (text: string): Promise<void> => section.getByText(text, { exact: true }).waitFor();

    /** Types a number beside a slider. */
    async function setAsync(label: string, value: number): Promise<void> {
        const field = section.getByRole("textbox", { name: `${label}, number`, exact: true });
        await field.fill(String(value));
        await field.press("Enter");
        await section.locator(`input[type=range][aria-label="${label}"][aria-valuetext="${value}"]`).waitFor();
    }

    /** Moves the handle of the scrub bar, and waits for the frame. */
    async function scrubAsync(frame: number): Promise<void> {
        await section.getByRole("slider", { name: "Position", exact: true }).fill(String(frame));
        await expectFrameAsync(frame);
    }

    async function expectFrameAsync(frame: number): Promise<void> {
        await section
            .getByRole("status", { name: "Time", exact: true })
            .filter({ hasText: `frame ${frame} of ${FRAMES}` })
            .waitFor();
    }

    it("is there for a clip that is selected, and for nothing else", async () => {
        const nodes = page.getByRole("tree");
        await nodes.getByText("ball", { exact: true }).click();
        await section.waitFor({ state: "detached" });
        await nodes.getByText("inspected", { exact: true }).click();
        await seesTextAsync("Inspected clip");
    });

    it("plays and pauses", async () => {
        await button("Pause").click();
        await button("Play").click();
        await button("Pause").click();
        await button("Play").waitFor();
    });

    it("steps and scrubs", async () => {
        await scrubAsync(12);
        await button("One frame on").click();
        await expectFrameAsync(13);
        await button("One frame back").click();
        await expectFrameAsync(12);
        await scrubAsync(0);
        await button("One frame back").click();
        await expectFrameAsync(FRAMES - 1);
    });

    it("sets speed and loop", async () => {
        await setAsync("Speed", 0.5);
        const loop = section.getByRole("switch", { name: "Loop", exact: true });
        await loop.uncheck();
        expect(await loop.isChecked()).to.equal(false);
        await loop.check();
        expect(await loop.isChecked()).to.equal(true);
    });

    it("plays the part between A and B", async () => {
        await setAsync("Speed", 1);
        await scrubAsync(6);
        await button("Begin the range here").click();
        await scrubAsync(11);
        await button("End the range here").click();
        await seesTextAsync("0.20 to 0.40 s");
        await button("Play").click();
        const frames = await page.evaluate(
            (selector) =>
                new Promise<number[]>((resolve) => {
                    const seen: number[] = [];
                    const time = document.querySelector(`${selector} [aria-label=Time]`) as HTMLElement;
                    new MutationObserver(() => {
                        seen.push(Number(/frame (\d+)/.exec(time.innerText)?.[1]));
                        if (seen.length === 20) {
                            resolve(seen);
                        }
                    }).observe(time, { characterData: true, subtree: true, childList: true });
                }),
            SECTION,
        );
        expect(Math.min(...frames)).to.be.at.least(6);
        expect(Math.max(...frames)).to.be.at.most(11);
        await button("Pause").click();
        await button("Play the whole clip").click();
        await seesTextAsync("whole clip");
    });

    it("changes the look", async () => {
        const before = lightOf(await takePictureAsync(page));
        await setAsync("Brightness", 3);
        const bright = lightOf(await takePictureAsync(page));
        await setAsync("Opacity", 0);
        const gone = lightOf(await takePictureAsync(page));
        expect(bright).to.be.above(before);
        expect(gone).to.be.below(before);
        await setAsync("Opacity", 1);
        await section.getByRole("combobox", { name: "Crop", exact: true }).selectOption("sphere");
        await setAsync("Crop size", 0.05);
        expect(lightOf(await takePictureAsync(page))).to.be.below(bright);
        await section.getByRole("combobox", { name: "Crop", exact: true }).selectOption("none");
        await setAsync("Brightness", 1);
        expect(lightOf(await takePictureAsync(page))).to.equal(before);
    });

    it("counts what attributes cost", async () => {
        await button("Count the bytes of this segment").click();
        const items = section.getByRole("list", { name: "Bytes by attribute" }).getByRole("listitem");
        await items.first().waitFor();
        expect(await items.allInnerTexts()).to.have.length.of.at.least(6);
    });

    for (const [ending, write] of Object.entries({ ply: writePly, splat: writeSplat })) {
        it(`saves the frame as fvv decode writes it, .${ending}`, async () => {
            await scrubAsync(17);
            const coming = page.waitForEvent("download");
            await button(`Save this frame as .${ending}`).click();
            const download = await coming;
            expect(download.suggestedFilename()).to.equal(`inspected_0017.${ending}`);
            const wanted = write(await new ClipReader(clip).readFrameAsync(17));
            expect(Buffer.compare(readFileSync(await download.path()), wanted)).to.equal(0);
        });
    }

    it("says what is wrong with a file that is dropped, and keeps the clip", async () => {
        await dropAsync(page, "broken.fvv", other.slice(8), SECTION);
        await seesTextAsync("The file cannot be opened");
        await seesTextAsync("Inspected clip");
    });

    it("puts a clip that is dropped in the place of the other", async () => {
        await dropAsync(page, "other.fvv", other, SECTION);
        await seesTextAsync("Other clip");
        await page.getByRole("tree").getByText("inspected", { exact: true }).waitFor({ state: "detached" });
    });

    it("tells and chooses the rendition of a ladder, on WebGPU", async () => {
        await writeTestLadderAsync(200);
        const { page: ladder, errors } = await pages.openAsync("/inspector.html?engine=webgpu&narrow&clip=files/ladder.fvvm", 700, 500);
        const lines = ladder.locator(SECTION);
        const choice = lines.getByRole("combobox", { name: "Rendition", exact: true });
        await choice.waitFor();
        expect(await choice.locator("option").allInnerTexts()).to.have.length(3);
        await lines.getByText("rendition 1 of 2", { exact: true }).waitFor();
        const small = await lines.getByText(/splats, SH degree/).innerText();
        await choice.selectOption("1");
        // To what is not in memory yet.
        await lines.getByRole("slider", { name: "Position", exact: true }).fill("170");
        await lines.getByText("rendition 2 of 2", { exact: true }).waitFor();
        expect(await lines.getByText(/splats, SH degree/).innerText()).to.not.equal(small);
        expect(errors).to.deep.equal([]);
        await ladder.close();
    });
});
