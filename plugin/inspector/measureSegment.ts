import { bytesByGroup } from "../../format/bytesByGroup.js";
import { FvvError } from "../../format/fvvError.js";
import { SymbolMeter } from "../../format/symbolMeter.js";
import { decodeFrameAsync } from "../../loader/decodeFrame.js";
import { segmentOf } from "../../loader/segmentOf.js";
import type { FvvPlayer } from "../fvvPlayer.js";

/** Where the bytes of a segment go. */
export interface ISegmentMeasure {
    /** First frame of the segment. */
    firstFrame: number;
    /** Last frame of the segment. */
    lastFrame: number;
    /** Bytes of the segment. */
    byteLength: number;
    /** Bytes by attribute group, gates, motion, life and tables; they add up. */
    groups: Record<string, number>;
}

/**
 * Decodes the segment of the frame on screen, beside the player, and counts what its attributes cost.
 * @param player player of the clip
 */
export async function measureSegmentAsync({ streaming, currentFrame, header }: FvvPlayer): Promise<ISegmentMeasure> {
    const { stream, rendition } = streaming;
    if (rendition < 0) {
        throw new FvvError("FRAME_OUT_OF_RANGE", "No frame is on screen yet; wait for the first one");
    }
    const { segments } = stream.rendition(rendition);
    const { firstFrame, frameCount, byteLength } = segments[segmentOf(segments, currentFrame)];
    const lastFrame = firstFrame + frameCount - 1;
    const meter = new SymbolMeter();
    await decodeFrameAsync(stream, rendition, lastFrame, meter);
    return { firstFrame, lastFrame, byteLength, groups: bytesByGroup(meter, byteLength, header.shDegree) };
}
