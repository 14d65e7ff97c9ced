import { FIRST_SH_CHANNEL } from "../../format/attributeGroups.js";
import { DEAD_ROTATION_HIGH, DEAD_ROTATION_LOW, ROW_SPLATS, SPLAT_A_WORDS, SPLAT_B_WORDS, type IFramePacket, type IRowRun } from "../../loader/framePacket.js";

/**
 * What the GPU's textures hold after some packets: takes packets as the uploads do, and reads codes back as the shaders do.
 */
export class PackedState {
    private readonly _a: Uint32Array;
    private readonly _b: Uint32Array;
    private readonly _sh: Uint32Array[];

    /**
     * @param capacity slots of the clip
     * @param shDegree of the clip
     */
    public constructor(
        capacity: number,
        private readonly _shDegree: number,
    ) {
        const slots = Math.ceil(capacity / ROW_SPLATS) * ROW_SPLATS;
        this._a = new Uint32Array(slots * SPLAT_A_WORDS);
        this._b = new Uint32Array(slots * SPLAT_B_WORDS);
        this._sh = Array.from({ length: _shDegree }, () => new Uint32Array(slots * 4));
    }

    /** Takes what a packet changes. */
    public apply(packet: Pick<IFramePacket, "splatRuns" | "splatA" | "splatB" | "shRuns" | "sh">): void {
        copyRows(packet.splatRuns, packet.splatA, this._a, SPLAT_A_WORDS);
        copyRows(packet.splatRuns, packet.splatB, this._b, SPLAT_B_WORDS);
        packet.sh.forEach((words, texel) => copyRows(packet.shRuns, words, this._sh[texel], 4));
    }

    /** Whether a slot is marked as dead. */
    public isDead(slot: number): boolean {
        return (this._a[4 * slot + 3] & DEAD_ROTATION_HIGH) === DEAD_ROTATION_HIGH && this._b[2 * slot + 1] >= DEAD_ROTATION_LOW;
    }

    /** The codes of a slot, by channel. */
    public codes(slot: number): number[] {
        const [x, y, z, w] = this._a.subarray(4 * slot, 4 * slot + 4);
        const [u, v] = this._b.subarray(2 * slot, 2 * slot + 2);
        const position = 2 ** 23 - 1;
        const codes = [x & position, y & position, z & position];
        codes.push(((w & 1023) << 2) | ((v >>> 26) & 3), (((w >>> 10) & 1023) << 2) | ((v >>> 28) & 3), (((w >>> 20) & 1023) << 2) | (v >>> 30), w >>> 30);
        codes.push(u & 8191, (u >>> 13) & 8191, v & 8191, (v >>> 16) & 1023);
        codes.push(((x >>> 23) << 3) | ((u >>> 26) & 7), ((y >>> 23) << 3) | (u >>> 29), ((z >>> 23) << 3) | ((v >>> 13) & 7));
        const coefficients = 3 * ((this._shDegree + 1) ** 2 - 1);
        for (let c = 0; c < coefficients; c++) {
            codes[FIRST_SH_CHANNEL + c] = (this._sh[c >> 4][4 * slot + ((c >> 2) & 3)] >>> (8 * (c & 3))) & 255;
        }
        return codes;
    }
}

function copyRows(runs: readonly IRowRun[], from: Uint32Array, to: Uint32Array, words: number): void {
    let at = 0;
    for (const { firstRow, rowCount } of runs) {
        const length = rowCount * ROW_SPLATS * words;
        to.set(from.subarray(at, at + length), firstRow * ROW_SPLATS * words);
        at += length;
    }
}
