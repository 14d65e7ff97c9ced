import { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";
import { bufferOf } from "./babylonDevice.js";
import { LAYER_BYTES, type LayerUniforms } from "./layerUniforms.js";
import type { ISplatSet, SplatBuffers } from "./splatBuffers.js";
import type { SplatKernels } from "./splatKernels.js";
import { CACHED_BYTES, DRAW_ARGUMENT_BYTES, SplatView, type ISplatState } from "./splatView.js";

/** Frames after which a view that nobody uses is freed. */
const IDLE_FRAMES = 120;

/** Splats to be seen, as a camera sees them. */
export interface ISeenSplats {
    kernels: SplatKernels;
    splats: SplatBuffers;
    /** Camera, scales and look. */
    uniforms: LayerUniforms;
}

/** A view and what it draws into. */
export interface IOwnedView {
    cache: StorageBuffer;
    order: StorageBuffer;
    drawArguments: StorageBuffer;
    view: SplatView;
    /** What each layer was made of last. */
    layers: { splats: SplatBuffers; bufferVersion: number; version: number; words: Uint32Array }[];
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

    /**
     * @param _engine engine
     * @param _batchQuads quads of an instance of the draw
     */
    public constructor(
        private readonly _engine: AbstractEngine,
        private readonly _batchQuads: number,
    ) {}

    /**
     * A view that shows the present state of splats with these uniforms.
     * @param seen what is seen, sorted together
     * @param indirect arguments of the draw to come; they will say how many splats there are to draw
     */
    public take(seen: readonly ISeenSplats[], indirect: GPUBuffer): IOwnedView {
        const frame = this._engine.frameId;
        this._freeUseless(seen, frame);
        let owned = this._findFitting(seen);
        const isNew = !owned;
        if (!owned) {
            owned = this._findUnused(frame) ?? this._create(seen);
            takeOver(owned, seen);
        }
        if (isNew || owned.indirect !== indirect) {
            owned.indirect = indirect;
            encode(owned, seen, indirect, isNew);
        }
        owned.usedFrame = frame;
        return owned;
    }

    /** Frees all views. */
    public dispose(): void {
        this._views.splice(0).forEach(free);
    }

    /** Views of other buffers, and all but one of those that nobody uses. */
    private _freeUseless(seen: readonly ISeenSplats[], frame: number): void {
        for (let i = this._views.length - 1; i >= 0; i--) {
            if (!isOf(this._views[i], seen) || (i > 0 && frame - this._views[i].usedFrame > IDLE_FRAMES)) {
                free(this._views[i]);
                this._views.splice(i, 1);
            }
        }
    }

    private _findFitting(seen: readonly ISeenSplats[]): IOwnedView | undefined {
        for (const owned of this._views) {
            if (fits(owned, seen)) {
                return owned;
            }
        }
        return undefined;
    }

    private _findUnused(frame: number): IOwnedView | undefined {
        for (const owned of this._views) {
            if (owned.usedFrame !== frame) {
                return owned;
            }
        }
        return undefined;
    }

    private _create(seen: readonly ISeenSplats[]): IOwnedView {
        const slots = seen.reduce((sum, { splats }) => sum + splats.slots, 0);
        const create = (bytes: number, label: string): StorageBuffer => new StorageBuffer(this._engine as WebGPUEngine, bytes, undefined, label);
        const cache = create(CACHED_BYTES * slots, "splatCache");
        const order = create(4 * slots, "splatOrder");
        const drawArguments = create(DRAW_ARGUMENT_BYTES + 4, "splatDraw");
        const view = new SplatView(
            seen.map(({ kernels, splats }) => ({
                kernels,
                splats: { states: [stateOf(splats.sets[0]), stateOf(splats.sets[1] ?? splats.sets[0])], sh: bufferOf(splats.sh) },
                slots: splats.slots,
            })),
            seen[0].splats.scratch,
            { cache: bufferOf(cache), order: bufferOf(order), drawArguments: bufferOf(drawArguments) },
            this._batchQuads,
        );
        const layers = seen.map(({ splats }) => ({ splats, bufferVersion: splats.bufferVersion, version: -1, words: new Uint32Array(LAYER_BYTES / 4) }));
        const owned: IOwnedView = { cache, order, drawArguments, view, layers, indirect: undefined, usedFrame: -1 };
        this._views.push(owned);
        return owned;
    }
}

/** Whether a view is bound to the buffers of these splats. */
function isOf({ layers }: IOwnedView, seen: readonly ISeenSplats[]): boolean {
    if (layers.length !== seen.length) {
        return false;
    }
    for (let i = 0; i < seen.length; i++) {
        if (layers[i].splats !== seen[i].splats || layers[i].bufferVersion !== seen[i].splats.bufferVersion) {
            return false;
        }
    }
    return true;
}

/** Whether a view shows the present state with these uniforms. */
function fits({ layers }: IOwnedView, seen: readonly ISeenSplats[]): boolean {
    for (let i = 0; i < seen.length; i++) {
        const { version, words } = layers[i];
        const wanted = seen[i].uniforms.words;
        if (version !== seen[i].splats.version) {
            return false;
        }
        for (let k = 0; k < words.length; k++) {
            if (words[k] !== wanted[k]) {
                return false;
            }
        }
    }
    return true;
}

function takeOver({ layers, view }: IOwnedView, seen: readonly ISeenSplats[]): void {
    for (let i = 0; i < seen.length; i++) {
        layers[i].version = seen[i].splats.version;
        layers[i].words.set(seen[i].uniforms.words);
        view.update(i, seen[i].uniforms);
    }
}

function stateOf({ splatA, splatB }: ISplatSet): ISplatState {
    return { splatA: bufferOf(splatA), splatB: bufferOf(splatB) };
}

/** Encodes what is new, and how many splats there are to draw. */
function encode({ view, drawArguments }: IOwnedView, seen: readonly ISeenSplats[], indirect: GPUBuffer, isNew: boolean): void {
    const { device } = seen[0].kernels;
    const encoder = device.createCommandEncoder();
    if (isNew) {
        view.prepare();
        const pass = encoder.beginComputePass();
        for (let i = 0; i < seen.length; i++) {
            view.encodeProject(pass, i, seen[i].splats.current);
        }
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
