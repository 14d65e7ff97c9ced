import { FvvError, type IFvvErrorWhere } from "../../format/fvvError.js";
import { abortedError, SYSTEM_CLOCK, type IClock } from "../clock.js";
import { withDefaults } from "../withDefaults.js";
import type { IClipSource, IReadOptions } from "./clipSource.js";
import { ForwardBytes } from "./forwardBytes.js";
import { readWithRetriesAsync, RETRY_DEFAULTS, type IRetryOptions } from "./retry.js";

/** How a clip is fetched. */
export interface IFetchOptions {
    /** Other addresses of the same file, tried in turn when one fails. */
    alternativeUrls?: readonly string[];
    /** Headers of each request, for instance an authorisation. */
    headers?: Readonly<Record<string, string>>;
    /** Whether cookies go with requests to other origins. Default "same-origin". */
    credentials?: RequestCredentials;
    /** Takes the place of `fetch`: signs an address, renews a token, counts. */
    fetch?: (url: string, init: RequestInit) => Promise<Response>;
    /** How often and how long to try. */
    retry?: IRetryOptions;
    /** Time, for tests. */
    clock?: IClock;
}

/**
 * A clip behind a URL, read by HTTP range requests; from a server without them, in order. A read that breaks off goes on where it was; see {@link IRetryOptions}.
 */
export class UrlClipSource implements IClipSource {
    private readonly _urls: readonly string[];
    private readonly _policy: Required<IRetryOptions>;
    private readonly _clock: IClock;
    /** What tells versions of the file apart, by address. */
    private readonly _tags = new Map<string, string | null>();
    private _byteLength: number | undefined;
    private _current = 0;
    private _forward: ForwardBytes | undefined;
    private _isLive = false;

    /**
     * @param name the address
     * @param _options how to fetch
     */
    public constructor(
        public readonly name: string,
        private readonly _options: IFetchOptions = {},
    ) {
        this._urls = [name, ...(_options.alternativeUrls ?? [])];
        this._policy = withDefaults(RETRY_DEFAULTS, _options.retry, "retry");
        this._clock = _options.clock ?? SYSTEM_CLOCK;
    }

    public get isForwardOnly(): boolean {
        return this._forward !== undefined;
    }

    public get isLive(): boolean {
        return this._isLive;
    }

    public readAsync(start: number, end: number | undefined, options: IReadOptions): Promise<void> {
        let tried = this._current;
        let failures = 0;
        const read = {
            attempt: (from: number, signal: AbortSignal, onPart: (bytes: Uint8Array) => void): Promise<void> => {
                tried = this._current;
                return this._readOnceAsync(from, end, signal, onPart);
            },
            goElsewhere: () => this._goElsewhere(tried, ++failures),
        };
        return readWithRetriesAsync(read, start, options, this._policyFor(end), this._clock);
    }

    public openAnother(): UrlClipSource {
        return new UrlClipSource(this.name, this._options);
    }

    public dispose(): void {
        this._forward?.dispose();
    }

    private _policyFor(end: number | undefined): Required<IRetryOptions> {
        if (this._isLive) {
            return livePolicy(this._policy);
        }
        // All there is takes as long as it takes.
        return end === undefined ? { ...this._policy, totalMs: Infinity } : this._policy;
    }

    /** The next address after one that failed, unless another read has gone on from there already; whether there is one that this read has not tried in this round. */
    private _goElsewhere(tried: number, failures: number): boolean {
        // What has begun to come in order from one address goes on there.
        if (this._forward) {
            this._forward.giveUp();
            return false;
        }
        if (tried === this._current) {
            this._current = (tried + 1) % this._urls.length;
        }
        return failures % this._urls.length !== 0;
    }

    private async _readOnceAsync(start: number, end: number | undefined, signal: AbortSignal, onPart: (bytes: Uint8Array) => void): Promise<void> {
        if (!this._forward) {
            const url = this._urls[this._current];
            const { response, outlive } = await this._fetchAsync(url, start, end, signal);
            if (response.status === 206) {
                const needed = this._checkRange(url, response, start, end);
                await this._passOnAsync(url, response, start, needed, signal, onPart);
                return;
            }
            this._forward ??= this._beginForward(url, response, start, outlive);
        }
        await this._forward.readAsync(start, end, { signal, onPart });
    }

    private _beginForward(url: string, response: Response, start: number, outlive: () => void): ForwardBytes {
        outlive();
        this._checkVersion(url, response, byteLengthOf(response));
        this._isLive = start === 0 && response.headers.get("Content-Length") === null && !response.headers.has("Content-Encoding");
        return new ForwardBytes(bodyOf(response), this._isLive ? undefined : (inner) => this._reopenAsync(url, inner));
    }

    private async _reopenAsync(url: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
        const { response, outlive } = await this._fetchAsync(url, 0, undefined, signal);
        outlive();
        this._checkVersion(url, response, byteLengthOf(response));
        return bodyOf(response);
    }

    /** Sends a request, which ends with the read that it is for, unless it is made to outlive that. */
    private async _fetchAsync(url: string, start: number, end: number | undefined, signal: AbortSignal): Promise<{ response: Response; outlive: () => void }> {
        const life = new AbortController();
        const stop = (): void => life.abort();
        signal.addEventListener("abort", stop, { once: true });
        const where = { source: url, offset: start };
        const fetchUrl = this._options.fetch ?? ((address: string, init: RequestInit) => fetch(address, init));
        let response: Response;
        try {
            if (signal.aborted) {
                stop();
            }
            response = await fetchUrl(url, {
                signal: life.signal,
                credentials: this._options.credentials,
                headers: { ...this._options.headers, Range: `bytes=${start}-${end === undefined ? "" : end - 1}` },
            });
        } catch (error) {
            throw requestError(error, signal, explainFailure(url), where);
        }
        if (response.status === 416) {
            throw new FvvError("TRUNCATED", "The file on the server ends before these bytes; it was cut or has changed, upload it again", where);
        }
        if (!response.ok) {
            throw statusError(response, where);
        }
        return { response, outlive: () => signal.removeEventListener("abort", stop) };
    }

    /** Checks that an answer is the range asked for; says up to where bytes must come, if that is told. A page does not see the range of another origin unless its server says so. */
    private _checkRange(url: string, response: Response, start: number, end = Infinity): number | undefined {
        const range = response.headers.get("Content-Range");
        const match = range === null ? null : /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range);
        if (range !== null && Number(match?.[1] ?? -1) !== start) {
            throw new FvvError("NETWORK", `The server answered with other bytes (${range}) than it was asked for; its range requests do not work`, {
                source: url,
                offset: start,
            });
        }
        const byteLength = match && match[3] !== "*" ? Number(match[3]) : undefined;
        this._checkVersion(url, response, byteLength);
        // A server may give less at once than it was asked for.
        return byteLength === undefined ? (match ? Number(match[2]) + 1 : undefined) : Math.min(end, byteLength);
    }

    /** Bytes of two versions of a file do not go together. */
    private _checkVersion(url: string, { headers }: Response, byteLength: number | undefined): void {
        const tag = headers.get("ETag") ?? headers.get("Last-Modified");
        // Each server has tags of its own; the length is the same everywhere.
        this._tags.set(url, this._tags.get(url) ?? tag);
        this._byteLength ??= byteLength;
        const known = this._tags.get(url);
        if ((tag !== null && known !== tag) || (byteLength !== undefined && this._byteLength !== byteLength)) {
            throw new FvvError("SOURCE_CHANGED", "The file on the server was replaced while the clip was playing; load the clip again", { source: url });
        }
    }

    private async _passOnAsync(
        url: string,
        response: Response,
        start: number,
        needed: number | undefined,
        signal: AbortSignal,
        onPart: (bytes: Uint8Array) => void,
    ): Promise<void> {
        let at = start;
        const reader = bodyOf(response).getReader();
        try {
            for (let part = await reader.read(); !part.done; part = await reader.read()) {
                at += part.value.length;
                onPart(part.value);
            }
        } catch (error) {
            throw requestError(error, signal, "The connection broke while the clip was loading; try again", { source: url, offset: at });
        }
        if (needed !== undefined && at < needed) {
            throw new FvvError("NETWORK", "The server ended its answer before its end; try again", { source: url, offset: at });
        }
    }
}

/** What is live has no end to be late for, and cannot be begun again where it has broken off; its publisher may pause for as long as all attempts would take. */
function livePolicy(policy: Required<IRetryOptions>): Required<IRetryOptions> {
    const pauseMs = policy.attempts * policy.firstByteMs;
    return { ...policy, attempts: 1, firstByteMs: pauseMs, stallMs: pauseMs, totalMs: Infinity };
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
    return response.body ?? new Response(new Uint8Array(0)).body!;
}

function byteLengthOf({ headers }: Response): number | undefined {
    const length = headers.get("Content-Length");
    return length === null || headers.has("Content-Encoding") ? undefined : Number(length);
}

function statusError(response: Response, where: IFvvErrorWhere): FvvError {
    const { status, statusText, headers } = response;
    // What is not read keeps a connection busy.
    response.body?.cancel().catch(() => {});
    const told = `The server answered ${status} ${statusText}`.trim();
    const advice =
        status === 401 || status === 403
            ? "it does not allow this; check the address, headers and credentials"
            : status === 404 || status === 410
              ? "the file is not there; check the address"
              : status >= 500 || status === 429
                ? "it is busy or failing; try again later"
                : "check the address";
    return new FvvError("NETWORK", `${told}: ${advice}`, { ...where, status, retryAfterMs: retryAfterOf(headers.get("Retry-After")) });
}

/** Seconds or a date, as a number of milliseconds. */
function retryAfterOf(value: string | null): number | undefined {
    if (value === null) {
        return undefined;
    }
    const ms = /^\d+$/.test(value.trim()) ? 1000 * Number(value) : Date.parse(value) - Date.now();
    return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Why a request may have been refused before there was an answer; a page is not told. */
function explainFailure(url: string): string {
    const page = typeof location === "undefined" ? undefined : location;
    if (page?.protocol === "https:" && /^http:/i.test(url)) {
        return "The clip cannot be fetched: this page came by https and the address is http, which browsers refuse (mixed content); serve the clip by https";
    }
    const isOther = page !== undefined && URL.canParse(url, page.href) && new URL(url, page.href).origin !== page.origin;
    return isOther
        ? "The clip cannot be fetched; check the address and the connection, and that its server allows this page (CORS: Access-Control-Allow-Origin)"
        : "The clip cannot be fetched; check the address and the connection";
}

function requestError(error: unknown, signal: AbortSignal, message: string, where: IFvvErrorWhere): FvvError {
    return signal.aborted ? abortedError() : FvvError.From(error, "NETWORK", message, where);
}
