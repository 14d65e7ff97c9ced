import { expect } from "chai";
import { UrlClipSource } from "../../../loader/sources/urlClipSource.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { FakeClock } from "../../support/fakeClock.js";

describe("UrlClipSource of a live clip", () => {
    let clock: FakeClock;
    let source: UrlClipSource;
    let body: ReadableStreamDefaultController<Uint8Array>;
    let got: number;

    beforeEach(async () => {
        clock = new FakeClock();
        const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) });
        source = new UrlClipSource("http://host/live/a.fvv", { clock, fetch: () => Promise.resolve(new Response(stream)) });
        body.enqueue(new Uint8Array(10));
        await source.readAsync(0, 10, { signal: new AbortController().signal, onPart: () => {} });
        expect([source.isLive, source.isForwardOnly]).to.deep.equal([true, true]);
        got = 0;
    });

    function readOnAsync(): Promise<void> {
        return source.readAsync(10, undefined, { signal: new AbortController().signal, onPart: (part) => (got += part.length) });
    }

    async function passAsync(seconds: number): Promise<void> {
        clock.pass(1000 * seconds);
        await new Promise((resolve) => setImmediate(resolve));
    }

    it("takes longer than any file may, with pauses, and ends with its stream", async () => {
        const read = readOnAsync();
        for (let minute = 1; minute <= 60; minute++) {
            await passAsync(29);
            body.enqueue(new Uint8Array(1));
            await passAsync(29);
        }
        body.close();
        await read;
        expect(got).to.equal(60);
    });

    it("breaks off at once where its stream does, since nothing can be asked for again", async () => {
        const read = readOnAsync();
        read.catch(() => {});
        await passAsync(1);
        body.error(new Error("reset"));
        const error = await expectErrorAsync(() => read, "NETWORK");
        expect(error.where.retries).to.equal(undefined);
    });

    it("breaks off where nothing comes for a minute", async () => {
        const read = readOnAsync();
        read.catch(() => {});
        await passAsync(59);
        body.enqueue(new Uint8Array(1));
        await passAsync(59);
        expect(got).to.equal(1);
        await passAsync(2);
        await expectErrorAsync(() => read, "NETWORK");
    });
});
