import { PROJECT_BLOCK } from "../../shaders/wgsl/projectKernel.js";
import { KEY_DIGITS, SORT_BLOCK } from "../../shaders/wgsl/radixKernels.js";
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
 * The splats of one mesh as one camera sees them: projects, sorts and leaves cache, order and the arguments of the draw. Knows nothing of Babylon.
 */
export class SplatView {
    private readonly _layer: GPUBuffer;
    private readonly _plan: GPUBuffer;
    private _scratchVersion = -1;
    /** By the state that is in place; the other is the next. */
    private _projectGroups: GPUBindGroup[] = [];
    private _histogramGroups: GPUBindGroup[] = [];
    private _scanGroups: GPUBindGroup[] = [];
    private _scatterGroups: GPUBindGroup[] = [];

    /**
     * @param _kernels the kernels
     * @param _scratch room for sorts
     * @param _splats what is seen
     * @param _targets cache and order
     * @param _slots slots of cache and order
     * @param batchQuads quads of an instance of the draw
     */
    public constructor(
        private readonly _kernels: SplatKernels,
        private readonly _scratch: SortScratch,
        private readonly _splats: ISplatBuffers,
        private readonly _targets: IViewTargets,
        private readonly _slots: number,
        batchQuads: number,
    ) {
        const { device } = _kernels;
        this._layer = device.createBuffer({ label: "layer", size: LAYER_BYTES, usage: UNIFORM_COPY_TARGET });
        this._plan = device.createBuffer({ label: "plan", size: 16, usage: UNIFORM_COPY_TARGET });
        device.queue.writeBuffer(this._plan, 0, new Uint32Array([_slots, batchQuads, 6 * batchQuads, 0]));
    }

    /** Sends camera, scales and look for what is encoded next. */
    public update(uniforms: LayerUniforms): void {
        this._kernels.device.queue.writeBuffer(this._layer, 0, uniforms.data);
    }

    /** Encodes culling and projection of one of the states, blended with the other as the uniforms say. */
    public encodeProject(pass: GPUComputePassEncoder, state: 0 | 1 = 0): void {
        this._bind();
        dispatch(pass, this._kernels.project.pipeline, this._projectGroups[state], Math.ceil(this._slots / PROJECT_BLOCK));
    }

    /** Encodes the sort of what was projected. */
    public encodeSort(pass: GPUComputePassEncoder): void {
        const { histograms, scans, scatters } = this._kernels;
        for (let digit = 0; digit < KEY_DIGITS; digit++) {
            this._dispatchOverElements(pass, histograms[digit].pipeline, this._histogramGroups[digit], digit);
            dispatch(pass, scans[digit].pipeline, this._scanGroups[digit], 1);
            this._dispatchOverElements(pass, scatters[digit].pipeline, this._scatterGroups[digit], digit);
        }
    }

    /** Frees what the view has made. */
    public dispose(): void {
        this._layer.destroy();
        this._plan.destroy();
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

    /** Binds anew where the scratch has grown. */
    private _bind(): void {
        const { _kernels: kernels, _scratch: s, _splats: splats, _targets: targets } = this;
        s.reserve(this._slots);
        if (this._scratchVersion === s.version) {
            return;
        }
        this._scratchVersion = s.version;
        this._projectGroups = [0, 1].map((state) => {
            const [own, next] = [splats.states[state], splats.states[1 - state]];
            return kernels.bind(kernels.project, this._layer, own.splatA, own.splatB, splats.sh, targets.cache, s.keys, next.splatA, next.splatB);
        });
        // Digit after digit there and back; an even number of digits ends in the order.
        const even = [s.evenKeys, targets.order] as const;
        const odd = [s.oddKeys, s.oddPlaces] as const;
        this._histogramGroups = [];
        this._scanGroups = [];
        this._scatterGroups = [];
        for (let digit = 0; digit < KEY_DIGITS; digit++) {
            const [from, to] = digit % 2 === 0 ? [even, odd] : [odd, even];
            const keys = digit === 0 ? s.keys : from[0];
            this._histogramGroups.push(kernels.bind(kernels.histograms[digit], this._plan, s.sortArguments, keys, s.histogram));
            this._scanGroups.push(kernels.bind(kernels.scans[digit], this._plan, s.sortArguments, targets.drawArguments, s.histogram, s.digitStarts));
            this._scatterGroups.push(kernels.bind(kernels.scatters[digit], this._plan, s.sortArguments, s.histogram, s.digitStarts, keys, from[1], ...to));
        }
    }
}

function dispatch(pass: GPUComputePassEncoder, pipeline: GPUComputePipeline, group: GPUBindGroup, workgroups: number): void {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
}
