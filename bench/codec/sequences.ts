import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openFrameSourceAsync } from "../../encoder/cli/fileFrameSource.js";
import { FVV_DEFAULT_QUALITY, type IClipEncoderOptions, type IFrameSource } from "../../encoder/index.js";
import { MovingCloud } from "../movingCloud.js";

/** Where the shared data and tools are; they belong to no release. */
export const SHARED = resolve("../shared");
const MADE = resolve(".cache/codec/sequences");

/** A sequence to measure. */
export interface IBenchSequence {
    name: string;
    /** Bytes that splat4d needs for the same frames at the same bounds: by default and at most effort. Absent: not known. */
    rivalBytes?: readonly [number, number];
    /** Whether it takes minutes and gigabytes, so that it is measured only when it is asked for by name. */
    isLarge?: boolean;
    /** Options of the encoder; absent: default bounds, splats tracked by index. */
    options?: IClipEncoderOptions;
    /** Opens the frames. */
    openAsync(): Promise<IFrameSource>;
}

/** What `make-sequence.mjs` is told besides where its output goes; paths from its folder. */
const PAIR = ["--glb", "../data/glb/CesiumMan.glb", "--splats", "30000", "--glb", "../data/glb/Fox.glb", "--clip", "Survey", "--splats", "20000"];
const QUEEN = ["--glb", "../data/glb/Fox.glb", "--clip", "Survey", "--splats", "8000"];
const QUEEN250 = ["--glb", "../data/glb/CesiumMan.glb", "--splats", "15000", "--glb", "../data/glb/Fox.glb", "--clip", "Survey", "--splats", "15000"];
const BACKGROUND = ["--background", "../data/static/centered_lastchance.splat"];
/** As many splats as QUEEN trains, of which as many move, with its noise. */
const TRAINED = [
    ...["--glb", "../data/glb/CesiumMan.glb", "--splats", "14000", "--glb", "../data/glb/Fox.glb", "--clip", "Survey", "--splats", "14000"],
    ...[...BACKGROUND, "--background-splats", "272000", "--noise", "queen", "--births", "--sh", "2", "--frames", "120"],
];

/** The sequences of which the rival's sizes are known. */
const SHARED_SEQUENCES: readonly IBenchSequence[] = [
    { name: "yellow", rivalBytes: [6093866, 4583584], openAsync: () => openSharedAsync("stg/yellow_clip2.splatv") },
    { name: "liam_tracked", rivalBytes: [1447370, 1165409], openAsync: () => openSharedAsync("liam_tracked") },
    { name: "pair", rivalBytes: [6261695, 4453379], openAsync: () => makeAsync("pair", [...PAIR, ...BACKGROUND]) },
    { name: "fox_queen", rivalBytes: [1618893, 1297803], openAsync: () => makeAsync("fox_queen", [...QUEEN, ...BACKGROUND, "--noise", "queen"]) },
    {
        name: "queen250",
        rivalBytes: [4612814, 3876456],
        openAsync: () => makeAsync("queen250", [...QUEEN250, ...BACKGROUND, "--noise", "queen", "--frames", "30"]),
    },
];

/** A sequence like those that QUEEN publishes the sizes of. */
const TRAINED_SEQUENCE: IBenchSequence = {
    name: "trained300k",
    isLarge: true,
    options: { fps: 30, quality: FVV_DEFAULT_QUALITY },
    openAsync: () => makeAsync("trained300k", TRAINED, "ply"),
};

/** What there is without the shared data. */
const PROCEDURAL: IBenchSequence = { name: "cloud", openAsync: () => Promise.resolve(new MovingCloud(50000, 30)) };

/** Nearly as many splats as a reader takes by default. */
const HUGE: IBenchSequence = { name: "cloud4m", isLarge: true, openAsync: () => Promise.resolve(new MovingCloud(4000000, 3)) };

/** Why the shared sequences cannot be measured; undefined where they can. */
export function whyNotShared(): string | undefined {
    const missing = [join(SHARED, "data"), join(SHARED, "tools/make-sequence.mjs")].find((path) => !existsSync(path));
    return missing && `there is no ${missing}: only a procedural sequence is measured, which the rival's sizes are not known of`;
}

/** The sequences that can be measured here. */
export function benchSequences(): readonly IBenchSequence[] {
    return whyNotShared() ? [PROCEDURAL, HUGE] : [...SHARED_SEQUENCES, TRAINED_SEQUENCE, HUGE];
}

async function openSharedAsync(path: string): Promise<IFrameSource> {
    return await openFrameSourceAsync([join(SHARED, "data", path)], { fps: 30, duration: 2 });
}

/** Makes a sequence, unless it is there from an earlier run: its record is written last. */
async function makeAsync(name: string, settings: readonly string[], format = "splat"): Promise<IFrameSource> {
    const folder = join(MADE, name);
    const record = join(folder, "sequence.json");
    const args = [...settings, "--format", format];
    const command = `node make-sequence.mjs ${args.join(" ")}`;
    if (!existsSync(record) || (JSON.parse(readFileSync(record, "utf8")) as { command: string }).command !== command) {
        console.error(`making ${name} ...`);
        execFileSync(process.execPath, ["make-sequence.mjs", "--out", folder, ...args], { cwd: join(SHARED, "tools"), stdio: ["ignore", "ignore", "inherit"] });
    }
    return await openFrameSourceAsync([folder], {});
}

/**
 * A sequence that can be measured here.
 * @param name its name
 */
export function findSequence(name: string): IBenchSequence {
    const found = benchSequences().find((sequence) => sequence.name === name);
    if (!found) {
        throw new Error(
            `There is no sequence "${name}"; there are ${benchSequences()
                .map((sequence) => sequence.name)
                .join(", ")}`,
        );
    }
    return found;
}

/** Path of the clip that is made of a sequence. */
export function clipPath(name: string): string {
    return resolve(".cache/codec/clips", `${name}.fvv`);
}
