import { expect } from "chai";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ClipReader } from "../../encoder/index.js";
import { makeSampleAsync } from "../../scripts/makeSample.js";
import { foregroundShare, psnr } from "../support/pictures.js";
import { sharedPath } from "../support/sharedData.js";
import { makeClipFileAsync, TEST_FILES } from "../support/testClips.js";
import { ComparedPage, expectSamePictures, itLooksAsCore, PICTURE_SIZE, type IComparedClip } from "./comparedPage.js";

const ENGINES = ["webgl2", "webgpu"] as const;

const LIAM: IComparedClip = {
    name: "liam",
    views: {
        front: { alpha: -1.57, beta: 1.4, radius: 2.8, target: [0, 0.9, 0] },
        side: { alpha: 0.3, beta: 1.2, radius: 2.2, target: [0, 1, 0] },
        near: { alpha: -1.1, beta: 1.6, radius: 1, target: [0, 1.4, 0] },
    },
    frames: [5, 20, 31],
    sought: [18, 31],
};

const SAMPLE: IComparedClip = {
    name: "sample",
    views: {
        front: { alpha: -1.3, beta: 1.3, radius: 4.4, target: [0, 0.85, 0] },
        back: { alpha: 2, beta: 1.1, radius: 5, target: [0, 0.7, 0] },
        near: { alpha: -1.6, beta: 1.45, radius: 1.4, target: [0, 1.3, 0] },
    },
    frames: [3, 50],
    sought: [4, 31],
};

describe("Rendering of liam", () => {
    const pages = { webgl2: new ComparedPage(), webgpu: new ComparedPage() };
    let clip: ClipReader;

    before(async function () {
        clip = new ClipReader(await makeClipFileAsync("liam.fvv", sharedPath(this, "liam"), { up: "+y" }));
    });

    for (const kind of ENGINES) {
        describe(`on ${kind}`, () => {
            const page = pages[kind];

            before(async () => {
                await page.openAsync(kind);
                expect(await page.call.load(page.url("liam"), {})).to.deep.equal({ frameCount: 32, name: "liam", groups: 1, usesWorker: true });
            });

            after(async () => await page.closeAsync());

            itLooksAsCore(page, LIAM, () => clip);

            it("is right below a node that is moved, turned, stretched and mirrored", async () => {
                await page.call.transform([-0.8, 1.1, 0.6], [0.3, 0.7, -0.2], [0.1, -0.2, 0.3]);
                await page.call.view(LIAM.views.front);
                await page.call.seek(20);
                const ours = await page.pictureAsync();
                expect(foregroundShare(ours)).to.be.above(0.05);
                expect(psnr(ours, await page.corePictureAsync(await clip.readFrameAsync(20)))).to.be.at.least(40);
                await page.call.transform([1, 1, 1], [0, 0, 0], [0, 0, 0]);
            });

            it("is right in an orthographic camera", async () => {
                await page.call.orthographic(1.2);
                await page.call.view(LIAM.views.front);
                await page.call.seek(20);
                const ours = await page.pictureAsync();
                expect(foregroundShare(ours)).to.be.above(0.05);
                expect(psnr(ours, await page.corePictureAsync(await clip.readFrameAsync(20)))).to.be.at.least(38);
                await page.call.orthographic(0);
            });

            it("hides behind meshes and hides what is behind it", async () => {
                await page.call.view({ ...LIAM.views.front, target: [0, 1, 0] });
                await page.call.seek(5);
                const center = (picture: Uint8Array): number[] => [
                    ...picture.slice(4 * (PICTURE_SIZE / 2) * (PICTURE_SIZE + 1), 4 * (PICTURE_SIZE / 2) * (PICTURE_SIZE + 1) + 3),
                ];
                const alone = center(await page.pictureAsync());
                const magentaShare = (picture: Uint8Array): number =>
                    picture.filter((value, i) => i % 4 === 0 && value > 250 && picture[i + 1] < 5 && picture[i + 2] > 250).length / (PICTURE_SIZE * PICTURE_SIZE);
                await page.call.box(1.6, [0, 1, 1.2]);
                const behind = await page.pictureAsync();
                expect(magentaShare(behind)).to.be.above(0.1);
                center(behind).forEach((value, c) => expect(Math.abs(value - alone[c])).to.be.at.most(10));
                await page.call.box(0.6, [0, 1, -1.2]);
                const inFront = await page.pictureAsync();
                expect(center(inFront)).to.deep.equal([255, 0, 255]);
                expect(foregroundShare(inFront)).to.be.above(magentaShare(inFront) + 0.01);
            });

            it("fades with the visibility of its mesh", async () => {
                await page.call.box(0.01, [0, -50, 0]);
                await page.call.view(LIAM.views.side);
                await page.call.seek(5);
                const full = foregroundShare(await page.pictureAsync());
                await page.call.fade(0.3);
                const faded = await page.pictureAsync();
                await page.call.fade(1);
                expect(foregroundShare(faded)).to.be.within(0.2 * full, full);
                expect(psnr(faded, await page.pictureAsync())).to.be.below(40);
            });

            it("stands upright and unmirrored in a right-handed scene too", async () => {
                const frame = await clip.readFrameAsync(5);
                await page.call.start(kind, PICTURE_SIZE, true);
                await page.call.load(page.url("liam"), {});
                await page.call.view(LIAM.views.front);
                await page.call.seek(5);
                const ours = await page.pictureAsync();
                expect(foregroundShare(ours)).to.be.above(0.05);
                expect(psnr(ours, await page.corePictureAsync(frame))).to.be.at.least(40);
            });
        });
    }

    // A suite of its own, because a suite's tests run before its inner suites.
    describe("on both engines", () => {
        it("is the same", () => expectSamePictures(pages.webgl2, pages.webgpu));
    });
});

describe("Rendering of the sample clip", () => {
    const pages = { webgl2: new ComparedPage(), webgpu: new ComparedPage() };
    let clip: ClipReader;

    before(async () => {
        const path = await makeSampleAsync();
        mkdirSync(TEST_FILES, { recursive: true });
        copyFileSync(path, join(TEST_FILES, "sample.fvv"));
        clip = new ClipReader(readFileSync(path));
    });

    for (const kind of ENGINES) {
        describe(`on ${kind}`, () => {
            const page = pages[kind];

            before(async () => {
                await page.openAsync(kind);
                expect(await page.call.load(page.url("sample"), {})).to.deep.equal({ frameCount: 90, name: "sample", groups: 1, usesWorker: true });
            });

            after(async () => await page.closeAsync());

            itLooksAsCore(page, SAMPLE, () => clip);
        });
    }

    describe("on both engines", () => {
        it("is the same", () => expectSamePictures(pages.webgl2, pages.webgpu));
    });
});
