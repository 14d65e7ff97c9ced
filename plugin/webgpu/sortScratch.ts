import { DIGIT_START_WORDS, histogramWords } from "../../shaders/wgsl/radixKernels.js";

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
    /** Keys and places in the cache of what is drawn, sorted by an odd number of digits. */
    public oddKeys!: GPUBuffer;
    public oddPlaces!: GPUBuffer;
    /** The keys sorted by an even number of digits. */
    public evenKeys!: GPUBuffer;
    /** Digits by block. */
    public histogram!: GPUBuffer;
    /** Place of the first of each digit. */
    public digitStarts!: GPUBuffer;
    /** Arguments of the sort's dispatches and the number of drawn splats, which is at byte 12. */
    public sortArguments!: GPUBuffer;
    private _slots = 0;
    private _buffers: GPUBuffer[] = [];

    /** @param device device of the buffers */
    public constructor(private readonly _device: GPUDevice) {}

    /** Makes room for a number of slots. */
    public reserve(slots: number): void {
        if (slots <= this._slots) {
            return;
        }
        this.dispose();
        this._slots = slots;
        this.version++;
        this.keys = this._create("keys", slots);
        this.oddKeys = this._create("oddKeys", slots);
        this.oddPlaces = this._create("oddPlaces", slots);
        this.evenKeys = this._create("evenKeys", slots);
        this.histogram = this._create("histogram", histogramWords(slots));
        this.digitStarts = this._create("digitStarts", DIGIT_START_WORDS);
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
