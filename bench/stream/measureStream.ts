import type { Browser } from "playwright-core";
import type { ISegmentEntry } from "../../format/clipIndex.js";
import type { ILoggedRequest, ScriptedServer } from "../../test/support/scriptedServer.js";
import { median } from "../codec/statistics.js";
import type { IOpenTimes, ISeekTimes, StreamPageApi } from "../pages/streamPage.js";
import { BenchPage } from "../render/benchPage.js";
import type { IStreamClip } from "./streamClip.js";

/** Milliseconds before the first byte of an answer. */
export const LATENCY_MS = 40;
/** Path of the clip on its server. */
export const CLIP_PATH = "/clip.fvv";
/** Times that a clip is loaded anew. */
const OPENINGS = 5;
/** Frames from the start of a segment to the one that is sought. */
const SEEK_FRAMES = 20;
/** Milliseconds for which nothing must be on its way before the next seek, and for how long that is waited for. */
const QUIET_MS = 300;
const MOST_WAIT_MS = 15_000;

/** A request for bytes of the clip, ms since the clip was asked for; what had not happened when the frame was drawn is left out. */
export interface ITimedRequest {
    start: number;
    bytes: number;
    askedMs: number;
    firstByteMs?: number;
    endedMs?: number;
}

/** How the first frame came, the median of several loads; ms since the call of ImportMeshAsync, or of the part. */
export interface IFirstFrame extends Omit<IOpenTimes, "calledAt" | "importedAt" | "renderedAt"> {
    importedMs: number;
    firstFrameMs: number;
    requests: ITimedRequest[];
}

/** Seeks of one kind, medians, ms. */
export interface ISeekResult {
    count: number;
    keyMs: number;
    exactMs: number;
    all: ISeekTimes[];
}

/** What streaming over one network has shown. */
export interface INetworkResult {
    /** From the call of ImportMeshAsync to the scene rendered with the first frame in it. */
    firstFrameMs: number;
    /** From there to the first moment from which playing did not stop for 2 s; null where it always did. */
    smoothMs: number | null;
    /** From a seek to a place whose key window was not loaded to its first new frame, and to the frame sought. */
    seekKeyMs: number;
    seekExactMs: number;
    /** Time held to time wanted. */
    rebufferRatio: number;
    /** Bytes of the clip that were sent while it played, and those of the head and of all segments of which a frame was shown. */
    bytesFetched: number;
    bytesNeeded: number;
    firstFrame: IFirstFrame;
    /** Seeks to places whose key window was not loaded before, and to those whose reference key was. */
    coldSeeks: ISeekResult;
    warmSeeks: ISeekResult;
    /** Frames put on screen while it played, ticks of the scene, and seconds. */
    shown: number;
    ticks: number;
    seconds: number;
}

/** Streams a clip over a network, in one browser. */
export class StreamMeter {
    /**
     * @param _browser the browser
     * @param _pagesUrl where the bundles of the pages are
     * @param _server server of the clip
     * @param _clip the clip
     */
    public constructor(
        private readonly _browser: Browser,
        private readonly _pagesUrl: string,
        private readonly _server: ScriptedServer,
        private readonly _clip: IStreamClip,
    ) {}

    /**
     * Loads, plays and seeks.
     * @param mbps megabits a second
     * @param seconds how long to play
     */
    public async measureAsync(mbps: number, seconds: number): Promise<INetworkResult> {
        this._server.mbps = mbps;
        this._server.latencyMs = LATENCY_MS;
        const openings: IFirstFrame[] = [];
        for (let i = 0; i < OPENINGS; i++) {
            openings.push(await this._withPageAsync((page) => this._openAsync(page)));
        }
        const middle = median(openings.map(({ firstFrameMs }) => firstFrameMs));
        const firstFrame = openings.find(({ firstFrameMs }) => firstFrameMs === middle) as IFirstFrame;
        const played = await this._withPageAsync((page) => this._playAsync(page, seconds));
        const { cold, warm } = await this._withPageAsync((page) => this._seekAsync(page));
        return { firstFrameMs: middle, seekKeyMs: cold.keyMs, seekExactMs: cold.exactMs, ...played, firstFrame, coldSeeks: cold, warmSeeks: warm, seconds };
    }

    private get _url(): string {
        return `${this._server.url}${CLIP_PATH}`;
    }

    private async _withPageAsync<T>(useAsync: (page: BenchPage<StreamPageApi>) => Promise<T>): Promise<T> {
        this._server.log.length = 0;
        const page = await BenchPage.OpenAsync<StreamPageApi>(this._browser, this._pagesUrl, "streamPage");
        try {
            return await useAsync(page);
        } finally {
            await page.closeAsync();
            await this._quietAsync();
        }
    }

    private async _openAsync(page: BenchPage<StreamPageApi>): Promise<IFirstFrame> {
        const { calledAt, importedAt, renderedAt, ...parts } = await page.callAsync("open", this._url);
        const requests = this._server.log
            .filter(({ askedAt }) => askedAt <= importedAt)
            .map(({ start, bytesSent, askedAt, firstByteAt, endedAt }) => ({
                start,
                bytes: bytesSent,
                askedMs: askedAt - calledAt,
                firstByteMs: firstByteAt && firstByteAt - calledAt,
                endedMs: endedAt && endedAt - calledAt,
            }));
        return { ...parts, importedMs: importedAt - calledAt, firstFrameMs: renderedAt - calledAt, requests };
    }

    private async _playAsync(
        page: BenchPage<StreamPageApi>,
        seconds: number,
    ): Promise<Pick<INetworkResult, "smoothMs" | "rebufferRatio" | "bytesFetched" | "bytesNeeded" | "shown" | "ticks">> {
        const { smoothMs = null, wantedMs, heldMs, shown, ticks } = await page.callAsync("play", this._url, seconds);
        const bytesFetched = this._server.log.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
        const isShown = new Set(
            shown.map((frame) => this._clip.segments.findIndex(({ firstFrame, frameCount }) => frame >= firstFrame && frame < firstFrame + frameCount)),
        );
        const bytesNeeded = this._clip.segments.reduce((sum, { byteLength }, i) => sum + (isShown.has(i) ? byteLength : 0), this._clip.headBytes);
        return { smoothMs, rebufferRatio: heldMs / wantedMs, bytesFetched, bytesNeeded, shown: shown.length, ticks };
    }

    /** From the last window back, every other one, so that what is fetched ahead gets in no seek's way: first to the third segment of a window that is not there, then back to its second. */
    private async _seekAsync(page: BenchPage<StreamPageApi>): Promise<{ cold: ISeekResult; warm: ISeekResult }> {
        const { segments } = this._clip;
        await page.callAsync("open", this._url);
        const cold: ISeekTimes[] = [];
        const warm: ISeekTimes[] = [];
        const windows = segments.flatMap(({ referenceDistance }, i) => (referenceDistance === 0 ? [i] : []));
        for (const reference of windows.filter((_, i) => i > 0 && i % 2 === 0).reverse()) {
            for (const [target, isCold, times] of [[reference + 2, true, cold] as const, [reference + 1, false, warm] as const]) {
                await this._quietAsync();
                const isNew = !this._isFetched(segments[target]) && this._isFetched(segments[reference]) !== isCold;
                const time = await page.callAsync("seek", segments[target].firstFrame + SEEK_FRAMES);
                if (isNew) {
                    times.push(time);
                }
            }
        }
        return { cold: resultOf(cold), warm: resultOf(warm) };
    }

    /** Whether anything of a segment's key frame was sent since the page was opened. */
    private _isFetched({ offset, keyByteLength }: ISegmentEntry): boolean {
        return this._server.log.some(({ start, bytesSent }: ILoggedRequest) => start < offset + keyByteLength && start + bytesSent > offset);
    }

    /** Waits until nothing is on its way for a while: what is fetched ahead for one seek would slow the next. */
    private async _quietAsync(): Promise<void> {
        const start = performance.now();
        let quietSince = start;
        while (performance.now() - quietSince < QUIET_MS && performance.now() - start < MOST_WAIT_MS) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            quietSince = this._server.isIdle ? quietSince : performance.now();
        }
    }
}

function resultOf(all: ISeekTimes[]): ISeekResult {
    if (all.length === 0) {
        throw new Error("no seek went to a place that was as it should be: more is fetched ahead than the bench allows for");
    }
    return { count: all.length, keyMs: median(all.map(({ keyMs }) => keyMs)), exactMs: median(all.map(({ exactMs }) => exactMs)), all };
}
