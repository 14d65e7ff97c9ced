import type { IClock } from "../../loader/clock.js";
import { RateLimiter } from "./rateLimiter.js";

/** Bytes that come at once. */
const PIECE_BYTES = 8192;

/** A server and the way to it without a network: answers ranges of files in memory, as slowly as a clock says. */
export class FakeNetwork {
    /** Milliseconds before each answer. */
    public latencyMs = 0;
    /** All requests so far: file, first byte, byte after the last one. */
    public readonly log: { name: string; start: number; end: number }[] = [];
    private readonly _limiter: RateLimiter;

    /**
     * @param _files what there is, by the last part of its address
     * @param _clock time
     */
    public constructor(
        private readonly _files: Readonly<Record<string, Uint8Array>>,
        private readonly _clock: IClock,
    ) {
        this._limiter = new RateLimiter(Infinity, _clock);
    }

    /** Megabits a second of all answers together. Default Infinity. */
    public set mbps(value: number) {
        this._limiter.mbps = value;
    }

    /** Takes the place of `fetch`. */
    public readonly fetch = async (url: string, { headers, signal }: RequestInit): Promise<Response> => {
        const name = url.slice(url.lastIndexOf("/") + 1);
        const file = this._files[name];
        const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec((headers as Record<string, string>).Range) ?? [];
        const start = Number(first);
        const end = Math.min(file.length, last === "" ? Infinity : Number(last) + 1);
        const { signal: never } = new AbortController();
        if (this.latencyMs > 0) {
            await this._clock.delayAsync(this.latencyMs, signal ?? never);
        }
        this.log.push({ name, start, end });
        return new Response(this._bodyOf(file.subarray(start, end), signal ?? never), {
            status: 206,
            headers: { "Content-Range": `bytes ${start}-${end - 1}/${file.length}`, ETag: '"1"' },
        });
    };

    private _bodyOf(bytes: Uint8Array, signal: AbortSignal): ReadableStream<Uint8Array> {
        let at = 0;
        return new ReadableStream({
            pull: async (controller) => {
                const piece = bytes.slice(at, at + PIECE_BYTES);
                // Rejects where the reader has gone, as a body does.
                await this._limiter.passAsync(piece.length, signal);
                at += piece.length;
                controller.enqueue(piece);
                if (at === bytes.length) {
                    controller.close();
                }
            },
        });
    }
}
