import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { LiveRelay } from "../encoder/index.js";
import { CHUNK_HEADER_BYTES, CHUNK_TYPES, readChunkHeader } from "../format/chunk.js";
import { readClipHead, writeClipHead, type IClipHead } from "../format/clipHead.js";
import { framesPerSecond, UNKNOWN_COUNT } from "../format/clipHeader.js";
import { resolveLimits } from "../format/limits.js";
import { renumberSegment } from "../format/renumberSegment.js";

/** Address of the live clip. */
export const LIVE_PATH = "/live/dancer.fvv";

/** Plays a clip round and round as a live one, in real time, from the first viewer on until nobody watches. Nothing is encoded: the segments get new numbers. */
export class LiveLoop {
    private _relay: LiveRelay | undefined;
    private _publication = Promise.resolve();

    /** @param _path the clip; the key frames of its segments stand alone */
    public constructor(private readonly _path: string) {}

    /** Whether somebody watches. */
    public get isOnAir(): boolean {
        return this._relay !== undefined;
    }

    /** Settles when nobody watches any more. */
    public async whenOffAirAsync(): Promise<void> {
        await this._publication;
    }

    /**
     * Answers a request for the live clip.
     * @param request the request
     * @param response its answer
     * @returns whether it is one
     */
    public handle(request: IncomingMessage, response: ServerResponse): boolean {
        if (request.url?.split("?")[0] !== LIVE_PATH) {
            return false;
        }
        response.writeHead(200, { "Content-Type": "model/vnd.fvv", "Cache-Control": "no-store" });
        response.on("error", () => {});
        response.flushHeaders();
        const leave = this._open().join({
            get behind() {
                return response.writableLength;
            },
            send: (bytes) => void response.write(bytes),
            end: (isWhole) => void (isWhole ? response.end() : response.destroy()),
        });
        response.once("close", leave);
        return true;
    }

    /** The relay that runs, or a new one. */
    private _open(): LiveRelay {
        if (!this._relay) {
            const relay = new LiveRelay();
            this._relay = relay;
            this._publication = this._publishAsync(relay)
                .catch((error: unknown) => console.error("the live clip broke off:", error))
                .finally(() => {
                    this._relay = undefined;
                    relay.close();
                });
        }
        return this._relay;
    }

    private async _publishAsync(relay: LiveRelay): Promise<void> {
        // No Buffer: its slices are no copies.
        const clip = new Uint8Array(await readFile(this._path));
        const head = readClipHead(clip, resolveLimits({}), true) as IClipHead;
        const segments = head.segments ?? [];
        const fps = framesPerSecond(head.header);
        relay.push(writeClipHead({ ...head.header, frameCount: UNKNOWN_COUNT }, head.metadata));
        const start = performance.now();
        for (let frame = 0, round = 0; relay.viewerCount > 0; round++) {
            const segment = segments[round % segments.length];
            const bytes = renumberSegment(clip.subarray(segment.offset, segment.offset + segment.byteLength), segment, frame);
            for (let at = 0; at < bytes.length && relay.viewerCount > 0;) {
                const { type, length } = readChunkHeader(bytes, at);
                if (type === CHUNK_TYPES.keyFrame || type === CHUNK_TYPES.residualFrame) {
                    await untilAsync(start + (1000 * frame++) / fps);
                }
                relay.push(bytes.subarray(at, (at += CHUNK_HEADER_BYTES + length)));
            }
        }
    }
}

/** Waits for a time of the clock of `performance`. */
function untilAsync(time: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));
}
