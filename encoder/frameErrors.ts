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
import { COLOR_CHANNEL, OPACITY_CHANNEL, SCALE_CHANNEL } from "./channels.js";
import { readRotation, rotationError, SMALLEST_SCALE } from "./rotations.js";
import { shCoefficientCount, type ISplatFrame } from "./splatFrame.js";

/** Codes of the channels before the spherical harmonics. */
type WideCodes = readonly Int32Array[];

/**
 * The largest errors of whole frames of a segment, by attribute group: the same as `BoundsChecker` finds splat by splat, but channel by channel, in loops that see one kind of array each.
 */
export class FrameErrors {
    private readonly _scales: Float64Array;
    private readonly _source = new Float64Array(4);
    private readonly _decoded = new Float64Array(4);

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
        const worst = new Float64Array(GROUP_COUNT);
        for (let c = 0; c < 3; c++) {
            worst[GROUP_POSITION] = Math.max(worst[GROUP_POSITION], this._ofPositions(wide, c, rows, frame));
            worst[GROUP_SCALE] = Math.max(worst[GROUP_SCALE], this._ofScales(wide, c, rows, frame));
            worst[GROUP_COLOR] = Math.max(worst[GROUP_COLOR], this._ofColors(wide, c, rows, frame));
        }
        worst[GROUP_ROTATION] = this._ofRotations(wide, rows, frame);
        worst[GROUP_OPACITY] = this._ofOpacities(wide, rows, frame);
        const coefficients = 3 * shCoefficientCount(frame.shDegree);
        for (let c = 0; c < coefficients; c++) {
            worst[GROUP_SH] = Math.max(worst[GROUP_SH], this._ofCoefficients(codes[FIRST_SH_CHANNEL + c] as Uint8Array, c, coefficients, rows, frame));
        }
        return worst;
    }

    private _ofPositions(codes: WideCodes, c: number, rows: Int32Array, { positions }: ISplatFrame): number {
        const { positionStep, positionBase } = this._q;
        const channel = codes[c];
        const base = positionBase[c];
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            if (rows[slot] >= 0) {
                worst = Math.max(worst, Math.abs(Math.fround(positionStep * (base + channel[slot])) - positions[3 * rows[slot] + c]));
            }
        }
        return worst;
    }

    private _ofScales(codes: WideCodes, c: number, rows: Int32Array, { scales }: ISplatFrame): number {
        const channel = codes[SCALE_CHANNEL + c];
        const decoded = this._scales;
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            if (rows[slot] >= 0) {
                worst = Math.max(worst, Math.abs(decoded[channel[slot]] / Math.max(scales[3 * rows[slot] + c], SMALLEST_SCALE) - 1));
            }
        }
        return worst;
    }

    private _ofColors(codes: WideCodes, c: number, rows: Int32Array, { colors }: ISplatFrame): number {
        const { colorStep, colorBase } = this._q;
        const channel = codes[COLOR_CHANNEL + c];
        let worst = 0;
        for (let slot = 0; slot < rows.length; slot++) {
            if (rows[slot] >= 0) {
                worst = Math.max(worst, Math.abs(colorStep * (colorBase + channel[slot]) - colors[3 * rows[slot] + c]));
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
