import { expect } from "chai";
import type { Server } from "node:http";
import type { Browser, Page } from "playwright-core";
import { launchChromiumAsync } from "../../scripts/chromium.js";
import { serveAsync, type IServedFolder } from "../../scripts/staticServer.js";
import { takePictureAsync } from "../samples/samplePages.js";
import { foregroundShare } from "../support/pictures.js";

/** Pages that show a clip, in a browser. */
export class ClipPages {
    private constructor(
        private readonly _browser: Browser,
        private readonly _server: Server,
        private readonly _url: string,
    ) {}

    /** Serves folders and starts the browser. */
    public static async StartAsync(folders: readonly IServedFolder[]): Promise<ClipPages> {
        const { server, url } = await serveAsync(folders, 0);
        return new ClipPages(await launchChromiumAsync(), server, url);
    }

    /**
     * Opens a page and expects that it shows a clip that plays, without errors and without requests to other hosts.
     * @param path of the page
     * @param workers how many workers decode it
     * @returns what Babylon says of itself: its version and the engine
     */
    public async expectPlayingAsync(path: string, workers = 1): Promise<string> {
        const page = await this._browser.newPage({ viewport: { width: 240, height: 160 } });
        const problems: string[] = [];
        let babylon = "";
        page.on("pageerror", (error) => problems.push(error.message));
        page.on("console", (message) => {
            babylon = /Babylon\.js v(\S+ - \w+)/.exec(message.text())?.[1] ?? babylon;
            if (message.type() === "error" && !message.location().url.includes("favicon")) {
                problems.push(message.text());
            }
        });
        page.on("request", (request) => {
            if (!request.url().startsWith(this._url) && !/^(blob|data):/.test(request.url())) {
                problems.push(`request to ${request.url()}`);
            }
        });
        await page.goto(this._url + path);
        await expectMovingPictureAsync(page, problems);
        expect(problems).to.deep.equal([]);
        expect(page.workers().length, "workers").to.equal(workers);
        await page.close();
        return babylon;
    }

    /**
     * Opens a page and expects that the sound that it keeps as `window.audio` joins its picture once the user has pressed a key, without errors.
     * @param path of the page
     */
    public async expectSoundAsync(path: string): Promise<void> {
        const page = await this._browser.newPage();
        const problems: string[] = [];
        page.on("pageerror", (error) => problems.push(error.message));
        await page.goto(this._url + path);
        await page.waitForFunction("window.audio");
        await page.keyboard.press("a");
        await page.waitForFunction("window.audio.isPlaying");
        expect(problems).to.deep.equal([]);
        await page.close();
    }

    /** Closes browser and server. */
    public async closeAsync(): Promise<void> {
        await this._browser.close();
        this._server.close();
    }
}

/** Waits until three different pictures of the clip have been on screen, or the page tells of a problem. */
async function expectMovingPictureAsync(page: Page, problems: readonly string[]): Promise<void> {
    await page.waitForSelector("canvas");
    const pictures = new Set<string>();
    while (pictures.size < 3 && problems.length === 0) {
        const picture = await takePictureAsync(page);
        if (foregroundShare(picture) > 0.1) {
            pictures.add(Buffer.from(picture).toString("base64"));
        }
    }
}
