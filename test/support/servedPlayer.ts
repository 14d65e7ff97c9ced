import { ClipStream, type IStreamOptions } from "../../loader/clipStream.js";
import { UrlClipSource, type IFetchOptions } from "../../loader/sources/urlClipSource.js";
import { FakeClock } from "./fakeClock.js";
import { FakeServer, type IAnswer, type IServedRequest } from "./fakeServer.js";
import { HeadlessPlayer } from "./headlessPlayer.js";

/** A player, and the server that its clip comes from. */
export interface IServedPlayer {
    /** The server. */
    server: FakeServer;
    /** Time of both. */
    clock: FakeClock;
    /** The player. */
    headless: HeadlessPlayer;
    /** The clip. */
    stream: ClipStream;
}

/** How a clip is served and fetched. */
export interface IServedOptions {
    /** How requests are answered, those for the head included. */
    script?: (request: IServedRequest, number: number) => IAnswer;
    /** How to fetch. */
    fetch?: IFetchOptions;
    /** How to stream. */
    stream?: IStreamOptions;
}

/** Address of the clip. */
export const CLIP_URL = "https://clips.example/clip.fvv";

/**
 * Opens a clip that a server serves, in a player.
 * @param clip the file
 * @param options how
 */
export async function servePlayerAsync(clip: Uint8Array, options: IServedOptions = {}): Promise<IServedPlayer> {
    const clock = new FakeClock();
    const server = new FakeServer(clock, clip);
    server.script = options.script ?? server.script;
    const source = new UrlClipSource(CLIP_URL, { fetch: server.fetch, clock, ...options.fetch });
    const stream = await passUntilAsync(clock, ClipStream.OpenAsync(source, { clock, ...options.stream }));
    return { server, clock, stream, headless: new HeadlessPlayer(stream, clock) };
}

/**
 * Lets time pass until a promise has settled.
 * @param clock the time
 * @param promise what is waited for
 * @param mostMs time after which it will not settle any more
 */
export async function passUntilAsync<T>(clock: FakeClock, promise: Promise<T>, mostMs = 600_000): Promise<T> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    for (const end = clock.now() + mostMs; !isSettled; clock.pass(50)) {
        if (clock.now() > end) {
            throw new Error(`not settled after ${mostMs} ms`);
        }
        for (let i = 0; i < 4; i++) {
            await new Promise((resolve) => setImmediate(resolve));
        }
    }
    return promise;
}
