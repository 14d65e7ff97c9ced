import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { UpAxis } from "../../format/clipHeader.js";
import { FvvError } from "../../format/fvvError.js";
import { isFrameFileName, readFrameAsync, upAxisOfFile } from "../readers/readFrame.js";
import { SplatvSource, type ISplatvOptions } from "../readers/splatvReader.js";
import type { IFrameFile } from "../readers/frameFile.js";
import type { IFrameSource, ISplatFrame } from "../splatFrame.js";

/** Frames first to last, both included. */
export interface IFrameRange {
    first: number;
    last: number;
}

/** A sequence of frames on disk. */
export interface IFileFrameSource extends IFrameSource {
    /** Up axis that the file format prescribes, where it does. */
    readonly up?: UpAxis;
    /** Bytes of the input files. */
    readonly byteLength: number;
    /**
     * Bytes of the file that a frame is in.
     * @param index 0..frameCount-1
     */
    frameByteLength(index: number): number;
}

/**
 * Opens a sequence: one `.splatv`, or one file a frame, given as a folder, a glob in the last part of a path, or files; in natural order.
 * @param inputs folders, globs and files
 * @param options how a .splatv is sampled
 * @param range which frames of it; default all
 */
export async function openFrameSourceAsync(inputs: readonly string[], options: ISplatvOptions, range?: IFrameRange): Promise<IFileFrameSource> {
    const files = (await Promise.all(inputs.map(expandAsync))).flat();
    if (files.length === 0) {
        throw new FvvError("NO_INPUT", "There is no frame in the input; give a folder or files of splats (.ply, .splat, .splatv, .spz, .sog, .ksplat)", {
            source: inputs.join(" "),
        });
    }
    const sequences = files.filter(isSequenceName);
    if (sequences.length > 0 && files.length > 1) {
        throw new FvvError("BAD_OPTION", "A .splatv file holds a whole sequence; give it alone", { source: sequences[0] });
    }
    const kinds = new Set(files.map(kindOf));
    if (kinds.size > 1) {
        throw new FvvError("UNSUPPORTED_INPUT", `The input mixes ${[...kinds].join(" and ")}; give files of one kind, for instance by a glob "*${[...kinds][0]}"`, {
            source: inputs.join(" "),
        });
    }
    const source = sequences.length > 0 ? await openSequenceAsync(files[0], options) : await openFilesAsync(files);
    return range ? cutFrames(source, range) : source;
}

function isSequenceName(name: string): boolean {
    return name.toLowerCase().endsWith(".splatv");
}

/**
 * What all files of a sequence have in common: the end of their names.
 * @param name name of a file
 */
export function kindOf(name: string): string {
    return /\.compressed\.ply$/i.test(name) ? ".compressed.ply" : extname(name).toLowerCase();
}

async function expandAsync(input: string): Promise<string[]> {
    if (!existsSync(input) && /[*?]/.test(basename(input))) {
        return naturally(await matchesAsync(input));
    }
    const found = await stat(input).catch((error: unknown) => {
        throw FvvError.From(error, "UNREADABLE_INPUT", "The input cannot be found; check the path", { source: input });
    });
    if (!found.isDirectory()) {
        return [input];
    }
    const entries = await readdir(input, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    const frames = names.filter(isFrameFileName);
    if (frames.length === 0) {
        const sequences = names.filter(isSequenceName);
        const unbundled = entries
            .filter((entry) => entry.isDirectory() && existsSync(join(input, entry.name, "meta.json")))
            .map((entry) => join(entry.name, "meta.json"));
        return naturally([...sequences, ...unbundled].map((name) => join(input, name)));
    }
    return naturally(frames.map((name) => join(input, name)));
}

async function matchesAsync(glob: string): Promise<string[]> {
    const folder = dirname(glob);
    const pattern = basename(glob)
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*/g, ".*")
        .replace(/\?/g, ".");
    const names = await readdir(folder).catch((error: unknown) => {
        throw FvvError.From(error, "UNREADABLE_INPUT", "The folder cannot be read; check the path", { source: folder });
    });
    return names.filter((name) => new RegExp(`^${pattern}$`).test(name)).map((name) => join(folder, name));
}

/** Order of names: frame_2 comes before frame_10. */
export const compareNaturally = new Intl.Collator("en", { numeric: true }).compare;

function naturally(names: string[]): string[] {
    return names.sort(compareNaturally);
}

/**
 * Reads a file that holds one frame.
 * @param path the file
 */
export async function frameFileOf(path: string): Promise<IFrameFile> {
    return { name: path, bytes: await readBytesAsync(path), readSiblingAsync: (sibling) => readBytesAsync(join(dirname(path), sibling)) };
}

async function readBytesAsync(path: string): Promise<Uint8Array> {
    return await readFile(path).catch((error: unknown) => {
        throw FvvError.From(error, "UNREADABLE_INPUT", "The file cannot be read", { source: path });
    });
}

async function openSequenceAsync(path: string, options: ISplatvOptions): Promise<IFileFrameSource> {
    const bytes = await readBytesAsync(path);
    const source = new SplatvSource(bytes, path, options);
    return {
        frameCount: source.frameCount,
        fps: source.fps,
        byteLength: bytes.length,
        frameByteLength: () => bytes.length,
        frameName: (index) => source.frameName(index),
        readFrameAsync: (index) => source.readFrameAsync(index),
    };
}

async function openFilesAsync(files: readonly string[]): Promise<IFileFrameSource> {
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    let degree: number | undefined;
    return {
        frameCount: files.length,
        up: upAxisOfFile(files[0]),
        byteLength: sizes.reduce((sum, size) => sum + size, 0),
        frameByteLength: (index) => sizes[index],
        frameName: (index) => files[index],
        readFrameAsync: async (index): Promise<ISplatFrame> => {
            const name = files[index];
            const frame = await readFrameAsync(await frameFileOf(name));
            degree ??= frame.shDegree;
            if (frame.shDegree !== degree) {
                throw new FvvError(
                    "MIXED_SH_DEGREE",
                    `The file has spherical harmonics of degree ${frame.shDegree}, the first frame of degree ${degree}; export all frames with the same degree`,
                    { source: name, frame: index },
                );
            }
            return frame;
        },
    };
}

/**
 * Some frames of a sequence; each keeps its name and its time.
 * @param source the sequence
 * @param range which frames of it
 */
export function cutFrames(source: IFileFrameSource, { first, last }: IFrameRange): IFileFrameSource {
    if (last >= source.frameCount) {
        throw new FvvError(
            "FRAME_OUT_OF_RANGE",
            `--frames ${first}..${last} asks for more than the ${source.frameCount} frames of the input (0..${source.frameCount - 1})`,
            {
                source: "--frames",
            },
        );
    }
    return {
        ...source,
        frameCount: last - first + 1,
        frameByteLength: (index) => source.frameByteLength(first + index),
        frameName: (index) => source.frameName(first + index),
        readFrameAsync: (index) => source.readFrameAsync(first + index),
    };
}
