import type { Server } from "node:http";
import { SAMPLES_FOLDER } from "./buildSamples.js";
import { LiveLoop } from "./liveLoop.js";
import { LIVE_CLIP } from "./makeLadder.js";
import { serveAsync } from "./staticServer.js";

/**
 * Serves the sample pages, and the live clip for one of them.
 * @param port as for {@link serveAsync}
 */
export function serveSamplesAsync(port: number): Promise<{ server: Server; url: string }> {
    const live = new LiveLoop(LIVE_CLIP);
    return serveAsync([{ path: "/", folder: SAMPLES_FOLDER }], port, (request, response) => live.handle(request, response));
}
