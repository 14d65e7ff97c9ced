import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ClipEncoder, ClipReader, MemoryClipOutput, readFrameAsync, type IClipEncoderOptions, type IErrorBounds, type ISplatFrame } from "../../encoder/index.js";
import { attributeErrors, type IAttributeErrors } from "./attributeErrors.js";
import { SHARED } from "./sequences.js";
import { sogErrors } from "./sogErrors.js";

const MADE = resolve(".cache/codec/stills");
const SPLAT_TRANSFORM = resolve("node_modules/@playcanvas/splat-transform/bin/cli.mjs");

/** A one-frame clip of ours. */
export interface IStillClip {
    bytes: number;
    bytesPerSplat: number;
    /** Our bytes to the other format's. */
    ratio: number;
    /** Error bounds that it was made at, in the units of the file. */
    bounds: IErrorBounds;
    /** Its mean absolute errors. */
    mean: IErrorBounds;
    /** Attributes for which the encoder has no bound so small, or so large: our error there is another one than the other format's. */
    clamped: string[];
}

/** A still frame of ours next to another format. */
export interface IStillResult {
    name: string;
    format: string;
    splats: number;
    shDegree: number;
    /** Bytes of the other format. */
    otherBytes: number;
    otherBytesPerSplat: number;
    /** Errors of the other format against the content. */
    otherErrors: IAttributeErrors;
    /**
     * Ours with the same mean absolute error in each attribute: the comparison to go by. A few splats of the other format can be far worse than the mean; ours cannot.
     */
    equalMean: IStillClip;
    /** Ours where no splat is worse than the worst one of the other format. */
    equalWorst: IStillClip;
}

/** Contents, and the file that each one is made from. */
const CONTENTS = {
    biker: "static/biker.compressed.ply",
    playbot: "sog_playbot/2_0/meta.json",
} as const;

/**
 * Compares still frames with SPZ v4 and SOG.
 *
 * The content of `biker` is its compressed PLY as decoded; SPZ and SOG are written from that by splat-transform, so their errors against it are known (the shared
 * biker.spz was made from what the compressed PLY was made from, and is as large). The content of `playbot` is its SOG as decoded, and SPZ is written from that. Against
 * its SOG its errors are not known, for what the SOG was made from is not there: they are taken to be those of rounding to its values (see `sogErrors`); that leaves
 * out the error of its palette of spherical harmonics, which is much larger, and so asks too much of ours.
 */
export async function measureStillsAsync(): Promise<IStillResult[]> {
    mkdirSync(MADE, { recursive: true });
    return [
        await compareAsync("biker", "spz", await readBackAsync("biker", "spz")),
        await compareAsync("biker", "sog", await readBackAsync("biker", "sog")),
        await compareAsync("playbot", "spz", await readBackAsync("playbot", "spz")),
        await compareAsync("playbot", "sog", await sharedSogAsync(join(SHARED, "data/sog_playbot/2_0"))),
    ];
}

interface IOther {
    bytes: number;
    errors: IAttributeErrors;
    /** Whether the errors were measured against the content; else they are of the values that the content has, to which it is bound. */
    isMeasured: boolean;
}

/** The content as PLY of floats, in Morton order: that is the order in which SOG is written, so rows stay rows in all formats. */
async function contentAsync(name: keyof typeof CONTENTS): Promise<ISplatFrame> {
    return await readPlyAsync(transform(join(SHARED, "data", CONTENTS[name]), `${name}.ply`, "-m"));
}

/** Writes the content in a format and reads it back: as PLY, so that all axes are those of the content. */
async function readBackAsync(name: keyof typeof CONTENTS, format: string): Promise<IOther> {
    const content = await contentAsync(name);
    const file = transform(join(MADE, `${name}.ply`), `${name}.${format}`);
    const errors = attributeErrors(await readPlyAsync(transform(file, `${name}.${format}.ply`)), content);
    if (errors.mean.position > 0.01) {
        throw new Error(`The rows of ${file} are in another order than those of its source; positions differ by ${errors.mean.position}`);
    }
    return { bytes: statSync(file).size, errors, isMeasured: true };
}

async function sharedSogAsync(folder: string): Promise<IOther> {
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    return { bytes, errors: sogErrors(await contentAsync("playbot"), readFileSync(join(folder, "meta.json"), "utf8")), isMeasured: false };
}

async function readPlyAsync(path: string): Promise<ISplatFrame> {
    return await readFrameAsync({ name: path, bytes: readFileSync(path) });
}

/** Converts by splat-transform, unless that was done before; a file is there when it is whole. */
function transform(input: string, name: string, ...actions: string[]): string {
    const output = join(MADE, name);
    if (!existsSync(output)) {
        const unfinished = join(MADE, `unfinished.${name}`);
        execFileSync(process.execPath, [SPLAT_TRANSFORM, "-q", "-w", "-g", "cpu", input, ...actions, unfinished], { stdio: ["ignore", "ignore", "inherit"] });
        renameSync(unfinished, output);
    }
    return output;
}

async function compareAsync(name: keyof typeof CONTENTS, format: string, other: IOther): Promise<IStillResult> {
    const { bytes, errors } = other;
    const content = await contentAsync(name);
    return {
        name,
        format,
        splats: content.count,
        shDegree: content.shDegree,
        otherBytes: bytes,
        otherBytesPerSplat: bytes / content.count,
        otherErrors: errors,
        equalMean: await encodeEqualMeanAsync(content, other),
        equalWorst: await encodeAsync(content, { ...errors.worst, scale: Math.expm1(errors.worst.scale) }, bytes),
    };
}

/**
 * The error of a value that is rounded to steps of twice the bound is half the bound in the mean. Where the encoder makes another one of it, as of rotations, the bounds
 * are corrected by what came out; but not where the content stands on steps of its own, which ours fall together with or not.
 */
async function encodeEqualMeanAsync(content: ISplatFrame, { bytes, errors, isMeasured }: IOther): Promise<IStillClip> {
    const names = Object.keys(errors.mean) as (keyof IErrorBounds)[];
    const bounds = { ...errors.mean };
    names.forEach((name) => (bounds[name] *= 2));
    const first = await encodeAsync(content, bounds, bytes);
    if (!isMeasured) {
        return first;
    }
    names.forEach((name) => (bounds[name] = first.mean[name] > 0 ? (first.bounds[name] * errors.mean[name]) / first.mean[name] : bounds[name]));
    return await encodeAsync(content, bounds, bytes);
}

/** Bounds that the encoder takes, in the units of the file; of opacities half a level, since those of the contents stand on levels, and all formats keep them there. */
const LEAST: IErrorBounds = { position: 1e-9, scale: 1e-4, rotation: 1 / 510, opacity: 0.5 / 255, color: 0.05 / 255, sh: 1e-4 };
const MOST: IErrorBounds = { position: 1e9, scale: 0.5, rotation: 0.25, opacity: 128 / 255, color: 128 / 255, sh: 4 };

async function encodeAsync(content: ISplatFrame, wanted: IErrorBounds, otherBytes: number): Promise<IStillClip> {
    const names = (Object.keys(wanted) as (keyof IErrorBounds)[]).filter((name) => name !== "sh" || content.shDegree > 0);
    const least: IErrorBounds = { ...LEAST, sh: leastShError(content) };
    const bounds: IErrorBounds = { ...least };
    names.forEach((name) => (bounds[name] = Math.min(Math.max(wanted[name], least[name]), MOST[name])));
    const options: IClipEncoderOptions = {
        positionError: bounds.position,
        scaleError: bounds.scale,
        rotationError: bounds.rotation,
        opacityError: 255 * bounds.opacity,
        colorError: 255 * bounds.color,
        shError: bounds.sh,
    };
    const output = new MemoryClipOutput();
    let rows = new Uint32Array();
    const encoder = new ClipEncoder(options, output, { onFramePermutation: (_, sourceIndices) => (rows = Uint32Array.from(sourceIndices)) });
    await encoder.addFrameAsync(content);
    await encoder.finishAsync();
    const bytes = output.toBytes();
    const { mean } = attributeErrors(await new ClipReader(bytes).readFrameAsync(0), content, rows);
    return {
        bytes: bytes.length,
        bytesPerSplat: bytes.length / content.count,
        ratio: bytes.length / otherBytes,
        bounds,
        mean,
        clamped: names.filter((name) => bounds[name] !== wanted[name]),
    };
}

/** Coefficients have 8 bits, so the larger the range they span, the larger the least error. */
function leastShError({ sh }: ISplatFrame): number {
    const span = sh.reduce((most, value) => Math.max(most, value), -Infinity) - sh.reduce((least, value) => Math.min(least, value), Infinity);
    return Math.max(LEAST.sh, span / (2 * 254));
}
