import type { Server } from "node:http";
import type { Browser, Page } from "playwright-core";
import { buildPagesAsync, SAMPLES_FOLDER } from "../../scripts/buildSamples.js";
import { launchChromiumAsync } from "../../scripts/chromium.js";
import { LiveLoop } from "../../scripts/liveLoop.js";
import { serveAsync } from "../../scripts/staticServer.js";
import { TEST_FILES } from "../support/testClips.js";

/** What the player page says of itself, on its body. */
export interface IPageState {
    state: string;
    frame: number;
    engine: string;
    /** "true" while the frame of the current time is still to come. */
    buffering: string;
    /** Whether the XR page is in a session, a name of Babylon's WebXRState. */
    xr?: string;
}

/** An open sample page. */
export interface ISamplePage {
    page: Page;
    /** Errors of the page so far, also those that it only logs, and requests to any other host. */
    errors: string[];
}

const built = new Map<() => Promise<void>, Promise<void>>();

/** Pages are built once for all tests. */
function buildOnceAsync(buildAsync: () => Promise<void>): Promise<void> {
    const building = built.get(buildAsync) ?? buildAsync();
    built.set(buildAsync, building);
    return building;
}

/** The sample pages as a browser gets them: built, served on this machine with the test files at `/files`, opened in a headless Chromium. */
export class SamplePages {
    private constructor(
        private readonly _browser: Browser,
        private readonly _server: Server,
        private readonly _url: string,
        /** The live clip. */
        public readonly live: LiveLoop,
    ) {}

    /**
     * Builds and serves the pages and starts the browser.
     * @param liveClip clip that is shown live
     * @param buildAsync builds them
     */
    public static async StartAsync(liveClip = "", buildAsync: () => Promise<void> = buildPagesAsync): Promise<SamplePages> {
        await buildOnceAsync(buildAsync);
        const live = new LiveLoop(liveClip);
        const folders = [
            { path: "/files", folder: TEST_FILES },
            { path: "/", folder: SAMPLES_FOLDER },
        ];
        const { server, url } = await serveAsync(folders, 0, (request, response) => live.handle(request, response));
        return new SamplePages(await launchChromiumAsync(), server, url, live);
    }

    /**
     * Opens a page.
     * @param path path and query
     * @param width of the window; pictures are made in software, so small is quick
     * @param height of the window
     * @param script JavaScript that runs before anything of the page does
     * @param hasTouch whether it is a phone, touched by fingers
     */
    public async openAsync(path: string, width = 660, height = 300, script = "", hasTouch = false): Promise<ISamplePage> {
        const page = await this._browser.newPage({ viewport: { width, height }, hasTouch, isMobile: hasTouch });
        // A busy machine draws a picture in seconds.
        page.setDefaultTimeout(120_000);
        const errors: string[] = [];
        page.on("pageerror", (error) => errors.push(error.message));
        page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
        page.on("request", (request) => {
            if (!request.url().startsWith(this._url) && !/^(blob|data):/.test(request.url())) {
                errors.push(`request to ${request.url()}`);
            }
        });
        await page.addInitScript(script);
        await page.goto(this._url + path);
        return { page, errors };
    }

    /** Closes browser and server. */
    public async closeAsync(): Promise<void> {
        await this._browser.close();
        this._server.close();
    }
}

/** What the player page says of itself now. */
export function readState(page: Page): Promise<IPageState> {
    return page.evaluate(() => {
        const { state = "", frame = "-1", engine = "", buffering = "" } = document.body.dataset;
        return { state, frame: Number(frame), engine, buffering };
    });
}

/**
 * Waits until the player page says something of itself.
 * @param page the page
 * @param wanted what it is to say
 */
export async function waitForStateAsync(page: Page, wanted: Partial<IPageState>): Promise<void> {
    await page.waitForFunction((state) => Object.entries(state).every(([key, value]) => document.body.dataset[key] === String(value)), wanted);
}

/**
 * Collects the numbers of the frames that come on screen.
 * @param page the page
 * @param count how many
 * @returns the numbers, and how many frames of the clip passed in a second
 */
export function collectFramesAsync(page: Page, count: number): Promise<{ frames: number[]; pace: number }> {
    return page.evaluate(
        (wanted) =>
            new Promise((resolve) => {
                const frames: number[] = [];
                const times: number[] = [];
                const observer = new MutationObserver(() => {
                    frames.push(Number(document.body.dataset.frame));
                    times.push(performance.now());
                    if (frames.length === wanted) {
                        observer.disconnect();
                        const frameCount = Number((document.getElementById("scrub") as HTMLInputElement).max) + 1;
                        const passed = frames.slice(1).reduce((sum, frame, i) => sum + ((frame - frames[i] + frameCount) % frameCount), 0);
                        resolve({ frames, pace: (1000 * passed) / (times[wanted - 1] - times[0]) });
                    }
                });
                observer.observe(document.body, { attributeFilter: ["data-frame"] });
            }),
        count,
    );
}

/** Lets the page draw a few times. */
export async function drawAsync(page: Page): Promise<void> {
    await page.evaluate(async () => {
        for (let i = 0; i < 4; i++) {
            await new Promise(requestAnimationFrame);
        }
    });
}

/**
 * Drops a file.
 * @param page the page
 * @param name name of the file
 * @param bytes its bytes
 * @param target selector of what it is dropped on
 */
export async function dropAsync(page: Page, name: string, bytes: Uint8Array, target = "#stage"): Promise<void> {
    const transfer = await page.evaluateHandle(
        ([fileName, values]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(values)], fileName));
            return data;
        },
        [name, [...bytes]] as const,
    );
    await page.dispatchEvent(target, "dragover", { dataTransfer: transfer });
    await page.dispatchEvent(target, "drop", { dataTransfer: transfer });
}

/**
 * RGBA bytes of the page's canvas, made small. They are taken in the page: a screenshot waits long for a page that draws in software without pause.
 * @param page the page
 */
export async function takePictureAsync(page: Page): Promise<Uint8Array> {
    const values = await page.evaluate(
        () =>
            new Promise<number[]>((resolve) => {
                const [width, height] = [120, 80];
                const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d") as CanvasRenderingContext2D;
                // The engine has queued its turn of this frame already: ours comes after it, while the canvas still holds what was drawn.
                requestAnimationFrame(() => {
                    context.drawImage(document.querySelector("canvas") as HTMLCanvasElement, 0, 0, width, height);
                    resolve([...context.getImageData(0, 0, width, height).data]);
                });
            }),
    );
    return Uint8Array.from(values);
}
