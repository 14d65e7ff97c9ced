import { BLOCK_SLOTS } from "../../shaders/wgsl/compactKernels.js";
import { DIGITS, KEY_DIGITS, SORT_BLOCK_SPLATS } from "../../shaders/wgsl/radixKernels.js";
import { LAYER_BYTES, type LayerUniforms } from "./layerUniforms.js";
import type { SortScratch } from "./sortScratch.js";
import type { SplatKernels } from "./splatKernels.js";

const UNIFORM_COPY_TARGET = 0x48;

/** Bytes of a projected splat. */
export const CACHED_BYTES = 32;
/** Bytes of the arguments of an indexed draw. */
export const DRAW_ARGUMENT_BYTES = 20;

/** The state of splats on the GPU, see loader/framePacket.ts. */
export interface ISplatBuffers {
    splatA: GPUBuffer;
    splatB: GPUBuffer;
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
    private readonly _blocks: number;
    private _scratchVersion = -1;
    private _projectGroup!: GPUBindGroup;
    private _scanBlocksGroup!: GPUBindGroup;
    private _compactGroup!: GPUBindGroup;
    private _scanDigitsGroup!: GPUBindGroup;
    private _histogramGroups: GPUBindGroup[] = [];
    private _scatterGroups: GPUBindGroup[] = [];

    /**
     * @param _kernels the kernels
     * @param _scratch room for sorts
     * @param _splats what is seen
     * @param _targets cache and order
     * @param _slots slots of cache and order, a multiple of BLOCK_SLOTS
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
        this._blocks = _slots / BLOCK_SLOTS;
        this._layer = device.createBuffer({ label: "layer", size: LAYER_BYTES, usage: UNIFORM_COPY_TARGET });
        this._plan = device.createBuffer({ label: "plan", size: 16, usage: UNIFORM_COPY_TARGET });
        device.queue.writeBuffer(this._plan, 0, new Uint32Array([this._blocks, SORT_BLOCK_SPLATS, batchQuads, 6 * batchQuads]));
    }

    /** Sends camera, scales and look for what is encoded next. */
    public update(uniforms: LayerUniforms): void {
        this._kernels.device.queue.writeBuffer(this._layer, 0, uniforms.data);
    }

    /** Encodes culling, projection and compaction. */
    public encodeProject(pass: GPUComputePassEncoder): void {
        this._bind();
        const { project, scanBlocks, compact } = this._kernels;
        dispatch(pass, project.pipeline, this._projectGroup, this._blocks);
        dispatch(pass, scanBlocks.pipeline, this._scanBlocksGroup, 1);
        dispatch(pass, compact.pipeline, this._compactGroup, this._blocks);
    }

    /** Encodes the sort of what was compacted. */
    public encodeSort(pass: GPUComputePassEncoder): void {
        const { histograms, scanDigits, scatters } = this._kernels;
        for (let digit = 0; digit < KEY_DIGITS; digit++) {
            this._dispatchOverDrawn(pass, histograms[digit].pipeline, this._histogramGroups[digit]);
            dispatch(pass, scanDigits.pipeline, this._scanDigitsGroup, DIGITS);
            this._dispatchOverDrawn(pass, scatters[digit].pipeline, this._scatterGroups[digit]);
        }
    }

    /** Frees what the view has made. */
    public dispose(): void {
        this._layer.destroy();
        this._plan.destroy();
    }

    private _dispatchOverDrawn(pass: GPUComputePassEncoder, pipeline: GPUComputePipeline, group: GPUBindGroup): void {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroupsIndirect(this._scratch.sortArguments, 0);
    }

    /** Binds anew where the scratch has grown. */
    private _bind(): void {
        const { _kernels: kernels, _scratch: s, _splats: splats, _targets: targets } = this;
        s.reserve(this._slots);
        if (this._scratchVersion === s.version) {
            return;
        }
        this._scratchVersion = s.version;
        this._projectGroup = kernels.bind(kernels.project, this._layer, splats.splatA, splats.splatB, splats.sh, targets.cache, s.keys, s.blockCounts);
        this._scanBlocksGroup = kernels.bind(kernels.scanBlocks, this._plan, s.blockCounts, s.sortArguments, targets.drawArguments);
        this._compactGroup = kernels.bind(kernels.compact, s.keys, s.blockCounts, s.drawnKeys, s.drawnPlaces);
        this._scanDigitsGroup = kernels.bind(kernels.scanDigits, s.sortArguments, s.histogram, s.totals);
        // Digit after digit there and back; the last pass ends in the order.
        const there = [s.drawnKeys, s.drawnPlaces, s.sortedKeys, targets.order] as const;
        const back = [s.sortedKeys, targets.order, s.drawnKeys, s.drawnPlaces] as const;
        const ways = Array.from({ length: KEY_DIGITS }, (_, digit) => (digit % 2 === 0 ? there : back));
        this._histogramGroups = ways.map(([keys], digit) => kernels.bind(kernels.histograms[digit], s.sortArguments, keys, s.histogram));
        this._scatterGroups = ways.map(([keys, places, sortedKeys, sortedPlaces], digit) =>
            kernels.bind(kernels.scatters[digit], s.sortArguments, s.histogram, s.totals, keys, places, sortedKeys, sortedPlaces),
        );
    }
}

function dispatch(pass: GPUComputePassEncoder, pipeline: GPUComputePipeline, group: GPUBindGroup, workgroups: number): void {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
}
