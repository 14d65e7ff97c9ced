import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FvvError } from "../../format/fvvError.js";
import { ClipReader } from "../clipReader.js";
import { writePly } from "../writers/writePly.js";
import { writeSplat } from "../writers/writeSplat.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { readClipBytesAsync } from "./openClip.js";
import type { ICliArguments } from "./options.js";
import { OutputFile } from "./outputFile.js";
import { Progress } from "./progress.js";

/** `fvv decode`. */
export const decodeCommand: ICommand = {
    name: "decode",
    usage: "CLIP [-o DIR] [--audio FILE]",
    summary: "writes each frame of a clip as a file, live splats in the order of their slots, and its sound",
    options: [
        { name: "output", short: "o", value: "DIR", help: "folder for frame_0000.ply and so on; made where it is missing" },
        { name: "frames", value: "A..B", help: "only these frames, from 0, both included" },
        { name: "format", value: "ply|splat", help: "ply is exact, splat has 8-bit colour, opacity and rotation and no SH (ply)" },
        { name: "audio", value: "FILE", help: "write the sound of the clip, byte for byte as it was given; without -o nothing else" },
        { name: "force", help: "replace files that are there already" },
    ],
    runAsync: decodeAsync,
};

const WRITERS = { ply: writePly, splat: writeSplat };

async function decodeAsync(args: ICliArguments, io: ICliIo): Promise<void> {
    const folder = args.text("output");
    const audioPath = args.text("audio");
    if (args.inputs.length !== 1 || (folder === undefined && audioPath === undefined)) {
        throw new FvvError("BAD_OPTION", "decode needs one clip, and -o DIR or --audio FILE; `fvv decode --help` lists the options");
    }
    const format = args.text("format") ?? "ply";
    if (format !== "ply" && format !== "splat") {
        throw new FvvError("BAD_OPTION", `--format is "${format}"; give ply or splat`, { source: "--format" });
    }
    const clip = new ClipReader(await readClipBytesAsync(args.inputs[0]));
    if (audioPath !== undefined) {
        await writeAudioAsync(clip, audioPath, args, io);
    }
    if (folder !== undefined) {
        await writeFramesAsync(clip, folder, format, args, io);
    }
}

async function writeAudioAsync(clip: ClipReader, path: string, args: ICliArguments, io: ICliIo): Promise<void> {
    const audio = clip.readAudio();
    if (!audio) {
        throw new FvvError("BAD_OPTION", "The clip has no sound; leave --audio away", { source: args.inputs[0] });
    }
    await writeAsync(path, audio, args.has("force"));
    io.out(`${path}: ${clip.audio?.mimeType}, ${audio.length} bytes\n`);
}

async function writeFramesAsync(clip: ClipReader, folder: string, format: keyof typeof WRITERS, args: ICliArguments, io: ICliIo): Promise<void> {
    const { first, last } = args.range("frames") ?? { first: 0, last: clip.frameCount - 1 };
    if (last >= clip.frameCount) {
        throw new FvvError("FRAME_OUT_OF_RANGE", `--frames ${first}..${last} asks for more than the clip's frames 0..${clip.frameCount - 1}`, { source: "--frames" });
    }
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw FvvError.From(error, "UNWRITABLE_OUTPUT", "The folder cannot be made; check its place and rights", { source: folder });
    });
    const progress = new Progress(io, "decode", last - first + 1);
    for (let frame = first; frame <= last; frame++) {
        io.signal.throwIfAborted();
        const bytes = WRITERS[format](await clip.readFrameAsync(frame));
        await writeAsync(join(folder, `frame_${String(frame).padStart(4, "0")}.${format}`), bytes, args.has("force"));
        progress.frame(frame - first + 1);
    }
    progress.end();
    io.out(`${folder}: ${last - first + 1} frames as .${format}\n`);
}

async function writeAsync(path: string, bytes: Uint8Array, force: boolean): Promise<void> {
    const file = await OutputFile.OpenAsync(path, force);
    try {
        await file.writeAsync(bytes);
        await file.keepAsync();
    } finally {
        file.discard();
    }
}
