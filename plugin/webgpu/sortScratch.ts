import { BLOCK_SLOTS } from "../../shaders/wgsl/compactKernels.js";
import { DIGITS, SORT_BLOCK_SPLATS } from "../../shaders/wgsl/radixKernels.js";

/** Usage flags of WebGPU, which is not there where types are checked only. */
const STORAGE = 0x80;
const COPY_SOURCE = 0x04;
const INDIRECT = 0x100;

/**
 * What sorts on one device share: nothing in it outlives one sort. Bind groups of those who use it end with {@link version}.
 */
export class SortScratch {
    /** Grows when the buffers are replaced by larger ones. */
    public version = 0;
    /** A key for each slot. */
    public keys!: GPUBuffer;
    /** Keys of what is drawn, and the same sorted by a digit more. */
    public drawnKeys!: GPUBuffer;
    public sortedKeys!: GPUBuffer;
    /** Places in the cache of what is drawn. */
    public drawnPlaces!: GPUBuffer;
    /** Drawn splats of a block, then of the blocks before it. */
    public blockCounts!: GPUBuffer;
    /** Digits by block of the sort. */
    public histogram!: GPUBuffer;
    /** Digits of all blocks. */
    public totals!: GPUBuffer;
    /** Arguments of the sort's dispatches and the number of drawn splats, which is at byte 12. */
    public sortArguments!: GPUBuffer;
    private _slots = 0;
    private _buffers: GPUBuffer[] = [];

    /** @param device device of the buffers */
    public constructor(private readonly _device: GPUDevice) {}

    /** Makes room for a number of slots, a multiple of {@link BLOCK_SLOTS}. */
    public reserve(slots: number): void {
        if (slots <= this._slots) {
            return;
        }
        this.dispose();
        this._slots = slots;
        this.version++;
        this.keys = this._create("keys", slots);
        this.drawnKeys = this._create("drawnKeys", slots);
        this.sortedKeys = this._create("sortedKeys", slots);
        this.drawnPlaces = this._create("drawnPlaces", slots);
        this.blockCounts = this._create("blockCounts", slots / BLOCK_SLOTS);
        this.histogram = this._create("histogram", DIGITS * Math.ceil(slots / SORT_BLOCK_SPLATS));
        this.totals = this._create("totals", DIGITS);
        this.sortArguments = this._create("sortArguments", 4, INDIRECT);
    }

    /** Frees the buffers. */
    public dispose(): void {
        this._buffers.forEach((buffer) => buffer.destroy());
        this._buffers = [];
        this._slots = 0;
    }

    private _create(label: string, words: number, usage = 0): GPUBuffer {
        const buffer = this._device.createBuffer({ label, size: 4 * words, usage: STORAGE | COPY_SOURCE | usage });
        this._buffers.push(buffer);
        return buffer;
    }
}
