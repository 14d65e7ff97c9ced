import type { IAudioTrack } from "./audioTrack.js";
import { FvvError } from "./fvvError.js";
import { checkLimit, resolveLimits, type IFvvLimits } from "./limits.js";

/** What the manifest says that it is. */
const MANIFEST_TYPE = "fvv-ladder";
const MANIFEST_VERSION = 1;
/** Most renditions of a clip. */
export const MAX_RENDITIONS = 16;
/** Most characters of an address. */
const MAX_URL_LENGTH = 2048;
/** Most characters of a manifest. */
export const MAX_MANIFEST_LENGTH = 256 * 1024;

/** One rendition of a clip: a clip of its own, whose segments begin at the same frames as those of the others. */
export interface ILadderRendition {
    /** Address of the clip, relative to that of the manifest, or a whole one. */
    url: string;
    /** Bytes of the clip. */
    byteLength: number;
    /** Mean bits a second. */
    bitrate: number;
    /** Bits a second of its largest segment, by size over duration. */
    peakBitrate: number;
    /** Most splats of a frame: the capacity of the clip. */
    splats: number;
    /** Quality that it was encoded with, 0 to 100. */
    quality?: number;
}

/** The sound of a ladder: an audio file of its own. */
export interface ILadderAudio extends Pick<IAudioTrack, "startTime"> {
    /** Address of the audio file, relative to that of the manifest, or a whole one. */
    url: string;
}

/** Several renditions of one clip. */
export interface ILadderManifest {
    /** At least one, by ascending bitrate. */
    renditions: ILadderRendition[];
    /** The sound of all of them. */
    audio?: ILadderAudio;
}

/**
 * Writes a manifest.
 * @param manifest its renditions, in any order
 */
export function writeLadderManifest({ renditions, audio }: ILadderManifest): string {
    const ascending = [...renditions].sort((a, b) => a.bitrate - b.bitrate);
    return `${JSON.stringify({ type: MANIFEST_TYPE, version: MANIFEST_VERSION, renditions: ascending, audio }, null, 4)}\n`;
}

/**
 * Reads a manifest. Whatever it says is checked; properties that this version does not know are ignored.
 * @param text the file
 * @param limits limits for the counts
 */
export function readLadderManifest(text: string, limits: Partial<IFvvLimits> = {}): ILadderManifest {
    const manifest = parse(text);
    if (manifest.type !== MANIFEST_TYPE) {
        throw bad(`does not say that its type is "${MANIFEST_TYPE}"`);
    }
    if (manifest.version !== MANIFEST_VERSION) {
        throw new FvvError(
            "UNSUPPORTED_VERSION",
            `The manifest has version ${JSON.stringify(manifest.version)}, this version of babylon-fvv reads ${MANIFEST_VERSION}; update it`,
        );
    }
    const { renditions } = manifest;
    if (!Array.isArray(renditions) || renditions.length === 0 || renditions.length > MAX_RENDITIONS) {
        throw bad(`does not have 1 to ${MAX_RENDITIONS} renditions`);
    }
    const resolved = resolveLimits(limits);
    const read = renditions.map((rendition, i) => readRendition(rendition, i, resolved));
    const fallen = read.findIndex(({ bitrate }, i) => i > 0 && bitrate < read[i - 1].bitrate);
    if (fallen >= 0) {
        throw bad(`has a lower bitrate in rendition ${fallen} than in the one before`);
    }
    return { renditions: read, ...(manifest.audio === undefined ? {} : { audio: readAudio(manifest.audio) }) };
}

function parse(text: string): Record<string, unknown> {
    if (text.length > MAX_MANIFEST_LENGTH) {
        throw bad(`has ${text.length} characters, over ${MAX_MANIFEST_LENGTH}`);
    }
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw bad("is not JSON");
    }
    return asObject(value, "");
}

function readRendition(value: unknown, number: number, limits: IFvvLimits): ILadderRendition {
    const where = ` in rendition ${number}`;
    const rendition = asObject(value, where);
    const byteLength = readNumber(rendition, "byteLength", where);
    const splats = readNumber(rendition, "splats", where);
    if (!Number.isSafeInteger(byteLength) || !Number.isInteger(splats)) {
        throw bad(`has a byteLength or splats that are no whole number${where}`);
    }
    checkLimit(limits, "splats", splats);
    const { quality } = rendition;
    if (quality !== undefined && !(typeof quality === "number" && quality >= 0 && quality <= 100)) {
        throw bad(`has a quality that is no number from 0 to 100${where}`);
    }
    return {
        url: readUrl(rendition.url, where),
        byteLength,
        bitrate: readNumber(rendition, "bitrate", where),
        peakBitrate: readNumber(rendition, "peakBitrate", where),
        splats,
        ...(quality === undefined ? {} : { quality }),
    };
}

function readAudio(value: unknown): ILadderAudio {
    const where = " in its audio";
    const { url, startTime = 0 } = asObject(value, where);
    if (typeof startTime !== "number" || !Number.isFinite(startTime)) {
        throw bad(`has a startTime that is no number${where}`);
    }
    return { url: readUrl(url, where), startTime };
}

function readNumber(rendition: Record<string, unknown>, name: keyof ILadderRendition, where: string): number {
    const value = rendition[name];
    if (typeof value !== "number" || !(value > 0 && value < Infinity)) {
        throw bad(`has no finite ${name} over 0${where}`);
    }
    return value;
}

/** Nothing but what is fetched: a path, or an address by HTTP. Browsers leave out control characters and blanks of an address, behind which another scheme could hide. */
function readUrl(url: unknown, where: string): string {
    if (typeof url !== "string" || url.length === 0 || url.length > MAX_URL_LENGTH) {
        throw bad(`has no url of 1 to ${MAX_URL_LENGTH} characters${where}`);
    }
    if ([...url].some((character) => character <= " " || character === "\u007f")) {
        throw bad(`has a url with blanks or control characters${where}`);
    }
    const scheme = /^([^/?#]*):/.exec(url)?.[1];
    if (scheme !== undefined && !/^https?$/i.test(scheme)) {
        throw bad(`has a url that is neither a path nor an address by http or https${where}`);
    }
    return url;
}

function asObject(value: unknown, where: string): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw bad(`is no object${where}`);
    }
    return value as Record<string, unknown>;
}

function bad(what: string): FvvError {
    return new FvvError("BAD_MANIFEST", `The manifest ${what}; write it again with \`fvv ladder\`, or check the address`);
}
