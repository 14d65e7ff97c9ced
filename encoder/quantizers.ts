import { rotationFromComponents } from "../format/dequantize.js";
import { FvvError } from "../format/fvvError.js";
import { ROTATION_BIAS } from "../format/quantization.js";
import { errorBoundsOf, type ClipEncoderSettings } from "./encoderOptions.js";
import { shCoefficientCount, type ISplatFrame } from "./splatFrame.js";

/**
 * Quantises one attribute group of one splat, closed loop: where the prediction is within the error bound it stays, so that
 * nothing needs to be coded.
 */
export interface IGroupQuantizer {
    /** Channels of the group. */
    readonly channelCount: number;
    /** Step of a code in the unit of the values (world units, log, 1 = white ...). */
    readonly step: number;
    /**
     * @param frame source
     * @param index splat in the source
     * @param codes in: the prediction, in steps from zero; out: the codes, in steps from zero
     * @param hasPrediction whether there is one: not for a key frame or a birth
     * @returns whether any code differs from the prediction
     */
    quantize(frame: ISplatFrame, index: number, codes: Int32Array, hasPrediction: boolean): boolean;
}

/** Rounding to float32 must not break a bound that holds in double precision. */
const SAFETY = 1 - 1e-4;

/** Smallest scale that is told from zero. */
export const SMALLEST_SCALE = 1e-20;

/**
 * Makes the quantisers of a segment, in the order of the attribute groups.
 * @param settings error bounds
 * @param frames all frames of the segment
 */
export function createQuantizers(settings: ClipEncoderSettings, frames: readonly ISplatFrame[]): IGroupQuantizer[] {
    const bounds = errorBoundsOf(settings);
    const { shDegree } = frames[0];
    const quantizers: IGroupQuantizer[] = [
        positionQuantizer(frames, bounds.position),
        new RotationQuantizer(bounds.rotation),
        scaleQuantizer(bounds.scale),
        new UniformQuantizer(1, bounds.opacity, SAFETY * bounds.opacity, (source) => source.opacities),
        new UniformQuantizer(3, bounds.color, SAFETY * bounds.color, (source) => source.colors),
    ];
    if (shDegree > 0) {
        quantizers.push(new UniformQuantizer(3 * shCoefficientCount(shDegree), bounds.sh, SAFETY * bounds.sh, (source) => source.sh));
    }
    return quantizers;
}

/** Decoded centres are float32: the farther from the origin, the more of the bound their rounding takes. */
function positionQuantizer(frames: readonly ISplatFrame[], bound: number): IGroupQuantizer {
    let reach = 0;
    for (const { count, positions } of frames) {
        for (let i = 0; i < 3 * count; i++) {
            reach = Math.max(reach, Math.abs(positions[i]));
        }
    }
    const rounding = 2 ** (Math.floor(Math.log2(Math.max(reach, 1e-30))) - 23);
    const inner = bound * SAFETY - rounding;
    if (!(inner > 0.5 * bound)) {
        throw new FvvError(
            "RANGE_EXCEEDED",
            `Centres reach ${reach} units from the origin, where float32 rounds by ${rounding}; raise positionError (--pos-error) to ${4 * rounding} or remove far splats`,
        );
    }
    return new UniformQuantizer(3, inner, inner, (source) => source.positions);
}

/** A relative error of a scale is an absolute one of its logarithm. */
function scaleQuantizer(bound: number): IGroupQuantizer {
    const inner = SAFETY * Math.log1p(bound);
    return new UniformQuantizer(
        3,
        inner,
        inner,
        (source) => source.scales,
        (scale) => Math.log(Math.max(scale, SMALLEST_SCALE)),
    );
}

/** Codes beyond this are no 32-bit integers, or not once others are taken from them. */
const LARGEST_CODE = 2 ** 30;

/** Steps of twice the bound, round to nearest. */
class UniformQuantizer implements IGroupQuantizer {
    public readonly step: number;

    public constructor(
        public readonly channelCount: number,
        private readonly _bound: number,
        halfStep: number,
        private readonly _values: (frame: ISplatFrame) => Float32Array,
        private readonly _transform?: (value: number) => number,
    ) {
        this.step = 2 * halfStep;
    }

    public quantize(frame: ISplatFrame, index: number, codes: Int32Array, hasPrediction: boolean): boolean {
        const values = this._values(frame);
        let isChanged = false;
        for (let c = 0; c < this.channelCount; c++) {
            const raw = values[index * this.channelCount + c];
            const value = this._transform ? this._transform(raw) : raw;
            if (!hasPrediction || Math.abs(codes[c] * this.step - value) > this._bound) {
                const code = Math.round(value / this.step);
                if (Math.abs(code) > LARGEST_CODE) {
                    throw new FvvError("RANGE_EXCEEDED", `A value of ${raw} is too large for an error of ${this._bound}; raise its error bound or remove the splat`, {
                        source: `splat ${index}`,
                    });
                }
                isChanged ||= code !== codes[c];
                codes[c] = code;
            }
        }
        return isChanged;
    }
}

/**
 * Three components of the unit quaternion and which one is left out: the largest when a splat is new, the same one for as long as
 * the bound can be held with it, so that residuals stay small. The step equals the bound: then some rounding of the three
 * (down or up each) always keeps the fourth within the bound too while the largest is left out.
 */
class RotationQuantizer implements IGroupQuantizer {
    public readonly channelCount = 4;
    public readonly step: number;
    private readonly _bound: number;
    private readonly _source = new Float64Array(4);
    private readonly _decoded = new Float64Array(4);

    public constructor(bound: number) {
        this._bound = bound;
        this.step = SAFETY * bound;
    }

    public quantize(frame: ISplatFrame, index: number, codes: Int32Array, hasPrediction: boolean): boolean {
        const source = this._source;
        readRotation(frame, index, source);
        if (hasPrediction) {
            if (isInRange(codes) && this._error(codes[0], codes[1], codes[2], codes[3]) <= this._bound) {
                return false;
            }
            if (this._round(codes, codes[3])) {
                return true;
            }
        }
        let largest = 0;
        for (let c = 1; c < 4; c++) {
            largest = Math.abs(source[c]) > Math.abs(source[largest]) ? c : largest;
        }
        if (!this._round(codes, largest)) {
            throw new FvvError("BOUND_BROKEN", `A rotation cannot be kept within ${this._bound}; raise rotationError (--rot-error)`, {
                source: `splat ${index}`,
            });
        }
        return true;
    }

    /** Finds the best of the eight roundings with a component left out; false when none is within the bound. */
    private _round(codes: Int32Array, largest: number): boolean {
        const source = this._source;
        const sign = source[largest] < 0 ? -1 : 1;
        const v0 = (sign * source[largest > 0 ? 0 : 1]) / this.step;
        const v1 = (sign * source[largest > 1 ? 1 : 2]) / this.step;
        const v2 = (sign * source[largest > 2 ? 2 : 3]) / this.step;
        const r0 = Math.round(v0);
        const r1 = Math.round(v1);
        const r2 = Math.round(v2);
        let best = this._error(r0, r1, r2, largest);
        let choice = 0;
        for (let other = 1; other < 8 && best > this._bound; other++) {
            const error = this._error(flip(v0, r0, other & 1), flip(v1, r1, other & 2), flip(v2, r2, other & 4), largest);
            if (error < best) {
                best = error;
                choice = other;
            }
        }
        if (best > this._bound) {
            return false;
        }
        codes[0] = flip(v0, r0, choice & 1);
        codes[1] = flip(v1, r1, choice & 2);
        codes[2] = flip(v2, r2, choice & 4);
        codes[3] = largest;
        return isInRange(codes);
    }

    /** Largest difference of a component, up to sign. */
    private _error(c0: number, c1: number, c2: number, largest: number): number {
        const decoded = this._decoded;
        rotationFromComponents(c0 * this.step, c1 * this.step, c2 * this.step, largest, decoded);
        return rotationError(this._source, decoded);
    }
}

function isInRange(codes: Int32Array): boolean {
    return Math.max(Math.abs(codes[0]), Math.abs(codes[1]), Math.abs(codes[2])) < ROTATION_BIAS;
}

/** The other neighbour of a value than its nearest whole number, if asked for. */
function flip(value: number, rounded: number, isOther: number): number {
    return isOther ? (value > rounded ? rounded + 1 : rounded - 1) : rounded;
}

/**
 * Largest difference of a component between two unit quaternions, up to their sign.
 * @param a w, x, y, z
 * @param b w, x, y, z
 */
export function rotationError(a: Float64Array, b: Float64Array): number {
    const sign = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3] < 0 ? -1 : 1;
    let error = 0;
    for (let c = 0; c < 4; c++) {
        error = Math.max(error, Math.abs(a[c] - sign * b[c]));
    }
    return error;
}

/**
 * Reads the rotation of a source splat as a unit quaternion; zero is no rotation.
 * @param frame source
 * @param index splat
 * @param out 4 values: w, x, y, z
 */
export function readRotation(frame: ISplatFrame, index: number, out: Float64Array): void {
    const r = frame.rotations;
    const w = r[4 * index];
    const x = r[4 * index + 1];
    const y = r[4 * index + 2];
    const z = r[4 * index + 3];
    const length = Math.sqrt(w * w + x * x + y * y + z * z);
    const scale = length > 0 ? 1 / length : 0;
    out[0] = length > 0 ? w * scale : 1;
    out[1] = x * scale;
    out[2] = y * scale;
    out[3] = z * scale;
}
