import { expect } from "chai";
import { ClipStream } from "../../loader/clipStream.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { DecodeClient, type IDecodeClientOptions } from "../../loader/decodeClient.js";
import type { DecodeRequest, DecodeResponse } from "../../loader/decodeProtocol.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeFrame } from "../support/makeFrame.js";

/** Stands for a browser's worker. */
class FakeWorker {
    public static Made: FakeWorker[] = [];
    public onmessage: ((event: { data: DecodeResponse }) => void) | null = null;
    public onerror: ((event: { message: string; preventDefault: () => void }) => void) | null = null;
    public readonly posted: { request: DecodeRequest; transfer: Transferable[] | undefined }[] = [];
    public isTerminated = false;

    public constructor(
        public readonly url: string | URL,
        public readonly options: WorkerOptions,
    ) {
        FakeWorker.Made.push(this);
    }

    public postMessage(request: DecodeRequest, transfer?: Transferable[]): void {
        this.posted.push({ request, transfer });
    }

    public terminate(): void {
        this.isTerminated = true;
    }

    /** Fails as a script that cannot be loaded does, or one that throws. */
    public fail(): boolean {
        let isPrevented = false;
        this.onerror?.({ message: "it broke", preventDefault: () => (isPrevented = true) });
        return isPrevented;
    }
}

const NEED: DecodeResponse = { type: "need", need: { segment: 0, rendition: -1, from: 0, isKeyOnly: false, isAhead: false }, generation: 0 };

/** What this test replaces. */
const scope = globalThis as { Worker?: unknown };

describe("DecodeClient with a worker", () => {
    let open: DecodeRequest;
    let rendition: DecodeRequest;
    let segment: () => DecodeRequest;
    const browserWorker = scope.Worker;

    before(async () => {
        const { bytes } = await encodeFramesAsync([makeFrame(20)]);
        const stream = await ClipStream.OpenAsync(new MemoryClipSource(bytes, "clip.fvv"));
        const { offset, byteLength } = stream.segments[0];
        const { header } = stream.head;
        open = { type: "open", capacity: header.capacity, shDegree: header.shDegree, limits: {}, keyStateBytes: 1e6, sorts: true };
        rendition = { type: "rendition", rendition: 0, header, segments: [...stream.segments] };
        segment = () => ({ type: "bytes", segment: 0, rendition: 0, at: 0, bytes: bytes.slice(offset, offset + byteLength), isCut: false });
    });

    beforeEach(() => {
        FakeWorker.Made = [];
        scope.Worker = FakeWorker;
    });

    afterEach(() => {
        scope.Worker = browserWorker;
    });

    function makeClient(options?: IDecodeClientOptions): { client: DecodeClient; responses: DecodeResponse[]; frame: Promise<void> } {
        const responses: DecodeResponse[] = [];
        let onFrame = (): void => {};
        const frame = new Promise<void>((resolve) => (onFrame = resolve));
        const client = new DecodeClient((response) => {
            responses.push(response);
            if (response.type === "frame") {
                onFrame();
            }
        }, options);
        return { client, responses, frame };
    }

    it("starts it where it is told to, or beside its own module", () => {
        makeClient({ workerUrl: "/static/decode.js" });
        makeClient();
        const [told, own] = FakeWorker.Made;
        expect([told.url, told.options]).to.deep.equal(["/static/decode.js", { type: "module" }]);
        expect(String(own.url)).to.match(/\/loader\/decode\.worker\.js$/);
    });

    it("uses none where it must not", () => {
        expect(makeClient({ useWorker: false }).client.usesWorker).to.equal(false);
        expect(FakeWorker.Made.length).to.equal(0);
    });

    it("keeps the memory of requests until the worker has shown that it runs, and gives it away from then on", () => {
        const { client, responses } = makeClient();
        const [worker] = FakeWorker.Made;
        client.post(open);
        client.post(segment());
        expect(worker.posted.map(({ transfer }) => transfer)).to.deep.equal([undefined, undefined]);
        worker.onmessage?.({ data: NEED });
        expect(responses).to.deep.equal([NEED]);
        const request = segment() as DecodeRequest & { type: "bytes" };
        client.post(request);
        expect(worker.posted[2].transfer).to.deep.equal([request.bytes.buffer]);
    });

    it("does the worker's work here when it does not start, from the first request on", async () => {
        const { client, responses, frame } = makeClient();
        const [worker] = FakeWorker.Made;
        [open, rendition, segment(), { type: "frame", frame: 0, generation: 0 } as const].forEach((request) => client.post(request));
        expect(worker.fail()).to.equal(true);
        expect([worker.isTerminated, client.usesWorker]).to.deep.equal([true, false]);
        await frame;
        expect(responses.map(({ type }) => type)).to.include("frame");
        expect(responses.map(({ type }) => type)).to.not.include("error");
    });

    it("does the work here where a worker cannot even be made", async () => {
        scope.Worker = class {
            public constructor() {
                throw new Error("a content security policy forbids it");
            }
        };
        const { client, frame } = makeClient();
        expect(client.usesWorker).to.equal(false);
        [open, rendition, segment(), { type: "frame", frame: 0, generation: 0 } as const].forEach((request) => client.post(request));
        await frame;
        client.dispose();
    });

    it("tells when a worker fails that had been running, and again when a frame is asked for", async () => {
        const { client, responses } = makeClient();
        const [worker] = FakeWorker.Made;
        worker.onmessage?.({ data: NEED });
        worker.fail();
        client.post({ type: "flush", generation: 1 });
        client.post({ type: "frame", frame: 0, generation: 1 });
        expect(responses.length, "answers do not come while a request is sent").to.equal(2);
        await Promise.resolve();
        expect(responses.slice(1).map((last) => last.type === "error" && [last.error.code, last.generation])).to.deep.equal([
            ["WORKER_FAILED", -1],
            ["WORKER_FAILED", -1],
        ]);
        expect(worker.isTerminated).to.equal(true);
    });

    it("ends it, and says nothing more", () => {
        const { client, responses } = makeClient();
        const [worker] = FakeWorker.Made;
        client.dispose();
        expect(worker.isTerminated).to.equal(true);
        worker.onmessage?.({ data: NEED });
        client.post(open);
        expect([responses, worker.posted]).to.deep.equal([[], []]);
    });
});
