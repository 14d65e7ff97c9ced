import type { Browser } from "playwright-core";
import { kernelBytes, PLACE_BYTES, STATE_BYTES } from "../gpu/stageBytes.js";
import type { IFeedTimes, IKernelTimes, StagesPageApi } from "../pages/stagesPage.js";
import { BenchPage } from "./benchPage.js";
import type { IClipFiles } from "./clipFiles.js";

/** Picture of the draw, px. A GPU in software fills it pixel by pixel. */
export const PICTURE = { width: 640, height: 360 };

/** Splats of all frames measured, at most, and frames, at most and at least. */
const MEASURED_SPLATS = 1_200_000;
const MOST_FRAMES = 20;
const LEAST_FRAMES = 4;

/** The sorter in the worker reads positions and writes keys, counts keys and the living, moves words twice; bytes a splat. */
const WORKER_SORT_BYTES = 12 + 4 + 5 + 8 + 8;

/** What a whole frame should move at most, bytes a splat: state in and out, codes in; state in, cache and key out; four passes of keys and places; cache and order in. */
const BUDGET = { decode: 51, project: 60, sort: 80, draw: 36 };

/** Names of the stages, in the order of a frame. Those without an engine in their name are WebGPU's; `decode` is the same with both engines. */
export const STAGES = ["decode", "upload", "project", "sort", "draw", "webgl2Sort", "webgl2Upload"] as const;

/** A stage of a frame. */
export type StageName = (typeof STAGES)[number];

/** What a stage takes. */
export interface IStage {
    /** Camera orbiting, median; undefined where the GPU has no timestamps. */
    ms: number | undefined;
    /** Camera still. */
    stillMs: number | undefined;
    /** Bytes that it moves, each value read and written once a pass. */
    bytes: number;
    bytesPerSplat: number;
    /** What it should move at most. */
    floorPerSplat: number;
    /** Frames measured, of each camera. */
    frames: number;
}

/** Stages of a number of splats. */
export type Stages = Record<StageName, IStage>;

/** Feeds, projects, sorts and draws a number of splats, with the camera orbiting and still. */
export async function measureStagesAsync(browser: Browser, url: string, files: IClipFiles): Promise<Stages> {
    const { splats } = files;
    const frames = Math.min(MOST_FRAMES, Math.max(LEAST_FRAMES, Math.floor(MEASURED_SPLATS / splats)));
    const clip = `${url}/files/${files.clip}`;
    const { width, height } = PICTURE;
    const page = await BenchPage.OpenAsync<StagesPageApi>(browser, url, "stagesPage");
    const both = async <T>(measure: (isOrbiting: boolean) => Promise<T>): Promise<[T, T]> => [await measure(true), await measure(false)];
    const webgl2 = await both((isOrbiting) => page.callAsync("feed", "webgl2", clip, frames, isOrbiting));
    const webgpu = await both((isOrbiting) => page.callAsync("feed", "webgpu", clip, frames, isOrbiting));
    const kernels = await both((isOrbiting) => page.callAsync("runKernels", splats, frames, width, height, isOrbiting));
    await page.closeAsync();
    return toStages(files, webgl2, webgpu, kernels);
}

type Both<T> = readonly [orbiting: T, still: T];

function toStages({ splats, residualBytes }: IClipFiles, webgl2: Both<IFeedTimes>, webgpu: Both<IFeedTimes>, kernels: Both<IKernelTimes>): Stages {
    const stage = <T extends { frames: number }>([orbiting, still]: Both<T>, ms: (times: T) => number | undefined, bytes: number, floorPerSplat: number): IStage => ({
        ms: ms(orbiting),
        stillMs: ms(still),
        bytes,
        bytesPerSplat: bytes / splats,
        floorPerSplat,
        frames: orbiting.frames,
    });
    const [{ dataBytes, orderBytes }] = webgl2;
    const bytes = kernelBytes(splats, kernels[0].drawn);
    // Half of the splats move; rows are uploaded whole.
    const changed = STATE_BYTES / 2;
    return {
        decode: stage(webgl2, ({ decodeMs }) => decodeMs, residualBytes + dataBytes, BUDGET.decode),
        upload: stage(webgpu, ({ uploadMs }) => uploadMs, webgpu[0].dataBytes, changed),
        project: stage(kernels, ({ ms }) => ms?.project, bytes.project, BUDGET.project),
        sort: stage(kernels, ({ ms }) => ms?.sort, bytes.sort, BUDGET.sort),
        draw: stage(kernels, ({ ms }) => ms?.draw, bytes.draw, BUDGET.draw),
        webgl2Sort: stage(webgl2, ({ sortMs }) => sortMs, WORKER_SORT_BYTES * splats, BUDGET.sort),
        webgl2Upload: stage(webgl2, ({ uploadMs }) => uploadMs, dataBytes + orderBytes, changed + PLACE_BYTES),
    };
}

const NOTES: Readonly<Record<StageName, string>> = {
    decode: "worker: decoding and packing",
    upload: "main thread: calls, WebGPU",
    project: "GPU",
    sort: "GPU",
    draw: "GPU",
    webgl2Sort: "worker",
    webgl2Upload: "main thread: calls, order included",
};

/** Prints the stages of a number of splats. */
export function printStages(splats: number, stages: Stages): void {
    console.log(`${splats} splats, ${stages.draw.frames} frames of each camera, picture ${PICTURE.width} x ${PICTURE.height}, medians`);
    for (const name of STAGES) {
        const { ms, stillMs, bytes, bytesPerSplat, floorPerSplat } = stages[name];
        const time = (value: number | undefined): string => `${value?.toFixed(3) ?? "?"} ms`.padStart(12);
        console.log(
            `  ${name.padEnd(13)}${time(ms)} orbiting ${time(stillMs)} still   ${(bytes / 1e6).toFixed(2).padStart(7)} MB, ${bytesPerSplat.toFixed(1)} B a splat, floor ${floorPerSplat} B   (${NOTES[name]})`,
        );
    }
}
