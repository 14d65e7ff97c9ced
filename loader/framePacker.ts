import { FIRST_SH_CHANNEL, GROUP_SH } from "../format/attributeGroups.js";
import type { FrameState } from "../format/frameState.js";
import type { ISegmentQuantization } from "../format/quantization.js";
import { collectRuns } from "./rowRuns.js";
import { DEAD_ROTATION_HIGH, DEAD_ROTATION_LOW, ROW_SPLATS, SPLAT_A_WORDS, SPLAT_B_WORDS, type IFramePacket } from "./framePacket.js";

/** Rows of the state textures for a number of slots. */
export function rowsFor(slots: number): number {
    return Math.ceil(slots / ROW_SPLATS);
}

/**
 * Turns the integer state into the words that the GPU reads, row by row, for the rows that changed since the last frame packed.
 */
export class FramePacker {
    private readonly _splatRows: Uint8Array;
    private readonly _shRows: Uint8Array;

    /**
     * @param _capacity most slots of a segment
     * @param _shDegree of the clip
     */
    public constructor(
        private readonly _capacity: number,
        private readonly _shDegree: number,
    ) {
        this._splatRows = new Uint8Array(rowsFor(_capacity));
        this._shRows = new Uint8Array(rowsFor(_capacity));
    }

    /** Makes packet memory for any frame of the clip. */
    public createPacket(): IFramePacket {
        const slots = rowsFor(this._capacity) * ROW_SPLATS;
        return {
            frame: -1,
            generation: 0,
            isPreview: false,
            segment: 0,
            rendition: 0,
            slotCount: 0,
            liveCount: 0,
            quantization: {} as ISegmentQuantization,
            bounds: new Float32Array(6),
            splatRuns: [],
            splatA: new Uint32Array(slots * SPLAT_A_WORDS),
            splatB: new Uint32Array(slots * SPLAT_B_WORDS),
            shRuns: [],
            sh: Array.from({ length: this._shDegree }, () => new Uint32Array(slots * 4)),
            decodeMs: 0,
        };
    }

    /** Notes that all of the state is to be packed. */
    public markAll(state: FrameState): void {
        this._splatRows.fill(1, 0, rowsFor(state.slotCount));
        this._shRows.fill(1, 0, rowsFor(state.slotCount));
    }

    /** Notes what the residual frame just decoded changed. */
    public markChanges(state: FrameState): void {
        // The encoder puts everything that changes in front: those rows are what changed.
        this._splatRows.fill(1, 0, rowsFor(state.activeSlotCount));
        if (this._shDegree > 0) {
            const { changes, born, hasFlips, activeSlotCount } = state;
            for (let slot = 0; slot < activeSlotCount; slot++) {
                if (changes[slot] & (1 << GROUP_SH) || (hasFlips && born[slot])) {
                    this._shRows[Math.floor(slot / ROW_SPLATS)] = 1;
                }
            }
        }
    }

    /**
     * Packs the rows that changed into a packet and forgets them.
     * @param state decoded state
     * @param drawn 1 for each slot that is to be drawn; the others go as dead
     * @param packet memory; its runs and words are overwritten
     */
    public pack(state: FrameState, drawn: Uint8Array, packet: IFramePacket): void {
        const rows = rowsFor(state.slotCount);
        packet.splatRuns = collectRuns(this._splatRows, rows);
        let at = 0;
        for (const run of packet.splatRuns) {
            packSplats(state, run.firstRow * ROW_SPLATS, run.rowCount * ROW_SPLATS, packet, at);
            markDead(drawn, run.firstRow * ROW_SPLATS, Math.min(run.rowCount * ROW_SPLATS, state.slotCount - run.firstRow * ROW_SPLATS), packet, at);
            at += run.rowCount * ROW_SPLATS;
        }
        packet.shRuns = this._shDegree > 0 ? collectRuns(this._shRows, rows) : [];
        at = 0;
        for (const run of packet.shRuns) {
            packet.sh.forEach((words, texel) => packSh(state, texel, run.firstRow * ROW_SPLATS, run.rowCount * ROW_SPLATS, words, at));
            at += run.rowCount * ROW_SPLATS;
        }
    }
}

function packSplats(state: FrameState, firstSlot: number, rowSlots: number, { splatA, splatB }: IFramePacket, firstOut: number): void {
    const end = Math.min(firstSlot + rowSlots, state.slotCount);
    if (state.host) {
        state.host.packSplats(state, firstSlot, end - firstSlot, splatA, splatB, firstOut);
        return;
    }
    const [px, py, pz, c0, c1, c2, largest, sx, sy, sz, opacity, r, g, b] = state.codes;
    let a = firstOut * SPLAT_A_WORDS;
    let o = firstOut * SPLAT_B_WORDS;
    for (let s = firstSlot; s < end; s++) {
        splatA[a] = px[s] | ((r[s] >> 3) << 23);
        splatA[a + 1] = py[s] | ((g[s] >> 3) << 23);
        splatA[a + 2] = pz[s] | ((b[s] >> 3) << 23);
        splatA[a + 3] = (c0[s] >> 2) | ((c1[s] >> 2) << 10) | ((c2[s] >> 2) << 20) | (largest[s] << 30);
        splatB[o] = sx[s] | (sy[s] << 13) | ((r[s] & 7) << 26) | ((g[s] & 7) << 29);
        splatB[o + 1] = sz[s] | ((b[s] & 7) << 13) | (opacity[s] << 16) | ((c0[s] & 3) << 26) | ((c1[s] & 3) << 28) | ((c2[s] & 3) << 30);
        a += SPLAT_A_WORDS;
        o += SPLAT_B_WORDS;
    }
}

/** Sets the rotations of slots that are not drawn to what no rotation is. */
function markDead(drawn: Uint8Array, firstSlot: number, count: number, { splatA, splatB }: IFramePacket, firstOut: number): void {
    for (let i = 0; i < count; i++) {
        if (!drawn[firstSlot + i]) {
            splatA[(firstOut + i) * SPLAT_A_WORDS + 3] |= DEAD_ROTATION_HIGH;
            splatB[(firstOut + i) * SPLAT_B_WORDS + 1] |= DEAD_ROTATION_LOW;
        }
    }
}

/** Texel t holds bytes 16 t .. 16 t + 15 of the coefficients' codes. */
function packSh(state: FrameState, texel: number, firstSlot: number, count: number, words: Uint32Array, firstOut: number): void {
    const channels = state.codes.length;
    const end = Math.min(firstSlot + count, state.slotCount);
    for (let word = 0; word < 4; word++) {
        const first = FIRST_SH_CHANNEL + 16 * texel + 4 * word;
        for (let s = firstSlot, at = firstOut * 4 + word; s < end; s++, at += 4) {
            let value = 0;
            for (let byte = 0; byte < 4 && first + byte < channels; byte++) {
                value |= state.codes[first + byte][s] << (8 * byte);
            }
            words[at] = value;
        }
    }
}
