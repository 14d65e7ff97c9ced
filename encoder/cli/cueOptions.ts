import { FvvError } from "../../format/fvvError.js";
import { isCuePoint, MAX_CUE_POINTS, type ICuePoint } from "../../format/cuePoints.js";

/**
 * The cue points that the user gave, by time.
 * @param texts "SECONDS:NAME" each
 * @returns undefined where there are none
 */
export function readCues(texts: readonly string[]): ICuePoint[] | undefined {
    if (texts.length > MAX_CUE_POINTS) {
        throw new FvvError("BAD_OPTION", `There are ${texts.length} cue points; give at most ${MAX_CUE_POINTS}`, { source: "--cue" });
    }
    return texts.length > 0 ? texts.map(readCue).sort((a, b) => a.time - b.time) : undefined;
}

function readCue(text: string): ICuePoint {
    const [, time, name] = /^([^:]+):(.+)$/.exec(text) ?? [];
    const cue = { time: Number(time), name };
    if (!isCuePoint(cue)) {
        throw new FvvError("BAD_OPTION", `--cue is "${text}"; give seconds and a name, for instance 1.5:jump`, { source: "--cue" });
    }
    return cue;
}
