import type { FrameState } from "../../format/frameState.js";

/**
 * How the decoded codes of successive frames differ: for each channel the difference of each slot that lives in both, the nearer way round modulo mask + 1, zigzag
 * (0, -1, 1, -2, 2 ... become 0, 1, 2, 3, 4 ...). It is taken from what the decoder decoded, so it is what any coder of the same frames at the same error bounds has
 * to say that predicts "as before".
 */
export class ResidualCodes {
    private _codes: Uint32Array[] = [];
    private _alive: Uint8Array = new Uint8Array(0);

    /**
     * Remembers a frame.
     * @param state the frame
     */
    public keep(state: FrameState): void {
        this._codes = state.codes.map((codes) => Uint32Array.from(codes.subarray(0, state.slotCount)));
        this._alive = state.alive.slice(0, state.slotCount);
    }

    /**
     * Takes the differences from the frame remembered, and remembers this one.
     * @param state the next frame of the same segment
     * @returns zigzag differences by channel; slots in order
     */
    public take(state: FrameState): Uint32Array[] {
        const slots = Uint32Array.from(this._alive.keys()).filter((slot) => this._alive[slot] === 1 && state.alive[slot] === 1);
        const residuals = state.codes.map((codes, channel) => {
            const mask = state.masks[channel];
            const previous = this._codes[channel];
            return slots.map((slot) => zigzagWrapped(codes[slot] - previous[slot], mask));
        });
        this.keep(state);
        return residuals;
    }
}

function zigzagWrapped(difference: number, mask: number): number {
    const wrapped = difference & mask;
    const signed = wrapped > mask >> 1 ? wrapped - mask - 1 : wrapped;
    return signed < 0 ? -2 * signed - 1 : 2 * signed;
}

/**
 * Takes symbols apart into bytes: a plane of lowest bytes, then one of the next, for as many as the channel's codes need.
 * @param symbols symbols of a channel
 * @param mask its largest code
 */
export function bytePlanes(symbols: Uint32Array, mask: number): Uint8Array[] {
    const count = mask < 0x100 ? 1 : mask < 0x10000 ? 2 : 3;
    return Array.from({ length: count }, (_, byte) => Uint8Array.from(symbols, (symbol) => symbol >>> (8 * byte)));
}
