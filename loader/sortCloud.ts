import type { FrameState } from "../format/frameState.js";
import type { ISegmentQuantization } from "../format/quantization.js";

/** What a sort needs of a decoded frame; the decoder has gone on when it is sorted again. */
export class SortCloud {
    /** Slots of the segment. */
    public slotCount = 0;
    /** How position codes become values. */
    public quantization: Pick<ISegmentQuantization, "positionStep" | "positionBase"> = { positionStep: 1, positionBase: [0, 0, 0] };
    /** Min x, y, z, max x, y, z of all positions of the segment; what is outside counts as at the border. */
    public readonly bounds = new Float32Array(6);
    private _segment = -1;

    /**
     * @param positions codes of x, y and z by slot, room for whole groups of four slots
     * @param alive 1 for each slot that is sorted, 0 behind the last one
     */
    public constructor(
        public readonly positions: readonly [Int32Array, Int32Array, Int32Array],
        public readonly alive: Uint8Array,
    ) {}

    /**
     * Takes the present frame of a state. What is static in a segment is copied once.
     * @param state the state
     * @param segment what is sorted by
     * @param segment.quantization how position codes become values
     * @param segment.bounds bounds of the segment
     * @param number of the segment
     * @param drawn 1 for each slot that is sorted
     */
    public copy(state: FrameState, { quantization, bounds }: { quantization: ISegmentQuantization; bounds: ArrayLike<number> }, number: number, drawn: Uint8Array): void {
        const isSame = this._segment === number;
        const count = isSame ? state.activeSlotCount : state.slotCount;
        this._segment = number;
        this.slotCount = state.slotCount;
        this.quantization = quantization;
        this.bounds.set(bounds);
        this.alive.set(drawn.subarray(0, state.slotCount));
        this.alive.fill(0, state.slotCount);
        this.positions.forEach((codes, c) => codes.set(state.codes[c].subarray(0, count)));
    }
}

/** Slots in whole groups of four. */
export function paddedSlots(capacity: number): number {
    return Math.ceil(capacity / 4) * 4;
}
