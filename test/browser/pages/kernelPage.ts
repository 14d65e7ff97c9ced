import { makeSplats } from "../../../bench/gpu/gpuSplats.js";
import { readWordsAsync, ViewedCloud } from "../../../bench/gpu/viewedCloud.js";

/** Key of what is not drawn. */
const NOT_DRAWN = 0xffffffff;

/** How the order of the GPU differs from the one that its keys ask for. */
export interface ISortOutcome {
    /** Splats that have a key. */
    drawn: number;
    /** What the kernels counted. */
    counted: number;
    /** Instances of the draw. */
    instances: number;
    /** Distinct keys. */
    distinctKeys: number;
    /** First place at which the order is not that of the keys, equal keys in the order of slots; -1 where there is none. */
    firstWrong: number;
    /** What the device complained about. */
    errors: string[];
}

let device: Promise<GPUDevice> | undefined;

async function createDeviceAsync(): Promise<GPUDevice> {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) {
        throw new Error("no WebGPU adapter");
    }
    return await adapter.requestDevice();
}

const api = {
    /** Sorts a cloud and compares the order with one that JavaScript makes of the keys. */
    async sort(count: number, keySteps: number, angle: number): Promise<ISortOutcome> {
        const gpu = await (device ??= createDeviceAsync());
        const errors: string[] = [];
        gpu.onuncapturederror = ({ error }) => errors.push(error.message);
        const splats = makeSplats(count, 0.01, count);
        // Coarse positions make many equal keys.
        for (let s = 0; s < count && keySteps > 0; s++) {
            for (let c = 0; c < 3; c++) {
                const at = 4 * s + c;
                splats.splatA[at] -= (splats.splatA[at] & 0x7fffff) % Math.floor(2 ** 23 / keySteps);
            }
        }
        const cloud = await ViewedCloud.CreateAsync(gpu, splats);
        cloud.look(angle, 4, 320, 240);
        cloud.submit();
        // Once more from elsewhere and back: nothing of an earlier sort may show.
        cloud.look(angle + 1, 3, 320, 240);
        cloud.submit();
        cloud.look(angle, 4, 320, 240);
        cloud.submit();
        const keys = await readWordsAsync(gpu, cloud.scratch.keys, count);
        const order = await readWordsAsync(gpu, cloud.order, count);
        const drawArguments = await readWordsAsync(gpu, cloud.drawArguments, 6);
        const wanted = [...keys.keys()].filter((slot) => keys[slot] !== NOT_DRAWN).sort((a, b) => keys[a] - keys[b] || a - b);
        return {
            drawn: wanted.length,
            counted: drawArguments[5],
            instances: drawArguments[1],
            distinctKeys: new Set(wanted.map((slot) => keys[slot])).size,
            firstWrong: wanted.findIndex((slot, i) => order[i] !== slot),
            errors,
        };
    },
};

export type KernelPageApi = typeof api;

(window as unknown as { fvvTest: KernelPageApi }).fvvTest = api;
