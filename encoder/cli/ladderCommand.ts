import { basename, dirname, join } from "node:path";
import { FvvError } from "../../format/fvvError.js";
import { writeLadderManifest, type ILadderManifest } from "../../format/ladderManifest.js";
import type { IClipEncoderEvents } from "../clipEncoder.js";
import type { CheckedAudio } from "../encoderAudio.js";
import { resolveEncoderOptions, type IClipEncoderOptions } from "../encoderOptions.js";
import { describeRendition, LadderEncoder, type IRenditionOptions } from "../ladderEncoder.js";
import { addFedFrameAsync } from "./addFedFrame.js";
import { AUDIO_ENDINGS, readAudioAsync } from "./audioFile.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { ENCODE_OPTIONS, encoderOptions, jobCount } from "./encodeOptions.js";
import { formatBytes } from "./formatting.js";
import type { IFrameFeed } from "./frameFeed.js";
import { describeLadder } from "./ladderInfo.js";
import { openFeedAsync } from "./openFeed.js";
import type { ICliArguments } from "./options.js";
import { ClipOutputFile, OutputFile } from "./outputFile.js";
import { Progress } from "./progress.js";
import { SegmentThreads } from "./segmentThreads.js";

/** Options of `encode` that say how one clip is to be, or that go with one file. */
const NOT_OF_LADDERS: readonly string[] = [
    ...["output", "shard", "resume", "quality", "max-bytes", "bitrate", "perm-out", "report", "capacity"],
    ...["pos-error", "scale-error", "rot-error", "color-error", "opacity-error", "sh-error"],
];

const DEFAULT_RENDITIONS = "40,55,70";

/** `fvv ladder`. */
export const ladderCommand: ICommand = {
    name: "ladder",
    usage: "INPUT... -o NAME.fvvm",
    summary: "makes several renditions of one sequence, with the same segments, and a manifest that lists them",
    options: [
        { name: "output", short: "o", value: "NAME.fvvm", help: "the manifest to write; the clips are beside it: NAME-q40.fvv and so on" },
        {
            name: "renditions",
            value: "LIST",
            help: `a quality each; 40@0.25 has only the quarter of the splats that matter most, for an instant start (${DEFAULT_RENDITIONS})`,
        },
        ...ENCODE_OPTIONS.filter(({ name }) => !NOT_OF_LADDERS.includes(name)),
    ],
    runAsync: ladderAsync,
};

/** A rendition that the user wants. */
interface IWantedRendition {
    /** Name of its clip. */
    name: string;
    quality: number;
    share: number;
}

/** The files of a ladder. */
interface ILadderFiles {
    clips: ClipOutputFile[];
    manifest: OutputFile;
    audio?: OutputFile;
}

async function ladderAsync(args: ICliArguments, io: ICliIo): Promise<void> {
    const path = args.text("output");
    if (args.inputs.length === 0 || !path?.endsWith(".fvvm")) {
        throw new FvvError("BAD_OPTION", "ladder needs an input and -o NAME.fvvm; `fvv ladder --help` lists the options");
    }
    // Options and the outputs are refused before anything is waited for or made.
    const wanted = readRenditions(args.text("renditions") ?? DEFAULT_RENDITIONS, basename(path, ".fvvm"));
    const jobs = jobCount(args);
    resolveEncoderOptions(encoderOptions(args, {}));
    const clipPaths = wanted.map(({ name }) => join(dirname(path), name));
    const audio = await readAudioAsync(args);
    const audioName = audio && basename(path, ".fvvm") + AUDIO_ENDINGS[audio.mimeType];
    const audioPath = audioName && join(dirname(path), audioName);
    const others = [...clipPaths, ...(audioPath === undefined ? [] : [audioPath])];
    [path, ...others].forEach((name) => OutputFile.CheckFree(name, args.has("force")));
    const feed = await openFeedAsync(args, io);
    const threads = jobs > 1 ? new SegmentThreads(jobs) : undefined;
    const files = await openFilesAsync(path, clipPaths, audioPath, args.has("force"));
    try {
        const renditions = await encodeFramesAsync(feed, encoderOptions(args, feed), wanted, files, threads, io);
        const manifest = { ...renditions, ...(audio && audioName ? { audio: { url: encodeURIComponent(audioName), startTime: audio.startTime } } : {}) };
        await writeAudioAsync(files, audio);
        await files.manifest.writeAsync(new TextEncoder().encode(writeLadderManifest(manifest)));
        for (const file of [...files.clips, files.audio, files.manifest]) {
            await file?.keepAsync();
        }
        io.out(describeLadder(path, manifest));
    } finally {
        discard(files);
        await threads?.disposeAsync();
    }
}

async function writeAudioAsync({ audio }: ILadderFiles, sound: CheckedAudio | undefined): Promise<void> {
    if (sound) {
        await audio?.writeAsync(sound.bytes);
    }
}

async function openFilesAsync(path: string, clipPaths: readonly string[], audioPath: string | undefined, force: boolean): Promise<ILadderFiles> {
    const files: ILadderFiles = { clips: [], manifest: await OutputFile.OpenAsync(path, force) };
    try {
        for (const clipPath of clipPaths) {
            files.clips.push(await ClipOutputFile.OpenAsync(clipPath, force));
        }
        files.audio = audioPath === undefined ? undefined : await OutputFile.OpenAsync(audioPath, force);
        return files;
    } catch (error) {
        discard(files);
        throw error;
    }
}

function discard({ clips, manifest, audio }: ILadderFiles): void {
    [...clips, manifest, audio].forEach((file) => file?.discard());
}

async function encodeFramesAsync(
    feed: IFrameFeed,
    options: IClipEncoderOptions,
    wanted: readonly IWantedRendition[],
    { clips }: ILadderFiles,
    threads: SegmentThreads | undefined,
    io: ICliIo,
): Promise<ILadderManifest> {
    const progress = new Progress(io, "encode", feed.frameCount);
    const renditions = wanted.map(({ name, quality, share }, i): IRenditionOptions => {
        const onSegment: IClipEncoderEvents["onSegment"] = ({ segment, byteLength }) => progress.line(`${name}: segment ${segment}, ${formatBytes(byteLength)}`);
        return { quality, share, output: clips[i], events: { onSegment } };
    });
    const encoder = new LadderEncoder(options, renditions, threads);
    let done = 0;
    for (let fed = await feed.nextAsync(); fed; fed = await feed.nextAsync()) {
        io.signal.throwIfAborted();
        await addFedFrameAsync(encoder, fed);
        progress.frame(++done);
    }
    const reports = await encoder.finishAsync();
    progress.end();
    const { fps } = resolveEncoderOptions(options);
    const described = reports.map((report, i) => describeRendition(encodeURIComponent(wanted[i].name), report, fps, wanted[i].quality));
    return { renditions: described.sort((a, b) => a.bitrate - b.bitrate) };
}

/** "40@0.25,70": two renditions, the first of which has a quarter of the splats. */
function readRenditions(list: string, baseName: string): IWantedRendition[] {
    const wanted = list.split(",").map((text) => {
        const match = /^(\d+(?:\.\d+)?)(?:@(\d*\.?\d+))?$/.exec(text.trim());
        if (!match) {
            throw new FvvError("BAD_OPTION", `--renditions has "${text}"; give qualities, and shares of the splats where wanted, for instance 40@0.25,55,70`, {
                source: "--renditions",
            });
        }
        const [, quality, share] = match;
        return { name: `${baseName}-q${quality}${share === undefined ? "" : `-s${share}`}.fvv`, quality: Number(quality), share: Number(share ?? 1) };
    });
    const twice = wanted.find(({ name }, i) => wanted.findIndex((other) => other.name === name) < i);
    if (twice) {
        throw new FvvError("BAD_OPTION", `--renditions has ${twice.name} twice; give each rendition once`, { source: "--renditions" });
    }
    return wanted;
}
