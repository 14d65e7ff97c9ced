import { availableParallelism } from "node:os";
import { UP_AXES, type UpAxis } from "../../format/clipHeader.js";
import { FvvError } from "../../format/fvvError.js";
import type { Effort } from "../effort.js";
import { FVV_DEFAULT_QUALITY } from "../qualityModel.js";
import { CLIP_ENCODER_DEFAULTS, type IClipEncoderOptions } from "../encoderOptions.js";
import { AUDIO_OPTIONS } from "./audioFile.js";
import { readCues } from "./cueOptions.js";
import type { IFrameRange } from "./fileFrameSource.js";
import type { IFrameFeed } from "./frameFeed.js";
import { isLiveAddress } from "./livePush.js";
import type { ICliArguments, ICliOption } from "./options.js";

/** Options that say which frames an input has; `verify` has them too. */
export const SOURCE_OPTIONS: readonly ICliOption[] = [
    { name: "fps", value: "N", help: "frames a second; a .splatv is sampled at this rate (30)" },
    { name: "duration", value: "SECONDS", help: "length that a .splatv is sampled over (2)" },
    { name: "frames", value: "A..B", help: "only these frames of the input, from 0, both included" },
];

/** Options of `encode`. */
export const ENCODE_OPTIONS: readonly ICliOption[] = [
    { name: "output", short: "o", value: "CLIP", help: "the clip to write, or a live endpoint to push it to: http://host:8080/live/NAME.fvv" },
    ...SOURCE_OPTIONS,
    { name: "shard", value: "I/N", help: "only part I of N of the frames, I from 0, cut where windows of segments end: for `fvv concat`" },
    {
        name: "follow",
        help: "take frames as another program writes them, in natural order, until the folder has a file END or Ctrl+C; CLIP is there at the end, not before",
    },
    { name: "idle", value: "SECONDS", help: "with --follow: end also after so long without anything new (never)" },
    { name: "settle", value: "SECONDS", help: "with --follow: a file is complete when it stays unchanged for so long (1)" },
    { name: "resume", help: "keep what is finished in CLIP.partial when interrupted, and go on with it where it is there" },
    { name: "tracked", help: "splat i is the same splat in every file; else splats go by vertex_id, or are matched" },
    { name: "segment", value: "N", help: "frames of a segment: how far apart playback can start (30)" },
    { name: "key-window", value: "N", help: "segments whose key frames share what stays the same; 1: each stands alone (4; 1 where a clip is pushed)" },
    { name: "effort", value: "NAME", help: "how long to look for a smaller file: fast, default or max (default)" },
    { name: "quality", value: "0..100", help: `how well it is to look, in place of error bounds; ${FVV_DEFAULT_QUALITY} looks like the source` },
    { name: "max-bytes", value: "N", help: "bytes that the clip may have: the best quality that fits; reads the input more than once" },
    { name: "bitrate", value: "MBPS", help: "the same in megabits a second, on the average" },
    { name: "pos-error", value: "UNITS", help: "largest error of a coordinate, world units (0.002)" },
    { name: "scale-error", value: "RATIO", help: "largest relative error of a scale (0.02)" },
    { name: "rot-error", value: "N", help: "largest error of a quaternion component, up to sign (1/256)" },
    { name: "color-error", value: "LEVELS", help: "largest error of a colour channel, of 255 (4)" },
    { name: "opacity-error", value: "LEVELS", help: "largest error of the opacity, of 255 (4)" },
    { name: "sh-error", value: "N", help: "largest error of a spherical-harmonics coefficient (0.02)" },
    { name: "up", value: "AXIS", help: "axis that points up: +x -x +y -y +z -z (+y for .spz, else -y)" },
    { name: "capacity", value: "N", help: "with -o http://...: splats of a segment that viewers make room for (1.5 times those of the first; --tracked: those)" },
    { name: "title", value: "TEXT", help: "title to store" },
    { name: "author", value: "TEXT", help: "author to store" },
    { name: "licence", value: "TEXT", help: "licence of the content to store" },
    { name: "cue", value: "SECONDS:NAME", isRepeated: true, help: "a named moment to store, for instance 1.5:jump; may be given many times" },
    ...AUDIO_OPTIONS,
    { name: "perm-out", value: "FILE", help: "write which source splat each decoded splat is: for each frame u32 count, then u32 rows" },
    { name: "report", value: "FILE", help: "write a report as JSON" },
    { name: "jobs", value: "N", help: "threads that encode, and segments that memory holds (one for each core, at most 8)" },
    { name: "force", help: "replace files that are there already" },
];

/**
 * Threads that the user wants, or that the machine has.
 * @param args what the user gave
 */
export function jobCount(args: ICliArguments): number {
    const jobs = args.number("jobs") ?? Math.min(availableParallelism(), 8);
    if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256) {
        throw new FvvError("BAD_OPTION", `--jobs is ${jobs}; give a whole number from 1 to 256`, { source: "--jobs" });
    }
    return jobs;
}

/**
 * Options of the encoder.
 * @param args what the user gave
 * @param source what the input says
 */
export function encoderOptions(args: ICliArguments, source: Pick<IFrameFeed, "fps" | "up">): IClipEncoderOptions {
    const up = args.text("up");
    if (up !== undefined && !UP_AXES.includes(up as UpAxis)) {
        throw new FvvError("BAD_OPTION", `--up is "${up}"; give one of ${UP_AXES.join(" ")}`, { source: "--up" });
    }
    const cues = readCues(args.texts("cue"));
    const metadata = { title: args.text("title"), author: args.text("author"), licence: args.text("licence"), encoder: "babylon-fvv", cues };
    return {
        fps: args.number("fps") ?? source.fps,
        segmentLength: args.number("segment"),
        keyWindow: args.number("key-window") ?? (isLiveAddress(args.text("output")) ? 1 : undefined),
        effort: args.text("effort") as Effort | undefined,
        tracked: args.has("tracked"),
        quality: args.number("quality"),
        positionError: args.number("pos-error"),
        scaleError: args.number("scale-error"),
        rotationError: args.number("rot-error"),
        colorError: args.number("color-error"),
        opacityError: args.number("opacity-error"),
        shError: args.number("sh-error"),
        up: (up as UpAxis | undefined) ?? source.up ?? CLIP_ENCODER_DEFAULTS.up,
        metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)),
    };
}

/**
 * Frames of one shard of a sequence. Shards begin where windows of segments do, so that their clips joined are the clip of the whole.
 * @param shard "I/N"
 * @param frameCount frames of the sequence
 * @param windowLength frames of a window
 */
export function shardRange(shard: string, frameCount: number, windowLength: number): IFrameRange {
    const match = /^(\d+)\/(\d+)$/.exec(shard);
    const [index, count] = [Number(match?.[1]), Number(match?.[2])];
    if (!match || index >= count) {
        throw new FvvError("BAD_OPTION", `--shard is "${shard}"; give which of how many, for instance 0/4 to 3/4`, { source: "--shard" });
    }
    const windows = Math.ceil(frameCount / windowLength);
    if (count > windows) {
        throw new FvvError(
            "BAD_OPTION",
            `${frameCount} frames are ${windows} windows of ${windowLength}, too few for ${count} shards; give fewer, or a smaller --segment or --key-window`,
            {
                source: "--shard",
            },
        );
    }
    const begin = (i: number): number => Math.floor((i * windows) / count) * windowLength;
    return { first: begin(index), last: Math.min(frameCount, begin(index + 1)) - 1 };
}
