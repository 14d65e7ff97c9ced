import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { bundleAsync } from "../../scripts/bundle.js";
import { launchChromiumAsync } from "../../scripts/chromium.js";
import { serveAsync, type IServedFolder } from "../../scripts/staticServer.js";

/** Where the shared test data is, or undefined where it is not. */
export const SHARED_DATA = existsSync("../shared/data") ? resolve("../shared/data") : undefined;

/** A test page and the server that it came from. */
export interface ITestPage {
    page: Page;
    /** Address of the server, without a slash at the end. */
    url: string;
    /** Errors of the page so far; a test that does not expect any ends with `expectNoErrors`. */
    errors: string[];
}

interface IRunning {
    browser: Browser;
    server: Server;
    url: string;
}

let running: Promise<IRunning> | undefined;

async function startAsync(): Promise<IRunning> {
    await bundleAsync("test/browser/pages");
    const folders: IServedFolder[] = [{ path: "/files", folder: resolve(".cache/test-files") }];
    if (SHARED_DATA) {
        folders.push({ path: "/shared", folder: SHARED_DATA });
    }
    folders.push({ path: "/", folder: resolve(".cache/test/browser/pages") });
    const { server, url } = await serveAsync(folders, 0);
    return { browser: await launchChromiumAsync(), server, url };
}

/**
 * Opens a page of test/browser/pages. A request to any other host than this machine counts as an error: nothing comes from a CDN.
 * @param name file name without `.ts`
 * @param otherOrigin another server of this machine that the page may ask
 */
export async function openTestPageAsync(name: string, otherOrigin?: string): Promise<ITestPage> {
    const { browser, url } = await (running ??= startAsync());
    const page = await browser.newPage({ viewport: { width: 640, height: 640 } });
    const errors: string[] = [];
    if (otherOrigin !== undefined) {
        // A page made by `route` counts as one of a public network, which may not ask this machine.
        await page.context().grantPermissions(["local-network-access"]);
    }
    page.on("pageerror", (error) => errors.push(error.message));
    // Babylon logs what WebGPU's validation says, Chromium what WebGL's does.
    page.on("console", (message) => {
        if (/uncaptured error|INVALID_/.test(message.text())) {
            errors.push(message.text());
        }
    });
    page.on("request", (request) => {
        const isOther = otherOrigin !== undefined && request.url().startsWith(`${otherOrigin}/`);
        if (!request.url().startsWith(url) && !isOther && !/^(blob|data):/.test(request.url())) {
            errors.push(`request to ${request.url()}`);
        }
    });
    await page.route("**/blank.html", (route) =>
        route.fulfill({ contentType: "text/html", body: "<!doctype html><link rel=icon href=data:,><body style='margin:0'></body>" }),
    );
    await page.goto(`${url}/blank.html`);
    await page.addScriptTag({ url: `${url}/${name}.js`, type: "module" });
    await page.waitForFunction("window.fvvTest !== undefined");
    return { page, url, errors };
}

/** Closes browser and server; called once after all tests. */
export async function closeHarnessAsync(): Promise<void> {
    if (running) {
        const { browser, server } = await running;
        await browser.close();
        server.close();
    }
}
