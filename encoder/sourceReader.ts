import { GROUP_OPACITY, GROUP_SCALE } from "../format/attributeGroups.js";
import { valuesOf, type IGroupScale } from "./groupScale.js";
import { readRotation, SMALLEST_SCALE } from "./rotations.js";
import { LEAST_OPACITY } from "./sceneBox.js";
import type { ISplatFrame } from "./splatFrame.js";
import type { ISplatLives } from "./splatLives.js";
import type { ITube } from "./tubePlanner.js";

/** Reads what the codes of a splat may be. */
export class SourceReader {
    /** How many times the tolerance of the group the splat read last may be off, from its first frame on; Infinity where any value will do. */
    public readonly factors: Float64Array<ArrayBuffer>;
    /** The least of these. */
    public leastFactor = 1;
    /** From this frame on, at least 1, the rotations read last are what they are in the frame before. */
    public steadyFrom = 1;
    private readonly _values: Float32Array[];
    /** The last frame up to each in which any splat is not as in the frame before. */
    private readonly _lastChanges: Int32Array;
    private readonly _tube: ITube;
    private readonly _rotations: Float64Array<ArrayBuffer>;
    /** Largest code of an opacity that is not visible. */
    private readonly _hidden: number;

    /**
     * @param _scale how values become codes
     * @param _frames frames of the segment
     * @param _splats where each splat is to be found and how far it may be off
     */
    public constructor(
        private readonly _scale: IGroupScale,
        private readonly _frames: readonly ISplatFrame[],
        private readonly _splats: ISplatLives,
    ) {
        const { group, step, bases } = _scale;
        this._values = _frames.map((frame) => valuesOf(group.id, frame));
        this._lastChanges = this._findChanges();
        const size = _frames.length * group.channelCount;
        this._tube = { low: new Int32Array(size), high: new Int32Array(size), steadyFrom: 1 };
        this._rotations = new Float64Array(4 * _frames.length);
        this.factors = new Float64Array(_frames.length).fill(1);
        this._hidden = Math.ceil(LEAST_OPACITY / step) - 1 - bases[0];
    }

    /** Codes within the bound, from a splat's first frame on. */
    public readTube(slot: number, first: number, length: number): ITube {
        if (!this._splats.tolerances) {
            return this._readEven(slot, first, length);
        }
        const { group, step, bases } = this._scale;
        this._readFactors(slot, first, length);
        const sourceOf = this._splats.sourceOf;
        const n = group.channelCount;
        const inverse = 1 / step;
        for (let frame = 0, at = 0; frame < length; frame++) {
            const values = this._values[first + frame];
            const from = n * sourceOf[first + frame][slot];
            const factor = this.factors[frame];
            for (let c = 0; c < n; c++, at++) {
                if (factor === Infinity) {
                    this._open(at);
                } else if (group.id === GROUP_SCALE) {
                    this._enclose(at, values[from + c], factor);
                } else {
                    const value = values[from + c] * inverse - bases[c];
                    this._limit(at, value - factor * this._scale.tolerance, value + factor * this._scale.tolerance);
                }
            }
        }
        this._startAsSeen(length);
        this._tube.steadyFrom = length;
        return this._tube;
    }

    /** The tube of a splat that may be off as far in all frames. */
    private _readEven(slot: number, first: number, length: number): ITube {
        const { sourceOf } = this._splats;
        const n = this._scale.group.channelCount;
        const { low, high } = this._tube;
        let before = this._values[first];
        let beforeAt = n * sourceOf[first][slot];
        let steadyFrom = 1;
        this._limitAll(0, before, beforeAt);
        const end = Math.min(length, this._lastChanges[first + length - 1] - first + 1);
        for (let frame = 1; frame < end; frame++) {
            const values = this._values[first + frame];
            const from = n * sourceOf[first + frame][slot];
            const at = n * frame;
            if (areEqual(before, beforeAt, values, from, n)) {
                for (let c = at; c < at + n; c++) {
                    low[c] = low[c - n];
                    high[c] = high[c - n];
                }
            } else {
                this._limitAll(at, values, from);
                steadyFrom = frame + 1;
            }
            before = values;
            beforeAt = from;
        }
        for (let at = n * Math.max(1, end); at < n * length; at++) {
            low[at] = low[at - n];
            high[at] = high[at - n];
        }
        this._tube.steadyFrom = steadyFrom;
        return this._tube;
    }

    private _findChanges(): Int32Array {
        const { sourceOf } = this._splats;
        const changes = new Int32Array(this._values.length);
        for (let frame = 1; frame < changes.length; frame++) {
            const isSame = this._values[frame] === this._values[frame - 1] && sourceOf[frame] === sourceOf[frame - 1];
            changes[frame] = isSame ? changes[frame - 1] : frame;
        }
        return changes;
    }

    /** Limits the codes of a frame by the values of a splat. */
    private _limitAll(at: number, values: Float32Array, from: number): void {
        const { group, step, bases, tolerance, largestCode } = this._scale;
        const { low, high } = this._tube;
        const inverse = 1 / step;
        const isScale = group.id === GROUP_SCALE;
        for (let c = 0; c < group.channelCount; c++) {
            const source = values[from + c];
            const value = isScale ? Math.log(Math.max(source, SMALLEST_SCALE)) / step - bases[0] : source * inverse - bases[c];
            low[at + c] = Math.max(0, Math.ceil(value - tolerance));
            high[at + c] = Math.min(largestCode, Math.floor(value + tolerance));
        }
    }

    /** Unit quaternions of a splat, from its first frame on. Where any will do, it is the next that matters, after the last of these the last. */
    public readRotations(slot: number, first: number, length: number): Float64Array {
        this._readFactors(slot, first, length);
        if (!this._splats.tolerances) {
            return this._readEvenRotations(slot, first, length);
        }
        const { sourceOf } = this._splats;
        const rotations = this._rotations;
        let last = -1;
        this.steadyFrom = length;
        for (let frame = 0; frame < length; frame++) {
            if (this.factors[frame] < Infinity || frame === length - 1) {
                const isHidden = this.factors[frame] === Infinity && last >= 0;
                if (!isHidden) {
                    readRotation(this._frames[first + frame], sourceOf[first + frame][slot], rotations, 4 * frame);
                }
                for (let before = last + 1; before < frame + (isHidden ? 1 : 0); before++) {
                    rotations.copyWithin(4 * before, 4 * (isHidden ? last : frame), 4 * (isHidden ? last : frame) + 4);
                }
                last = frame;
            }
        }
        return rotations;
    }

    private _readEvenRotations(slot: number, first: number, length: number): Float64Array {
        const { sourceOf } = this._splats;
        const rotations = this._rotations;
        this.steadyFrom = 1;
        for (let frame = 0; frame < length; frame++) {
            const values = this._values[first + frame];
            const from = 4 * sourceOf[first + frame][slot];
            if (frame > 0 && areEqual(this._values[first + frame - 1], 4 * sourceOf[first + frame - 1][slot], values, from, 4)) {
                for (let c = 4 * frame; c < 4 * frame + 4; c++) {
                    rotations[c] = rotations[c - 4];
                }
            } else {
                readRotation(this._frames[first + frame], from / 4, rotations, 4 * frame);
                this.steadyFrom = frame + 1;
            }
        }
        return rotations;
    }

    private _readFactors(slot: number, first: number, length: number): void {
        const { tolerances, sourceOf } = this._splats;
        const { group, bound } = this._scale;
        this.leastFactor = Infinity;
        for (let frame = 0; frame < length; frame++) {
            this.factors[frame] = tolerances?.factorOf(group.id, bound, this._frames[first + frame], sourceOf[first + frame][slot]) ?? 1;
            this.leastFactor = Math.min(this.leastFactor, this.factors[frame]);
        }
    }

    /** Any code; of an opacity any that is not visible. */
    private _open(at: number): void {
        this._tube.low[at] = 0;
        this._tube.high[at] = this._scale.group.id === GROUP_OPACITY ? this._hidden : this._scale.largestCode;
    }

    private _limit(at: number, low: number, high: number): void {
        this._tube.low[at] = Math.max(0, Math.ceil(low));
        this._tube.high[at] = Math.min(this._scale.largestCode, Math.floor(high));
    }

    /** Scales that are within the tolerance, once they are blurred as much as tells a scale from none. */
    private _enclose(at: number, scale: number, factor: number): void {
        const { step, bases, tolerance } = this._scale;
        const thin = this._splats.tolerances?.thin ?? 0;
        const ratio = factor * tolerance * step;
        if (thin === 0) {
            const value = Math.log(Math.max(scale, SMALLEST_SCALE)) / step - bases[0];
            this._limit(at, value - factor * tolerance, value + factor * tolerance);
            return;
        }
        const square = scale * scale + thin;
        const least = square * Math.exp(-2 * ratio) - thin;
        const most = square * Math.exp(2 * ratio) - thin;
        this._limit(at, least > 0 ? Math.log(least) / 2 / step - bases[0] : 0, Math.log(most) / 2 / step - bases[0]);
    }

    /** Before its first visible frame a splat is as it is there, so that it begins to live with the codes that matter. */
    private _startAsSeen(length: number): void {
        const { group } = this._scale;
        const seen = this.factors.findIndex((factor) => factor < Infinity);
        if (group.id === GROUP_OPACITY || seen <= 0 || seen >= length) {
            return;
        }
        const n = group.channelCount;
        for (let frame = 0; frame < seen; frame++) {
            this._tube.low.copyWithin(n * frame, n * seen, n * seen + n);
            this._tube.high.copyWithin(n * frame, n * seen, n * seen + n);
        }
    }
}

function areEqual(a: Float32Array, atA: number, b: Float32Array, atB: number, n: number): boolean {
    for (let c = 0; c < n; c++) {
        if (a[atA + c] !== b[atB + c]) {
            return false;
        }
    }
    return true;
}
