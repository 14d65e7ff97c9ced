import { expect } from "chai";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readBytesAsync, type IClipSource } from "../../../loader/sources/clipSource.js";
import { BlobClipSource, MemoryClipSource } from "../../../loader/sources/localClipSources.js";
import { StreamClipSource } from "../../../loader/sources/streamClipSource.js";
import { UrlClipSource } from "../../../loader/sources/urlClipSource.js";
import { expectErrorAsync } from "../../support/expectError.js";

const BYTES = Uint8Array.from({ length: 100000 }, (_, i) => (i * 7) & 255);
const { signal: NEVER } = new AbortController();

/** No second attempt. */
const ONCE = { retry: { attempts: 1 } };

/** A stream of bytes in uneven parts. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
    let at = 0;
    return new ReadableStream({
        pull: (controller) => {
            const end = Math.min(bytes.length, at + 1 + ((at * 31) % 9000));
            controller.enqueue(bytes.slice(at, end));
            at = end;
            if (at === bytes.length) {
                controller.close();
            }
        },
    });
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The range that a request asks for, as indices. */
function rangeOf({ headers }: IncomingMessage): [start: number, end: number] {
    const [, start, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "")!;
    return [Number(start), last === "" ? BYTES.length : Math.min(BYTES.length, Number(last) + 1)];
}

/** Answers as a server with range requests does. */
const withRanges: Handler = (request, response) => {
    const [start, end] = rangeOf(request);
    if (start >= BYTES.length) {
        response.writeHead(416).end();
        return;
    }
    response.writeHead(206, { "Content-Range": `bytes ${start}-${end - 1}/${BYTES.length}`, "Content-Length": end - start }).end(BYTES.subarray(start, end));
};

describe("Clip sources", () => {
    let server: Server;
    let address: string;
    let handler: Handler;
    let requests: string[];

    before((done) => {
        server = createServer((request, response) => {
            requests.push(request.headers.range ?? "");
            handler(request, response);
        }).listen(0, "127.0.0.1", () => {
            address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/clip.fvv`;
            done();
        });
    });

    beforeEach(() => {
        handler = withRanges;
        requests = [];
    });

    after((done) => {
        server.closeAllConnections();
        server.close(done);
    });

    const kinds: [string, () => IClipSource][] = [
        ["memory", () => new MemoryClipSource(BYTES, "clip")],
        ["memory inside a larger buffer", () => new MemoryClipSource(Uint8Array.of(1, 2, ...BYTES, 3).subarray(2, 2 + BYTES.length), "clip")],
        ["a blob", () => new BlobClipSource(new Blob([BYTES]), "clip")],
        ["a server with range requests", () => new UrlClipSource(address)],
        [
            "a server without range requests",
            () => {
                handler = (_, response) => response.writeHead(200, { "Content-Length": BYTES.length }).end(BYTES);
                return new UrlClipSource(address);
            },
        ],
        ["a stream", () => new StreamClipSource(streamOf(BYTES), "clip")],
    ];
    for (const [kind, makeSource] of kinds) {
        it(`read any range out of ${kind}, and fewer bytes at the end`, async () => {
            const source = makeSource();
            for (const [start, end] of [
                [0, 10],
                [5000, 70000],
                [99990, 100010],
                [99999, 100000],
                [0, undefined],
                [40000, undefined],
            ] as const) {
                const bytes = await readBytesAsync(source, start, end, NEVER);
                expect(Buffer.compare(bytes, BYTES.subarray(start, end)), `${start}-${end}`).to.equal(0);
            }
        });
    }

    it("fetch only what is asked for, and from a server without ranges the whole once", async () => {
        const source = new UrlClipSource(address);
        await readBytesAsync(source, 10, 20, NEVER);
        await readBytesAsync(source, 20, undefined, NEVER);
        expect(requests).to.deep.equal(["bytes=10-19", "bytes=20-"]);
        requests = [];
        handler = (_, response) => response.writeHead(200, { "Content-Length": BYTES.length }).end(BYTES);
        const whole = new UrlClipSource(address);
        await readBytesAsync(whole, 10, 20, NEVER);
        await readBytesAsync(whole, 500, 600, NEVER);
        expect([requests.length, whole.isForwardOnly, whole.isLive]).to.deep.equal([1, true, false]);
    });

    it("tell how far a read is", async () => {
        const told: number[] = [];
        await readBytesAsync(new UrlClipSource(address), 0, 50000, NEVER, (loaded) => told.push(loaded));
        expect(told.at(-1)).to.equal(50000);
        told.forEach((loaded, i) => expect(loaded).to.be.above(told[i - 1] ?? 0));
    });

    for (const [status, code] of [
        [404, "NETWORK"],
        [403, "NETWORK"],
        [500, "NETWORK"],
        [416, "TRUNCATED"],
    ] as const) {
        it(`an answer ${status} is ${code}`, async () => {
            handler = (_, response) => response.writeHead(status).end("no");
            const error = await expectErrorAsync(() => readBytesAsync(new UrlClipSource(address, ONCE), 30, 40, NEVER), code);
            expect(error.where).to.include({ source: address, offset: 30 });
        });
    }

    it("a read past the end of the file is TRUNCATED", async () => {
        await expectErrorAsync(() => readBytesAsync(new UrlClipSource(address, ONCE), BYTES.length, BYTES.length + 5, NEVER), "TRUNCATED");
    });

    it("no server, and no address, are NETWORK", async () => {
        await expectErrorAsync(() => readBytesAsync(new UrlClipSource("http://127.0.0.1:1/clip.fvv", ONCE), 0, 10, NEVER), "NETWORK");
        await expectErrorAsync(() => readBytesAsync(new UrlClipSource("no address", ONCE), 0, 10, NEVER), "NETWORK");
    });

    it("a connection that breaks in the middle is NETWORK", async () => {
        handler = (_, response) => {
            response.writeHead(206, { "Content-Length": 1000 });
            response.write(BYTES.subarray(0, 500), () => response.destroy());
        };
        await expectErrorAsync(() => readBytesAsync(new UrlClipSource(address, ONCE), 0, 1000, NEVER), "NETWORK");
    });

    it("an abort is ABORTED: before the request, before the answer and in the middle of it", async () => {
        const aborted = new AbortController();
        aborted.abort();
        await expectErrorAsync(() => readBytesAsync(new UrlClipSource(address, ONCE), 0, 10, aborted.signal), "ABORTED");

        const beforeAnswer = new AbortController();
        handler = () => beforeAnswer.abort();
        await expectErrorAsync(() => readBytesAsync(new UrlClipSource(address, ONCE), 0, 10, beforeAnswer.signal), "ABORTED");

        const inAnswer = new AbortController();
        handler = (_, response) => {
            response.writeHead(206, { "Content-Length": 1000 });
            response.write(BYTES.subarray(0, 500));
        };
        await expectErrorAsync(() => readBytesAsync(new UrlClipSource(address, ONCE), 0, 1000, inAnswer.signal, () => inAnswer.abort()), "ABORTED");
    });

    it("an answer with another range than asked for is NETWORK", async () => {
        handler = (_, response) => response.writeHead(206, { "Content-Range": `bytes 0-9/${BYTES.length}` }).end(BYTES.subarray(0, 10));
        await expectErrorAsync(() => readBytesAsync(new UrlClipSource(address, ONCE), 30, 40, NEVER), "NETWORK");
    });
});
