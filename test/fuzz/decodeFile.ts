import { ClipReader, FVV_ERROR_CODES, FvvError } from "../../encoder/index.js";
import type { FrameState } from "../../format/frameState.js";
import type { ISymbolReader } from "../../format/symbolReader.js";

/** Small enough that no file, however hostile, takes long. */
export const FUZZ_LIMITS = { splats: 256, frames: 64, segments: 8, segmentFrames: 16, segmentBytes: 1 << 20, audioBytes: 1 << 16, chunkBytes: 1 << 16 };

/** What became of a frame, or of the whole file where its head cannot be read. */
export interface IOutcome {
    /** "decoded", or the code of the error. */
    code: string;
    /** Says what is wrong, and stands for the state of the decoder. */
    detail: string;
}

/**
 * Decodes all frames of a file in turn, and takes out its sound. Any error but those that bad bytes may give is thrown: it is one of ours.
 * @param bytes the file
 * @param reader what reads the symbols
 */
export function decodeFile(bytes: Uint8Array, reader: ISymbolReader): IOutcome[] {
    const outcomes: IOutcome[] = [];
    try {
        const clip = new ClipReader(bytes, FUZZ_LIMITS, reader);
        // Without an index there may be numbers between segments that no frame has.
        for (const { firstFrame, frameCount } of clip.segments) {
            for (let frame = firstFrame; frame < firstFrame + frameCount; frame++) {
                outcomes.push(decodeFrame(clip, frame));
            }
        }
        outcomes.push({ code: "decoded", detail: `${clip.readAudio()?.length ?? 0} bytes of sound` });
    } catch (error) {
        outcomes.push(outcomeOf(error));
    }
    return outcomes;
}

function decodeFrame(clip: ClipReader, frame: number): IOutcome {
    let outcome: IOutcome = { code: "decoded", detail: "" };
    try {
        clip.decodeFrame(frame);
    } catch (error) {
        outcome = outcomeOf(error);
    }
    // What a frame that breaks off leaves behind is no picture, but the same with each reader.
    return { ...outcome, detail: `${outcome.detail} ${describeState(clip.decoder.state)}` };
}

function outcomeOf(error: unknown): IOutcome {
    if (!(error instanceof FvvError) || !["format", "limit"].includes(FVV_ERROR_CODES[error.code])) {
        throw error;
    }
    return { code: error.code, detail: error.message };
}

/** Stands for all that is in the state. */
function describeState({ liveCount, slotCount, codes, alive }: FrameState): string {
    let hash = liveCount;
    for (const channel of [alive, ...codes]) {
        for (let slot = 0; slot < slotCount; slot++) {
            hash = (Math.imul(hash, 31) + channel[slot]) | 0;
        }
    }
    return `${liveCount} of ${slotCount} ${hash}`;
}
