import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { launchChromiumAsync } from "./chromium.js";
import { buildSamplesAsync, SAMPLES_FOLDER } from "./buildSamples.js";
import { serveSamplesAsync } from "./serveSamples.js";

/** Frame of the sample clip that pictures show. */
const FRAME = 35;
const DESKTOP = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };
/** Pages as the cards of the gallery show them: half as large. */
const CARD = { width: 1120, height: 700 };
const CARD_SCALE = 640 / CARD.width;

/** One picture. */
interface IShot {
    /** Page and query. */
    page: string;
    /** File that it goes to. */
    output: string;
    size: { width: number; height: number };
    /** Pixels of the picture to one of the page. Default 1. */
    scale?: number;
    quality: number;
    /** What is done on the page before. */
    prepareAsync: (page: Page) => Promise<void>;
}

/** A picture for a card of the gallery. */
function card(name: string, prepareAsync: (page: Page) => Promise<void> = whenReadyAsync): IShot {
    return { page: `${name}.html`, output: `samples/images/${name}.jpg`, size: CARD, scale: CARD_SCALE, quality: 72, prepareAsync };
}

/** All pictures, those of the gallery last, since it shows the others. */
const SHOTS: readonly IShot[] = [
    { page: "player.html", output: "docs/images/sample.jpg", size: DESKTOP, quality: 85, prepareAsync: (page) => stopAtAsync(page, FRAME) },
    { page: "player.html", output: "docs/images/player.jpg", size: DESKTOP, quality: 80, prepareAsync: showFileAsync },
    { page: "game.html", output: "docs/images/game.jpg", size: DESKTOP, quality: 85, prepareAsync: whenReadyAsync },
    card("game", showWorldAsync),
    card("player", showFileAsync),
    card("clips", dressAsync),
    card("ladder", throttleAsync),
    card("live", (page) => page.waitForFunction(() => Number(document.body.dataset.frame) > 3).then(() => {})),
    card("minimal", drawManyAsync),
    card("xr", drawManyAsync),
    card("inspector"),
    { page: "index.html", output: "docs/images/gallery.jpg", size: { width: 1280, height: 1000 }, quality: 80, prepareAsync: async () => {} },
    { page: "index.html", output: "docs/images/gallery-phone.jpg", size: PHONE, quality: 80, prepareAsync: async () => {} },
];

await buildSamplesAsync();
const { server, url } = await serveSamplesAsync(0);
const browser = await launchChromiumAsync();
const wanted = process.argv.slice(2);
for (const shot of SHOTS.filter(({ output }) => wanted.length === 0 || wanted.some((part) => output.includes(part)))) {
    await takeAsync(browser, url, shot);
}
await browser.close();
server.close();

async function takeAsync(from: Browser, address: string, { page: path, output, size, scale = 1, quality, prepareAsync }: IShot): Promise<void> {
    if (!existsSync(`${SAMPLES_FOLDER}/${path}`)) {
        console.log(`${output} is left as it is: there is no ${path}`);
        return;
    }
    const page = await from.newPage({ viewport: size, deviceScaleFactor: scale });
    page.setDefaultTimeout(0);
    await page.goto(`${address}/${path}`);
    await prepareAsync(page);
    await page.waitForFunction(() => getComputedStyle(document.getElementById("busy") ?? document.createElement("p")).opacity !== "1");
    await page.screenshot({ path: output, type: "jpeg", quality });
    await page.close();
    console.log(output);
}

async function whenReadyAsync(page: Page): Promise<void> {
    await page.waitForFunction(() => document.body.dataset.state === "ready");
    await drawAsync(page, 4);
}

/** The gallery cuts this picture to a square, and words with it. */
async function showWorldAsync(page: Page): Promise<void> {
    await whenReadyAsync(page);
    await page.addStyleTag({ content: "header, footer { display: none !important }" });
}

/** A page that says nothing of itself. */
async function drawManyAsync(page: Page): Promise<void> {
    await page.waitForLoadState("networkidle");
    await drawAsync(page, 12);
}

async function drawAsync(page: Page, count: number): Promise<void> {
    await page.evaluate(async (times) => {
        for (let i = 0; i < times; i++) {
            await new Promise(requestAnimationFrame);
        }
    }, count);
}

async function stopAtAsync(page: Page, frame: number): Promise<void> {
    await page.waitForFunction(() => document.body.dataset.state === "playing");
    await page.click("#play");
    await page.locator("#scrub").fill(String(frame));
    await page.waitForFunction((wantedFrame) => document.body.dataset.frame === String(wantedFrame), frame);
}

async function showFileAsync(page: Page): Promise<void> {
    await stopAtAsync(page, FRAME);
    await page.click("#information-toggle");
}

async function dressAsync(page: Page): Promise<void> {
    await whenReadyAsync(page);
    await page.click("#instance");
    await page.click("#clone");
    await page.click("#tint");
    await drawAsync(page, 6);
}

/** Makes the line slower, and waits until the player has gone up as far as that allows. */
async function throttleAsync(page: Page): Promise<void> {
    await whenReadyAsync(page);
    await page.locator("#throttle").fill("8");
    await page.waitForFunction(() => Number(document.body.dataset.rendition) > 0);
    await drawAsync(page, 8);
}
