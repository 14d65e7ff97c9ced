import { expect } from "chai";
import { readBytesAsync } from "../../../loader/sources/clipSource.js";
import { UrlClipSource, type IFetchOptions } from "../../../loader/sources/urlClipSource.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { FakeClock } from "../../support/fakeClock.js";
import { FakeServer } from "../../support/fakeServer.js";
import { passUntilAsync } from "../../support/servedPlayer.js";

const BYTES = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) & 255);
const URLS = ["https://a.example/clip.fvv", "https://b.example/clip.fvv", "https://c.example/clip.fvv"];

describe("UrlClipSource", () => {
    let clock: FakeClock;
    let server: FakeServer;

    beforeEach(() => {
        clock = new FakeClock();
        server = new FakeServer(clock, BYTES);
    });

    function open(options: IFetchOptions = {}): UrlClipSource {
        return new UrlClipSource(URLS[0], { fetch: server.fetch, clock, ...options });
    }

    async function readAsync(source: UrlClipSource, start: number, end?: number): Promise<void> {
        const bytes = await passUntilAsync(clock, readBytesAsync(source, start, end, new AbortController().signal));
        expect(Buffer.compare(bytes, BYTES.subarray(start, end)), `${start} to ${end}`).to.equal(0);
    }

    it("sends headers and credentials with each request", async () => {
        const sent: RequestInit[] = [];
        const fetch = (url: string, init: RequestInit): Promise<Response> => {
            sent.push(init);
            return server.fetch(url, init);
        };
        await readAsync(open({ fetch, headers: { Authorization: "Bearer x" }, credentials: "include" }), 10, 20);
        expect([sent[0].headers, sent[0].credentials]).to.deep.equal([{ Authorization: "Bearer x", Range: "bytes=10-19" }, "include"]);
    });

    it("goes on where a server gives less at once than it was asked for", async () => {
        server.script = ({ start, end }) => ({
            endsAfter: 700,
            headers: { "Content-Range": `bytes ${start}-${Math.min(start + 700, end ?? 5000) - 1}/5000`, "Content-Length": null },
        });
        await readAsync(open(), 100, 2000);
        expect(server.requests.map(({ start, end }) => [start, end])).to.deep.equal([
            [100, 2000],
            [800, 2000],
            [1500, 2000],
        ]);
    });

    it("lets each of several reads try all addresses, and stays at the one that works", async () => {
        server.script = ({ url }) => (url === URLS[2] ? {} : { status: 500, latencyMs: 20 });
        const source = open({ alternativeUrls: URLS.slice(1), retry: { attempts: 1 } });
        await Promise.all([0, 1000, 2000].map((start) => readAsync(source, start, start + 500)));
        const asked = URLS.map((address) => server.requests.filter(({ url }) => url === address).length);
        expect(asked[2]).to.equal(3);
        await readAsync(source, 0, 100);
        expect(server.requests.at(-1).url).to.equal(URLS[2]);
        expect(server.requests.length).to.equal(asked[0] + asked[1] + 4);
    });

    it("gives up when all addresses have failed as often as they may", async () => {
        server.script = () => ({ status: 503 });
        const source = open({ alternativeUrls: URLS.slice(1), retry: { attempts: 2 } });
        await expectErrorAsync(() => readAsync(source, 0, 10), "NETWORK");
        expect(server.requests.map(({ url }) => URLS.indexOf(url))).to.deep.equal([0, 1, 2, 0, 1, 2]);
    });

    it("allows a read to the end of the file as long as it takes", async () => {
        server.script = () => ({ bytesPerSecond: 20, partBytes: 50 });
        const source = open();
        await expectErrorAsync(() => readAsync(source, 0, 4999), "NETWORK");
        await readAsync(source, 0);
        expect(clock.now()).to.be.above(240_000);
    });

    it("reads one stream for all where ranges do not work, and ends the others", async () => {
        server.script = () => ({ ignoresRange: true });
        const source = open();
        await Promise.all([0, 1000, 4000].map((start) => readAsync(source, start, start + 500)));
        expect(server.requests.map(({ isAborted }) => isAborted)).to.deep.equal([false, true, true]);
        await readAsync(source, 2000, 2100);
        expect([server.requests.length, source.isForwardOnly]).to.deep.equal([3, true]);
        source.dispose();
    });

    it("takes an answer without end for a live one", async () => {
        const cases: [Record<string, string | null>, boolean][] = [
            [{ "Content-Length": null }, true],
            [{}, false],
            [{ "Content-Length": null, "Content-Encoding": "gzip" }, false],
        ];
        for (const [headers, isLive] of cases) {
            server.script = () => ({ ignoresRange: true, headers });
            const source = open();
            await readAsync(source, 0, 10);
            expect(source.isLive).to.equal(isLive);
        }
    });

    for (const [name, second] of [
        ["tag", { headers: { ETag: '"2"' } }],
        ["length", { file: BYTES.subarray(0, 4000), headers: { ETag: null } }],
    ] as const) {
        it(`ends with SOURCE_CHANGED at once where the file has another ${name}`, async () => {
            const source = open();
            await readAsync(source, 0, 10);
            server.script = () => second;
            await expectErrorAsync(() => readAsync(source, 10, 20), "SOURCE_CHANGED");
            expect(server.requests.length).to.equal(2);
        });
    }
});
