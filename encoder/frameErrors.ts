import {
    CHANNEL_ROTATION_LARGEST,
    FIRST_SH_CHANNEL,
    GROUP_COLOR,
    GROUP_COUNT,
    GROUP_OPACITY,
    GROUP_POSITION,
    GROUP_ROTATION,
    GROUP_SCALE,
    GROUP_SH,
} from "../format/attributeGroups.js";
import { opacityFromCode, rotationFromComponents, scaleFromCode } from "../format/dequantize.js";
import type { ChannelCodes } from "../format/frameState.js";
import { ROTATION_BIAS, SCALE_BITS, type ISegmentQuantization } from "../format/quantization.js";
import { COLOR_CHANNEL, OPACITY_CHANNEL, SCALE_CHANNEL } from "../format/channels.js";
import { valuesOf } from "./groupScale.js";
import { readRotation, rotationError, SMALLEST_SCALE } from "./rotations.js";
import { shCoefficientCount, type ISplatFrame } from "./splatFrame.js";

/** Codes of the channels before the spherical harmonics. */
type WideCodes = readonly Int32Array[];

/**
 * The largest errors of whole frames of a segment, by attribute group: the same as `BoundsChecker` finds splat by splat, but group by group, in loops that see one kind of array each, and only what is not as in the frame before.
 */
export class FrameErrors {
    private readonly _scales: Float64Array;
    private readonly _source = new Float64Array(4);
    private readonly _decoded = new Float64Array(4);
    private readonly _worst = new Float64Array(GROUP_COUNT);
    /** The frame measured last, and its codes by group where its source was that of the frame before. */
    private readonly _codes: (Int32Array[] | undefined)[] = [];
    private _rows: Int32Array | undefined;
    private _frame: ISplatFrame | undefined;

    /** @param _q scales of the segment */
    public constructor(private readonly _q: ISegmentQuantization) {
        this._scales = new Float64Array(1 << SCALE_BITS).map((_, code) => scaleFromCode(code, _q));
    }

    /**
     * Measures a frame.
     * @param codes decoded codes by channel and slot
     * @param rows row of the source of each slot; -1 where it holds no splat
     * @param frame source
     */
    public measure(codes: readonly ChannelCodes[], rows: Int32Array, frame: ISplatFrame): Float64Array {
        const wide = codes.slice(0, FIRST_SH_CHANNEL) as Int32Array[];
        const worst = this._worst;
        const isNew = (group: number, firstChannel: number, count: number): boolean => this._isNew(group, wide.slice(firstChannel, firstChannel + count), rows, frame);
        if (isNew(GROUP_POSITION, 0, 3)) {
            worst[GROUP_POSITION] = this._ofPositions(wide, rows, frame);
        }
        if (isNew(GROUP_SCALE, SCALE_CHANNEL, 3)) {
            worst[GROUP_SCALE] = this._ofScales(wide, rows, frame);
        }
        if (isNew(GROUP_COLOR, COLOR_CHANNEL, 3)) {
            worst[GROUP_COLOR] = this._ofColors(wide, rows, frame);
        }
        if (isNew(GROUP_ROTATION, CHANNEL_ROTATION_LARGEST - 3, 4)) {
            worst[GROUP_ROTATION] = this._ofRotations(wide, rows, frame);
        }
        if (isNew(GROUP_OPACITY, OPACITY_CHANNEL, 1)) {
            worst[GROUP_OPACITY] = this._ofOpacities(wide, rows, frame);
        }
        worst[GROUP_SH] = 0;
        const coefficients = 3 * shCoefficientCount(frame.shDegree);
        for (let c = 0; c < coefficients; c++) {
            worst[GROUP_SH] = Math.max(worst[GROUP_SH], this._ofCoefficients(codes[FIRST_SH_CHANNEL + c] as Uint8Array, c, coefficients, rows, frame));
        }
        this._rows = rows;
        this._frame = frame;
        return worst;
    }

    /** Whether the codes or the source of a group are others than in the frame before; keeps a copy of these codes where the source may stay. */
    private _isNew(group: number, codes: WideCodes, rows: Int32Array, frame: ISplatFrame): boolean {
        const values = valuesOf(group, frame);
        if (rows !== this._rows || !this._frame || values !== valuesOf(group, this._frame)) {
            this._codes[group] = undefined;
            return true;
        }
        const before = this._codes[group];
        if (before?.every((channel, c) => areEqual(channel, codes[c], rows.length))) {
            return false;
        }
        this._codes[group] = codes.map((channel) => channel.slice(0, rows.length));
        return true;
    }

    private _ofPositions(codes: WideCodes, rows: Int32Array, { positions }: ISplatFrame): number {
        const { positionStep, positionBase } = this._q;
        const [baseX, baseY, baseZ] = positionBase;
        const [codesX, codesY, codesZ] = codes;
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            const at = 3 * rows[slot];
            if (at >= 0) {
                const x = Math.abs(Math.fround(positionStep * (baseX + codesX[slot])) - positions[at]);
                const y = Math.abs(Math.fround(positionStep * (baseY + codesY[slot])) - positions[at + 1]);
                const z = Math.abs(Math.fround(positionStep * (baseZ + codesZ[slot])) - positions[at + 2]);
                worst = Math.max(worst, x, y, z);
            }
        }
        return worst;
    }

    private _ofScales(codes: WideCodes, rows: Int32Array, { scales }: ISplatFrame): number {
        const [codesX, codesY, codesZ] = codes.slice(SCALE_CHANNEL);
        const decoded = this._scales;
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            const at = 3 * rows[slot];
            if (at >= 0) {
                const x = Math.abs(decoded[codesX[slot]] / Math.max(scales[at], SMALLEST_SCALE) - 1);
                const y = Math.abs(decoded[codesY[slot]] / Math.max(scales[at + 1], SMALLEST_SCALE) - 1);
                const z = Math.abs(decoded[codesZ[slot]] / Math.max(scales[at + 2], SMALLEST_SCALE) - 1);
                worst = Math.max(worst, x, y, z);
            }
        }
        return worst;
    }

    private _ofColors(codes: WideCodes, rows: Int32Array, { colors }: ISplatFrame): number {
        const { colorStep, colorBase } = this._q;
        const [codesR, codesG, codesB] = codes.slice(COLOR_CHANNEL);
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            const at = 3 * rows[slot];
            if (at >= 0) {
                const r = Math.abs(colorStep * (colorBase + codesR[slot]) - colors[at]);
                const g = Math.abs(colorStep * (colorBase + codesG[slot]) - colors[at + 1]);
                const b = Math.abs(colorStep * (colorBase + codesB[slot]) - colors[at + 2]);
                worst = Math.max(worst, r, g, b);
            }
        }
        return worst;
    }

    private _ofOpacities(codes: WideCodes, rows: Int32Array, { opacities }: ISplatFrame): number {
        const channel = codes[OPACITY_CHANNEL];
        const q = this._q;
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            if (rows[slot] >= 0) {
                worst = Math.max(worst, Math.abs(opacityFromCode(channel[slot], q) - opacities[rows[slot]]));
            }
        }
        return worst;
    }

    private _ofRotations(codes: WideCodes, rows: Int32Array, frame: ISplatFrame): number {
        const { rotationStep } = this._q;
        const [a, b, c, largest] = codes.slice(CHANNEL_ROTATION_LARGEST - 3);
        const source = this._source;
        const decoded = this._decoded;
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            if (rows[slot] >= 0) {
                readRotation(frame, rows[slot], source);
                rotationFromComponents(
                    rotationStep * (a[slot] - ROTATION_BIAS),
                    rotationStep * (b[slot] - ROTATION_BIAS),
                    rotationStep * (c[slot] - ROTATION_BIAS),
                    largest[slot],
                    decoded,
                );
                worst = Math.max(worst, rotationError(source, decoded));
            }
        }
        return worst;
    }

    private _ofCoefficients(channel: Uint8Array, c: number, coefficients: number, rows: Int32Array, { sh }: ISplatFrame): number {
        const { shStep, shBase } = this._q;
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            if (rows[slot] >= 0) {
                worst = Math.max(worst, Math.abs(shStep * (shBase + channel[slot]) - sh[coefficients * rows[slot] + c]));
            }
        }
        return worst;
    }
}

function areEqual(a: Int32Array, b: Int32Array, count: number): boolean {
    for (let i = 0; i < count; i++) {
        if (a[i] !== b[i]) {
            return false;
        }
    }
    return true;
}
