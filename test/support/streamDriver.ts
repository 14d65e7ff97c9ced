import { ClipStream, type IStreamOptions } from "../../loader/clipStream.js";
import type { FvvError } from "../../format/fvvError.js";
import { UrlClipSource } from "../../loader/sources/urlClipSource.js";
import type { StreamReader } from "../../loader/streamReader.js";
import { FakeClock } from "./fakeClock.js";
import { FakeServer, type IAnswer } from "./fakeServer.js";
import { passUntilAsync } from "./servedPlayer.js";

/** What one who plays a clip was told. */
export class StreamListener {
    /** Bytes that came, by segment and rendition. */
    public readonly bytes = new Map<string, number[]>();
    /** What could not be had. */
    public readonly failed: { segment: number; error: FvvError }[] = [];
    /** Segments in the order in which their first bytes came. */
    public readonly order: number[] = [];

    public onRendition = (): void => {};
    public onGrowth = (): void => {};
    public onFailed = (segment: number, error: FvvError): void => void this.failed.push({ segment, error });
    public onBytes = (segment: number, rendition: number, at: number, bytes: Uint8Array): void => {
        const key = `${rendition}/${segment}`;
        const own = this.bytes.get(key) ?? [];
        if (own.length === 0) {
            this.order.push(segment);
        }
        bytes.forEach((byte, i) => (own[at + i] = byte));
        this.bytes.set(key, own);
    };

    public readonly onError = (): void => {};

    /** What came of a segment. */
    public of(segment: number, rendition = 0): number[] {
        return this.bytes.get(`${rendition}/${segment}`) ?? [];
    }
}

/** A clip on a server, and those who read it. */
export interface IStreamStage {
    clock: FakeClock;
    server: FakeServer;
    stream: ClipStream;
    /** Another one who reads. */
    read: () => { reader: StreamReader; listener: StreamListener };
    /** Lets time pass in steps of 10 ms. */
    passAsync: (ms: number) => Promise<void>;
    /** Needs a segment. */
    need: (reader: StreamReader, segment: number, options?: { isKeyOnly?: boolean; isAhead?: boolean }) => void;
    /** Ranges asked for since the head. */
    asked: () => [number, number | undefined][];
}

/**
 * Opens a clip that a server serves.
 * @param clip the file
 * @param options how to stream
 * @param answer how requests behind the head are answered
 */
export async function openStageAsync(clip: Uint8Array, options: IStreamOptions = {}, answer: IAnswer = {}): Promise<IStreamStage> {
    const clock = new FakeClock();
    const server = new FakeServer(clock, clip);
    server.script = (_, number) => (number === 0 ? {} : answer);
    const source = new UrlClipSource("https://clips.example/clip.fvv", { fetch: server.fetch, clock });
    const stream = await passUntilAsync(clock, ClipStream.OpenAsync(source, { ...options, clock }));
    return {
        clock,
        server,
        stream,
        read: () => {
            const listener = new StreamListener();
            return { listener, reader: stream.createReader(listener) };
        },
        passAsync: async (ms) => {
            for (let passed = 0; passed < ms; passed += 10) {
                clock.pass(10);
                for (let i = 0; i < 4; i++) {
                    await new Promise((resolve) => setImmediate(resolve));
                }
            }
        },
        need: (reader, segment, { isKeyOnly = false, isAhead = false } = {}) => reader.need({ segment, rendition: -1, from: 0, isKeyOnly, isAhead }),
        asked: () => server.requests.slice(1).map(({ start, end }) => [start, end]),
    };
}
