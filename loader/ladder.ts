import type { IClipHeader } from "../format/clipHeader.js";
import type { ISegmentEntry } from "../format/clipIndex.js";
import { FvvError } from "../format/fvvError.js";
import { MAX_MANIFEST_LENGTH, readLadderManifest, type ILadderRendition } from "../format/ladderManifest.js";
import type { IFvvLimits } from "../format/limits.js";
import type { Rendition } from "./rendition.js";
import { readBytesAsync, type IClipSource } from "./sources/clipSource.js";
import { UrlClipSource, type IFetchOptions } from "./sources/urlClipSource.js";

/** The renditions of a clip, and where they are. */
export interface ILadder {
    /** By ascending bitrate. */
    renditions: readonly ILadderRendition[];
    /** Where each comes from. */
    sources: readonly IClipSource[];
    /** The sound of all of them. */
    audio?: { source: IClipSource; startTime: number };
}

/** How a ladder is fetched. */
export interface ILadderOptions extends IFetchOptions {
    /** Whether a manifest may name clips of other origins than its own. Default false: nothing is fetched that the page did not ask for. */
    allowsOtherOrigins?: boolean;
}

/**
 * Fetches the manifest of a ladder.
 * @param url address of the manifest
 * @param options how to fetch it and its renditions
 * @param limits limits for the counts in it
 */
export async function fetchLadderAsync(url: string, options: ILadderOptions, limits: Partial<IFvvLimits>): Promise<ILadder> {
    const { signal } = new AbortController();
    const source = new UrlClipSource(url, { ...options, alternativeUrls: [] });
    // One byte more tells that there are too many.
    const bytes = await readBytesAsync(source, 0, MAX_MANIFEST_LENGTH + 1, signal);
    source.dispose();
    const { renditions, audio } = readLadderManifest(new TextDecoder().decode(bytes), limits);
    const base = new URL(url, typeof location === "undefined" ? undefined : location.href);
    const toSource = (relativeUrl: string): IClipSource => {
        const address = new URL(relativeUrl, base);
        if (address.origin !== base.origin && !options.allowsOtherOrigins) {
            throw new FvvError("BAD_MANIFEST", `The manifest names a file of another origin (${address.origin}); if you trust it, set fetch.allowsOtherOrigins`, {
                source: url,
            });
        }
        return new UrlClipSource(address.href, { ...options, alternativeUrls: [] });
    };
    return {
        renditions,
        sources: renditions.map((rendition) => toSource(rendition.url)),
        ...(audio ? { audio: { source: toSource(audio.url), startTime: audio.startTime } } : {}),
    };
}

/**
 * Throws where a file is no rendition of the same clip as another: their segments must hold the same frames.
 * @param opened the file
 * @param first the other one
 * @param capacity most slots that there is room for
 */
export function checkRendition(opened: Rendition, first: Rendition, capacity: number): void {
    const [header, expected] = [opened.head.header, first.head.header];
    const sameHeader = (["fpsNumerator", "fpsDenominator", "shDegree", "frameCount"] as readonly (keyof IClipHeader)[]).every((name) => header[name] === expected[name]);
    const isAligned = opened.segments.length === first.segments.length && opened.segments.every((segment, i) => isSameRange(segment, first.segments[i]));
    if (!sameHeader || !isAligned || header.capacity > capacity) {
        throw new FvvError(
            "BAD_MANIFEST",
            "The file is no rendition of the same clip as the others: its frames, rate, segments or degree differ; write the ladder again with `fvv ladder`",
            {
                source: opened.source.name,
            },
        );
    }
}

function isSameRange(a: ISegmentEntry, b: ISegmentEntry): boolean {
    return a.firstFrame === b.firstFrame && a.frameCount === b.frameCount;
}
