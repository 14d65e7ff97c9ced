import { FRACTION_BITS } from "../format/clusterMotion.js";
import { PREDICTOR_VELOCITY } from "../format/segmentHeader.js";
import { POSE_NUMBERS, STEP_NUMBERS, type IClusterTracks } from "./clusterTracks.js";
import type { IPlanSink } from "./groupPlan.js";
import { isInside, type ITube } from "./tubePlanner.js";

const FRACTION = 1 << FRACTION_BITS;
const TURN_UNIT = 1048576;

/**
 * Plans the positions of splats that go with a cluster. Seen from the cluster such a splat keeps its place, or drifts slowly: its sources, carried back into the pose of one frame, are a tube
 * around a point or a line. A residual moves it to what stays inside longest.
 */
export class MovingPlanner {
    private readonly _parts = new Int32Array(3);
    private readonly _velocities = new Int32Array(3);
    private readonly _residuals = new Int32Array(3);
    private readonly _codes = new Int32Array(3);
    private readonly _low = new Float64Array(3);
    private readonly _high = new Float64Array(3);
    private readonly _point = new Float64Array(3);
    private _path = new Float64Array(0);

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
     * @param known codes that it has already in another key frame
     */
    public plan(plan: IPlanSink, slot: number, label: number, first: number, frames: number, tube: ITube, known?: Int32Array): void {
        const parts = this._parts;
        const velocities = this._velocities.fill(0);
        const { predictor } = plan.coding;
        const keyShift = plan.coding.keyShift + plan.level;
        const residualShift = plan.coding.residualShift + plan.level;
        const hasVelocity = (predictor & PREDICTOR_VELOCITY) !== 0;
        const cluster = label - 1;
        this._carryBack(cluster, first, frames, tube);
        this._aim(0, hasVelocity ? 1 : frames, cluster, first, tube, 0);
        for (let c = 0; c < 3; c++) {
            const unit = 1 << keyShift;
            const lowest = Math.ceil(tube.low[c] / unit);
            const highest = Math.floor(tube.high[c] / unit);
            const middle = (this._low[c] + this._high[c]) / 2;
            this._codes[c] = unit * Math.max(lowest, Math.min(highest, Math.round(middle / FRACTION / unit)));
        }
        const isKept = known !== undefined && isInside(known, 3, tube);
        if (isKept) {
            this._codes.set(known);
        }
        this._codes.forEach((code, c) => (parts[c] = code * FRACTION));
        plan.addBirth(slot, first, this._codes, frames, isKept);
        for (let frame = 1; frame < frames; frame++) {
            this._move(this._tracks.steps[first + frame], cluster * STEP_NUMBERS);
            if (this._isInside(frame, tube)) {
                for (let c = 0; c < 3; c++) {
                    parts[c] += velocities[c] * FRACTION;
                }
            } else {
                this._aim(frame, frames, cluster, first + frame, tube, hasVelocity ? 1 : 0);
                this._correct(frame, tube, residualShift, hasVelocity);
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

    /** Whether the place and velocity that were moved lead into the tube. */
    private _isInside(frame: number, { low, high }: ITube): boolean {
        const at = 3 * frame;
        const x = (this._parts[0] >> FRACTION_BITS) + this._velocities[0];
        const y = (this._parts[1] >> FRACTION_BITS) + this._velocities[1];
        const z = (this._parts[2] >> FRACTION_BITS) + this._velocities[2];
        return x >= low[at] && x <= high[at] && y >= low[at + 1] && y <= high[at + 1] && z >= low[at + 2] && z <= high[at + 2];
    }

    /** Lays the middles of the tube back into the pose of the key frame. */
    private _carryBack(cluster: number, first: number, frames: number, { low, high }: ITube): void {
        if (this._path.length < 3 * frames) {
            this._path = new Float64Array(3 * frames);
        }
        for (let frame = 0, at = 0; frame < frames; frame++, at += 3) {
            const pose = this._tracks.poses[first + frame];
            const p = cluster * POSE_NUMBERS;
            // A code covers the values up to the next one.
            const x = ((low[at] + high[at] + 1) * FRACTION) / 2 - pose[p + 9];
            const y = ((low[at + 1] + high[at + 1] + 1) * FRACTION) / 2 - pose[p + 10];
            const z = ((low[at + 2] + high[at + 2] + 1) * FRACTION) / 2 - pose[p + 11];
            for (let c = 0; c < 3; c++) {
                this._path[at + c] = pose[p + c] * x + pose[p + 3 + c] * y + pose[p + 6 + c] * z;
            }
        }
    }

    /**
     * Finds, in the pose of a frame, the places that are inside from this frame on for as long as possible (growth 0), or the velocities that lead from the present place along inside (growth 1).
     */
    private _aim(from: number, frames: number, cluster: number, poseFrame: number, tube: ITube, growth: number): void {
        const low = this._low.fill(-Infinity);
        const high = this._high.fill(Infinity);
        const pose = this._tracks.poses[poseFrame];
        const p = cluster * POSE_NUMBERS;
        const there = this._point;
        for (let frame = from; frame < frames; frame++) {
            const at = 3 * frame;
            const x = this._path[at];
            const y = this._path[at + 1];
            const z = this._path[at + 2];
            const scale = 1 / (1 + growth * (frame - from));
            let isOpen = true;
            for (let c = 0; c < 3; c++) {
                there[c] = pose[p + 3 * c] * x + pose[p + 3 * c + 1] * y + pose[p + 3 * c + 2] * z + pose[p + 9 + c] - growth * this._parts[c];
                const half = ((tube.high[at + c] - tube.low[at + c] + 1) * FRACTION) / 2;
                isOpen &&= Math.max(low[c], (there[c] - half) * scale) <= Math.min(high[c], (there[c] + half) * scale);
            }
            if (!isOpen) {
                return;
            }
            for (let c = 0; c < 3; c++) {
                const half = ((tube.high[at + c] - tube.low[at + c] + 1) * FRACTION) / 2;
                low[c] = Math.max(low[c], (there[c] - half) * scale);
                high[c] = Math.min(high[c], (there[c] + half) * scale);
            }
        }
    }

    private _correct(frame: number, { low, high }: ITube, shift: number, hasVelocity: boolean): void {
        for (let c = 0, at = 3 * frame; c < 3; c++, at++) {
            const code = (this._parts[c] >> FRACTION_BITS) + this._velocities[c];
            const lowest = Math.ceil((low[at] - code) / (1 << shift));
            const highest = Math.floor((high[at] - code) / (1 << shift));
            const now = (hasVelocity ? 0 : this._parts[c]) + this._velocities[c] * FRACTION;
            const nearest = Math.max(this._low[c], Math.min(this._high[c], now));
            const residual = Math.max(lowest, Math.min(highest, Math.round((nearest - now) / (FRACTION << shift))));
            this._residuals[c] = residual;
            this._velocities[c] += hasVelocity ? residual << shift : 0;
            this._parts[c] += (hasVelocity ? this._velocities[c] : residual << shift) * FRACTION;
        }
    }
}
