import type { IncomingMessage, ServerResponse } from "node:http";
import { FvvError } from "../../format/fvvError.js";
import { LiveRelay } from "../liveRelay.js";
import { CLIP_TYPE } from "./contentTypes.js";

/** Path of a live clip. */
const LIVE_PATH = /^\/live\/([\w.-]{1,100}\.fvv)$/;
/** Clips that are published at the same time, at most: each may fill the memory that its limits allow. */
const MAX_PUBLICATIONS = 16;

/** Live clips over HTTP: whoever PUTs (or POSTs) one publishes it, and whoever GETs it meanwhile watches. */
export class LiveEndpoint {
    private readonly _relays = new Map<string, LiveRelay>();

    /**
     * Answers a request if it is for a live clip.
     * @param path path of the address
     * @param request the request
     * @param response its answer
     * @returns whether it is
     */
    public handle(path: string, request: IncomingMessage, response: ServerResponse): boolean {
        const name = LIVE_PATH.exec(path)?.[1];
        if (name === undefined) {
            return false;
        }
        if (request.method === "PUT" || request.method === "POST") {
            this._publish(name, request, response);
        } else {
            this._watch(name, request, response);
        }
        return true;
    }

    private _publish(name: string, request: IncomingMessage, response: ServerResponse): void {
        const isTaken = this._relays.has(name);
        if (isTaken || this._relays.size >= MAX_PUBLICATIONS) {
            answer(request, response, isTaken ? 409 : 503, isTaken ? `${name} is being published already` : "too many clips are being published");
            return;
        }
        const relay = new LiveRelay();
        this._relays.set(name, relay);
        const end = (): void => {
            relay.close();
            if (this._relays.get(name) === relay) {
                this._relays.delete(name);
            }
        };
        request.on("data", (bytes: Uint8Array) => {
            try {
                relay.push(bytes);
            } catch (error) {
                end();
                const { code, message } = FvvError.From(error, "INTERNAL", "The clip cannot be passed on");
                answer(request, response, 400, `${code}: ${message}`);
            }
        });
        request.once("end", () => answer(request, response, relay.isEnded ? 204 : 400, relay.isEnded ? "" : "TRUNCATED: the clip broke off before its end"));
        // Comes after "end", and where the publisher breaks off without one.
        request.once("close", end);
    }

    private _watch(name: string, request: IncomingMessage, response: ServerResponse): void {
        const relay = this._relays.get(name);
        if (!relay) {
            answer(request, response, 404, `${name} is not being published now`);
            return;
        }
        response.writeHead(200, { "Content-Type": CLIP_TYPE, "Cache-Control": "no-store" });
        if (request.method === "HEAD") {
            response.end();
            return;
        }
        // Whoever is gone takes nothing more, which is no error of ours.
        response.on("error", () => {});
        response.flushHeaders();
        const leave = relay.join({
            get behind() {
                return response.writableLength;
            },
            send: (bytes) => void response.write(bytes),
            end: (isWhole) => void (isWhole ? response.end() : response.destroy()),
        });
        response.once("close", leave);
    }
}

/** Answers once, and lets what still comes of the request go by, so that its sender gets to read the answer. */
function answer(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
    request.resume();
    if (!response.headersSent) {
        response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" });
        response.end(message);
    }
}
