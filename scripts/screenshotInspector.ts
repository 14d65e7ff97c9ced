import { launchChromiumAsync } from "./chromium.js";
import { buildInspectorPageAsync, SAMPLES_FOLDER } from "./buildSamples.js";
import { makeSampleAsync } from "./makeSample.js";
import { serveAsync } from "./staticServer.js";

/** Frame of the sample clip that docs/inspector.md shows. */
const FRAME = 58;

/** A GPU in software falls behind a page that draws without pause: each picture is waited for. */
const WAIT_FOR_GPU = `
    const contexts = new Set();
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...options) {
        const context = getContext.call(this, kind, ...options);
        if (kind === "webgl2" && context) {
            contexts.add(context);
        }
        return context;
    };
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (draw) =>
        request((time) => {
            draw(time);
            contexts.forEach((gl) => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)));
        });
`;

await buildInspectorPageAsync();
await makeSampleAsync();
const { server, url } = await serveAsync([{ path: "/", folder: SAMPLES_FOLDER }], 0);
const browser = await launchChromiumAsync();
const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
page.setDefaultTimeout(0);
await page.addInitScript(WAIT_FOR_GPU);
await page.goto(`${url}/inspector.html?engine=webgl2`);
const transport = page.getByRole("group", { name: "Transport" });
await transport.getByRole("button", { name: "Pause" }).click();
await transport.getByRole("slider", { name: "Position" }).fill(String(FRAME));
await transport
    .getByRole("status")
    .filter({ hasText: `frame ${FRAME} of` })
    .waitFor();
// Without the ring around what has the focus.
await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
// The picture after the next holds the frame; then the page holds still.
await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))));
await page.evaluate(() => (window.requestAnimationFrame = () => 0));
await page.screenshot({ path: "docs/images/inspector.jpg", type: "jpeg", quality: 85 });
await browser.close();
server.close();
