import { GROUP_ROTATION, GROUP_SCALE } from "../format/attributeGroups.js";
import type { IClusterTracks } from "./clusterTracks.js";
import type { IPlanSink } from "./groupPlan.js";
import { valuesOf, type IGroupScale } from "./groupScale.js";
import type { IKeyReference } from "./keyReference.js";
import { MovingPlanner } from "./movingPlanner.js";
import { RotationPlanner } from "./rotationPlanner.js";
import { readRotation, SMALLEST_SCALE } from "./rotations.js";
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
        this._reader = new SourceReader(_scale, frames, _splats.sourceOf);
        this._tubes = new TubePlanner(_scale.group.channelCount);
        this._rotations = new RotationPlanner(_scale);
        this._movers = _moving && new MovingPlanner(_moving.tracks);
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
            for (const plan of plans) {
                if (this._moving && label > 0) {
                    this._rotations.planMoving(plan, slot, label - 1, first, frames, sources, this._moving.tracks, known);
                } else {
                    this._rotations.plan(plan, slot, first, frames, sources, known);
                }
            }
            return;
        }
        const tube = this._reader.readTube(slot, first, frames);
        for (const plan of plans) {
            if (this._movers && label > 0) {
                this._movers.plan(plan, slot, label, first, frames, tube, known);
            } else {
                this._tubes.plan(plan, slot, first, frames, tube, known);
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

    public constructor(
        private readonly _scale: IGroupScale,
        private readonly _frames: readonly ISplatFrame[],
        private readonly _sourceOf: readonly Int32Array[],
    ) {
        const { group } = _scale;
        this._values = _frames.map((frame) => valuesOf(group.id, frame));
        const size = _frames.length * group.channelCount;
        this._tube = { low: new Int32Array(size), high: new Int32Array(size) };
        this._rotations = new Float64Array(4 * _frames.length);
    }

    /** Codes within the bound, from a splat's first frame on. */
    public readTube(slot: number, first: number, length: number): ITube {
        const { group, step, bases, tolerance, largestCode } = this._scale;
        const { low, high } = this._tube;
        const n = group.channelCount;
        const inverse = 1 / step;
        const isScale = group.id === GROUP_SCALE;
        for (let frame = 0, at = 0; frame < length; frame++) {
            const values = this._values[first + frame];
            const from = n * this._sourceOf[first + frame][slot];
            for (let c = 0; c < n; c++, at++) {
                const raw = values[from + c];
                const value = (isScale ? Math.log(Math.max(raw, SMALLEST_SCALE)) : raw) * inverse;
                low[at] = Math.max(0, Math.ceil(value - tolerance) - bases[c]);
                high[at] = Math.min(largestCode, Math.floor(value + tolerance) - bases[c]);
            }
        }
        return this._tube;
    }

    /** Unit quaternions of a splat. */
    public readRotations(slot: number, first: number, length: number): Float64Array {
        for (let frame = 0; frame < length; frame++) {
            readRotation(this._frames[first + frame], this._sourceOf[first + frame][slot], this._quaternion);
            this._rotations.set(this._quaternion, 4 * frame);
        }
        return this._rotations;
    }
}
