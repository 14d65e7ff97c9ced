import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { get, request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { FolderServer, pushClipAsync } from "../../../encoder/cli/index.js";
import type { ISplatFrame } from "../../../encoder/index.js";
import { CHUNK_TYPES } from "../../../format/chunk.js";
import { changed, chunkBytes, findChunk, listChunks } from "../../support/chunkTools.js";
import { expectFvvErrorAsync, turningFrame, writeTurningFrames } from "../../support/cliFolder.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { decodeLive, encodeLiveAsync } from "../../support/liveFrames.js";
import { runFvvAsync, startFvv, type IFvvProcess } from "../../support/runFvv.js";
import { useTemporaryFolder } from "../../support/temporaryFolder.js";

const OPTIONS = { segmentLength: 2, keyWindow: 1, effort: "fast" } as const;
const FRAMES = Array.from({ length: 7 }, (_, number) => turningFrame(number));

/** A promise and what keeps it. */
function signal(): { given: Promise<void>; give: () => void } {
    let give = (): void => {};
    return { given: new Promise((resolve) => (give = resolve)), give: () => give() };
}

describe("fvv serve", () => {
    const folder = useTemporaryFolder();
    const inFolder = (name: string): string => join(folder(), name);
    const processes: IFvvProcess[] = [];
    let server: FolderServer;
    beforeEach(async () => {
        mkdirSync(inFolder("public"));
        writeFileSync(inFolder("public/clip.fvv"), "0123456789");
        writeFileSync(inFolder("public/clip.fvvm"), "{}");
        writeFileSync(inFolder("secret.txt"), "secret");
        server = await FolderServer.OpenAsync(inFolder("public"), { port: 0 });
    });
    afterEach(async () => {
        processes.splice(0).forEach((fvv) => fvv.kill("SIGKILL"));
        await server.closeAsync();
    });

    /** Asks; kept when the answer begins. */
    function getAsync(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
        return new Promise((resolve, reject) => get(url, { agent: false, headers }, resolve).once("error", reject));
    }

    describe("serves files", () => {
        const fetchAsync = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> => fetch(`${server.url}${path}`, { headers, method });

        it("with their types, for pages of any origin", async () => {
            const clip = await fetchAsync("/clip.fvv?v=1");
            expect([clip.status, await clip.text()]).to.deep.equal([200, "0123456789"]);
            expect(clip.headers.get("content-type")).to.equal("model/vnd.fvv");
            expect(clip.headers.get("accept-ranges")).to.equal("bytes");
            expect(clip.headers.get("access-control-allow-origin")).to.equal("*");
            for (const name of ["Content-Range", "ETag", "Content-Length", "Accept-Ranges"]) {
                expect(clip.headers.get("access-control-expose-headers")).to.include(name);
            }
            expect((await fetchAsync("/clip.fvvm")).headers.get("content-type")).to.equal("model/vnd.fvv-ladder+json");
            const preflight = await fetchAsync("/clip.fvv", { "Access-Control-Request-Headers": "range" }, "OPTIONS");
            expect([preflight.status, preflight.headers.get("access-control-allow-headers")?.includes("Range")]).to.deep.equal([204, true]);
        });

        it("by ranges", async () => {
            const cases: [string, number, string][] = [
                ["bytes=0-0", 206, "0"],
                ["bytes=2-4", 206, "234"],
                ["bytes=7-", 206, "789"],
                ["bytes=-3", 206, "789"],
                ["bytes=8-100", 206, "89"],
                ["bytes=1-2,4-5", 200, "0123456789"],
            ];
            for (const [range, status, text] of cases) {
                const part = await fetchAsync("/clip.fvv", { Range: range });
                expect([part.status, await part.text()], range).to.deep.equal([status, text]);
            }
            const beyond = await fetchAsync("/clip.fvv", { Range: "bytes=10-" });
            expect([beyond.status, beyond.headers.get("content-range")]).to.deep.equal([416, "bytes */10"]);
            expect((await fetchAsync("/clip.fvv", { Range: "bytes=2-4" })).headers.get("content-range")).to.equal("bytes 2-4/10");
        });

        it("with an ETag that tells when they changed", async () => {
            // fetch asks for what is new whenever it is given an ETag.
            const statusAsync = async (headers: Record<string, string>): Promise<number | undefined> =>
                (await getAsync(`${server.url}/clip.fvv`, headers)).resume().statusCode;
            const tag = (await fetchAsync("/clip.fvv")).headers.get("etag") ?? "";
            expect(await statusAsync({ "If-None-Match": tag })).to.equal(304);
            expect(await statusAsync({ "If-Range": tag, Range: "bytes=0-0" })).to.equal(206);
            writeFileSync(inFolder("public/clip.fvv"), "01234567890");
            expect(await statusAsync({ "If-None-Match": tag })).to.equal(200);
            expect(await statusAsync({ "If-Range": tag, Range: "bytes=0-0" })).to.equal(200);
        });

        it("of its folder only, and takes none", async () => {
            for (const path of ["/none.fvv", "/live/none.fvv", "/.git/config", "/%2e%2e/secret.txt", "/..%2fsecret.txt"]) {
                expect((await fetchAsync(path)).status, path).to.be.within(400, 404);
            }
            expect((await fetchAsync("/clip.fvv", {}, "PUT")).status).to.equal(405);
        });
    });

    describe("passes live clips on", () => {
        const address = (name = "stage"): string => `${server.url}/live/${name}.fvv`;

        /** Frames that wait: for something, before a frame of some number. */
        async function* framesThatWait(waits: Record<number, () => Promise<unknown>>): AsyncGenerator<ISplatFrame> {
            for (const [number, frame] of FRAMES.entries()) {
                await waits[number]?.();
                yield frame;
            }
        }

        it("to viewers that join at any time, exactly", async () => {
            const bodies: Promise<Buffer>[] = [];
            const joinAsync = async (): Promise<void> => {
                const response = await getAsync(address());
                expect([response.statusCode, response.headers["content-length"], response.headers["cache-control"]]).to.deep.equal([200, undefined, "no-store"]);
                expect([response.headers["content-type"], response.headers["access-control-allow-origin"]]).to.deep.equal(["model/vnd.fvv", "*"]);
                bodies.push(buffer(response));
            };
            const report = await pushClipAsync(address(), framesThatWait({ 0: joinAsync, 5: joinAsync }), OPTIONS);
            expect(report.frameCount).to.equal(FRAMES.length);
            const published = decodeLive(await encodeLiveAsync(FRAMES, OPTIONS));
            expect((await bodies[0]).length).to.equal(report.byteLength);
            const [first, late] = (await Promise.all(bodies)).map(decodeLive);
            expect(first).to.deep.equal(published);
            expect([...late.frames.keys()]).to.deep.equal([2, 3, 4, 5, 6]);
            late.frames.forEach((sum, frame) => expect(sum).to.equal(published.frames.get(frame)));
            expect((await fetch(address())).status).to.equal(404);
        });

        it("from one publisher, while another is refused", async () => {
            const secondAsync = async (): Promise<void> => {
                const error = await expectErrorAsync(() => pushClipAsync(address(), FRAMES, OPTIONS), "NETWORK");
                expect(error.message).to.include("409").and.to.include(address());
                await pushClipAsync(address("other"), FRAMES, OPTIONS);
            };
            await pushClipAsync(address(), framesThatWait({ 3: secondAsync }), OPTIONS);
            await pushClipAsync(address(), FRAMES, OPTIONS);
        });

        it("and cuts viewers when the publisher breaks off", async () => {
            let body: Promise<Buffer> | undefined;
            const breakAsync = async (): Promise<void> => {
                body = buffer(await getAsync(address()));
                body.catch(() => {});
                throw new Error("camera lost");
            };
            const thrown = await pushClipAsync(address(), framesThatWait({ 3: breakAsync }), OPTIONS).catch((error: unknown) => error);
            expect(thrown).to.be.instanceOf(Error).with.property("message", "camera lost");
            const cut = await body?.catch((error: NodeJS.ErrnoException) => error.code);
            expect(cut).to.equal("ECONNRESET");
        });

        it("in bounded memory, without whole segments where a viewer does not read", async () => {
            const live = await encodeLiveAsync([turningFrame(0)], OPTIONS);
            const { offset, start, end } = findChunk(live, "SEGM");
            const megabyte = chunkBytes(CHUNK_TYPES.keyFrame, new Uint8Array(1e6));
            const segment = (number: number): Uint8Array => changed(live, (view) => view.setUint32(start, number, true)).subarray(offset, end);
            const publisher = request(address(), { method: "PUT", agent: false });
            const ended = new Promise<IncomingMessage>((resolve) => publisher.once("response", resolve));
            const sendAsync = (bytes: Uint8Array): Promise<void> => new Promise((resolve) => publisher.write(bytes, () => resolve()));
            await sendAsync(live.subarray(0, offset));
            let viewer: IncomingMessage | undefined;
            for (let number = 0; number < 48; number++) {
                await sendAsync(Buffer.concat([segment(number), megabyte]));
                viewer ??= await getAsync(address());
            }
            publisher.end(live.subarray(findChunk(live, "FEND").offset));
            expect((await ended).resume().statusCode).to.equal(204);
            const bytes = await buffer(viewer!);
            const chunks = listChunks(bytes);
            expect(bytes.length).to.be.within(16e6, 40e6);
            expect(chunks.at(-1)).to.deep.include({ name: "FEND", end: bytes.length });
            const names = chunks.map(({ name }) => name).slice(1, -1);
            expect(names.every((name, i) => name === (i % 2 ? "KEYF" : "SEGM"))).to.equal(true);
        });

        it("and says what is wrong with one that is none", async () => {
            const put = (body: Uint8Array): Promise<Response> => fetch(address(), { method: "PUT", body: Uint8Array.from(body) });
            const live = await encodeLiveAsync(FRAMES, OPTIONS);
            expect((await put(live)).status).to.equal(204);
            const bad = await put(live.map((byte, at) => (at === 200 ? byte ^ 1 : byte)));
            expect([bad.status, await bad.text()]).to.satisfy(([status, text]: [number, string]) => status === 400 && text.startsWith("CRC_MISMATCH"));
            const cut = await put(live.subarray(0, listChunks(live).at(-1)?.offset));
            expect([cut.status, await cut.text()]).to.satisfy(([status, text]: [number, string]) => status === 400 && text.startsWith("TRUNCATED"));
        });

        it("whose capacity was chosen too small is broken off", async () => {
            await expectErrorAsync(() => pushClipAsync(address(), FRAMES, { ...OPTIONS, capacity: 39 }), "LIMIT_EXCEEDED");
        });
    });

    it("is two commands: one pushes what it follows, one passes it on", async () => {
        const start = (args: string[], onLine: (text: string) => void): IFvvProcess => {
            const fvv = startFvv(args, onLine);
            processes.push(fvv);
            return fvv;
        };
        const serving = new Promise<string>((resolve) => {
            start(["serve", inFolder("public"), "--port", "0"], (text) => {
                const url = /at (http:\S+)\//.exec(text)?.[1];
                return url && resolve(url);
            });
        });
        const url = `${await serving}/live/stage.fvv`;
        writeTurningFrames(inFolder("frames"), [0, 1, 2, 3]);
        const { given: isPublished, give } = signal();
        const words = ["--follow", "--settle", "0.02", "--segment", "2", "--effort", "fast", "--jobs", "1"];
        const pusher = start(["encode", inFolder("frames"), "-o", url, ...words], (text) => text.includes("segment 1:") && give());
        await isPublished;
        const reading = fetch(url).then(async (response) => new Uint8Array(await response.arrayBuffer()));
        writeTurningFrames(inFolder("frames"), [4, 5, 6]);
        writeFileSync(inFolder("frames/END"), "");
        expect(await pusher.exited).to.equal(0);
        const live = decodeLive(await reading);
        processes[0].kill("SIGINT");
        expect(await processes[0].exited).to.equal(0);

        const run = await runFvvAsync(["encode", inFolder("frames"), "-o", inFolder("whole.fvv"), "--key-window", "1", ...words.slice(3)]);
        expect(run.code, run.err).to.equal(0);
        const whole = decodeLive(readFileSync(inFolder("whole.fvv")));
        expect(live.isEnded).to.equal(true);
        expect([...live.frames.keys()].at(-1)).to.equal(6);
        expect([...live.frames.keys()][0]).to.be.oneOf([2, 4]);
        live.frames.forEach((sum, frame) => expect(sum, `frame ${frame}`).to.equal(whole.frames.get(frame)));
    });

    it("says what is wrong in one line", async () => {
        await expectFvvErrorAsync("BAD_OPTION", "serve");
        await expectFvvErrorAsync("BAD_OPTION", "serve", inFolder("public"), "--port", "70000");
        await expectFvvErrorAsync("UNREADABLE_INPUT", "serve", inFolder("none"));
        await expectFvvErrorAsync("NETWORK", "serve", inFolder("public"), "--port", new URL(server.url).port);
        const frames = writeTurningFrames(inFolder("frames"), [0, 1, 2]);
        const { url } = server;
        await server.closeAsync();
        const refused = await expectFvvErrorAsync("NETWORK", "encode", frames, "-o", `${url}/live/a.fvv`, "--jobs", "1");
        expect(refused.err).to.include("ECONNREFUSED");
        await expectFvvErrorAsync("BAD_OPTION", "encode", frames, "-o", "http://", "--jobs", "1");
        for (const words of [["--resume"], ["--bitrate", "5"], ["--capacity", "0"]]) {
            await expectFvvErrorAsync("BAD_OPTION", "encode", frames, "-o", `${url}/live/a.fvv`, ...words);
        }
        await expectFvvErrorAsync("BAD_OPTION", "encode", frames, "-o", inFolder("a.fvv"), "--capacity", "50");
    });
});
