import { FvvError } from "./fvvError.js";

/** The most of everything that a reader accepts before it allocates anything. */
export interface IFvvLimits {
    /** Slots of a segment. */
    splats: number;
    /** Frames of a clip. */
    frames: number;
    /** Segments of a clip. */
    segments: number;
    /** Frames of one segment. */
    segmentFrames: number;
    /** Bytes of one segment. */
    segmentBytes: number;
    /** Bytes of the audio track. */
    audioBytes: number;
    /** Payload bytes of any other chunk. */
    chunkBytes: number;
    /** Latents a splat and attribute group. */
    latentSize: number;
}

/** Limits of a reader unless it is given others. */
export const FVV_DEFAULT_LIMITS: Readonly<IFvvLimits> = {
    splats: 4_194_304,
    frames: 1_000_000,
    segments: 262_144,
    segmentFrames: 4096,
    segmentBytes: 512 * 1024 * 1024,
    audioBytes: 64 * 1024 * 1024,
    chunkBytes: 64 * 1024 * 1024,
    latentSize: 64,
};

/**
 * Completes a partial set of limits with the defaults.
 * @param limits limits to raise or lower; one that is undefined has its default
 */
export function resolveLimits(limits: Partial<IFvvLimits> = {}): IFvvLimits {
    // Options passed on unset are there and undefined: they must not switch a limit off.
    const set = Object.entries(limits).filter(([, value]) => value !== undefined);
    return { ...FVV_DEFAULT_LIMITS, ...Object.fromEntries(set) };
}

/**
 * Throws LIMIT_EXCEEDED when a count of a file is over its limit. Call it before anything of that size is allocated.
 * @param limits limits in force
 * @param name which limit
 * @param value count that the file claims
 * @param offset byte offset of the count
 */
export function checkLimit(limits: IFvvLimits, name: keyof IFvvLimits, value: number, offset?: number): void {
    if (!(value <= limits[name])) {
        throw new FvvError("LIMIT_EXCEEDED", `The file claims ${value} ${name}, over the limit of ${limits[name]}; if you trust it, raise limits.${name}`, { offset });
    }
}
