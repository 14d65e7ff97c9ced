import {
    GROUP_NAMES,
    GROUP_SH,
    GROUP_COLOR,
    GROUP_OPACITY,
    GROUP_POSITION,
    GROUP_ROTATION,
    GROUP_SCALE,
    FIRST_SH_CHANNEL,
    GROUP_COUNT,
} from "../format/attributeGroups.js";
import type { IErrorBounds } from "../format/clipHeader.js";
import { dequantizeRotation, opacityFromCode, scaleFromCode } from "../format/dequantize.js";
import type { ChannelCodes } from "../format/frameState.js";
import { FvvError } from "../format/fvvError.js";
import type { ISegmentQuantization } from "../format/quantization.js";
import { COLOR_CHANNEL, OPACITY_CHANNEL, SCALE_CHANNEL } from "../format/channels.js";
import type { FrameErrors } from "./frameErrors.js";
import { readRotation, rotationError, SMALLEST_SCALE } from "./rotations.js";
import { LEAST_OPACITY } from "./sceneBox.js";
import type { SplatTolerance } from "./splatTolerance.js";
import { shCoefficientCount, type ISplatFrame } from "./splatFrame.js";

/**
 * Measures how far decoded splats are from their sources, by attribute group, in the units of {@link IErrorBounds}. Values are compared as
 * a reader gets them: rounded to float32.
 */
export class BoundsChecker {
    /** Largest error so far, by attribute group. */
    public readonly worst = new Float64Array(GROUP_COUNT);
    private readonly _bounds: Float64Array;
    private readonly _errors = new Float64Array(GROUP_COUNT);
    private readonly _source = new Float64Array(4);
    private readonly _decoded = new Float64Array(4);

    /**
     * @param bounds bounds to hold
     * @param _tolerances how many times these bounds each splat may be off; undefined: once
     */
    public constructor(
        bounds: IErrorBounds,
        private readonly _tolerances?: SplatTolerance,
    ) {
        this._bounds = Float64Array.of(bounds.position, bounds.rotation, bounds.scale, bounds.opacity, bounds.color, bounds.sh);
    }

    /**
     * Whether a decoded splat is within all bounds of a source splat.
     * @param codes decoded codes by channel and slot
     * @param slot slot of the decoded splat
     * @param q scales of its segment
     * @param frame source
     * @param index source splat
     */
    public isWithin(codes: readonly ChannelCodes[], slot: number, q: ISegmentQuantization, frame: ISplatFrame, index: number): boolean {
        this._measure(codes, slot, q, frame, index);
        for (let group = 0; group < GROUP_COUNT; group++) {
            if (!(this._errors[group] <= this._bounds[group])) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes a pair into account; throws BOUND_BROKEN when it is not within the bounds.
     * @param codes decoded codes by channel and slot
     * @param slot slot of the decoded splat
     * @param q scales of its segment
     * @param frame source
     * @param index source splat
     * @param frameNumber number of the frame in the clip, for the message
     */
    public check(codes: readonly ChannelCodes[], slot: number, q: ISegmentQuantization, frame: ISplatFrame, index: number, frameNumber: number): void {
        this._measure(codes, slot, q, frame, index);
        for (let group = 0; group < GROUP_COUNT; group++) {
            const error = this._errors[group];
            const bound = this._boundOf(group, frame, index);
            if (!(error <= bound)) {
                throw new FvvError(
                    "BOUND_BROKEN",
                    `The ${GROUP_NAMES[group]} of source splat ${frame.sourceIndices?.[index] ?? index} is off by ${error}, over the bound of ${bound}; the clip does not hold what was asked for`,
                    { frame: frameNumber },
                );
            }
            this.worst[group] = Math.max(this.worst[group], bound === Infinity ? 0 : error);
        }
    }

    /**
     * Takes all pairs of a frame into account; throws BOUND_BROKEN when one is not within the bounds.
     * @param errors measures frames of the segment
     * @param codes decoded codes by channel and slot
     * @param rows source splat of each slot; -1: none
     * @param q scales of the segment
     * @param frame source
     * @param frameNumber number of the frame in the clip, for the message
     */
    public checkFrame(errors: FrameErrors, codes: readonly ChannelCodes[], rows: Int32Array, q: ISegmentQuantization, frame: ISplatFrame, frameNumber: number): void {
        const worst = this._tolerances ? undefined : errors.measure(codes, rows, frame);
        if (worst?.every((error, group) => error <= this._bounds[group])) {
            worst.forEach((error, group) => (this.worst[group] = Math.max(this.worst[group], error)));
            return;
        }
        // Each splat has a tolerance of its own, or one is to be named.
        for (let slot = 0; slot < rows.length; slot++) {
            if (rows[slot] >= 0) {
                this.check(codes, slot, q, frame, rows[slot], frameNumber);
            }
        }
    }

    /**
     * Takes a pair into account, whatever its errors.
     * @param codes decoded codes by channel and slot
     * @param slot slot of the decoded splat
     * @param q scales of its segment
     * @param frame source
     * @param index source splat
     */
    public measure(codes: readonly ChannelCodes[], slot: number, q: ISegmentQuantization, frame: ISplatFrame, index: number): void {
        this._measure(codes, slot, q, frame, index);
        this._errors.forEach((error, group) => (this.worst[group] = Math.max(this.worst[group], error)));
    }

    /** The largest errors so far. */
    public get worstErrors(): IErrorBounds {
        const [position, rotation, scale, opacity, color, sh] = this.worst;
        return { position, scale, rotation, opacity, color, sh };
    }

    /** Scales have their tolerance as a difference of logarithms. What is not visible may be anything, but for its opacity. */
    private _boundOf(group: number, frame: ISplatFrame, index: number): number {
        const bound = this._bounds[group];
        if (!this._tolerances) {
            return bound;
        }
        const factor = this._tolerances.factorOf(group, bound, frame, index);
        if (factor === Infinity) {
            return group === GROUP_OPACITY ? LEAST_OPACITY : Infinity;
        }
        return group === GROUP_SCALE ? Math.expm1(factor * Math.log1p(bound)) : factor * bound;
    }

    private _measure(codes: readonly ChannelCodes[], slot: number, q: ISegmentQuantization, frame: ISplatFrame, index: number): void {
        const errors = this._errors;
        errors.fill(0);
        const thin = this._tolerances?.thin ?? 0;
        for (let c = 0; c < 3; c++) {
            const position = Math.fround(q.positionStep * (q.positionBase[c] + codes[c][slot]));
            errors[GROUP_POSITION] = Math.max(errors[GROUP_POSITION], Math.abs(position - frame.positions[3 * index + c]));
            const scale = scaleFromCode(codes[SCALE_CHANNEL + c][slot], q);
            const source = Math.max(frame.scales[3 * index + c], SMALLEST_SCALE);
            errors[GROUP_SCALE] = Math.max(
                errors[GROUP_SCALE],
                Math.abs(thin > 0 ? Math.sqrt((scale * scale + thin) / (source * source + thin)) - 1 : scale / source - 1),
            );
            const color = q.colorStep * (q.colorBase + codes[COLOR_CHANNEL + c][slot]);
            errors[GROUP_COLOR] = Math.max(errors[GROUP_COLOR], Math.abs(color - frame.colors[3 * index + c]));
        }
        const opacity = opacityFromCode(codes[OPACITY_CHANNEL][slot], q);
        const isHidden = this._tolerances !== undefined && frame.opacities[index] < LEAST_OPACITY;
        errors[GROUP_OPACITY] = isHidden ? opacity : Math.abs(opacity - frame.opacities[index]);
        readRotation(frame, index, this._source);
        dequantizeRotation(codes, slot, q, this._decoded);
        errors[GROUP_ROTATION] = rotationError(this._source, this._decoded);
        const coefficients = 3 * shCoefficientCount(frame.shDegree);
        for (let c = 0; c < coefficients; c++) {
            const value = q.shStep * (q.shBase + codes[FIRST_SH_CHANNEL + c][slot]);
            errors[GROUP_SH] = Math.max(errors[GROUP_SH], Math.abs(value - frame.sh[index * coefficients + c]));
        }
    }
}
