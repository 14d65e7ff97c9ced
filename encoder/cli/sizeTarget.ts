import { FvvError } from "../../format/fvvError.js";
import type { ISegmentWorkers } from "../clipEncoder.js";
import { resolveEncoderOptions, type IClipEncoderOptions } from "../encoderOptions.js";
import { bytesOfBitrate, findQualityAsync } from "../targetSize.js";
import type { ICliIo } from "./cliIo.js";
import { formatBytes } from "./formatting.js";
import { openSourceAsync } from "./openFeed.js";
import type { ICliArguments } from "./options.js";

/** Options that say how large a clip is to be. */
const SIZE_OPTIONS: readonly string[] = ["max-bytes", "bitrate"];
/** What says otherwise how good it is, or makes that it cannot be known how much there will be. */
const EXCLUDED: readonly string[] = ["quality", "pos-error", "scale-error", "rot-error", "color-error", "opacity-error", "sh-error", "follow", "shard", "resume"];

/**
 * Refuses what does not go with a size.
 * @param args what the user gave
 * @returns whether the user gave a size
 */
export function checkSizeTarget(args: ICliArguments): boolean {
    const [size, second] = SIZE_OPTIONS.filter((name) => args.text(name) !== undefined);
    const other = size && (second ?? EXCLUDED.find((name) => args.has(name) || args.text(name) !== undefined));
    if (other) {
        throw new FvvError("BAD_OPTION", `--${size} and --${other} exclude each other; leave one away`, { source: `--${other}` });
    }
    const value = size && args.number(size);
    if (size && !(typeof value === "number" && value > 0)) {
        throw new FvvError("BAD_OPTION", `--${size} is ${value}; give a number over 0`, { source: `--${size}` });
    }
    return size !== undefined;
}

/**
 * Options with the best quality that fits the size that the user gave; without one the options as they are.
 * @param args what the user gave
 * @param options other options of the encoder
 * @param io where words go
 * @param workers where segments are written
 */
export async function withSizeTargetAsync(args: ICliArguments, options: IClipEncoderOptions, io: ICliIo, workers?: ISegmentWorkers): Promise<IClipEncoderOptions> {
    if (!checkSizeTarget(args)) {
        return options;
    }
    const source = await openSourceAsync(args);
    const { fps } = resolveEncoderOptions(options);
    const maxBytes = args.number("max-bytes") ?? bytesOfBitrate(args.number("bitrate") ?? 0, source.frameCount, fps);
    io.err(`looking for the quality that fits into ${formatBytes(maxBytes)}\n`);
    const readFrameAsync = async (index: number): ReturnType<typeof source.readFrameAsync> => {
        io.signal.throwIfAborted();
        return await source.readFrameAsync(index);
    };
    // The sound has its bytes whatever the quality.
    const { audio, ...videoOptions } = options;
    const audioBytes = audio?.bytes.length ?? 0;
    const { quality, byteLength } = await findQualityAsync(
        { frameCount: source.frameCount, frameName: (index) => source.frameName(index), readFrameAsync },
        videoOptions,
        maxBytes - audioBytes,
        workers,
    );
    io.err(`quality ${quality}: ${formatBytes(byteLength + audioBytes)}\n`);
    return { ...options, quality };
}
