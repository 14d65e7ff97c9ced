import { parseArgs } from "node:util";
import { CloudPainter } from "./gpu/cloudPainter.js";
import { makeSplats, type IPackedSplats } from "./gpu/gpuSplats.js";
import { openDeviceAsync } from "./gpu/openDevice.js";
import { kernelBytes, type IKernelBytes } from "./gpu/stageBytes.js";
import type { Stage } from "./gpu/stageTimer.js";
import { encodeFrame, timeStagesAsync } from "./gpu/timeStages.js";
import { ViewedCloud } from "./gpu/viewedCloud.js";

/** The kernels and the draw on a GPU without a browser: Node and Dawn (npm package `webgpu`), over Vulkan. */

const WIDTH = 1920;
const HEIGHT = 1080;
const SIZES = [50_000, 200_000, 300_000, 1_000_000];
/** Typical standard deviation of a splat, of a scene of size 4. */
const SPLAT_SIZE = 0.008;
/** Part of the splats that a content frame changes, and content frames a drawn frame (30 of 90). */
const CHANGED = 0.5;
const CONTENT_EVERY = 3;

const { values } = parseArgs({
    options: { json: { type: "boolean" }, frames: { type: "string", default: "300" }, splats: { type: "string" }, still: { type: "boolean" } },
});
const frames = Number(values.frames);
const sizes = values.splats ? [Number(values.splats)] : SIZES;

interface IResult {
    splats: number;
    drawn: number;
    /** Frames a second with everything, uploads of content frames included. */
    framesPerSecond: number;
    /** Medians, ms. */
    stages: Record<Stage, number> | undefined;
    /** Bytes that the kernels move at least, of a frame. */
    bytes: IKernelBytes;
}

/** Dawn's devices end with the object that they came from. */
let gpu: GPU;

async function openDawnAsync(): Promise<{ device: GPUDevice; name: string }> {
    let dawn: { create(flags: string[]): GPU; globals: object };
    try {
        dawn = await import("webgpu");
    } catch {
        console.error("the npm package `webgpu` is not here: npm install --no-save webgpu; it also needs libvulkan.so.1 and a Vulkan driver");
        process.exit(2);
    }
    Object.assign(globalThis, dawn.globals);
    gpu = dawn.create([]);
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) {
        console.error("there is no WebGPU adapter: no Vulkan driver was found");
        process.exit(2);
    }
    return { device: await openDeviceAsync(adapter), name: `${adapter.info.vendor} ${adapter.info.architecture} ${adapter.info.description}` };
}

/** What a content frame changes goes up again, the same words: the bytes are what counts. */
function uploadContent(device: GPUDevice, cloud: ViewedCloud, { splatA, splatB, count }: IPackedSplats): void {
    const changed = Math.floor(count * CHANGED);
    device.queue.writeBuffer(cloud.splats.states[0].splatA, 0, splatA, 0, 4 * changed);
    device.queue.writeBuffer(cloud.splats.states[0].splatB, 0, splatB, 0, 2 * changed);
}

async function framesPerSecondAsync(device: GPUDevice, cloud: ViewedCloud, painter: CloudPainter, splats: IPackedSplats): Promise<number> {
    const run = async (count: number): Promise<number> => {
        const start = performance.now();
        for (let frame = 0; frame < count; frame++) {
            if (frame % CONTENT_EVERY === 0) {
                uploadContent(device, cloud, splats);
            }
            cloud.look(values.still ? 0.3 : 0.01 * frame, 4.5, WIDTH, HEIGHT);
            const encoder = device.createCommandEncoder();
            encodeFrame(encoder, cloud, painter);
            device.queue.submit([encoder.finish()]);
            if (frame % 8 === 7) {
                await device.queue.onSubmittedWorkDone();
            }
        }
        await device.queue.onSubmittedWorkDone();
        return (1000 * count) / (performance.now() - start);
    };
    await run(Math.ceil(frames / 10));
    return await run(frames);
}

async function measureAsync(device: GPUDevice, count: number): Promise<IResult> {
    const splats = makeSplats(count, SPLAT_SIZE);
    const cloud = await ViewedCloud.CreateAsync(device, splats);
    const painter = await CloudPainter.CreateAsync(cloud, WIDTH, HEIGHT);
    const framesPerSecond = await framesPerSecondAsync(device, cloud, painter, splats);
    const stages = await timeStagesAsync(cloud, painter, Math.min(frames, 100), (frame) => cloud.look(0.01 * frame, 4.5, WIDTH, HEIGHT));
    const drawn = await cloud.countDrawnAsync();
    return { splats: count, drawn, framesPerSecond, stages, bytes: kernelBytes(count, drawn) };
}

const { device, name } = await openDawnAsync();
console.log(`${name}, ${WIDTH} x ${HEIGHT}, camera ${values.still ? "still" : "orbiting"}, every ${CONTENT_EVERY}rd frame uploads ${100 * CHANGED} % of the splats`);
const results: IResult[] = [];
for (const count of sizes) {
    const result = await measureAsync(device, count);
    results.push(result);
    const { drawn, framesPerSecond, stages, bytes } = result;
    const part = (stage: "project" | "sort"): string =>
        stages ? `${stages[stage].toFixed(3)} ms (${(bytes[stage] / stages[stage] / 1e6).toFixed(1)} GB/s of the least bytes)` : "?";
    console.log(
        `${count} splats, ${drawn} drawn: ${framesPerSecond.toFixed(1)} frames/s; project ${part("project")}, sort ${part("sort")}, draw ${stages?.draw.toFixed(3) ?? "?"} ms`,
    );
}
if (values.json) {
    console.log(JSON.stringify({ device: name, width: WIDTH, height: HEIGHT, results }));
}
device.destroy();
process.exit(0);
