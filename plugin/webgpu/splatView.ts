import { PROJECT_BLOCK } from "../../shaders/wgsl/projectKernel.js";
import { DIGIT_BITS, KEY_DIGITS, SORT_BLOCK } from "../../shaders/wgsl/radixKernels.js";
import { LAYER_BYTES, type LayerUniforms } from "./layerUniforms.js";
import type { SortScratch } from "./sortScratch.js";
import type { SplatKernels } from "./splatKernels.js";

const UNIFORM_COPY_TARGET = 0x48;

/** Bytes of a projected splat. */
export const CACHED_BYTES = 32;
/** Bytes of the arguments of an indexed draw. */
export const DRAW_ARGUMENT_BYTES = 20;

/** One state of all splats on the GPU, see loader/framePacket.ts. */
export interface ISplatState {
    splatA: GPUBuffer;
    splatB: GPUBuffer;
}

/** What is seen: two states, to be blended, which may be the same, and the spherical harmonics. */
export interface ISplatBuffers {
    states: readonly [ISplatState, ISplatState];
    sh: GPUBuffer;
}

/** Splats that are seen together with others, see {@link SplatView}. */
export interface ILayer {
    kernels: SplatKernels;
    splats: ISplatBuffers;
    /** Slots of its splats, a multiple of what a workgroup takes. */
    slots: number;
}

interface IBoundLayer extends ILayer {
    uniforms: GPUBuffer;
    /** By the state that is in place; the other is the next. */
    groups: GPUBindGroup[];
}

/** What a view draws into: made by its owner, since Babylon binds some of them. */
export interface IViewTargets {
    /** {@link CACHED_BYTES} a slot. */
    cache: GPUBuffer;
    /** Places in the cache, farthest first. */
    order: GPUBuffer;
    /** {@link DRAW_ARGUMENT_BYTES} for an indexed draw, then the number of drawn splats. */
    drawArguments: GPUBuffer;
}

/**
 * Splats of one mesh, or of several that are sorted together, as one camera sees them: projects, sorts and leaves cache, order and the arguments of the draw. The layers lie one
 * after the other in cache and keys. Knows nothing of Babylon.
 */
export class SplatView {
    private readonly _layers: IBoundLayer[];
    /** What the sort needs to know, by digit. */
    private readonly _plans: GPUBuffer[];
    private readonly _slots: number;
    private _scratchVersion = -1;
    private _histogramGroups: GPUBindGroup[] = [];
    private _scanGroups: GPUBindGroup[] = [];
    private _scatterGroups: GPUBindGroup[] = [];

    /**
     * @param layers what is seen
     * @param _scratch room for sorts
     * @param _targets cache and order, for the slots of all layers
     * @param batchQuads quads of an instance of the draw
     */
    public constructor(
        layers: readonly ILayer[],
        private readonly _scratch: SortScratch,
        private readonly _targets: IViewTargets,
        batchQuads: number,
    ) {
        const { device } = layers[0].kernels;
        this._layers = layers.map((layer) => ({
            ...layer,
            uniforms: device.createBuffer({ label: "layer", size: LAYER_BYTES, usage: UNIFORM_COPY_TARGET }),
            groups: [],
        }));
        this._slots = layers.reduce((sum, { slots }) => sum + slots, 0);
        this._plans = Array.from({ length: KEY_DIGITS }, (_, digit) => {
            const plan = device.createBuffer({ label: "plan", size: 16, usage: UNIFORM_COPY_TARGET });
            device.queue.writeBuffer(plan, 0, new Uint32Array([this._slots, batchQuads, 6 * batchQuads, digit * DIGIT_BITS]));
            return plan;
        });
    }

    /** Sends camera, scales and look of a layer for what is encoded next. */
    public update(layer: number, uniforms: LayerUniforms): void {
        const { kernels, uniforms: buffer } = this._layers[layer];
        kernels.device.queue.writeBuffer(buffer, 0, uniforms.data);
    }

    /** Makes ready for {@link encodeProject} and {@link encodeSort}. */
    public prepare(): void {
        this._scratch.reserve(this._slots);
        if (this._scratchVersion !== this._scratch.version) {
            this._scratchVersion = this._scratch.version;
            this._bind();
        }
    }

    /** Encodes culling and projection of one of the states of a layer, blended with the other as the uniforms say. */
    public encodeProject(pass: GPUComputePassEncoder, layer: number, state: 0 | 1): void {
        const { kernels, groups, slots } = this._layers[layer];
        dispatch(pass, kernels.project.pipeline, groups[state], Math.ceil(slots / PROJECT_BLOCK));
    }

    /** Encodes the sort of what was projected. */
    public encodeSort(pass: GPUComputePassEncoder): void {
        const { histogram, scan, scatter } = this._layers[0].kernels;
        for (let digit = 0; digit < KEY_DIGITS; digit++) {
            this._dispatchOverElements(pass, histogram.pipeline, this._histogramGroups[digit], digit);
            dispatch(pass, scan.pipeline, this._scanGroups[digit], 1);
            this._dispatchOverElements(pass, scatter.pipeline, this._scatterGroups[digit], digit);
        }
    }

    /** Frees what the view has made. */
    public dispose(): void {
        this._layers.forEach(({ uniforms }) => uniforms.destroy());
        this._plans.forEach((plan) => plan.destroy());
    }

    /** The first digit is sorted over all slots, the others over what is drawn. */
    private _dispatchOverElements(pass: GPUComputePassEncoder, pipeline: GPUComputePipeline, group: GPUBindGroup, digit: number): void {
        if (digit === 0) {
            dispatch(pass, pipeline, group, Math.ceil(this._slots / SORT_BLOCK));
        } else {
            pass.setPipeline(pipeline);
            pass.setBindGroup(0, group);
            pass.dispatchWorkgroupsIndirect(this._scratch.sortArguments, 0);
        }
    }

    private _bind(): void {
        const { _scratch: s, _targets: targets } = this;
        const { kernels } = this._layers[0];
        for (const layer of this._layers) {
            const { states, sh } = layer.splats;
            layer.groups = [0, 1].map((state) => {
                const [own, next] = [states[state], states[1 - state]];
                return layer.kernels.bind(layer.kernels.project, layer.uniforms, own.splatA, own.splatB, sh, targets.cache, s.keys, next.splatA, next.splatB);
            });
        }
        // Digit after digit there and back; an even number of digits ends in the order.
        const even = [s.evenKeys, targets.order] as const;
        const odd = [s.oddKeys, s.oddPlaces] as const;
        this._histogramGroups = [];
        this._scanGroups = [];
        this._scatterGroups = [];
        for (let digit = 0; digit < KEY_DIGITS; digit++) {
            const [from, to] = digit % 2 === 0 ? [even, odd] : [odd, even];
            const keys = digit === 0 ? s.keys : from[0];
            this._histogramGroups.push(kernels.bind(kernels.histogram, this._plans[digit], s.sortArguments, keys, s.histogram));
            this._scanGroups.push(kernels.bind(kernels.scan, this._plans[digit], s.sortArguments, targets.drawArguments, s.histogram, s.digitStarts));
            this._scatterGroups.push(kernels.bind(kernels.scatter, this._plans[digit], s.sortArguments, s.histogram, s.digitStarts, keys, from[1], ...to));
        }
    }
}

function dispatch(pass: GPUComputePassEncoder, pipeline: GPUComputePipeline, group: GPUBindGroup, workgroups: number): void {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
}
