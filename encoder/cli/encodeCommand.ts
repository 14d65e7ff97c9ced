import { resolve } from "node:path";
import { FVV_VERSION_MAJOR, FVV_VERSION_MINOR } from "../../format/chunk.js";
import { FvvError } from "../../format/fvvError.js";
import { FVV_DEFAULT_LIMITS } from "../../format/limits.js";
import { ClipEncoder, type IEncodeReport } from "../clipEncoder.js";
import type { IClipOutput } from "../clipOutput.js";
import { resolveEncoderOptions, type ClipEncoderSettings, type IClipEncoderOptions } from "../encoderOptions.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { addFedFrameAsync } from "./addFedFrame.js";
import { readAudioAsync } from "./audioFile.js";
import { ENCODE_OPTIONS, encoderOptions, jobCount } from "./encodeOptions.js";
import { formatBytes, formatErrors } from "./formatting.js";
import type { IFrameFeed } from "./frameFeed.js";
import { isLiveAddress, LivePush } from "./livePush.js";
import { openFeedAsync } from "./openFeed.js";
import type { ICliArguments } from "./options.js";
import { ClipOutputFile, OutputFile } from "./outputFile.js";
import { PartialClip } from "./partialClip.js";
import { rowBytes } from "./partialFile.js";
import { Progress } from "./progress.js";
import { promisesBounds } from "../verifyClip.js";
import { SegmentThreads } from "./segmentThreads.js";
import { checkSizeTarget, withSizeTargetAsync } from "./sizeTarget.js";

/** `fvv encode`. */
export const encodeCommand: ICommand = {
    name: "encode",
    usage: "INPUT... -o CLIP",
    summary: "makes a clip of a sequence of splat frames: a folder, a glob, files in natural order, or one .splatv",
    options: ENCODE_OPTIONS,
    runAsync: encodeAsync,
};

/** Where an encode goes. */
interface IEncodeOutputs {
    clip: ClipOutputFile | PartialClip | LivePush;
    permutation?: OutputFile;
    report?: OutputFile;
}

async function encodeAsync(args: ICliArguments, io: ICliIo): Promise<void> {
    const path = args.text("output");
    if (args.inputs.length === 0 || path === undefined) {
        throw new FvvError("BAD_OPTION", "encode needs an input and -o CLIP; `fvv encode --help` lists the options");
    }
    // Options and the output are refused before anything is waited for or made.
    const jobs = jobCount(args);
    resolveEncoderOptions(encoderOptions(args, {}));
    checkSizeTarget(args);
    checkOutput(path, args);
    const audio = await readAudioAsync(args);
    const feed = await openFeedAsync(args, io);
    // Shards are joined to one clip, where the sound begins with the first.
    const isLaterShard = /^0*[1-9]/.test(args.text("shard") ?? "");
    const plainOptions = { ...encoderOptions(args, feed), audio: isLaterShard ? undefined : audio };
    const settings = resolveEncoderOptions(plainOptions);
    // A thread that gets no segment would only cost its start.
    const threadCount = Math.min(jobs, Math.ceil((feed.frameCount ?? Infinity) / settings.segmentLength));
    const threads = threadCount > 1 ? new SegmentThreads(threadCount) : undefined;
    const outputs = await openOutputsAsync(path, args, settings);
    try {
        const start = performance.now();
        threads?.start();
        const options = await withSizeTargetAsync(args, plainOptions, io, threads);
        const report = await encodeFramesAsync(feed, options, outputs, threads, io);
        const seconds = (performance.now() - start) / 1000;
        await outputs.report?.writeAsync(describeRun(path, args, options, report, seconds));
        for (const file of [outputs.permutation, outputs.report, outputs.clip]) {
            await file?.keepAsync();
        }
        io.out(summary(path, report, feed, seconds));
    } catch (error) {
        throw io.signal.aborted ? stopped(outputs.clip) : error;
    } finally {
        Object.values(outputs).forEach((file: IEncodeOutputs["clip"] | OutputFile | undefined) => file?.discard());
        await threads?.disposeAsync();
    }
}

function checkOutput(path: string, args: ICliArguments): void {
    const excluded = isLiveAddress(path) ? ["resume", "max-bytes", "bitrate", "audio"] : ["capacity"];
    const wrong = excluded.find((name) => args.has(name) || args.text(name) !== undefined);
    if (wrong) {
        throw new FvvError("BAD_OPTION", `--${wrong} does not go with -o ${path}; leave it away`, { source: `--${wrong}` });
    }
    const capacity = args.number("capacity");
    if (capacity !== undefined && !(Number.isInteger(capacity) && capacity > 0 && capacity <= FVV_DEFAULT_LIMITS.splats)) {
        throw new FvvError("BAD_OPTION", `--capacity is ${capacity}; give a whole number from 1 to ${FVV_DEFAULT_LIMITS.splats}`, { source: "--capacity" });
    }
    OutputFile.CheckFree(path, args.has("force"));
}

async function openOutputsAsync(path: string, args: ICliArguments, settings: ClipEncoderSettings): Promise<IEncodeOutputs> {
    const force = args.has("force");
    const openAsync = async (option: string): Promise<OutputFile | undefined> => {
        const other = args.text(option);
        return other === undefined ? undefined : await OutputFile.OpenAsync(other, force);
    };
    const permutation = await openAsync("perm-out");
    let report: OutputFile | undefined;
    try {
        report = await openAsync("report");
        return { clip: await openClipAsync(path, args, settings), permutation, report };
    } catch (error) {
        permutation?.discard();
        report?.discard();
        throw error;
    }
}

async function openClipAsync(path: string, args: ICliArguments, settings: ClipEncoderSettings): Promise<IEncodeOutputs["clip"]> {
    const force = args.has("force");
    if (isLiveAddress(path)) {
        return new LivePush(path, settings, args.number("capacity"));
    }
    if (!args.has("resume")) {
        return await ClipOutputFile.OpenAsync(path, force);
    }
    const withRows = args.text("perm-out") !== undefined;
    const format = `${FVV_VERSION_MAJOR}.${FVV_VERSION_MINOR}`;
    return await PartialClip.OpenAsync({
        path,
        force,
        settings: { format, ...settings, duration: args.number("duration"), "perm-out": withRows },
        segmentLength: settings.segmentLength,
        keyWindow: settings.keyWindow,
        withRows,
    });
}

async function encodeFramesAsync(
    feed: IFrameFeed,
    options: IClipEncoderOptions,
    { clip, permutation }: IEncodeOutputs,
    threads: SegmentThreads | undefined,
    io: ICliIo,
): Promise<IEncodeReport> {
    const progress = new Progress(io, "encode", feed.frameCount);
    const rows: Uint32Array[] = [];
    const encoder = new ClipEncoder(
        options,
        clip,
        {
            onSegment: ({ segment, firstFrame, frameCount, byteLength, slotCount }) =>
                progress.line(`segment ${segment}: frames ${firstFrame}..${firstFrame + frameCount - 1}, ${slotCount} slots, ${formatBytes(byteLength)}`),
            onFramePermutation: (_frame, sourceIndices) => permutation && rows.push(sourceIndices),
        },
        threads,
    );
    const partial = clip instanceof PartialClip ? clip : undefined;
    let index = partial ? await resumeAsync(encoder, partial, feed, permutation, progress) : 0;
    for (let fed = await feed.nextAsync(); fed; fed = await feed.nextAsync()) {
        io.signal.throwIfAborted();
        partial?.noteInput([fed.id, fed.byteLength]);
        await addFedFrameAsync(encoder, fed);
        await permutation?.writeAsync(rowBytes(rows.splice(0)));
        progress.frame(++index);
    }
    const report = await encoder.finishAsync();
    await permutation?.writeAsync(rowBytes(rows));
    progress.end();
    return clip instanceof LivePush ? clip.describe(report) : report;
}

/** Takes over what an earlier run finished, if its frames are those of the feed; returns their number. */
async function resumeAsync(encoder: ClipEncoder, partial: PartialClip, feed: IFrameFeed, permutation: OutputFile | undefined, progress: Progress): Promise<number> {
    const { frameCount } = partial;
    for (let index = 0; index < frameCount; index++) {
        const fed = await feed.nextAsync();
        partial.checkInput(index, fed && [fed.id, fed.byteLength]);
    }
    if (frameCount > 0) {
        progress.line(`going on after frame ${frameCount - 1}: ${partial.segments.length} segments are there`);
        await partial.copyRowsAsync(async (bytes) => await permutation?.writeAsync(bytes));
        encoder.resume(partial.segments);
    }
    return frameCount;
}

/** The report as JSON; of the sound it has what it is, not its bytes. */
function describeRun(path: string, args: ICliArguments, { audio, ...options }: IClipEncoderOptions, report: IEncodeReport, seconds: number): Uint8Array {
    const sound = audio && { audio: { file: args.text("audio"), mimeType: audio.mimeType, startTime: audio.startTime, byteLength: audio.bytes.length } };
    const run = { output: resolve(path), inputs: args.inputs, options: { ...options, ...sound }, ...report, seconds };
    return new TextEncoder().encode(JSON.stringify(run, null, 2) + "\n");
}

function stopped(clip: IClipOutput): FvvError {
    const kept = clip instanceof PartialClip && clip.frameCount > 0;
    return new FvvError("ABORTED", kept ? `stopped, ${clip.path} keeps ${clip.frameCount} frames; the same command goes on` : "stopped, nothing was left behind");
}

function summary(path: string, report: IEncodeReport, source: IFrameFeed, seconds: number): string {
    const { byteLength, frameCount, droppedCount, segments, minLive, maxLive } = report;
    const dropped = droppedCount > 0 ? `dropped ${droppedCount} splats whose values are not finite\n` : "";
    const live = minLive === maxLive ? `${maxLive}` : `${minLive}..${maxLive}`;
    return (
        `${path}: ${formatBytes(byteLength)} (${byteLength} bytes), ${frameCount} frames of ${live} splats, ${segments.length} segments, ` +
        `${formatBytes(byteLength / frameCount)} a frame, input ${formatBytes(source.byteLength)}, ${seconds.toFixed(1)} s\n` +
        `${dropped}verified: every splat of every frame is within its ${promisesBounds(report.errorBounds) ? "bounds" : "tolerance"}; worst ${formatErrors(report.worstErrors)}\n`
    );
}
