const STAGES = ["project", "sort", "draw"] as const;

/** A stage of a frame. */
export type Stage = (typeof STAGES)[number];

/** GPU time of the stages of a frame, by timestamp queries; none where the device has no timestamps. */
export class StageTimer {
    private readonly _queries: GPUQuerySet | undefined;
    private readonly _resolved: GPUBuffer;
    private readonly _read: GPUBuffer;

    /** @param _device device */
    public constructor(private readonly _device: GPUDevice) {
        const count = 2 * STAGES.length;
        this._queries = _device.features.has("timestamp-query") ? _device.createQuerySet({ type: "timestamp", count }) : undefined;
        this._resolved = _device.createBuffer({ size: 8 * count, usage: 0x0204 });
        this._read = _device.createBuffer({ size: 8 * count, usage: 0x0009 });
    }

    /** What a pass of a stage writes. */
    public writes(stage: Stage): GPUComputePassTimestampWrites | undefined {
        const first = 2 * STAGES.indexOf(stage);
        return this._queries && { querySet: this._queries, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 };
    }

    /** Encodes what brings the times back, behind all passes. */
    public encode(encoder: GPUCommandEncoder): void {
        if (this._queries) {
            encoder.resolveQuerySet(this._queries, 0, 2 * STAGES.length, this._resolved, 0);
            encoder.copyBufferToBuffer(this._resolved, 0, this._read, 0, this._read.size);
        }
    }

    /** Times of the frame submitted last, ms. */
    public async readAsync(): Promise<Record<Stage, number> | undefined> {
        if (!this._queries) {
            await this._device.queue.onSubmittedWorkDone();
            return undefined;
        }
        await this._read.mapAsync(1);
        const times = new BigUint64Array(this._read.getMappedRange().slice(0));
        this._read.unmap();
        return Object.fromEntries(STAGES.map((stage, i) => [stage, Number(times[2 * i + 1] - times[2 * i]) / 1e6])) as Record<Stage, number>;
    }
}
