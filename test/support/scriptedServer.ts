import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { RateLimiter } from "./rateLimiter.js";

/** Bytes that are sent at once: small, so that connections share the rate evenly. */
const PIECE_BYTES = 8192;

/** What a server does with a request, where it differs from a good server's answer. */
export interface IScriptedAnswer {
    /** Status in place of 200, 206 or 404; from 400 on the body is the status. */
    status?: number;
    /** Headers in place of or besides those of a good answer, for instance Retry-After, a wrong Content-Range or another ETag; undefined leaves one out. */
    headers?: Record<string, string | undefined>;
    /** Answers with the whole file, whatever range is asked for. */
    ignoresRange?: boolean;
    /** Sends no header that allows other origins. */
    refusesOrigins?: boolean;
    /** Milliseconds before the first byte, besides those of the server. */
    delayMs?: number;
    /** Bytes of the body after which the socket is destroyed. */
    cutAfter?: number;
    /** Bytes of the body after which nothing more comes, for ever. */
    stallAfter?: number;
    /** Bytes a second of this answer, besides the rate of the server. */
    dripBytesPerSecond?: number;
    /** Bytes that there are of the file, as if it had been cut. */
    fileBytes?: number;
}

/** A request as a script sees it. */
export interface IScriptedRequest {
    /** Path, with its query. */
    path: string;
    /** First byte asked for and the one after the last; undefined where no range was asked for. An open end is Infinity. */
    range: { start: number; end: number } | undefined;
}

/** A request and what became of it; times in ms since 1970, as `performance.timeOrigin + performance.now()` gives them. */
export interface ILoggedRequest extends IScriptedRequest {
    status: number;
    /** First byte of the file that was sent. */
    start: number;
    /** Bytes of the body that were really sent. */
    bytesSent: number;
    /** When it came, when the first byte went, when it was over; undefined where that has not happened. */
    askedAt: number;
    firstByteAt?: number;
    endedAt?: number;
}

/** Files in memory by path, or a folder. */
export type ServedFiles = Readonly<Record<string, Uint8Array>> | string;

/** A server for one machine that is as slow, and as broken, as a script says. Without a script it is a good one, with range requests and for all origins. */
export class ScriptedServer {
    /** Says what to do with a request; `number` counts the requests from 0. */
    public script: (request: IScriptedRequest, number: number) => IScriptedAnswer = () => ({});
    /** Milliseconds before the first byte of every answer. */
    public latencyMs = 0;
    /** All requests so far. */
    public readonly log: ILoggedRequest[] = [];

    private readonly _limiter = new RateLimiter(Infinity);

    private constructor(
        private readonly _files: ServedFiles,
        private readonly _server: Server,
    ) {}

    /**
     * Starts a server on any free port.
     * @param files what it serves
     */
    public static async StartAsync(files: ServedFiles): Promise<ScriptedServer> {
        const server = createServer((request, response) => void scripted._handleAsync(request, response));
        const scripted = new ScriptedServer(files, server);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return scripted;
    }

    /** Address without a slash at the end. */
    public get url(): string {
        return `http://localhost:${(this._server.address() as AddressInfo).port}`;
    }

    /** Megabits a second of all connections together. Default Infinity. */
    public get mbps(): number {
        return this._limiter.mbps;
    }

    public set mbps(value: number) {
        this._limiter.mbps = value;
    }

    /** Whether no answer is on its way. */
    public get isIdle(): boolean {
        return this.log.every(({ endedAt }) => endedAt !== undefined);
    }

    /** Ends it, with all connections. */
    public async closeAsync(): Promise<void> {
        this._server.closeAllConnections();
        await new Promise((resolve) => this._server.close(resolve));
    }

    private async _handleAsync(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const path = request.url ?? "/";
        if (request.method === "OPTIONS") {
            response.writeHead(204, ALLOW_ORIGINS).end();
            return;
        }
        const asked = { path, range: rangeOf(request.headers.range) };
        const answer = this.script(asked, this.log.length);
        const logged: ILoggedRequest = { ...asked, status: 0, start: 0, bytesSent: 0, askedAt: now() };
        this.log.push(logged);
        response.on("close", () => (logged.endedAt = now()));
        await sleepAsync(this.latencyMs + (answer.delayMs ?? 0));
        const { body, ...reply } = replyTo(asked, answer, (await this._readAsync(path))?.subarray(0, answer.fileBytes));
        logged.status = reply.status;
        logged.start = reply.start;
        response.writeHead(reply.status, definedOf({ ...reply.headers, ...answer.headers }));
        await this._sendAsync(response, body, answer, logged);
    }

    private async _readAsync(path: string): Promise<Uint8Array | undefined> {
        const name = decodeURIComponent(path.split("?")[0]);
        if (typeof this._files !== "string") {
            return this._files[name];
        }
        return await readFile(join(this._files, normalize(name))).catch(() => undefined);
    }

    private async _sendAsync(
        response: ServerResponse,
        body: Uint8Array,
        { cutAfter, stallAfter, dripBytesPerSecond }: IScriptedAnswer,
        logged: ILoggedRequest,
    ): Promise<void> {
        const drip = new RateLimiter(((dripBytesPerSecond ?? Infinity) * 8) / 1e6);
        const end = Math.min(body.length, cutAfter ?? Infinity, stallAfter ?? Infinity);
        response.flushHeaders();
        const pieceBytes = Math.min(PIECE_BYTES, Math.max(1, Math.ceil((dripBytesPerSecond ?? Infinity) / 20)));
        for (let at = 0; at < end;) {
            const piece = body.subarray(at, Math.min(end, at + pieceBytes));
            await Promise.all([this._limiter.passAsync(piece.length), drip.passAsync(piece.length)]);
            if (response.destroyed) {
                return;
            }
            if (await writtenAsync(response, piece)) {
                logged.firstByteAt ??= now();
                logged.bytesSent += piece.length;
            }
            at += piece.length;
        }
        if (cutAfter !== undefined) {
            response.destroy();
        } else if (stallAfter === undefined) {
            response.end();
        }
    }
}

const ALLOW_ORIGINS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "Content-Range, Content-Length, Accept-Ranges, ETag, Retry-After",
};

interface IReply {
    status: number;
    headers: Record<string, string>;
    body: Uint8Array;
    /** First byte of the body in the file. */
    start: number;
}

/** What is answered, but for the headers of the script. */
function replyTo({ range }: IScriptedRequest, answer: IScriptedAnswer, file: Uint8Array | undefined): IReply {
    const common = { "Cache-Control": "no-store", ...(answer.refusesOrigins ? {} : ALLOW_ORIGINS) };
    const wanted = answer.status ?? (file ? undefined : 404);
    const refuse = (status: number, headers: Record<string, string> = {}): IReply => {
        const body = new TextEncoder().encode(String(status));
        return { status, headers: { ...common, "Content-Length": String(body.length), ...headers }, body, start: 0 };
    };
    if (!file || (wanted ?? 0) >= 400) {
        return refuse(wanted ?? 404);
    }
    const isPart = range !== undefined && !answer.ignoresRange && wanted !== 200;
    if (isPart && range.start >= file.length) {
        return refuse(416, { "Content-Range": `bytes */${file.length}` });
    }
    const start = isPart ? range.start : 0;
    const body = isPart ? file.subarray(start, range.end) : file;
    const headers = { ...common, "Accept-Ranges": answer.ignoresRange ? "none" : "bytes", ETag: '"1"', "Content-Length": String(body.length) };
    const part: Record<string, string> = isPart ? { "Content-Range": `bytes ${start}-${start + body.length - 1}/${file.length}` } : {};
    return { status: wanted ?? (isPart ? 206 : 200), headers: { ...headers, ...part }, body, start };
}

function rangeOf(header: string | undefined): IScriptedRequest["range"] {
    const [, start, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "") ?? [];
    return start === undefined ? undefined : { start: Number(start), end: last === "" ? Infinity : Number(last) + 1 };
}

function definedOf(headers: Record<string, string | undefined>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Whether bytes have gone; not where the other end has hung up. */
function writtenAsync(response: ServerResponse, piece: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => response.write(piece, (error) => resolve(!error)));
}

function now(): number {
    return performance.timeOrigin + performance.now();
}

function sleepAsync(ms: number): Promise<void> {
    return new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : resolve()));
}
