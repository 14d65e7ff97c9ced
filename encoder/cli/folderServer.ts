import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import send from "send";
import { FvvError } from "../../format/fvvError.js";
import { CONTENT_TYPES } from "./contentTypes.js";
import { LiveEndpoint } from "./liveEndpoint.js";

/** What pages of other origins may ask and read; publishing is not for them. */
const CORS_HEADERS: Readonly<Record<string, string>> = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-Range, If-None-Match, If-Modified-Since",
    "Access-Control-Expose-Headers": "Content-Range, Content-Length, Accept-Ranges, ETag",
    "Access-Control-Max-Age": "86400",
};

/** Where a server listens. */
export interface IServeOptions {
    /** Port; 0: any that is free. Default 8080. */
    port?: number;
    /** Name or address of the interface. Default "localhost": this machine only. */
    host?: string;
}

/** Serves a folder by HTTP, with ranges and for pages of any origin, and passes live clips on. */
export class FolderServer {
    private constructor(
        private readonly _server: Server,
        /** Its address. */
        public readonly url: string,
    ) {}

    /**
     * Starts a server.
     * @param folder what to serve
     * @param options where it listens
     */
    public static async OpenAsync(folder: string, { port = 8080, host = "localhost" }: IServeOptions = {}): Promise<FolderServer> {
        const live = new LiveEndpoint();
        const server = createServer((request, response) => handle(folder, live, request, response));
        // A publication lasts as long as it lasts; else Node.js ends a request after five minutes.
        server.requestTimeout = 0;
        await new Promise<void>((resolve, reject) => {
            server.once("error", reject);
            server.listen(port, host, resolve);
        }).catch((error: unknown) => {
            throw FvvError.From(error, "NETWORK", "The server cannot listen there; give another --port or --host", { source: `${host}:${port}` });
        });
        return new FolderServer(server, `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`);
    }

    /** Cuts all connections and ends. */
    public async closeAsync(): Promise<void> {
        await new Promise<void>((resolve) => {
            this._server.close(() => resolve());
            this._server.closeAllConnections();
        });
    }
}

function handle(folder: string, live: LiveEndpoint, request: IncomingMessage, response: ServerResponse): void {
    Object.entries(CORS_HEADERS).forEach(([name, value]) => response.setHeader(name, value));
    const [path] = (request.url ?? "/").split("?");
    if (request.method === "OPTIONS") {
        response.writeHead(204).end();
    } else if (live.handle(path, request, response)) {
        return;
    } else if (request.method === "GET" || request.method === "HEAD") {
        sendFile(folder, path, request, response);
    } else {
        response.writeHead(405, { Allow: "GET, HEAD, OPTIONS" }).end();
    }
}

function sendFile(folder: string, path: string, request: IncomingMessage, response: ServerResponse): void {
    const stream = send(request, path, { root: folder, dotfiles: "ignore", cacheControl: false });
    stream.on("headers", (headers: ServerResponse, file: string) => {
        const type = CONTENT_TYPES[extname(file).toLowerCase()];
        if (type) {
            headers.setHeader("Content-Type", type);
        }
        headers.setHeader("Cache-Control", "no-cache");
    });
    stream.pipe(response);
}
