import { GROUP_OPACITY, GROUP_ROTATION } from "../format/attributeGroups.js";
import { LEVELS } from "../format/frameContexts.js";
import type { IClusterTracks } from "./clusterTracks.js";
import type { IPlanSink } from "./groupPlan.js";
import type { IGroupScale } from "./groupScale.js";
import type { IKeyReference } from "./keyReference.js";
import { MovingPlanner } from "./movingPlanner.js";
import { RotationPlanner } from "./rotationPlanner.js";
import { SourceReader } from "./sourceReader.js";
import { LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import type { ISplatFrame } from "./splatFrame.js";
import { TubePlanner } from "./tubePlanner.js";

/** Splats that go with clusters, and how these move. */
export interface IMovingSplats {
    /** Cluster of each provisional slot, from 1; 0: none. */
    labels: Uint16Array;
    /** How the clusters move. */
    tracks: IClusterTracks;
    /** Attribute groups that go with them. */
    groups: readonly number[];
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
        this._rotations = new RotationPlanner(_scale, this._reader.factors);
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
            const kept = this._setLevel(plans, slot, known);
            for (const plan of plans) {
                if (this._moving && label > 0) {
                    this._rotations.planMoving(plan, slot, label - 1, first, frames, sources, this._moving.tracks, kept);
                } else {
                    this._rotations.plan(plan, slot, first, frames, this._reader.steadyFrom, sources, kept);
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

    /** Sets the level of a life, and returns the codes that it knows where they are of that level. */
    private _setLevel(plans: readonly IPlanSink[], slot: number, known?: Int32Array): Int32Array | undefined {
        const { id } = this._scale.group;
        const { leastFactor } = this._reader;
        const own = leastFactor === Infinity ? 0 : Math.min(LEVELS - 1, Math.floor(Math.log2(leastFactor)));
        const before = known && this._reference ? this._reference.snapshot.levels[id][this._reference.placeOf[slot]] : -1;
        // A level finer than need be costs less than other codes.
        const isSame = before >= 0 && (leastFactor === Infinity || before === own || before === own - 1);
        for (const plan of plans) {
            plan.isFree = before < 0 && leastFactor === Infinity && id !== GROUP_OPACITY;
            plan.level = isSame ? before : own;
        }
        return isSame ? known : undefined;
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
