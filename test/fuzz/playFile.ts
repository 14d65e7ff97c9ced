import { ClipReader, FVV_ERROR_CODES, FvvError } from "../../encoder/index.js";
import { ClipStream } from "../../loader/clipStream.js";
import type { IClipSource } from "../../loader/sources/clipSource.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { StreamClipSource } from "../../loader/sources/streamClipSource.js";
import { UrlClipSource } from "../../loader/sources/urlClipSource.js";
import { FakeClock } from "../support/fakeClock.js";
import { FakeNetwork } from "../support/fakeNetwork.js";
import { digestOf, HeadlessPlayer, settleAsync, TICK_MS } from "../support/headlessPlayer.js";
import { FUZZ_LIMITS } from "./decodeFile.js";

/** Ticks in which all frames that the limits allow pass at 30 frames a second, and some more. */
const MOST_TICKS = 200;
/** Ticks in which a seek must have ended, and a file have been opened. */
const SEEK_TICKS = 60;

/** Where the bytes of a file come from: in memory, by ranges, or as a stream that may break off. */
export const FUZZ_SOURCES = ["memory", "url", "live"] as const;

/** What became of a file. */
export interface IPlayOutcome {
    /** "played", and the codes of the errors told. */
    codes: string[];
    /** Longest time that a tick took, ms. */
    ms: number;
}

/**
 * Plays a file through the whole loader, then seeks to three places. Throws what no file may cause: other errors than those of bad bytes, another picture than that of the frame, and waiting for nothing.
 * @param bytes the file
 * @param from where its bytes come from
 */
export async function playFileAsync(bytes: Uint8Array<ArrayBuffer>, from: (typeof FUZZ_SOURCES)[number]): Promise<IPlayOutcome> {
    const clock = new FakeClock();
    const codes = new Set<string>();
    const note = (error: unknown): void => void codes.add(codeOf(error, from));
    const watch = new Watch(clock);
    const opening = ClipStream.OpenAsync(sourceOf(bytes, from, clock), { limits: FUZZ_LIMITS, clock });
    let stream: ClipStream | undefined;
    opening.then((opened) => (stream = opened), note);
    await watch.untilAsync("open", SEEK_TICKS, () => stream !== undefined || codes.size > 0, watch.passAsync);
    if (!stream) {
        return { codes: [...codes], ms: watch.ms };
    }
    const headless = new HeadlessPlayer(stream, clock, { limits: FUZZ_LIMITS });
    const tick = (): Promise<void> => headless.tickAsync();
    try {
        await playAsync(headless, watch, tick);
        const last = Math.max(0, headless.player.frameCount - 1);
        for (const frame of [last, 0, last >> 1]) {
            let hasEnded = false;
            void headless.player.seekFrameAsync(frame).then(() => (hasEnded = true));
            await watch.untilAsync(`seek to ${frame}`, SEEK_TICKS, () => hasEnded, tick);
        }
    } finally {
        headless.dispose();
    }
    headless.errors.forEach(note);
    checkPictures(headless, bytes);
    if (headless.shown.length > 0) {
        codes.add("played");
    }
    if (codes.size === 0) {
        throw new Error("stuck: it shows nothing and says nothing");
    }
    return { codes: [...codes], ms: watch.ms };
}

/** Plays for a while, or to the end; what is held then waits for something that does not come. */
async function playAsync({ player, errors }: HeadlessPlayer, watch: Watch, tick: () => Promise<void>): Promise<void> {
    let hasEnded = false;
    player.onEndObservable.addOnce(() => (hasEnded = true));
    player.loop = false;
    player.play();
    const isOver = (): boolean => hasEnded || errors.some(({ severity }) => severity === "fatal");
    for (let ticks = 0; ticks < MOST_TICKS && !isOver(); ticks++) {
        await watch.passAsync(tick);
    }
    await watch.untilAsync("play on", SEEK_TICKS, () => isOver() || !player.isBuffering, tick);
}

/** Lets time pass, and sees how long the machine takes for it. */
class Watch {
    /** Longest time of a step, ms. */
    public ms = 0;

    public constructor(private readonly _clock: FakeClock) {}

    /** Does a step; without one, lets the time of a tick pass. */
    public readonly passAsync = async (step?: () => Promise<void>): Promise<void> => {
        const start = performance.now();
        if (step) {
            await step();
        } else {
            this._clock.pass(TICK_MS);
            await settleAsync();
        }
        this.ms = Math.max(this.ms, performance.now() - start);
    };

    /** Does steps until something is so; throws where it does not become so. */
    public async untilAsync(what: string, most: number, condition: () => boolean, step: () => Promise<void>): Promise<void> {
        for (let i = 0; !condition(); i++) {
            if (i === most) {
                throw new Error(`stuck: it does not ${what}`);
            }
            await (step === this.passAsync ? step() : this.passAsync(step));
        }
    }
}

function sourceOf(bytes: Uint8Array<ArrayBuffer>, from: (typeof FUZZ_SOURCES)[number], clock: FakeClock): IClipSource {
    switch (from) {
        case "memory":
            return new MemoryClipSource(bytes, "memory");
        case "url":
            return new UrlClipSource("http://host/clip.fvv", { fetch: new FakeNetwork({ "clip.fvv": bytes }, clock).fetch, clock });
        case "live":
            return new StreamClipSource(new Blob([bytes]).stream(), "live");
    }
}

/** The code of an error that a file may cause. A live clip may break off besides. */
function codeOf(error: unknown, from: string): string {
    const category = error instanceof FvvError ? FVV_ERROR_CODES[error.code] : undefined;
    if (!(error instanceof FvvError) || !(category === "format" || category === "limit" || (from === "live" && error.code === "NETWORK"))) {
        throw error;
    }
    return error.code;
}

/** What is shown of a damaged file is what a decoder of its own makes of it. */
function checkPictures({ shown }: HeadlessPlayer, bytes: Uint8Array<ArrayBuffer>): void {
    if (shown.length === 0) {
        return;
    }
    const reader = new ClipReader(bytes, FUZZ_LIMITS);
    for (const { frame, digest } of shown) {
        if (isDecoded(reader, frame) && digestOf(reader) !== digest) {
            throw new Error(`frame ${frame} has another picture than it should have`);
        }
    }
}

/** Whether a frame can be decoded by itself: of a segment that was cut a player shows more than a reader, which wants it whole. */
function isDecoded(reader: ClipReader, frame: number): boolean {
    try {
        reader.decodeFrame(frame);
        return true;
    } catch {
        return false;
    }
}
