/** Usage flags of WebGPU, which is not there where types are checked only. */
const MAP_WRITE = 0x02;
const COPY_SOURCE = 0x04;
const WRITE_MODE = 2;

/** Words of a chunk, 512 KiB: what is smaller than a chunk is rare, and what is left of the last one is little. */
const CHUNK_WORDS = 131_072;
/** Most chunks, 16 MiB: 300,000 splats that all change, twice. */
const MOST_CHUNKS = 32;

interface IChunk {
    buffer: GPUBuffer;
    /** The memory of the buffer, while it is mapped. */
    words: Uint32Array;
    /** Words that are filled. */
    used: number;
    /** Told when it is mapped again. */
    onMapped: () => void;
}

/**
 * Mapped memory that words go through on their way into buffers of the GPU: this thread copies them once. In Chromium `queue.writeBuffer` takes three times as long; it writes what
 * the chunks have no room for. Memory is made when it is needed, and goes round.
 */
export class StagingMemory {
    private readonly _buffers: GPUBuffer[] = [];
    private readonly _free: IChunk[] = [];
    private readonly _filled: IChunk[] = [];
    private _encoder: GPUCommandEncoder | undefined;

    /** @param _device device of all buffers */
    public constructor(private readonly _device: GPUDevice) {}

    /**
     * Writes words; they are there for what is submitted after {@link submit}.
     * @param target buffer that copies may go to
     * @param to first word of the target
     * @param words where they are
     * @param from the first of them
     * @param length how many
     */
    public write(target: GPUBuffer, to: number, words: Uint32Array, from: number, length: number): void {
        let done = 0;
        while (done < length) {
            const chunk = this._chunk();
            if (!chunk) {
                this._device.queue.writeBuffer(target, 4 * (to + done), words, from + done, length - done);
                return;
            }
            const count = Math.min(length - done, CHUNK_WORDS - chunk.used);
            chunk.words.set(words.subarray(from + done, from + done + count), chunk.used);
            this._encoder ??= this._device.createCommandEncoder();
            this._encoder.copyBufferToBuffer(chunk.buffer, 4 * chunk.used, target, 4 * (to + done), 4 * count);
            chunk.used += count;
            done += count;
        }
    }

    /** Submits what was written. */
    public submit(): void {
        if (!this._encoder) {
            return;
        }
        for (const { buffer } of this._filled) {
            buffer.unmap();
        }
        this._device.queue.submit([this._encoder.finish()]);
        this._encoder = undefined;
        for (const { buffer, onMapped } of this._filled) {
            // What is freed meanwhile does not come back.
            buffer.mapAsync(WRITE_MODE).then(onMapped, () => {});
        }
        this._filled.length = 0;
    }

    /** Frees the memory. */
    public dispose(): void {
        this._buffers.forEach((buffer) => buffer.destroy());
    }

    /** A chunk with room; undefined where the GPU has not done with any yet. */
    private _chunk(): IChunk | undefined {
        const last = this._filled[this._filled.length - 1];
        if (last && last.used < CHUNK_WORDS) {
            return last;
        }
        const next = this._free.pop() ?? (this._buffers.length < MOST_CHUNKS ? this._create() : undefined);
        if (next) {
            this._filled.push(next);
        }
        return next;
    }

    private _create(): IChunk {
        const buffer = this._device.createBuffer({ label: "staging", size: 4 * CHUNK_WORDS, usage: MAP_WRITE | COPY_SOURCE, mappedAtCreation: true });
        this._buffers.push(buffer);
        const onMapped = (): void => {
            chunk.words = new Uint32Array(buffer.getMappedRange());
            chunk.used = 0;
            this._free.push(chunk);
        };
        const chunk: IChunk = { buffer, words: new Uint32Array(buffer.getMappedRange()), used: 0, onMapped };
        return chunk;
    }
}
