import { GROUP_OPACITY, GROUP_ROTATION, GROUP_SCALE } from "../format/attributeGroups.js";
import type { IClusterTracks } from "./clusterTracks.js";
import type { IPlanSink } from "./groupPlan.js";
import { valuesOf, type IGroupScale } from "./groupScale.js";
import type { IKeyReference } from "./keyReference.js";
import { MovingPlanner } from "./movingPlanner.js";
import { RotationPlanner } from "./rotationPlanner.js";
import { readRotation, SMALLEST_SCALE } from "./rotations.js";
import { SMALLEST_OPACITY } from "./splatTolerance.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";
import { TubePlanner, type ITube } from "./tubePlanner.js";

/** Splats that go with clusters, and how these move. */
export interface IMovingSplats {
    /** Cluster of each provisional slot, from 1; 0: none. */
    labels: Uint16Array;
    /** How the clusters move. */
    tracks: IClusterTracks;
}

/** Plans single lives in one group. */
export class LifePlanner {
    private readonly _reader: SourceReader;
    private readonly _tubes: TubePlanner;
    private readonly _rotations: RotationPlanner;
    private readonly _movers: MovingPlanner | undefined;
    private readonly _known: Int32Array;

    public constructor(
        private readonly _scale: IGroupScale,
        frames: readonly ISplatFrame[],
        private readonly _splats: ISplatLives,
        private readonly _moving: IMovingSplats | undefined,
        private readonly _reference?: IKeyReference,
    ) {
        this._known = new Int32Array(_scale.group.channelCount);
        this._reader = new SourceReader(_scale, frames, _splats);
        this._tubes = new TubePlanner(_scale.group.channelCount);
        this._rotations = new RotationPlanner(_scale);
        this._movers = _moving && new MovingPlanner(_moving.tracks);
    }

    private _setLevel(plans: readonly IPlanSink[], slot: number, known?: Int32Array): Int32Array | undefined {
        const { least } = this._reader;
        const { id } = this._scale.group;
        const place = known ? this._reference!.placeOf[slot] : -1;
        const before = known ? this._reference!.snapshot.levels[id][place] : -1;
        const own = least === Infinity ? 0 : Math.min(7, Math.floor(Math.log2(least)));
        for (const plan of plans) {
            plan.isFree = !known && least === Infinity && id !== GROUP_OPACITY;
            plan.level = before >= 0 && (least === Infinity || (before <= own && own - before < 2)) ? before : own;
        }
        // Codes that are kept were rounded to the level that they had.
        return known && plans[0].level === before ? known : undefined;
    }

    /** Plans a life into plans with different codings. */
    public plan(life: number, plans: readonly IPlanSink[]): void {
        const { lives } = this._splats;
        const slot = lives[LIFE_STRIDE * life];
        const first = lives[LIFE_STRIDE * life + 1];
        const frames = lives[LIFE_STRIDE * life + 2];
        const label = this._moving?.labels[slot] ?? 0;
        const known = first === 0 ? this._findKnown(slot) : undefined;
        if (this._scale.group.id === GROUP_ROTATION) {
            const sources = this._reader.readRotations(slot, first, frames);
            this._rotations.factors = this._reader.factors;
            const kept = this._setLevel(plans, slot, known);
            for (const plan of plans) {
                if (this._moving && label > 0) {
                    this._rotations.planMoving(plan, slot, label - 1, first, frames, sources, this._moving.tracks, kept);
                } else {
                    this._rotations.plan(plan, slot, first, frames, sources, kept);
                }
            }
            return;
        }
        const tube = this._reader.readTube(slot, first, frames);
        const kept = this._setLevel(plans, slot, known);
        for (const plan of plans) {
            if (this._movers && label > 0) {
                this._movers.plan(plan, slot, label, first, frames, tube, kept);
            } else {
                this._tubes.plan(plan, slot, first, frames, tube, kept);
            }
        }
    }

    /** The codes that a splat has in the key frame that this one is coded against. */
    private _findKnown(slot: number): Int32Array | undefined {
        const reference = this._reference;
        if (!reference || slot >= reference.snapshot.slotCount) {
            return undefined;
        }
        const place = reference.placeOf[slot];
        const { firstChannel } = this._scale.group;
        for (let c = 0; c < this._known.length; c++) {
            this._known[c] = reference.snapshot.codes[firstChannel + c][place];
        }
        return reference.snapshot.alive[place] ? this._known : undefined;
    }
}

/** Reads what the codes of a splat may be. */
class SourceReader {
    private readonly _values: Float32Array[];
    private readonly _tube: ITube;
    private readonly _rotations: Float64Array;
    private readonly _quaternion = new Float64Array(4);
    public readonly factors: Float64Array<ArrayBuffer>;

    public constructor(
        private readonly _scale: IGroupScale,
        private readonly _frames: readonly ISplatFrame[],
        private readonly _splats: ISplatLives,
    ) {
        const { group } = _scale;
        this._values = _frames.map((frame) => valuesOf(group.id, frame));
        const size = _frames.length * group.channelCount;
        this._tube = { low: new Int32Array(size), high: new Int32Array(size) };
        this._rotations = new Float64Array(4 * _frames.length);
        this.factors = new Float64Array(_frames.length);
    }

    public least = 1;

    private _readFactors(slot: number, first: number, length: number): void {
        const { group } = this._scale;
        const { tolerances, sourceOf } = this._splats;
        this.least = Infinity;
        for (let frame = 0; frame < length; frame++) {
            this.factors[frame] = tolerances ? tolerances.factorOf(group.id, this._frames[first + frame], sourceOf[first + frame][slot]) : 1;
            this.least = Math.min(this.least, this.factors[frame]);
        }
    }

    /** Codes within the bound, from a splat's first frame on. */
    public readTube(slot: number, first: number, length: number): ITube {
        const { group, step, bases, tolerance, largestCode } = this._scale;
        const { tolerances, sourceOf } = this._splats;
        const { low, high } = this._tube;
        const n = group.channelCount;
        const inverse = 1 / step;
        const isScale = group.id === GROUP_SCALE;
        this._readFactors(slot, first, length);
        const factors = this.factors;
        const hidden = Math.ceil(SMALLEST_OPACITY / step) - 1 - bases[0];
        const lead = factors.findIndex((f, i) => f !== Infinity || i >= length);
        for (let frame = 0, at = 0; frame < length; frame++) {
            const values = this._values[first + frame];
            const from = n * sourceOf[first + frame][slot];
            for (let c = 0; c < n; c++, at++) {
                const raw = values[from + c];
                const tol = factors[frame] * tolerance;
                const value = (isScale ? Math.log(Math.max(raw, SMALLEST_SCALE)) : raw) * inverse;
                low[at] = Math.max(0, Math.ceil(value - tol) - bases[c]);
                high[at] = Math.min(largestCode, Math.floor(value + tol) - bases[c]);
                if (isScale && tolerances && factors[frame] !== Infinity) {
                    const k2 = tolerances.thin2;
                    const e = Math.exp(tol * step);
                    const top = e * e * (raw * raw + k2) - k2;
                    const bottom = (raw * raw + k2) / (e * e) - k2;
                    high[at] = Math.min(largestCode, Math.floor((0.5 * Math.log(top)) * inverse) - bases[c]);
                    low[at] = bottom > 0 ? Math.max(0, Math.ceil((0.5 * Math.log(bottom)) * inverse) - bases[c]) : 0;
                }
                if (factors[frame] === Infinity && group.id === GROUP_OPACITY) {
                    high[at] = hidden;
                }
            }
        }
        if (group.id !== GROUP_OPACITY && lead > 0 && lead < length) {
            for (let frame = 0; frame < lead; frame++) {
                low.copyWithin(n * frame, n * lead, n * lead + n);
                high.copyWithin(n * frame, n * lead, n * lead + n);
            }
        }
        return this._tube;
    }

    /** Unit quaternions of a splat. */
    public readRotations(slot: number, first: number, length: number): Float64Array {
        for (let frame = 0; frame < length; frame++) {
            readRotation(this._frames[first + frame], this._splats.sourceOf[first + frame][slot], this._quaternion);
            this._rotations.set(this._quaternion, 4 * frame);
        }
        this._readFactors(slot, first, length);
        const factors = this.factors;
        for (let frame = length - 2; frame >= 0; frame--) {
            if (factors[frame] === Infinity) {
                this._rotations.copyWithin(4 * frame, 4 * frame + 4, 4 * frame + 8);
            }
        }
        for (let frame = 1; frame < length; frame++) {
            if (factors[frame] === Infinity && factors[length - 1] === Infinity) {
                // after the last visible
                const rest = factors.subarray(frame, length).every((f) => f === Infinity);
                if (rest) {
                    this._rotations.copyWithin(4 * frame, 4 * frame - 4, 4 * frame);
                }
            }
        }
        return this._rotations;
    }
}
