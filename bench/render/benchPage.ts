import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";

/** Where the bundles of the pages are. */
export const PAGES = resolve(".cache/bench/pages");

/** A page of bench/pages in a browser; `Api` is what it offers as `window.fvvBench`. */
export class BenchPage<Api extends Record<keyof Api, (...args: never[]) => Promise<unknown>>> {
    private constructor(
        /** The page itself. */
        public readonly page: Page,
    ) {}

    /**
     * Opens a page.
     * @param browser the browser
     * @param url where bundles and files are served
     * @param name name of the bundle
     */
    public static async OpenAsync<T extends Record<keyof T, (...args: never[]) => Promise<unknown>>>(browser: Browser, url: string, name: string): Promise<BenchPage<T>> {
        const page = await browser.newPage();
        // Chromium takes a page that comes out of this process for one of the internet, which may not ask servers of this machine unless it is allowed to.
        await page.context().grantPermissions(["local-network-access"]);
        await page.route("**/blank.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><body></body>" }));
        await page.goto(`${url}/blank.html`);
        await page.addScriptTag({ url: `${url}/${name}.js`, type: "module" });
        await page.waitForFunction("window.fvvBench !== undefined");
        return new BenchPage<T>(page);
    }

    /** Calls what the page offers. */
    public async callAsync<K extends keyof Api & string>(name: K, ...args: Parameters<Api[K]>): Promise<Awaited<ReturnType<Api[K]>>> {
        const call = async ([method, values]: readonly [string, unknown[]]): Promise<unknown> =>
            await (window as unknown as { fvvBench: Record<string, (...values: unknown[]) => Promise<unknown>> }).fvvBench[method](...values);
        return (await this.page.evaluate(call, [name, args] as const)) as Awaited<ReturnType<Api[K]>>;
    }

    /** Closes the page. */
    public async closeAsync(): Promise<void> {
        await this.page.close();
    }
}
