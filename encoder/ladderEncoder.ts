import { FvvError } from "../format/fvvError.js";
import { MAX_RENDITIONS, type ILadderRendition } from "../format/ladderManifest.js";
import { ClipEncoder, type IClipEncoderEvents, type IEncodeReport, type ISegmentWorkers } from "./clipEncoder.js";
import type { IClipOutput } from "./clipOutput.js";
import { resolveEncoderOptions, type IClipEncoderOptions } from "./encoderOptions.js";
import { SegmentCutter } from "./segmentCutter.js";
import type { ISplatFrame } from "./splatFrame.js";
import { SplatShare } from "./splatShare.js";

/** One rendition of a ladder. */
export interface IRenditionOptions {
    /** How well it is to look, 0 to 100. */
    quality: number;
    /** Share of the splats that it has, those that matter most; over 0. Default 1. */
    share?: number;
    /** Where its bytes go. */
    output: IClipOutput;
    /** What to tell. */
    events?: IClipEncoderEvents;
}

/** What all renditions have in common. The sound is not in them: the manifest tells its address. */
export type LadderEncoderOptions = Omit<
    IClipEncoderOptions,
    "audio" | "quality" | "positionError" | "scaleError" | "rotationError" | "colorError" | "opacityError" | "shError"
>;

/**
 * Encodes several renditions of one sequence. Splats are followed once, so all renditions have the same segments, and a player can go from one to another wherever a segment begins.
 */
export class LadderEncoder {
    private readonly _cutter: SegmentCutter;
    private readonly _renditions: { encoder: ClipEncoder; share?: SplatShare }[];

    /**
     * @param options what the renditions have in common
     * @param renditions in what they differ
     * @param workers where segments are written; default here, one after the other
     */
    public constructor(options: LadderEncoderOptions, renditions: readonly IRenditionOptions[], workers?: ISegmentWorkers) {
        if (renditions.length === 0 || renditions.length > MAX_RENDITIONS) {
            throw new FvvError("BAD_OPTION", `There are ${renditions.length} renditions; give 1 to ${MAX_RENDITIONS}`, { source: "renditions" });
        }
        if ("audio" in options && options.audio !== undefined) {
            throw new FvvError("BAD_OPTION", "The renditions of a ladder have no sound; the manifest tells its address", { source: "audio" });
        }
        this._cutter = new SegmentCutter(resolveEncoderOptions(options));
        this._renditions = renditions.map(({ quality, share = 1, output, events }) => {
            if (!(share > 0 && share <= 1)) {
                throw new FvvError("BAD_OPTION", `The share of splats is ${share}; it must be over 0, and at most 1`, { source: "share" });
            }
            return { encoder: new ClipEncoder({ ...options, quality }, output, events, workers), share: share < 1 ? new SplatShare(share) : undefined };
        });
    }

    /**
     * Adds the next frame to all renditions, which keep it until their segments are written: do not change it.
     * @param frame the frame; every value finite
     */
    public async addFrameAsync(frame: ISplatFrame): Promise<void> {
        const cut = this._cutter.next(frame);
        for (const { encoder, share } of this._renditions) {
            await encoder.addCutFrameAsync(share?.next(cut) ?? cut);
        }
    }

    /** Writes what is left and the heads; the reports are in the order of the renditions. */
    public async finishAsync(): Promise<IEncodeReport[]> {
        return await Promise.all(this._renditions.map(({ encoder }) => encoder.finishAsync()));
    }
}

/**
 * What a manifest says of a clip.
 * @param url where it is
 * @param report what its encoder said
 * @param fps frames a second
 * @param quality quality that it was encoded with
 */
export function describeRendition(url: string, { byteLength, frameCount, segments, capacity }: IEncodeReport, fps: number, quality: number): ILadderRendition {
    const bitrateOf = (bytes: number, frames: number): number => Math.round((8 * bytes * fps) / frames);
    return {
        url,
        byteLength,
        bitrate: bitrateOf(byteLength, frameCount),
        peakBitrate: Math.max(...segments.map((segment) => bitrateOf(segment.byteLength, segment.frameCount))),
        splats: capacity,
        quality,
    };
}
