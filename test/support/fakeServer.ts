import type { FakeClock } from "./fakeClock.js";

/** How a request is answered. By default at once, with the range asked for. */
export interface IAnswer {
    /** Whether the request is refused without a status, as for CORS or where there is no connection. */
    isRefused?: boolean;
    /** HTTP status in place of 206 or 200. */
    status?: number;
    /** Whether the range is ignored: all bytes from the first on, with status 200. */
    ignoresRange?: boolean;
    /** Headers in place of those that belong to the answer; null leaves one out, as CORS hides it. */
    headers?: Readonly<Record<string, string | null>>;
    /** Bytes of the file at this time. */
    file?: Uint8Array;
    /** Time to the headers, ms. */
    latencyMs?: number;
    /** How fast the body comes; without it, each part as it is asked for. */
    bytesPerSecond?: number;
    /** Length of a part of the body. Default 1000. */
    partBytes?: number;
    /** Bytes of the body after which it breaks. */
    breaksAfter?: number;
    /** Bytes of the body after which it ends as if that were all. */
    endsAfter?: number;
    /** Bytes of the body after which nothing comes any more. */
    stallsAfter?: number;
}

/** A request, as the server sees it. */
export interface IServedRequest {
    /** Address. */
    url: string;
    /** Time at which it came, ms. */
    time: number;
    /** First byte asked for. */
    start: number;
    /** Byte after the last one asked for; undefined: all to the end. */
    end: number | undefined;
    /** Bytes of the body that were taken. */
    sent: number;
    /** Whether it was given up by who asked. */
    isAborted: boolean;
}

/** A server behind `fetch` that answers each request as a script says, in the time of a clock that a test moves on. */
export class FakeServer {
    /** All requests so far. */
    public readonly requests: IServedRequest[] = [];
    /** How requests are answered. */
    public script: (request: IServedRequest, number: number) => IAnswer = () => ({});

    /**
     * @param _clock its time
     * @param file the file that it serves
     */
    public constructor(
        private readonly _clock: FakeClock,
        public file: Uint8Array,
    ) {}

    /** Takes the place of `fetch`. */
    public readonly fetch = async (url: string, { signal, headers }: RequestInit): Promise<Response> => {
        const life = signal as AbortSignal;
        const [, start, last] = /^bytes=(\d+)-(\d*)$/.exec((headers as Record<string, string>).Range)!;
        const request: IServedRequest = { url, time: this._clock.now(), start: Number(start), end: last ? Number(last) + 1 : undefined, sent: 0, isAborted: false };
        throwIfAborted(life);
        const answer = this.script(request, this.requests.push(request) - 1);
        life.addEventListener("abort", () => (request.isAborted = true), { once: true });
        await this._waitAsync(answer.latencyMs ?? 0, life);
        if (answer.isRefused) {
            throw new TypeError("Failed to fetch");
        }
        return this._answer(request, answer, life);
    };

    private _answer(request: IServedRequest, answer: IAnswer, life: AbortSignal): Response {
        const file = answer.file ?? this.file;
        const isPart = !answer.ignoresRange && answer.status === undefined;
        if (isPart && request.start >= file.length) {
            return new Response(null, { status: 416, headers: headersOf({ "Content-Range": `bytes */${file.length}` }, answer) });
        }
        const [start, end] = isPart ? [request.start, Math.min(request.end ?? Infinity, file.length)] : [0, file.length];
        const own: Record<string, string> = { ETag: '"1"', "Content-Length": String(end - start) };
        if (isPart) {
            own["Content-Range"] = `bytes ${start}-${end - 1}/${file.length}`;
        }
        const isOk = isPart || answer.ignoresRange === true;
        const body = isOk ? this._body(file.subarray(start, end), request, answer, life) : null;
        return new Response(body, { status: answer.status ?? (isPart ? 206 : 200), headers: headersOf(own, answer) });
    }

    private _body(bytes: Uint8Array, request: IServedRequest, answer: IAnswer, life: AbortSignal): ReadableStream<Uint8Array> {
        const { bytesPerSecond = Infinity, partBytes = 1000, breaksAfter = Infinity, endsAfter = Infinity, stallsAfter = Infinity } = answer;
        const stop = Math.min(breaksAfter, endsAfter, stallsAfter, bytes.length);
        return new ReadableStream<Uint8Array>(
            {
                start: (controller) => life.addEventListener("abort", () => controller.error(abortError()), { once: true }),
                pull: async (controller) => {
                    const part = bytes.slice(request.sent, Math.min(stop, request.sent + partBytes));
                    if (part.length > 0) {
                        await this._waitAsync((1000 * part.length) / bytesPerSecond, life);
                        request.sent += part.length;
                        controller.enqueue(part);
                    } else if (stop === breaksAfter) {
                        throw new TypeError("network error");
                    } else if (stop === stallsAfter) {
                        await new Promise<never>((_, reject) => life.addEventListener("abort", () => reject(abortError()), { once: true }));
                    } else {
                        controller.close();
                    }
                },
                cancel: () => void (request.isAborted = true),
            },
            // What nobody has asked for stays on its way.
            { highWaterMark: 0 },
        );
    }

    private async _waitAsync(ms: number, life: AbortSignal): Promise<void> {
        if (ms > 0) {
            await this._clock.delayAsync(ms, life).catch(() => {});
        }
        throwIfAborted(life);
    }
}

function headersOf(own: Readonly<Record<string, string>>, { headers = {} }: IAnswer): Headers {
    const all = Object.entries({ ...own, ...headers }).filter((entry): entry is [string, string] => entry[1] !== null);
    return new Headers(all);
}

function throwIfAborted({ aborted }: AbortSignal): void {
    if (aborted) {
        throw abortError();
    }
}

/** What fetch ends with when it is given up. */
function abortError(): DOMException {
    return new DOMException("This operation was aborted", "AbortError");
}
