import { UNKNOWN_COUNT } from "../format/clipHeader.js";
import { writeClipHead } from "../format/clipHead.js";
import { FvvError } from "../format/fvvError.js";
import { clipHeaderOf } from "./clipHeaderOf.js";
import type { IClipOutput } from "./clipOutput.js";
import type { ClipEncoderSettings } from "./encoderOptions.js";
import type { ISegmentResult } from "./segmentJob.js";

/** Slots for splats that will be born, where it is not known that there are none: this times those of the first segment. */
const CAPACITY_MARGIN = 1.5;

/**
 * Makes a live clip of what an encoder writes: the head goes out with the first segment, without an index and without what only the end tells.
 */
export class LiveClipOutput implements IClipOutput {
    /** Its bytes are shown while they come. */
    public readonly isLive = true;
    private _hasHead = false;

    /**
     * @param _settings those of the encoder
     * @param _writeAsync takes the bytes of the clip from first to last
     * @param _capacity most splats of any segment, which viewers make room for. Default: those of the first segment where `tracked` says that there are always as many, else half as many again
     */
    public constructor(
        private readonly _settings: ClipEncoderSettings,
        private readonly _writeAsync: (bytes: Uint8Array) => Promise<void>,
        private _capacity?: number,
    ) {}

    public async writeBodyAsync(bytes: Uint8Array, segment?: ISegmentResult): Promise<void> {
        if (segment) {
            await this._beginAsync(segment);
        }
        await this._writeAsync(bytes);
    }

    /** The head of a whole clip, which a live one does not have. */
    public writeHeadAsync(): Promise<void> {
        return Promise.resolve();
    }

    private async _beginAsync({ slotCount, shDegree, firstFrame }: ISegmentResult): Promise<void> {
        this._capacity ??= this._settings.tracked ? slotCount : Math.ceil(CAPACITY_MARGIN * slotCount);
        if (slotCount > this._capacity) {
            throw new FvvError(
                "LIMIT_EXCEEDED",
                `The segment has ${slotCount} slots for splats, the live clip was begun with ${this._capacity}; begin it again with a larger capacity (--capacity)`,
                { frame: firstFrame },
            );
        }
        if (!this._hasHead) {
            this._hasHead = true;
            const header = clipHeaderOf(this._settings, { frameCount: UNKNOWN_COUNT, capacity: this._capacity, shDegree, bounds: new Float32Array(6) });
            await this._writeAsync(writeClipHead(header, this._settings.metadata));
        }
    }
}
