import { LayerUniforms } from "../../plugin/webgpu/layerUniforms.js";
import { SortScratch } from "../../plugin/webgpu/sortScratch.js";
import { SplatKernels } from "../../plugin/webgpu/splatKernels.js";
import { CACHED_BYTES, SplatView, type ISplatBuffers } from "../../plugin/webgpu/splatView.js";
import { LOOK_FLOATS } from "../../shaders/wgsl/splatLook.js";
import { uploadSplats, type IPackedSplats } from "./gpuSplats.js";

const STORAGE_COPY_SOURCE = 0x84;
const INDIRECT = 0x100;

/** A look that changes nothing. */
export function plainLook(): Float32Array {
    const look = new Float32Array(LOOK_FLOATS);
    look[0] = look[5] = look[10] = look[26] = 1;
    for (let plane = 0; plane < 6; plane++) {
        look[28 + 4 * plane + 3] = -1;
    }
    return look;
}

/** A cloud on a bare WebGPU device and a camera that looks at it; no Babylon. */
export class ViewedCloud {
    public readonly uniforms = new LayerUniforms();
    public readonly cache: GPUBuffer;
    public readonly order: GPUBuffer;
    public readonly drawArguments: GPUBuffer;
    public readonly scratch: SortScratch;
    public readonly view: SplatView;
    /** The state on the device. */
    public readonly splats: ISplatBuffers;

    private constructor(
        public readonly kernels: SplatKernels,
        private readonly _packed: IPackedSplats,
        batchQuads: number,
    ) {
        const { device } = kernels;
        const { slots } = _packed;
        this.splats = uploadSplats(device, _packed);
        const create = (label: string, size: number, usage = 0): GPUBuffer => device.createBuffer({ label, size, usage: STORAGE_COPY_SOURCE | usage });
        this.cache = create("cache", CACHED_BYTES * slots);
        this.order = create("order", 4 * slots);
        this.drawArguments = create("drawArguments", 24, INDIRECT);
        this.scratch = new SortScratch(device);
        const targets = { cache: this.cache, order: this.order, drawArguments: this.drawArguments };
        this.view = new SplatView([{ kernels, splats: this.splats, slots }], this.scratch, targets, batchQuads);
    }

    /** Compiles kernels and uploads the cloud. */
    public static async CreateAsync(device: GPUDevice, splats: IPackedSplats, batchQuads = 64): Promise<ViewedCloud> {
        return new ViewedCloud(await SplatKernels.CreateAsync(device, 0), splats, batchQuads);
    }

    /** Looks at the origin from an angle around the vertical axis, left-handed, with a vertical field of view of 0.8 radians. */
    public look(angle: number, distance: number, width: number, height: number): void {
        const { uniforms, _packed: splats } = this;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const worldView = [c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, distance, 1];
        const f = 1 / Math.tan(0.4);
        const [near, far] = [0.1, 100];
        const projection = [(f * height) / width, 0, 0, 0, 0, f, 0, 0, 0, 0, far / (far - near), 1, 0, 0, (-near * far) / (far - near), 0];
        uniforms.setCamera(worldView, projection, [-distance * s, 0, -distance * c, 1]);
        uniforms.setPicture(width, height, 0.075, false, 0);
        uniforms.setQuantization(splats.quantization);
        uniforms.setSlots(splats.count, 0, splats.slots, splats.slots);
        uniforms.setLook(plainLook());
        const range = { near: Infinity, far: -Infinity };
        uniforms.addDepths(splats.bounds, false, range);
        uniforms.setDepthRange({ near: Math.max(0, range.near), far: range.far }, false);
        this.view.update(0, uniforms);
    }

    /** Number of splats that the last view drew. */
    public async countDrawnAsync(): Promise<number> {
        return (await readWordsAsync(this.kernels.device, this.drawArguments, 6))[5];
    }

    /** Runs all kernels. */
    public submit(): void {
        const { device } = this.kernels;
        const encoder = device.createCommandEncoder();
        this.view.prepare();
        const pass = encoder.beginComputePass();
        this.view.encodeProject(pass, 0, 0);
        this.view.encodeSort(pass);
        pass.end();
        device.queue.submit([encoder.finish()]);
    }
}

/** Reads words of a buffer back. */
export async function readWordsAsync(device: GPUDevice, buffer: GPUBuffer, words: number): Promise<Uint32Array> {
    const target = device.createBuffer({ size: 4 * words, usage: 0x0009 });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, target, 0, 4 * words);
    device.queue.submit([encoder.finish()]);
    await target.mapAsync(1);
    const copy = new Uint32Array(target.getMappedRange().slice(0));
    target.destroy();
    return copy;
}
