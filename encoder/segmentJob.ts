import type { IErrorBounds } from "../format/clipHeader.js";
import type { ChannelCodes, IKeySnapshot } from "../format/frameState.js";
import { FvvError } from "../format/fvvError.js";
import { SegmentDecoder } from "../format/segmentDecoder.js";
import { BoundsChecker } from "./boundsChecker.js";
import { errorBoundsOf } from "./encoderOptions.js";
import { FrameErrors } from "./frameErrors.js";
import type { IKeyReference } from "./keyReference.js";
import { writeSegment, type IBuiltSegment } from "./segmentBuilder.js";
import type { ISplatFrame, ShDegree } from "./splatFrame.js";
import { rowsOfSlots } from "./splatLives.js";
import type { ISegmentJob } from "./trackedFrame.js";

export type { ISegmentJob, ITrackedFrame } from "./trackedFrame.js";

/** A written and verified segment. Plain data. */
export interface ISegmentResult {
    /** All its chunks. */
    bytes: Uint8Array;
    /** Bytes up to the end of its key frame. */
    keyByteLength: number;
    /** First frame and number of frames. */
    firstFrame: number;
    frameCount: number;
    /** min x, y, z, max x, y, z of its splats, 3-sigma extents included. */
    bounds: Float32Array;
    /** Its number of slots. */
    slotCount: number;
    /** First frame of the segment whose key frame it was coded against; -1: none. */
    referenceFrame: number;
    /** Its key frame, for later segments. */
    key: IKeyReference | undefined;
    /** Degree of the spherical harmonics. */
    shDegree: ShDegree;
    /** Splats of the source that were left out because a value was not finite. */
    droppedCount: number;
    /** Live splats in the frame with fewest and in that with most. */
    minLive: number;
    maxLive: number;
    /** Largest errors found: never over the bounds. */
    worstErrors: IErrorBounds;
    /** For each frame, the source row of each live slot in order. */
    sourceIndices: Uint32Array[];
}

/** What an encoder keeps of a segment once its bytes are out. */
export type IFinishedSegment = Omit<ISegmentResult, "bytes" | "sourceIndices" | "key"> & {
    /** Bytes of all its chunks. */
    byteLength: number;
};

/**
 * Writes a segment, decodes it again and compares every splat of every frame with its source. Throws when a bound is broken.
 * @param job what to write
 * @param onKey gets the key frame as soon as it is known, if later segments may refer to it: they need not wait for the whole segment
 */
export function buildSegment(job: ISegmentJob, onKey?: (key: IKeyReference) => void): ISegmentResult {
    const { firstFrame, frames } = job;
    const sources = frames.map(({ frame }) => frame);
    const built = writeSegment(job, onKey);
    const checker = new BoundsChecker(boundsOf(built), built.tolerances);
    const { sourceIndices, snapshot } = verify(job, built, checker);
    if (built.earlyKey && !areSameKeys(built.earlyKey, snapshot)) {
        throw new FvvError("VERIFY_MISMATCH", "The key frame does not decode to what later segments refer to; this is an error of the encoder, please report it", {
            frame: firstFrame,
        });
    }
    const { bytes, keyByteLength, frameCount, bounds, slotCount, minLive, maxLive } = built;
    return {
        bytes,
        keyByteLength,
        firstFrame,
        frameCount,
        bounds,
        slotCount,
        shDegree: sources[0].shDegree,
        droppedCount: sources.reduce((sum, { droppedCount = 0 }) => sum + droppedCount, 0),
        minLive,
        maxLive,
        worstErrors: checker.worstErrors,
        sourceIndices,
        referenceFrame: built.reference?.snapshot.firstFrame ?? -1,
        key: snapshot && { snapshot, placeOf: built.placeOf, scales: built.scales },
    };
}

function areSameKeys(a: IKeySnapshot, b: IKeySnapshot | undefined): boolean {
    const arrays = ({ alive, codes, levels }: IKeySnapshot): ChannelCodes[] => [alive, ...codes, ...levels];
    const others = b && arrays(b);
    return arrays(a).every((values, i) => values.every((value, slot) => value === others?.[i][slot]));
}

/** The bounds that the scales of a segment hold. */
function boundsOf({ scales }: IBuiltSegment): IErrorBounds {
    const [position, rotation, scale, opacity, color, sh = 0] = scales.map(({ bound }) => bound);
    return { position, rotation, scale, opacity, color, sh };
}

function verify({ settings, frames }: ISegmentJob, built: IBuiltSegment, checker: BoundsChecker): { sourceIndices: Uint32Array[]; snapshot: IKeySnapshot | undefined } {
    const { bytes, keyByteLength, firstFrame, frameCount, bounds, slotCount } = built;
    const header = {
        fpsNumerator: 1,
        fpsDenominator: 1,
        frameCount: firstFrame + frameCount,
        capacity: slotCount,
        shDegree: frames[0].frame.shDegree,
        up: settings.up,
        handedness: settings.handedness,
        antialiased: settings.antialiased,
        metresPerUnit: settings.metresPerUnit,
        bounds,
        errorBounds: errorBoundsOf(settings),
    };
    const decoder = new SegmentDecoder(header, { segmentBytes: bytes.length, segmentFrames: frameCount });
    decoder.reference = built.reference?.snapshot;
    decoder.begin(bytes, { offset: 0, byteLength: bytes.length, keyByteLength, firstFrame, frameCount, bounds });
    const errors = new FrameErrors(built.quantization);
    let rows = new Int32Array(0);
    let live = new Uint32Array(0);
    const sourceIndices = frames.map(({ frame, slotOf }, f) => {
        const number = decoder.decodeFrame();
        if (slotOf !== frames[f - 1]?.slotOf) {
            const rowOf = rowsOfSlots(slotOf, slotCount);
            rows = built.slotOrder.map((slot) => rowOf[slot]);
        }
        if (f === 0 || slotOf !== frames[f - 1].slotOf || frame.sourceIndices !== frames[f - 1].frame.sourceIndices) {
            live = rowsOfLive(rows, frame);
        }
        checkLives(decoder.state.alive, rows, frame, number);
        checker.checkFrame(errors, decoder.state.codes, rows, built.quantization, frame, number);
        return live;
    });
    return { sourceIndices, snapshot: decoder.segment.isReference ? decoder.reference : undefined };
}

/** Whether the slots that are live are those that have a source. */
function checkLives(alive: Uint8Array, rows: Int32Array, frame: ISplatFrame, number: number): void {
    let live = 0;
    for (let slot = 0; slot < rows.length; slot++) {
        if ((alive[slot] === 1) !== rows[slot] >= 0) {
            throw new FvvError("VERIFY_MISMATCH", `Slot ${slot} does not decode to the splat that was encoded; this is an error of the encoder, please report it`, {
                frame: number,
            });
        }
        live += alive[slot];
    }
    if (live !== frame.count) {
        throw new FvvError("VERIFY_MISMATCH", `The frame has ${frame.count} splats and decodes to ${live}; this is an error of the encoder, please report it`, {
            frame: number,
        });
    }
}

/** The source row of each live slot in order, as the source numbers them. */
function rowsOfLive(rows: Int32Array, { count, sourceIndices }: ISplatFrame): Uint32Array<ArrayBuffer> {
    const live = new Uint32Array(count);
    let n = 0;
    for (let slot = 0; slot < rows.length; slot++) {
        if (rows[slot] >= 0) {
            live[n++] = sourceIndices ? sourceIndices[rows[slot]] : rows[slot];
        }
    }
    return live;
}
