import { FvvError } from "../format/fvvError.js";
import { ClipEncoder, type ISegmentWorkers } from "./clipEncoder.js";
import type { IClipOutput } from "./clipOutput.js";
import { resolveEncoderOptions, type IClipEncoderOptions } from "./encoderOptions.js";
import type { IFrameSource } from "./splatFrame.js";

/** A clip is at most this much smaller than its target, where it can be larger. */
const SLACK = 0.05;
/** Where in the slack the search aims at. */
const AIM = 0.98;
/** Segments of the sample, and shortest sequence that is worth one, in samples. */
const SAMPLED_SEGMENTS = 3;
const LEAST_SAMPLES = 2;
/** Times that a size is measured, of the sample and of the whole clip. */
const SAMPLE_STEPS = 6;
const CLIP_STEPS = 8;
/** Qualities nearer to one another are one. */
const RESOLUTION = 0.01;

/** What an encode to a size found. */
export interface ITargetQuality {
    /** The quality to encode with. */
    quality: number;
    /** Bytes of the clip at this quality. */
    byteLength: number;
}

/**
 * Finds the best quality at which a clip is not larger than a number of bytes: a few qualities on a sample of segments first, then on all frames, until the clip is within 5 % of the target. The clip is not kept; encode it
 * with the quality found, the bytes are the same.
 * @param source all frames
 * @param options of the encoder, without quality and error bounds
 * @param maxBytes bytes that the clip may have
 * @param workers where segments are written; default here
 */
export async function findQualityAsync(source: IFrameSource, options: IClipEncoderOptions, maxBytes: number, workers?: ISegmentWorkers): Promise<ITargetQuality> {
    if (!(maxBytes >= 1)) {
        throw new FvvError("BAD_OPTION", `maxBytes is ${maxBytes}; it must be a number of bytes`, { source: "maxBytes" });
    }
    const { segmentLength } = resolveEncoderOptions({ ...options, quality: 0 });
    const all = { first: 0, last: source.frameCount - 1 };
    const sizeOf = async (ranges: readonly IRange[], quality: number): Promise<number> => {
        let bytes = 0;
        for (const range of ranges) {
            bytes += await measureAsync(source, { ...options, quality }, range, workers);
        }
        return bytes;
    };
    const clip = new SizeCurve((quality) => sizeOf([all], quality));
    const sample = sampleOf(source.frameCount, segmentLength);
    let guess = 50;
    if (sample) {
        const part = new SizeCurve((quality) => sizeOf(sample, quality));
        const frames = sample.reduce((sum, { first, last }) => sum + last - first + 1, 0);
        await part.searchAsync((maxBytes * frames) / source.frameCount, guess, SAMPLE_STEPS);
        guess = part.guess((maxBytes * frames) / source.frameCount);
    }
    const found = await clip.searchAsync(maxBytes, guess, CLIP_STEPS);
    if (!found) {
        throw new FvvError(
            "TARGET_UNREACHABLE",
            `At quality 0 the clip has ${clip.least} bytes, more than the ${Math.floor(maxBytes)} that it may have; allow more, or give fewer frames or splats`,
        );
    }
    return found;
}

/**
 * Bytes that a bit rate allows.
 * @param mbps megabits a second
 * @param frameCount frames of the clip
 * @param fps frames a second
 */
export function bytesOfBitrate(mbps: number, frameCount: number, fps: number): number {
    return Math.floor((mbps * 1e6 * frameCount) / fps / 8);
}

/** Frames first to last, both included. */
interface IRange {
    first: number;
    last: number;
}

/** Whole segments, evenly spread; undefined where all frames are few enough. */
function sampleOf(frameCount: number, segmentLength: number): IRange[] | undefined {
    const segments = Math.floor(frameCount / segmentLength);
    if (segments < SAMPLED_SEGMENTS * LEAST_SAMPLES) {
        return undefined;
    }
    return Array.from({ length: SAMPLED_SEGMENTS }, (_, i) => {
        const first = Math.floor(((i + 0.5) * segments) / SAMPLED_SEGMENTS) * segmentLength;
        return { first, last: first + segmentLength - 1 };
    });
}

/** Bytes that a clip would have. */
async function measureAsync(source: IFrameSource, options: IClipEncoderOptions, { first, last }: IRange, workers?: ISegmentWorkers): Promise<number> {
    const encoder = new ClipEncoder(options, NOWHERE, {}, workers);
    for (let frame = first; frame <= last; frame++) {
        await encoder.addFrameAsync(await source.readFrameAsync(frame));
    }
    return (await encoder.finishAsync()).byteLength;
}

const NOWHERE: IClipOutput = { writeBodyAsync: () => Promise.resolve(), writeHeadAsync: () => Promise.resolve() };

/** Sizes by quality, as far as they were measured. */
class SizeCurve {
    private readonly _sizes = new Map<number, number>();

    public constructor(private readonly _measureAsync: (quality: number) => Promise<number>) {}

    /** The smallest size measured. */
    public get least(): number {
        return Math.min(...this._sizes.values());
    }

    /** Finds the best quality that fits; undefined where none does. */
    public async searchAsync(maxBytes: number, first: number, steps: number): Promise<ITargetQuality | undefined> {
        let next = first;
        for (let step = 0; step < steps; step++) {
            this._sizes.set(next, await this._measureAsync(next));
            const { low, high } = this._bracket(maxBytes);
            if (low && low.byteLength >= (1 - SLACK) * maxBytes) {
                return low;
            }
            if (low?.quality === 100 || high?.quality === 0 || (low && high && high.quality - low.quality < RESOLUTION)) {
                return low;
            }
            next = this.guess(maxBytes);
        }
        const { low, high } = this._bracket(maxBytes);
        if (!low && high && high.quality > 0) {
            this._sizes.set(0, await this._measureAsync(0));
        }
        return this._bracket(maxBytes).low;
    }

    /** A quality to try next: the logarithm of the size is about linear in the quality. */
    public guess(maxBytes: number): number {
        const { low, high } = this._bracket(maxBytes);
        const aim = Math.log(AIM * maxBytes);
        const measured = [...this._sizes].sort(([a], [b]) => a - b);
        const pair =
            low && high
                ? [low, high]
                : measured
                      .slice(high ? 0 : -2)
                      .slice(0, 2)
                      .map(([quality, byteLength]) => ({ quality, byteLength }));
        // A quality is about 2.5 % of the bytes, as long as nothing else is known.
        const slope = pair.length < 2 ? 0.025 : Math.max(0.002, Math.log(pair[1].byteLength / pair[0].byteLength) / (pair[1].quality - pair[0].quality));
        const from = low ?? high ?? { quality: 50, byteLength: maxBytes };
        const quality = from.quality + (aim - Math.log(from.byteLength)) / slope;
        const inside =
            low && high ? Math.max(low.quality + 0.1 * (high.quality - low.quality), Math.min(high.quality - 0.1 * (high.quality - low.quality), quality)) : quality;
        return Math.round(100 * Math.max(0, Math.min(100, inside))) / 100;
    }

    /** The best quality measured that fits, and the least that does not. */
    private _bracket(maxBytes: number): { low?: ITargetQuality; high?: ITargetQuality } {
        const all = [...this._sizes].map(([quality, byteLength]) => ({ quality, byteLength })).sort((a, b) => a.quality - b.quality);
        return { low: all.filter(({ byteLength }) => byteLength <= maxBytes).pop(), high: all.find(({ byteLength }) => byteLength > maxBytes) };
    }
}
