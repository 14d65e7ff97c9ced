import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { UP_AXES, type UpAxis } from "../../format/clipHeader.js";
import { FvvError } from "../../format/fvvError.js";
import { ClipEncoder, type IEncodeReport } from "../clipEncoder.js";
import { CLIP_ENCODER_DEFAULTS, resolveEncoderOptions, type IClipEncoderOptions } from "../encoderOptions.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { openFrameSourceAsync, type IFileFrameSource } from "./fileFrameSource.js";
import { formatBytes, formatErrors } from "./formatting.js";
import type { ICliArguments, ICliOption } from "./options.js";
import { ClipOutputFile, OutputFile } from "./outputFile.js";
import { Progress } from "./progress.js";
import { SegmentThreads } from "./segmentThreads.js";

/** Options that say which frames an input has; `verify` has them too. */
export const SOURCE_OPTIONS: readonly ICliOption[] = [
    { name: "fps", value: "N", help: "frames a second; a .splatv is sampled at this rate (30)" },
    { name: "duration", value: "SECONDS", help: "length that a .splatv is sampled over (2)" },
    { name: "frames", value: "A..B", help: "only these frames of the input, from 0, both included" },
];

const OPTIONS: readonly ICliOption[] = [
    { name: "output", short: "o", value: "CLIP", help: "the clip to write" },
    ...SOURCE_OPTIONS,
    { name: "tracked", help: "splat i is the same splat in every file; else splats go by vertex_id, or are matched" },
    { name: "segment", value: "N", help: "frames of a segment: how far apart playback can start (30)" },
    { name: "pos-error", value: "UNITS", help: "largest error of a coordinate, world units (0.002)" },
    { name: "scale-error", value: "RATIO", help: "largest relative error of a scale (0.02)" },
    { name: "rot-error", value: "N", help: "largest error of a quaternion component, up to sign (1/256)" },
    { name: "color-error", value: "LEVELS", help: "largest error of a colour channel, of 255 (4)" },
    { name: "opacity-error", value: "LEVELS", help: "largest error of the opacity, of 255 (4)" },
    { name: "sh-error", value: "N", help: "largest error of a spherical-harmonics coefficient (0.02)" },
    { name: "up", value: "AXIS", help: "axis that points up: +x -x +y -y +z -z (+y for .spz, else -y)" },
    { name: "title", value: "TEXT", help: "title to store" },
    { name: "author", value: "TEXT", help: "author to store" },
    { name: "licence", value: "TEXT", help: "licence of the content to store" },
    { name: "perm-out", value: "FILE", help: "write which source splat each decoded splat is: for each frame u32 count, then u32 rows" },
    { name: "report", value: "FILE", help: "write a report as JSON" },
    { name: "jobs", value: "N", help: "threads that encode, and segments that memory holds (one for each core, at most 8)" },
    { name: "force", help: "replace files that are there already" },
];

/** `fvv encode`. */
export const encodeCommand: ICommand = {
    name: "encode",
    usage: "INPUT... -o CLIP",
    summary: "makes a clip of a sequence of splat frames: a folder, a glob, files in natural order, or one .splatv",
    options: OPTIONS,
    runAsync: encodeAsync,
};

async function encodeAsync(args: ICliArguments, io: ICliIo): Promise<void> {
    const path = args.text("output");
    if (args.inputs.length === 0 || path === undefined) {
        throw new FvvError("BAD_OPTION", "encode needs an input and -o CLIP; `fvv encode --help` lists the options");
    }
    const source = await openFrameSourceAsync(args.inputs, { fps: args.number("fps"), duration: args.number("duration") }, args.range("frames"));
    const options = encoderOptions(args, source);
    // Refuses bad options before any file is made.
    const { segmentLength } = resolveEncoderOptions(options);
    // A thread that gets no segment would only cost its start.
    const jobs = Math.min(jobCount(args), Math.ceil(source.frameCount / segmentLength));
    const threads = jobs > 1 ? new SegmentThreads(jobs) : undefined;
    const force = args.has("force");
    const clip = await ClipOutputFile.OpenAsync(path, force);
    const others: Record<string, OutputFile> = {};
    try {
        for (const name of ["perm-out", "report"]) {
            const other = args.text(name);
            if (other !== undefined) {
                others[name] = await OutputFile.OpenAsync(other, force);
            }
        }
        const start = performance.now();
        const report = await encodeFramesAsync(source, options, clip, others["perm-out"], threads, io);
        const seconds = (performance.now() - start) / 1000;
        await others.report?.writeAsync(
            new TextEncoder().encode(JSON.stringify({ output: resolve(path), inputs: args.inputs, options, ...report, seconds }, null, 2) + "\n"),
        );
        for (const file of [...Object.values(others), clip]) {
            await file.keepAsync();
        }
        io.out(summary(path, report, source, seconds));
    } finally {
        [clip, ...Object.values(others)].forEach((file) => file.discard());
        await threads?.disposeAsync();
    }
}

async function encodeFramesAsync(
    source: IFileFrameSource,
    options: IClipEncoderOptions,
    clip: ClipOutputFile,
    permutation: OutputFile | undefined,
    threads: SegmentThreads | undefined,
    io: ICliIo,
): Promise<IEncodeReport> {
    const progress = new Progress(io, "encode", source.frameCount);
    const rows: Uint32Array[] = [];
    const encoder = new ClipEncoder(
        options,
        clip,
        {
            onSegment: ({ segment, firstFrame, frameCount, byteLength, slotCount }) =>
                progress.line(`segment ${segment}: frames ${firstFrame}..${firstFrame + frameCount - 1}, ${slotCount} slots, ${formatBytes(byteLength)}`),
            onFramePermutation: (_frame, sourceIndices) => permutation && rows.push(Uint32Array.of(sourceIndices.length), sourceIndices),
        },
        threads,
    );
    const writeRowsAsync = async (): Promise<void> => {
        for (const part of rows.splice(0)) {
            await permutation?.writeAsync(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
        }
    };
    for (let index = 0; index < source.frameCount; index++) {
        io.signal.throwIfAborted();
        await addFrameAsync(encoder, source, index);
        await writeRowsAsync();
        progress.frame(index + 1);
    }
    const report = await encoder.finishAsync();
    await writeRowsAsync();
    progress.end();
    return report;
}

/** Errors about a frame name its file. */
async function addFrameAsync(encoder: ClipEncoder, source: IFileFrameSource, index: number): Promise<void> {
    try {
        await encoder.addFrameAsync(await source.readFrameAsync(index));
    } catch (error) {
        if (error instanceof FvvError && error.category === "input" && error.where.source === undefined) {
            throw new FvvError(error.code, error.detail, { ...error.where, source: source.frameName(index) });
        }
        throw error;
    }
}

function jobCount(args: ICliArguments): number {
    const jobs = args.number("jobs") ?? Math.min(availableParallelism(), 8);
    if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256) {
        throw new FvvError("BAD_OPTION", `--jobs is ${jobs}; give a whole number from 1 to 256`, { source: "--jobs" });
    }
    return jobs;
}

function encoderOptions(args: ICliArguments, source: IFileFrameSource): IClipEncoderOptions {
    const up = args.text("up");
    if (up !== undefined && !UP_AXES.includes(up as UpAxis)) {
        throw new FvvError("BAD_OPTION", `--up is "${up}"; give one of ${UP_AXES.join(" ")}`, { source: "--up" });
    }
    const metadata = { title: args.text("title"), author: args.text("author"), licence: args.text("licence"), encoder: "babylon-fvv" };
    return {
        fps: args.number("fps") ?? source.fps,
        segmentLength: args.number("segment"),
        tracked: args.has("tracked"),
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

function summary(path: string, report: IEncodeReport, source: IFileFrameSource, seconds: number): string {
    const { byteLength, frameCount, droppedCount, segments, minLive, maxLive } = report;
    const dropped = droppedCount > 0 ? `dropped ${droppedCount} splats whose values are not finite\n` : "";
    const live = minLive === maxLive ? `${maxLive}` : `${minLive}..${maxLive}`;
    return (
        `${path}: ${formatBytes(byteLength)} (${byteLength} bytes), ${frameCount} frames of ${live} splats, ${segments.length} segments, ` +
        `${formatBytes(byteLength / frameCount)} a frame, input ${formatBytes(source.byteLength)}, ${seconds.toFixed(1)} s\n` +
        `${dropped}verified: every splat of every frame is within its bounds; worst ${formatErrors(report.worstErrors)}\n`
    );
}
