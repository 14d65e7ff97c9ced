/** A named moment of a clip. What else a file says of it stays with it. */
export interface ICuePoint {
    /** When it is, seconds from the beginning of the clip at speed 1. */
    time: number;
    /** Its name; several may have the same. */
    name: string;
    [property: string]: unknown;
}

/** Most cue points that are taken from a file; what follows is left out. */
export const MAX_CUE_POINTS = 4096;
/** Most characters of a name. */
export const MAX_CUE_NAME_LENGTH = 256;

/** Whether a value is a cue point: a time of at least 0, and a name of 1 to 256 characters. */
export function isCuePoint(value: unknown): value is ICuePoint {
    if (typeof value !== "object" || value === null) {
        return false;
    }
    const { time, name } = value as Partial<ICuePoint>;
    return typeof time === "number" && time >= 0 && time < Infinity && typeof name === "string" && name.length > 0 && name.length <= MAX_CUE_NAME_LENGTH;
}

/**
 * The cue points that the metadata of a clip tell. Metadata are free: what is no cue point is left out.
 * @param cues the value of `cues` there
 * @returns copies, by time
 */
export function readCuePoints(cues: unknown): ICuePoint[] {
    const list = Array.isArray(cues) ? cues.slice(0, MAX_CUE_POINTS) : [];
    return list
        .filter(isCuePoint)
        .map((cue) => ({ ...cue }))
        .sort((a, b) => a.time - b.time);
}
