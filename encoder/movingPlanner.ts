import { FRACTION_BITS } from "../format/clusterMotion.js";
import { POSE_NUMBERS, STEP_NUMBERS, type IClusterTracks } from "./clusterTracks.js";
import type { IPlanSink } from "./groupPlan.js";
import type { ITube } from "./tubePlanner.js";

const FRACTION = 1 << FRACTION_BITS;
const TURN_UNIT = 1048576;

/** How much of a tube is counted on in later frames: it is a box that turns with the cluster. */
const TRUST = 0.9;

/**
 * Plans the positions of splats that go with a cluster. Seen from the cluster such a splat keeps its place: its sources, carried back into the pose of the key frame, are a tube around
 * one point. A residual moves it to the point that stays inside longest.
 */
export class MovingPlanner {
    private readonly _parts = new Int32Array(3);
    private readonly _residuals = new Int32Array(3);
    private readonly _codes = new Int32Array(3);
    private readonly _low = new Float64Array(3);
    private readonly _high = new Float64Array(3);
    private readonly _point = new Float64Array(3);
    private _paths = new Float64Array(0);

    /** @param _tracks how the clusters move */
    public constructor(private readonly _tracks: IClusterTracks) {}

    /**
     * Plans the life of a splat.
     * @param plan where its codes and residuals go; says how they are coded
     * @param slot its slot
     * @param label its cluster, from 1
     * @param first first frame that it is there, in the segment
     * @param frames frames that it lives
     * @param tube codes that are good enough, from its first frame on
     */
    public plan(plan: IPlanSink, slot: number, label: number, first: number, frames: number, tube: ITube): void {
        const parts = this._parts;
        const { keyShift, residualShift } = plan.coding;
        this._carryBack(label - 1, first, frames, tube);
        this._aim(0, frames, tube);
        this._carryForward(label - 1, first);
        for (let c = 0; c < 3; c++) {
            const unit = 1 << keyShift;
            const lowest = Math.ceil(tube.low[c] / unit);
            const highest = Math.floor(tube.high[c] / unit);
            this._codes[c] = unit * Math.max(lowest, Math.min(highest, Math.round(this._point[c] / FRACTION / unit)));
            parts[c] = this._codes[c] * FRACTION;
        }
        plan.addBirth(slot, first, this._codes, frames);
        for (let frame = 1; frame < frames; frame++) {
            this._move(this._tracks.steps[first + frame], (label - 1) * STEP_NUMBERS);
            if (!this._isInside(frame, tube)) {
                this._carryHere(label - 1, first + frame);
                this._aim(frame, frames, tube);
                this._carryForward(label - 1, first + frame);
                this._correct(frame, tube, residualShift);
                plan.addResidual(slot, first + frame, this._residuals);
            }
        }
    }

    /** As a decoder does it. */
    private _move(s: Float64Array, at: number): void {
        const parts = this._parts;
        const dx = parts[0] - s[at + 13];
        const dy = parts[1] - s[at + 14];
        const dz = parts[2] - s[at + 15];
        parts[0] += s[at + 16] + Math.floor((s[at] * dx + s[at + 1] * dy + s[at + 2] * dz) / TURN_UNIT + 0.5);
        parts[1] += s[at + 17] + Math.floor((s[at + 3] * dx + s[at + 4] * dy + s[at + 5] * dz) / TURN_UNIT + 0.5);
        parts[2] += s[at + 18] + Math.floor((s[at + 6] * dx + s[at + 7] * dy + s[at + 8] * dz) / TURN_UNIT + 0.5);
    }

    private _isInside(frame: number, { low, high }: ITube): boolean {
        const at = 3 * frame;
        const x = this._parts[0] >> FRACTION_BITS;
        const y = this._parts[1] >> FRACTION_BITS;
        const z = this._parts[2] >> FRACTION_BITS;
        return x >= low[at] && x <= high[at] && y >= low[at + 1] && y <= high[at + 1] && z >= low[at + 2] && z <= high[at + 2];
    }

    /** Lays the middles of the tube back into the pose of the key frame. */
    private _carryBack(cluster: number, first: number, frames: number, { low, high }: ITube): void {
        if (this._paths.length < 3 * frames) {
            this._paths = new Float64Array(3 * frames);
        }
        for (let frame = 0, at = 0; frame < frames; frame++, at += 3) {
            // A code covers the values up to the next one.
            for (let c = 0; c < 3; c++) {
                this._point[c] = ((low[at + c] + high[at + c] + 1) * FRACTION) / 2;
            }
            this._backInto(this._tracks.poses[first + frame], cluster * POSE_NUMBERS);
            this._paths.set(this._point, at);
        }
    }

    /** Carries the present place into the pose of the key frame. */
    private _carryHere(cluster: number, frame: number): void {
        for (let c = 0; c < 3; c++) {
            this._point[c] = this._parts[c] + 0.5;
        }
        this._backInto(this._tracks.poses[frame], cluster * POSE_NUMBERS);
    }

    private _backInto(pose: Float64Array, p: number): void {
        const x = this._point[0] - pose[p + 9];
        const y = this._point[1] - pose[p + 10];
        const z = this._point[2] - pose[p + 11];
        for (let c = 0; c < 3; c++) {
            this._point[c] = pose[p + c] * x + pose[p + 3 + c] * y + pose[p + 6 + c] * z;
        }
    }

    private _carryForward(cluster: number, frame: number): void {
        const pose = this._tracks.poses[frame];
        const p = cluster * POSE_NUMBERS;
        const [x, y, z] = this._point;
        for (let c = 0; c < 3; c++) {
            this._point[c] = pose[p + 3 * c] * x + pose[p + 3 * c + 1] * y + pose[p + 3 * c + 2] * z + pose[p + 9 + c];
        }
    }

    /** Moves the point, in the pose of the key frame, to the nearest one that is inside from a frame on for as long as possible. */
    private _aim(from: number, frames: number, tube: ITube): void {
        const low = this._low;
        const high = this._high;
        const paths = this._paths;
        low.fill(-Infinity);
        high.fill(Infinity);
        for (let frame = from, isOpen = true; isOpen && frame < frames; frame++) {
            for (let c = 0, at = 3 * frame; c < 3; c++, at++) {
                const half = ((tube.high[at] - tube.low[at] + 1) * FRACTION * TRUST) / 2;
                isOpen &&= Math.max(low[c], paths[at] - half) <= Math.min(high[c], paths[at] + half);
            }
            for (let c = 0, at = 3 * frame; isOpen && c < 3; c++, at++) {
                const half = ((tube.high[at] - tube.low[at] + 1) * FRACTION * TRUST) / 2;
                low[c] = Math.max(low[c], paths[at] - half);
                high[c] = Math.min(high[c], paths[at] + half);
            }
        }
        for (let c = 0; c < 3; c++) {
            this._point[c] = from === 0 ? (low[c] + high[c]) / 2 : Math.max(low[c], Math.min(high[c], this._point[c]));
        }
    }

    private _correct(frame: number, { low, high }: ITube, shift: number): void {
        for (let c = 0, at = 3 * frame; c < 3; c++, at++) {
            const code = this._parts[c] >> FRACTION_BITS;
            const lowest = Math.ceil((low[at] - code) / (1 << shift));
            const highest = Math.floor((high[at] - code) / (1 << shift));
            const wanted = Math.round((this._point[c] - this._parts[c]) / (FRACTION << shift));
            const residual = Math.max(lowest, Math.min(highest, wanted));
            this._residuals[c] = residual;
            this._parts[c] += residual * (FRACTION << shift);
        }
    }
}
