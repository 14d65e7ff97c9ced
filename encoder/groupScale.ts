import {
    attributeGroups,
    channelMask,
    GROUP_COLOR,
    GROUP_OPACITY,
    GROUP_POSITION,
    GROUP_ROTATION,
    GROUP_SCALE,
    GROUP_SH,
    type IAttributeGroup,
} from "../format/attributeGroups.js";
import type { IErrorBounds } from "../format/clipHeader.js";
import { FvvError } from "../format/fvvError.js";
import { ROTATION_BIAS } from "../format/quantization.js";
import type { ISplatFrame } from "./splatFrame.js";
import { SMALLEST_SCALE } from "./rotations.js";

/** How the values of an attribute group become codes in a segment. A code stands for `step * (base + code)`. */
export interface IGroupScale {
    /** The group. */
    group: IAttributeGroup;
    /** Step of a code in the unit of the values (world units, log, 1 = white ...). */
    step: number;
    /** Base of each channel, in steps. */
    bases: Int32Array;
    /** The bound that it holds, in the unit of {@link IErrorBounds}. */
    bound: number;
    /** Largest error, in steps. Twice it holds 2^precision steps, and a rounding error is left over. */
    tolerance: number;
    /** A tolerance is 2^(precision - 1) steps. */
    precision: number;
    /** Largest code. */
    largestCode: number;
}

/** Rounding to float32 must not break a bound that holds in double precision. */
const SAFETY = 1 - 1e-4;

/** Steps in twice the bound, as a power of two, where the codes of the segment fit. */
const PRECISION: readonly number[] = [3, 4, 2, 3, 3, 1];

/** A rotation component that is coded may grow to this before another one is left out. */
const LARGEST_COMPONENT = 0.99;

/** Codes beyond this are no 32-bit integers, or not once others are taken from them. */
const LARGEST_CODE = 2 ** 30;

/**
 * Chooses the scales of a segment, by attribute group: steps as fine as the range of the values allows.
 * @param bounds error bounds
 * @param frames all frames of the segment
 * @param most what any splat may be off by, where it is more than the bounds: a bound that codes cannot hold may then become larger
 */
export function chooseGroupScales(bounds: IErrorBounds, frames: readonly ISplatFrame[], most?: IErrorBounds): IGroupScale[] {
    const limits = limitsOf(bounds);
    return attributeGroups(frames[0].shDegree).map((group) => {
        const range = rangeOf(group, frames);
        const reach = reachOf(group, most);
        let bound = limits[group.id];
        for (let scale = tryScale(group, bound, range, reach); ; scale = tryScale(group, bound, range, reach)) {
            if (!(scale instanceof FvvError)) {
                return scale;
            }
            if (!most || !(bound < 1e30)) {
                throw scale;
            }
            bound *= 2;
        }
    });
}

function tryScale(group: IAttributeGroup, bound: number, range: IRange, reach: number): IGroupScale | FvvError {
    const inner = innerBound(group, bound, range);
    if (inner instanceof FvvError) {
        return inner;
    }
    const mask = channelMask(group, group.firstChannel);
    for (let precision = PRECISION[group.id]; precision >= 0; precision--) {
        const step = (2 * inner) / 2 ** precision;
        const codes = codeRange(range, step, precision, reach);
        const bases = basesOf(group, codes, mask);
        if (fits(group, codes, step, bases, mask)) {
            return { group, step, bases, bound, tolerance: inner / step, precision, largestCode: mask };
        }
    }
    return rangeError(group.id, 2 * inner, range, mask);
}

/**
 * Whether the scales of another segment do for this one.
 * @param scales of the other
 * @param frames all frames of the segment
 * @param most what any splat may be off by, where it is more than the bounds
 */
export function scalesFit(scales: readonly IGroupScale[], frames: readonly ISplatFrame[], most?: IErrorBounds): boolean {
    return scales.every(({ group, step, bases, precision, largestCode }) => {
        const codes = codeRange(rangeOf(group, frames), step, precision, reachOf(group, most));
        return fits(group, codes, step, bases, largestCode);
    });
}

/** Bounds by number of the attribute group. */
function limitsOf({ position, rotation, scale, opacity, color, sh }: IErrorBounds): number[] {
    return [position, rotation, scale, opacity, color, sh];
}

/** How far codes may be from the values, in the unit of the values: splats that may be off by much need room for coarse codes beyond the least and the largest value. */
function reachOf(group: IAttributeGroup, most?: IErrorBounds): number {
    const limit = most ? limitsOf(most)[group.id] : 0;
    return group.id === GROUP_SCALE ? Math.log1p(limit) : limit;
}

/** Smallest and largest value of each channel. */
interface IRange {
    low: Float64Array;
    high: Float64Array;
}

function rangeOf(group: IAttributeGroup, frames: readonly ISplatFrame[]): IRange {
    const n = group.channelCount;
    const low = new Float64Array(n).fill(Infinity);
    const high = new Float64Array(n).fill(-Infinity);
    const seen = new Set<Float32Array>();
    for (const frame of frames) {
        const values = valuesOf(group.id, frame);
        for (let c = 0; c < n && !seen.has(values); c++) {
            let [least, most] = [low[c], high[c]];
            for (let i = c; i < frame.count * n; i += n) {
                const value = values[i];
                least = value < least ? value : least;
                most = value > most ? value : most;
            }
            low[c] = least;
            high[c] = most;
        }
        seen.add(values);
    }
    if (group.id === GROUP_SCALE) {
        low.forEach((value, c) => (low[c] = Math.log(Math.max(value, SMALLEST_SCALE))));
        high.forEach((value, c) => (high[c] = Math.log(Math.max(value, SMALLEST_SCALE))));
    }
    return Number.isFinite(low[0]) ? { low, high } : { low: low.fill(0), high: high.fill(0) };
}

/** The source values of a group; scales are linear here, log in the codes. */
export function valuesOf(group: number, frame: ISplatFrame): Float32Array {
    switch (group) {
        case GROUP_POSITION:
            return frame.positions;
        case GROUP_SCALE:
            return frame.scales;
        case GROUP_OPACITY:
            return frame.opacities;
        case GROUP_COLOR:
            return frame.colors;
        case GROUP_SH:
            return frame.sh;
        default:
            return frame.rotations;
    }
}

/** What of a bound is left for quantisation. */
function innerBound(group: IAttributeGroup, bound: number, { low, high }: IRange): number | FvvError {
    if (group.id === GROUP_SCALE) {
        // A relative error of a scale is an absolute one of its logarithm.
        return SAFETY * Math.log1p(bound);
    }
    if (group.id !== GROUP_POSITION) {
        return SAFETY * bound;
    }
    // Decoded centres are float32: the farther from the origin, the more of the bound their rounding takes.
    const reach = Math.max(...low.map(Math.abs), ...high.map(Math.abs));
    const rounding = 2 ** (Math.floor(Math.log2(Math.max(reach, 1e-30))) - 23);
    const inner = bound * SAFETY - rounding;
    if (!(inner > 0.5 * bound)) {
        return new FvvError(
            "RANGE_EXCEEDED",
            `Centres reach ${reach} units from the origin, where float32 rounds by ${rounding}; raise positionError (--pos-error) to ${4 * rounding} or remove far splats`,
        );
    }
    return inner;
}

/**
 * Smallest and largest code of each channel, before the bases are taken off, with a margin for what is within the bound beyond the least and the largest value. Where a step is all of the bound there is only the nearest code.
 */
function codeRange({ low, high }: IRange, step: number, precision: number, reach: number): IRange {
    if (precision === 0 && reach === 0) {
        return { low: low.map((value) => Math.round(value / step)), high: high.map((value) => Math.round(value / step)) };
    }
    const margin = Math.max(2 ** precision, Math.ceil(reach / step));
    return { low: low.map((value) => Math.floor(value / step) - margin), high: high.map((value) => Math.ceil(value / step) + margin) };
}

/** Bases that put the middle of the range on the middle of the codes: later segments that share them have most room. */
function basesOf(group: IAttributeGroup, { low, high }: IRange, mask: number): Int32Array {
    const half = (mask + 1) / 2;
    if (group.id === GROUP_POSITION) {
        return Int32Array.from(low, (value, c) => middleOf(value, high[c]) - half);
    }
    const middle = middleOf(Math.min(...low), Math.max(...high));
    return new Int32Array(group.channelCount).fill(group.id === GROUP_ROTATION ? -ROTATION_BIAS : middle - half);
}

/** The middle of a range of integers, the upper one of two: codes have one more below their middle than above. */
function middleOf(low: number, high: number): number {
    return Math.floor((low + high + 1) / 2);
}

/** Whether all codes are in range. */
function fits(group: IAttributeGroup, { low, high }: IRange, step: number, bases: Int32Array, mask: number): boolean {
    if (group.id === GROUP_ROTATION) {
        return LARGEST_COMPONENT / step < ROTATION_BIAS;
    }
    return high.every((value, c) => {
        const isInteger = Math.abs(low[c]) < LARGEST_CODE && Math.abs(value) < LARGEST_CODE;
        return isInteger && value - bases[c] <= mask && low[c] - bases[c] >= 0;
    });
}

const GROUP_OPTIONS: readonly string[] = [
    "positionError (--pos-error)",
    "rotationError (--rot-error)",
    "scaleError (--scale-error)",
    "opacityError (--opacity-error)",
    "colorError (--color-error)",
    "shError (--sh-error)",
];

function rangeError(group: number, step: number, { low, high }: IRange, mask: number): FvvError {
    const span = group === GROUP_POSITION ? Math.max(...high.map((value, c) => value - low[c])) : Math.max(...high) - Math.min(...low);
    const factor = Math.ceil((span / step / mask) * 100 + 1) / 100;
    return new FvvError(
        "RANGE_EXCEEDED",
        `The values of a segment span ${span.toPrecision(4)}, ${Math.ceil(span / step)} steps of ${step.toPrecision(4)}, where ${mask + 1} fit; raise ${GROUP_OPTIONS[group]} ${factor} times or remove far splats`,
    );
}
