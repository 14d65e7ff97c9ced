import type { IErrorBounds } from "../format/clipHeader.js";
import { FvvError } from "../format/fvvError.js";
import { BoundsChecker } from "./boundsChecker.js";
import type { ClipReader } from "./clipReader.js";
import { pairClosest } from "./closestSplats.js";
import { SplatPairing } from "./splatPairing.js";
import type { IFrameSource, ISplatFrame } from "./splatFrame.js";

/** What a verification found. */
export interface IVerifyReport {
    /** Frames compared. */
    frameCount: number;
    /** Splats compared, over all frames. */
    splatCount: number;
    /** Largest errors: never over the bounds. Of a clip that promises none: about, each visible splat compared with the most similar one of the source. */
    worstErrors: IErrorBounds;
    /** Bounds that were checked; all 0 where the clip promises none. */
    errorBounds: IErrorBounds;
}

/**
 * Compares every live splat of every frame of a clip with its source: the splats must pair one to one, each pair within the bounds of the clip's header. Throws
 * VERIFY_MISMATCH where they do not. A clip that promises no bounds is measured: it must have as many splats as its source.
 * @param clip the clip
 * @param source the sequence that it was made from
 * @param onFrame told each frame that was compared
 */
export async function verifyClipAsync(clip: ClipReader, source: IFrameSource, onFrame?: (frame: number) => void): Promise<IVerifyReport> {
    if (source.frameCount !== clip.frameCount) {
        throw new FvvError("VERIFY_MISMATCH", `The clip has ${clip.frameCount} frames, the source ${source.frameCount}; verify with what it was made from`);
    }
    const { errorBounds } = clip.header;
    const checker = new BoundsChecker(errorBounds);
    const hints = new Int32Array(clip.header.capacity);
    let segment: unknown;
    let splatCount = 0;
    for (let number = 0; number < clip.frameCount; number++) {
        const frame = await source.readFrameAsync(number);
        clip.decodeFrame(number);
        if (segment !== clip.decoder.segment) {
            segment = clip.decoder.segment;
            hints.fill(-1);
        }
        compare(clip, frame, number, checker, hints);
        splatCount += frame.count;
        onFrame?.(number);
    }
    return { frameCount: clip.frameCount, splatCount, worstErrors: checker.worstErrors, errorBounds };
}

function compare({ header, decoder }: ClipReader, frame: ISplatFrame, number: number, checker: BoundsChecker, hints: Int32Array): void {
    const { state, segment } = decoder;
    if (frame.shDegree !== header.shDegree) {
        throw new FvvError("VERIFY_MISMATCH", `The clip has spherical harmonics of degree ${header.shDegree}, the source of degree ${frame.shDegree}`, { frame: number });
    }
    if (frame.count !== state.liveCount) {
        throw new FvvError("VERIFY_MISMATCH", `The clip has ${state.liveCount} splats, the source ${frame.count}; verify with what it was made from`, { frame: number });
    }
    if (!promisesBounds(header.errorBounds)) {
        pairClosest(state, segment.quantization, frame, (slot, source) => checker.measure(state.codes, slot, segment.quantization, frame, source));
        return;
    }
    const slots = Int32Array.from(state.alive.subarray(0, state.slotCount).keys()).filter((slot) => state.alive[slot] === 1);
    const pairing = new SplatPairing(checker, header.errorBounds.position, state.codes, segment.quantization, slots, frame);
    const { sources, unpaired } = pairing.pair(hints);
    if (unpaired > 0) {
        const slot = slots[sources.indexOf(-1)];
        throw new FvvError(
            "VERIFY_MISMATCH",
            `${unpaired} of ${frame.count} splats have no splat of the source within the bounds (the first is in slot ${slot}); the clip is not of this source or does not hold its bounds`,
            { frame: number },
        );
    }
    sources.forEach((source, k) => checker.check(state.codes, slots[k], segment.quantization, frame, source, number));
}

/**
 * Whether a clip promises error bounds.
 * @param bounds bounds of its header
 */
export function promisesBounds(bounds: IErrorBounds): boolean {
    return Object.values(bounds).some((bound) => bound > 0);
}
