import { expect } from "chai";
import type { ITestPage } from "./harness.js";
import { openTestPageAsync } from "./harness.js";
import type { PlayerPageApi } from "./pages/playerPage.js";

type Functions = Record<string, (...args: never[]) => unknown>;

/** The functions of a page, called from the test. */
export type PageClient<Api> = {
    [Name in keyof Api]: Api[Name] extends (...args: infer Args) => infer Result ? (...args: Args) => Promise<Awaited<Result>> : never;
};

/** A test page with its functions. */
export interface IPageSession<Api> extends ITestPage {
    call: PageClient<Api>;
}

/**
 * Opens a test page.
 * @param name file name of the page without `.ts`
 * @param otherOrigin another server of this machine that the page may ask
 */
export async function openSessionAsync<Api = PlayerPageApi>(name: string, otherOrigin?: string): Promise<IPageSession<Api>> {
    const session = await openTestPageAsync(name, otherOrigin);
    const call = new Proxy({} as PageClient<Api>, {
        get:
            (_, method) =>
            (...args: unknown[]) =>
                session.page.evaluate(([key, values]) => (window as unknown as { fvvTest: Functions }).fvvTest[key](...(values as never[])), [
                    String(method),
                    args,
                ] as const),
    });
    return { ...session, call };
}

/**
 * Expects that nothing went wrong in a page that nobody noticed.
 * @param session the page
 */
export function expectNoErrors(session: ITestPage): void {
    expect(session.errors).to.deep.equal([]);
}

/** Bytes to text for the way into a page. */
export function toBase64(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString("base64");
}

/** Bytes from a page. */
export function fromBase64(text: string): Uint8Array {
    return new Uint8Array(Buffer.from(text, "base64"));
}
