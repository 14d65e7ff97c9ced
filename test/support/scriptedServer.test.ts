import { expect } from "chai";
import { ScriptedServer, type IScriptedAnswer } from "./scriptedServer.js";

const BYTES = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) & 255);

describe("The scripted server", () => {
    let server: ScriptedServer;

    beforeEach(async () => {
        server = await ScriptedServer.StartAsync({ "/clip.fvv": BYTES });
    });

    afterEach(() => server.closeAsync());

    function fetchClip(range?: string, signal?: AbortSignal): Promise<Response> {
        return fetch(`${server.url}/clip.fvv`, { headers: range ? { Range: range } : {}, ...(signal ? { signal } : {}) });
    }

    /** Answers all requests the same. */
    function answer(scripted: IScriptedAnswer): void {
        server.script = () => scripted;
    }

    async function bodyOf(response: Response): Promise<Uint8Array> {
        return new Uint8Array(await response.arrayBuffer());
    }

    /** Reads until the body breaks or ends. */
    async function countUntilEnd(response: Response): Promise<{ bytes: number; isBroken: boolean }> {
        let bytes = 0;
        try {
            for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
                bytes += part.length;
            }
            return { bytes, isBroken: false };
        } catch {
            return { bytes, isBroken: true };
        }
    }

    it("is a good server without a script: whole files, ranges, their ends, and what is not there", async () => {
        const whole = await fetchClip();
        expect([whole.status, whole.headers.get("accept-ranges"), Buffer.compare(await bodyOf(whole), BYTES)]).to.deep.equal([200, "bytes", 0]);
        for (const [range, start, end] of [
            ["bytes=10-19", 10, 20],
            ["bytes=99990-200000", 99_990, 100_000],
            ["bytes=5000-", 5000, 100_000],
        ] as const) {
            const part = await fetchClip(range);
            expect([part.status, part.headers.get("content-range")]).to.deep.equal([206, `bytes ${start}-${end - 1}/100000`]);
            expect(Buffer.compare(await bodyOf(part), BYTES.subarray(start, end))).to.equal(0);
        }
        expect((await fetchClip("bytes=100000-")).status).to.equal(416);
        expect((await fetch(`${server.url}/other.fvv`)).status).to.equal(404);
    });

    it("serves a folder", async () => {
        const files = await ScriptedServer.StartAsync("test/support");
        const response = await fetch(`${files.url}/scriptedServer.test.ts`);
        expect(await response.text()).to.contain("serves a folder");
        expect((await fetch(`${files.url}/none.ts`)).status).to.equal(404);
        await files.closeAsync();
    });

    it("allows other origins, and asks before requests of theirs that need it; refuses them where it is told to", async () => {
        expect((await fetchClip()).headers.get("access-control-allow-origin")).to.equal("*");
        expect((await fetch(`${server.url}/clip.fvv`, { method: "OPTIONS" })).headers.get("access-control-allow-headers")).to.equal("*");
        answer({ refusesOrigins: true });
        expect((await fetchClip()).headers.get("access-control-allow-origin")).to.equal(null);
    });

    it("tells its script what is asked for, and counts", async () => {
        const asked: unknown[] = [];
        server.script = (request, number) => {
            asked.push([number, request]);
            return { status: number === 0 ? 503 : undefined, headers: { "Retry-After": "2" } };
        };
        const first = await fetchClip("bytes=10-19");
        expect([first.status, first.headers.get("retry-after")]).to.deep.equal([503, "2"]);
        expect((await fetchClip("bytes=10-")).status).to.equal(206);
        expect(asked).to.deep.equal([
            [0, { path: "/clip.fvv", range: { start: 10, end: 20 } }],
            [1, { path: "/clip.fvv", range: { start: 10, end: Infinity } }],
        ]);
    });

    for (const status of [403, 404, 429, 500, 503]) {
        it(`answers ${status}`, async () => {
            answer({ status });
            expect((await fetchClip("bytes=0-9")).status).to.equal(status);
        });
    }

    it("ignores ranges", async () => {
        answer({ ignoresRange: true });
        const response = await fetchClip("bytes=10-19");
        expect([response.status, response.headers.get("content-range"), (await bodyOf(response)).length]).to.deep.equal([200, null, BYTES.length]);
    });

    it("sends other headers than it should, and a file that was cut", async () => {
        server.script = (_, number) => ({ fileBytes: 1000, headers: { ETag: `"${number}"`, "Content-Range": "bytes 0-9/10", "Accept-Ranges": undefined } });
        const responses = [await fetchClip("bytes=990-1009"), await fetchClip("bytes=990-1009")];
        expect(responses.map(({ headers }) => headers.get("etag"))).to.deep.equal(['"0"', '"1"']);
        expect(responses[0].headers.get("content-range")).to.equal("bytes 0-9/10");
        expect(responses[0].headers.get("accept-ranges")).to.equal(null);
        expect((await bodyOf(responses[0])).length).to.equal(10);
        expect((await fetchClip("bytes=1000-")).status).to.equal(416);
    });

    it("hangs up after so many bytes, and counts those that were sent", async () => {
        answer({ cutAfter: 20_000 });
        expect(await countUntilEnd(await fetchClip())).to.deep.equal({ bytes: 20_000, isBroken: true });
        expect(server.log[0].bytesSent).to.equal(20_000);
        answer({ cutAfter: 0 });
        // What sees the end first, the request or the body, is a matter of luck.
        expect(await fetchClip().then(countUntilEnd, () => ({ bytes: 0, isBroken: true }))).to.deep.equal({ bytes: 0, isBroken: true });
    });

    it("stalls after so many bytes until the other end hangs up", async () => {
        answer({ stallAfter: 3000 });
        const abort = new AbortController();
        const response = await fetchClip("bytes=0-9999", abort.signal);
        const reader = (response.body as ReadableStream<Uint8Array>).getReader();
        let bytes = 0;
        while (bytes < 3000) {
            bytes += (await reader.read()).value?.length ?? 0;
        }
        expect([bytes, server.isIdle]).to.deep.equal([3000, false]);
        abort.abort();
        expect(await reader.read().catch(() => "aborted")).to.equal("aborted");
    });

    it("drips, waits before it answers, and shares its rate among all connections", async () => {
        answer({ dripBytesPerSecond: 10_000 });
        let start = performance.now();
        await bodyOf(await fetchClip("bytes=0-1999"));
        expect(performance.now() - start).to.be.within(150, 1500);

        answer({ delayMs: 60 });
        server.latencyMs = 60;
        start = performance.now();
        await fetchClip("bytes=0-9");
        expect(performance.now() - start).to.be.within(115, 1500);

        server.script = () => ({});
        server.latencyMs = 0;
        server.mbps = 8;
        start = performance.now();
        await Promise.all([fetchClip(), fetchClip(), fetchClip()].map(async (response) => await bodyOf(await response)));
        // 300 kB at 1 MB a second.
        expect(performance.now() - start).to.be.within(280, 2500);
    });

    it("logs what was asked for, what was sent and when", async () => {
        await bodyOf(await fetchClip("bytes=100-299"));
        const [{ askedAt, firstByteAt, endedAt, ...rest }] = server.log;
        expect(rest).to.deep.equal({ path: "/clip.fvv", range: { start: 100, end: 300 }, status: 206, start: 100, bytesSent: 200 });
        expect(firstByteAt).to.be.at.least(askedAt);
        expect(endedAt ?? Infinity).to.be.at.least(firstByteAt as number);
    });
});
