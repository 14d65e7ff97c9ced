import { launchChromiumAsync } from "./chromium.js";
import { buildSamplesAsync, SAMPLES_FOLDER } from "./buildSamples.js";
import { serveAsync } from "./staticServer.js";

/** Frame of the sample clip that the README shows. */
const FRAME = 35;

await buildSamplesAsync();
const { server, url } = await serveAsync([{ path: "/", folder: SAMPLES_FOLDER }], 0);
const browser = await launchChromiumAsync();
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
await page.goto(`${url}/?engine=webgl2`);
await page.waitForFunction(() => document.body.dataset.state === "playing");
await page.click("#play");
await page.locator("#scrub").fill(String(FRAME));
await page.waitForFunction((frame) => document.body.dataset.frame === String(frame), FRAME);
await page.waitForFunction(() => getComputedStyle(document.getElementById("busy") as HTMLElement).opacity === "0");
await page.screenshot({ path: "docs/images/sample.jpg", type: "jpeg", quality: 85, timeout: 0 });
await browser.close();
server.close();
