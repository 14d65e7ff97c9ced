import { buildSamplesAsync, SAMPLES_FOLDER } from "./buildSamples.js";
import { launchChromiumAsync } from "./chromium.js";
import { headsetScript, type EmulatedHeadset } from "./emulatedHeadset.js";
import { serveAsync } from "./staticServer.js";

/** Time of the sample clip that the picture shows, s. */
const TIME = 1.17;

await buildSamplesAsync();
const { server, url } = await serveAsync([{ path: "/", folder: SAMPLES_FOLDER }], 0);
const browser = await launchChromiumAsync();
const page = await browser.newPage({ viewport: { width: 1280, height: 640 } });
page.setDefaultTimeout(300_000);
await page.addInitScript({ content: headsetScript() });
await page.goto(`${url}/xr.html?limits=off&time=${TIME}`);
await page.click("#vr:enabled");
await page.waitForFunction(() => document.body.dataset.xr === "IN_XR");
await page.evaluate(async () => {
    const { headset } = window as unknown as { headset: EmulatedHeadset };
    headset.position.set(0.1, 1.6, 0.2);
    headset.quaternion.set(-0.16, 0, 0, 0.987);
    headset.controllers.right?.position.set(0.34, 1.14, -0.16);
    headset.controllers.right?.quaternion.set(-0.02, 0.16, 0, 0.987);
    headset.controllers.left?.position.set(-0.24, 1.14, -0.12);
    headset.controllers.left?.quaternion.set(0.02, -0.12, 0, 0.992);
    for (let i = 0; i < 4; i++) {
        await new Promise(requestAnimationFrame);
    }
});
await page.screenshot({ path: "docs/images/xr.jpg", type: "jpeg", quality: 82, timeout: 0 });
await browser.close();
server.close();
