import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";

/** A folder and the path that it is served at. */
export interface IServedFolder {
    /** Path, "/" or like "/data". */
    path: string;
    /** Folder on disk. */
    folder: string;
}

/**
 * Serves folders on this machine only, with range requests.
 * @param folders what to serve; the first whose path fits answers
 * @param port port to listen on, or 0 for any that is free; one that is taken gives way to a free one
 * @param handle answers a request in their place, and says whether it did
 */
export async function serveAsync(
    folders: readonly IServedFolder[],
    port: number,
    handle: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<{ server: Server; url: string }> {
    const handlers = folders.map(({ path, folder }) => ({
        path: path === "/" ? "" : path,
        handle: sirv(folder, {
            dev: true,
            setHeaders: (response, file) => {
                if (file.endsWith(".fvv")) {
                    response.setHeader("Content-Type", "model/vnd.fvv");
                }
            },
        }),
    }));
    const server = createServer((request, response) => {
        if (handle(request, response)) {
            return;
        }
        const url = request.url ?? "/";
        const found = handlers.find(({ path }) => url.startsWith(`${path}/`));
        const notFound = (): void => {
            response.statusCode = 404;
            response.end("Not found");
        };
        if (!found) {
            notFound();
            return;
        }
        request.url = url.slice(found.path.length);
        found.handle(request, response, notFound);
    });
    await listenAsync(server, port).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EADDRINUSE" || port === 0) {
            throw error;
        }
        return listenAsync(server, 0);
    });
    return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}

function listenAsync(server: Server, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", () => {
            server.off("error", reject);
            resolve();
        });
    });
}
