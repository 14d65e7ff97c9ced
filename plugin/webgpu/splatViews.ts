import { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.pure.js";
import { bufferOf } from "./babylonDevice.js";
import { LAYER_BYTES, type LayerUniforms } from "./layerUniforms.js";
import type { SplatBuffers } from "./splatBuffers.js";
import type { SplatKernels } from "./splatKernels.js";
import { CACHED_BYTES, DRAW_ARGUMENT_BYTES, SplatView } from "./splatView.js";

/** Frames after which a view that nobody uses is freed. */
const IDLE_FRAMES = 120;

/** A view and what it draws into. */
export interface IOwnedView {
    cache: StorageBuffer;
    order: StorageBuffer;
    drawArguments: StorageBuffer;
    view: SplatView;
    /** What it was made of last. */
    uniforms: Uint32Array;
    version: number;
    /** Arguments of the draw that it was copied to last. */
    indirect: GPUBuffer | undefined;
    /** Frame of the engine in which it was used last. */
    usedFrame: number;
}

/**
 * The views of one mesh: as many as there are cameras, eyes or sides of a cube that see it in one frame. A view that fits is used again; one that another camera of the same
 * frame uses is never touched, since its draw is still to come.
 */
export class SplatViews {
    private readonly _views: IOwnedView[] = [];
    private _kernels: SplatKernels | undefined;

    /**
     * @param _engine engine
     * @param _splats what is seen
     * @param _batchQuads quads of an instance of the draw
     */
    public constructor(
        private readonly _engine: AbstractEngine,
        private readonly _splats: SplatBuffers,
        private readonly _batchQuads: number,
    ) {}

    /**
     * A view that shows the present state with these uniforms.
     * @param kernels the kernels
     * @param uniforms camera, scales and look
     * @param indirect arguments of the draw to come; they will say how many splats there are to draw
     */
    public take(kernels: SplatKernels, uniforms: LayerUniforms, indirect: GPUBuffer): IOwnedView {
        const frame = this._engine.frameId;
        this._freeIdle(frame);
        if (kernels !== this._kernels) {
            // Those of a device that was lost.
            this.dispose();
            this._kernels = kernels;
        }
        const words = uniforms.words;
        const fitting = this._views.find(({ version, uniforms: own }) => version === this._splats.version && own.every((word, i) => word === words[i]));
        const owned = fitting ?? this._views.find(({ usedFrame }) => usedFrame !== frame) ?? this._create(kernels);
        owned.usedFrame = frame;
        if (!fitting) {
            owned.uniforms.set(words);
            owned.version = this._splats.version;
            owned.view.update(uniforms);
        }
        if (!fitting || owned.indirect !== indirect) {
            owned.indirect = indirect;
            encode(kernels.device, owned, indirect, !fitting);
        }
        return owned;
    }

    /** Frees all views. */
    public dispose(): void {
        this._views.splice(0).forEach(free);
    }

    private _freeIdle(frame: number): void {
        for (let i = this._views.length - 1; i > 0; i--) {
            if (frame - this._views[i].usedFrame > IDLE_FRAMES) {
                this._views.splice(i, 1).forEach(free);
            }
        }
    }

    private _create(kernels: SplatKernels): IOwnedView {
        const splats = this._splats;
        const create = (bytes: number, label: string): StorageBuffer => new StorageBuffer(this._engine as WebGPUEngine, bytes, undefined, label);
        const cache = create(CACHED_BYTES * splats.slots, "splatCache");
        const order = create(4 * splats.slots, "splatOrder");
        const drawArguments = create(DRAW_ARGUMENT_BYTES + 4, "splatDraw");
        const view = new SplatView(
            kernels,
            splats.scratch,
            { splatA: bufferOf(splats.splatA), splatB: bufferOf(splats.splatB), sh: bufferOf(splats.sh) },
            { cache: bufferOf(cache), order: bufferOf(order), drawArguments: bufferOf(drawArguments) },
            splats.slots,
            this._batchQuads,
        );
        const owned: IOwnedView = { cache, order, drawArguments, view, uniforms: new Uint32Array(LAYER_BYTES / 4), version: -1, indirect: undefined, usedFrame: -1 };
        this._views.push(owned);
        return owned;
    }
}

function encode(device: GPUDevice, { view, drawArguments }: IOwnedView, indirect: GPUBuffer, isChanged: boolean): void {
    const encoder = device.createCommandEncoder();
    if (isChanged) {
        const pass = encoder.beginComputePass();
        view.encodeProject(pass);
        view.encodeSort(pass);
        pass.end();
    }
    encoder.copyBufferToBuffer(bufferOf(drawArguments), 0, indirect, 0, DRAW_ARGUMENT_BYTES);
    // Runs before all that Babylon encodes for this frame: that is submitted at its end.
    device.queue.submit([encoder.finish()]);
}

function free({ cache, order, drawArguments, view }: IOwnedView): void {
    [cache, order, drawArguments].forEach((buffer) => buffer.dispose());
    view.dispose();
}
