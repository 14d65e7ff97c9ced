import { FRACTION_BITS } from "../format/clusterMotion.js";
import { rotationFromComponents } from "../format/dequantize.js";
import { FvvError } from "../format/fvvError.js";
import { turnRotation } from "../format/moveClusters.js";
import { ROTATION_BIAS } from "../format/quantization.js";
import { PREDICTOR_VELOCITY } from "../format/segmentHeader.js";
import { POSE_NUMBERS, STEP_NUMBERS, type IClusterTracks } from "./clusterTracks.js";
import type { IPlanSink } from "./groupPlan.js";
import type { IGroupScale } from "./groupScale.js";
import { rotationError } from "./rotations.js";
import { lastFrame, TubePlanner, type ITube } from "./tubePlanner.js";

/** Where the component left out becomes smaller than this, another one is left out: its error grows as it shrinks. */
const SMALLEST_LEFT_OUT = 0.35;

const FRACTION = 1 << FRACTION_BITS;

/**
 * Plans the residuals of a splat's rotation: three components of the unit quaternion, each in a tube, and which one is left out: the largest when the splat is new, the same one for as
 * long as the bound can be held with it. The fourth component follows from the three, so its error is checked apart.
 */
export class RotationPlanner {
    private readonly _planner = new TubePlanner(3);
    private readonly _birth = new Int32Array(4);
    private readonly _residuals = new Int32Array(4);
    private readonly _source = new Float64Array(4);
    private readonly _decoded = new Float64Array(4);
    private _tube: ITube = { low: new Int32Array(0), high: new Int32Array(0), steadyFrom: 1 };
    private _leftOut = 0;
    private readonly _parts = new Int32Array(3);
    private readonly _low = new Float64Array(3);
    private readonly _high = new Float64Array(3);
    private readonly _pose = new Float64Array(4);
    private _path = new Float64Array(0);

    /**
     * @param _scale step and tolerance
     * @param _factors how many times the tolerance the splat may be off, by frame that it lives
     */
    public constructor(
        private readonly _scale: IGroupScale,
        private readonly _factors: Float64Array,
    ) {}

    /**
     * Plans the life of a splat.
     * @param plan where its codes and residuals go; says how they are coded
     * @param slot its slot
     * @param first first frame that it is there, in the segment
     * @param frames frames that it lives
     * @param steadyFrom from this frame on its rotation is what it is in the frame before
     * @param sources its unit quaternions, 4 numbers a frame
     * @param known codes that it has already in another key frame
     */
    public plan(plan: IPlanSink, slot: number, first: number, frames: number, steadyFrom: number, sources: Float64Array, known?: Int32Array): void {
        const { codes, velocities, residuals } = this._planner;
        const hasVelocity = (plan.coding.predictor & PREDICTOR_VELOCITY) !== 0;
        const end = lastFrame(frames, hasVelocity, steadyFrom);
        const isKept = this._keep(end, sources, known);
        if (!isKept) {
            this._leaveOut(largestOf(sources, 0), 0, end, sources);
            this._bear(plan, end, sources);
        }
        this._addBirth(plan, slot, first, frames, isKept);
        velocities.fill(0);
        for (let frame = 1; frame < end; frame++) {
            const c0 = codes[0] + velocities[0];
            const c1 = codes[1] + velocities[1];
            const c2 = codes[2] + velocities[2];
            if (this._isGood(sources, frame, c0, c1, c2)) {
                codes[0] = c0;
                codes[1] = c1;
                codes[2] = c2;
                continue;
            }
            const change = this._correct(plan, frame, end, sources, hasVelocity);
            this._residuals.set(residuals);
            this._residuals[3] = change;
            plan.addResidual(slot, first + frame, this._residuals);
        }
    }

    /**
     * Plans the life of a splat that goes with a cluster: seen from the cluster it keeps its rotation.
     * @param plan where its codes and residuals go; says how they are coded
     * @param slot its slot
     * @param cluster its cluster, from 0
     * @param first first frame that it is there, in the segment
     * @param frames frames that it lives
     * @param sources its unit quaternions, 4 numbers a frame
     * @param tracks how the clusters move
     * @param known codes that it has already in another key frame
     */
    public planMoving(
        plan: IPlanSink,
        slot: number,
        cluster: number,
        first: number,
        frames: number,
        sources: Float64Array,
        tracks: IClusterTracks,
        known?: Int32Array,
    ): void {
        const { codes, velocities } = this._planner;
        const parts = this._parts;
        const hasVelocity = (plan.coding.predictor & PREDICTOR_VELOCITY) !== 0;
        velocities.fill(0);
        this._carryBack(cluster, first, frames, sources, tracks);
        const isKept = this._keep(frames, sources, known);
        if (!isKept) {
            this._leaveOut(largestOf(sources, 0), 0, frames, sources);
            this._bearMoving(plan, hasVelocity ? 1 : frames, cluster, tracks.poses[first], sources);
        }
        this._addBirth(plan, slot, first, frames, isKept);
        codes.forEach((code, c) => (parts[c] = code * FRACTION));
        for (let frame = 1; frame < frames; frame++) {
            turnRotation(parts, this._leftOut, FRACTION / this._scale.step, tracks.steps[first + frame], cluster * STEP_NUMBERS + 9);
            for (let c = 0; c < 3; c++) {
                codes[c] = (parts[c] >> FRACTION_BITS) + velocities[c];
            }
            let change = 0;
            if (!this._isGood(sources, frame, codes[0], codes[1], codes[2])) {
                change = this._correctMoving(plan, frame, frames, cluster, tracks.poses[first + frame], sources);
                this._residuals.set(this._planner.residuals);
                this._residuals[3] = change;
                plan.addResidual(slot, first + frame, this._residuals);
            }
            for (let c = 0; c < 3; c++) {
                parts[c] = codes[c] * FRACTION + (change === 0 ? parts[c] & (FRACTION - 1) : 0);
            }
        }
    }

    private _bearMoving(plan: IPlanSink, frames: number, cluster: number, pose: Float64Array, sources: Float64Array): void {
        const { codes } = this._planner;
        const keyShift = plan.coding.keyShift + plan.level;
        codes.fill(0);
        this._parts.fill(0);
        this._aim(0, frames, cluster, pose, 0);
        this._moveTowards(keyShift, false);
        if (!this._isGood(sources, 0, codes[0], codes[1], codes[2])) {
            codes.fill(0);
            this._roundInto(sources, 0, keyShift);
        }
    }

    /** Finds a residual; returns the change of the component left out. */
    private _correctMoving({ coding, level }: IPlanSink, frame: number, frames: number, cluster: number, pose: Float64Array, sources: Float64Array): number {
        const { codes, velocities, residuals } = this._planner;
        const { predictor } = coding;
        const residualShift = coding.residualShift + level;
        const hasVelocity = (predictor & PREDICTOR_VELOCITY) !== 0;
        const [p0, p1, p2] = codes;
        const before = this._leftOut;
        let isDone = false;
        if (Math.abs(sources[4 * frame + before]) > SMALLEST_LEFT_OUT) {
            this._aim(frame, frames, cluster, pose, hasVelocity ? 1 : 0);
            this._moveTowards(residualShift, hasVelocity);
            isDone = this._isGood(sources, frame, codes[0], codes[1], codes[2]);
            if (!isDone) {
                codes.set([p0, p1, p2]);
                isDone = this._roundInto(sources, frame, residualShift, false);
            }
        }
        if (!isDone) {
            this._leaveOut(largestOf(sources, 4 * frame), frame, frames, sources);
            this._roundInto(sources, frame, residualShift);
        }
        for (let c = 0; c < 3 && hasVelocity; c++) {
            velocities[c] = this._leftOut === before ? velocities[c] + (residuals[c] << residualShift) : 0;
        }
        return ((this._leftOut - before + 6) & 3) - 2;
    }

    /** Carries the sources into the pose of the key frame, all with the same sign. */
    private _carryBack(cluster: number, first: number, frames: number, sources: Float64Array, { poses }: IClusterTracks): void {
        if (this._path.length < 4 * frames) {
            this._path = new Float64Array(4 * frames);
        }
        const path = this._path;
        const p = cluster * POSE_NUMBERS + 12;
        const back = this._pose;
        for (let frame = 0, at = 0; frame < frames; frame++, at += 4) {
            const pose = poses[first + frame];
            back[0] = pose[p];
            back[1] = -pose[p + 1];
            back[2] = -pose[p + 2];
            back[3] = -pose[p + 3];
            const there = this._source;
            multiply(back, 0, sources, at, there);
            const isFlipped = path[0] * there[0] + path[1] * there[1] + path[2] * there[2] + path[3] * there[3] < 0;
            const sign = frame > 0 && isFlipped ? -1 : 1;
            for (let c = 0; c < 4; c++) {
                path[at + c] = sign * there[c];
            }
        }
    }

    /**
     * Finds, in the pose of a frame and in 1/16 codes, the components that are inside from this frame on for as long as possible (growth 0), or the velocities that lead from the present ones along inside
     * (growth 1).
     */
    private _aim(from: number, frames: number, cluster: number, pose: Float64Array, growth: number): void {
        const low = this._low.fill(-Infinity);
        const high = this._high.fill(Infinity);
        const there = this._source;
        const unit = FRACTION / this._scale.step;
        for (let frame = from; frame < frames; frame++) {
            const half = Math.min(1e9, this._factors[frame] * this._scale.tolerance * FRACTION);
            multiply(pose, cluster * POSE_NUMBERS + 12, this._path, 4 * frame, there);
            const scale = 1 / (1 + growth * (frame - from));
            const signed = there[this._leftOut] < 0 ? -unit : unit;
            let isOpen = true;
            for (let c = 0; c < 3; c++) {
                there[c] = signed * there[c + (c < this._leftOut ? 0 : 1)] - growth * this._parts[c];
                isOpen &&= Math.max(low[c], (there[c] - half) * scale) <= Math.min(high[c], (there[c] + half) * scale);
            }
            if (!isOpen) {
                return;
            }
            for (let c = 0; c < 3; c++) {
                low[c] = Math.max(low[c], (there[c] - half) * scale);
                high[c] = Math.min(high[c], (there[c] + half) * scale);
            }
        }
    }

    /** Moves the codes by multiples of 2^shift to, or near, what was aimed at. */
    private _moveTowards(shift: number, hasVelocity: boolean): void {
        const { codes, velocities, residuals } = this._planner;
        for (let c = 0; c < 3; c++) {
            const now = (hasVelocity ? 0 : this._parts[c] + 0.5) + velocities[c] * FRACTION;
            const wanted = hasVelocity ? Math.max(this._low[c], Math.min(this._high[c], now)) : (this._low[c] + this._high[c]) / 2;
            residuals[c] = Math.round((wanted - now) / (FRACTION << shift));
            codes[c] += residuals[c] << shift;
        }
    }

    /** Takes the codes of another key frame where they are good enough. */
    private _keep(frames: number, sources: Float64Array, known: Int32Array | undefined): boolean {
        if (!known) {
            return false;
        }
        const [c0, c1, c2] = known;
        this._leaveOut(known[3], 0, frames, sources);
        this._planner.codes.set([c0 - ROTATION_BIAS, c1 - ROTATION_BIAS, c2 - ROTATION_BIAS]);
        return this._isGood(sources, 0, c0 - ROTATION_BIAS, c1 - ROTATION_BIAS, c2 - ROTATION_BIAS);
    }

    private _addBirth(plan: IPlanSink, slot: number, first: number, frames: number, isKept: boolean): void {
        this._planner.codes.forEach((code, c) => (this._birth[c] = code + ROTATION_BIAS));
        this._birth[3] = this._leftOut;
        plan.addBirth(slot, first, this._birth, frames, isKept);
    }

    private _bear(plan: IPlanSink, frames: number, sources: Float64Array): void {
        const { predictor } = plan.coding;
        const keyShift = plan.coding.keyShift + plan.level;
        const { codes } = this._planner;
        this._planner.findBirth(3, keyShift, predictor & PREDICTOR_VELOCITY ? 1 : frames, this._tube);
        if (!this._isGood(sources, 0, codes[0], codes[1], codes[2])) {
            codes.fill(0);
            this._roundInto(sources, 0, keyShift);
        }
    }

    /** Finds a residual that brings the rotation back; returns the change of the component left out. */
    private _correct(plan: IPlanSink, frame: number, frames: number, sources: Float64Array, hasVelocity: boolean): number {
        const { codes, velocities, residuals } = this._planner;
        const shift = plan.coding.residualShift + plan.level;
        const [p0, p1, p2] = codes;
        const [v0, v1, v2] = velocities;
        if (Math.abs(sources[4 * frame + this._leftOut]) > SMALLEST_LEFT_OUT) {
            if (hasVelocity) {
                this._planner.turn(3, frame, frames, shift, this._tube);
            } else {
                this._planner.jump(3, frame, frames, shift, this._tube);
            }
            if (this._isGood(sources, frame, codes[0], codes[1], codes[2])) {
                return 0;
            }
        }
        codes.set([p0 + v0, p1 + v1, p2 + v2]);
        velocities.set([v0, v1, v2]);
        const before = this._leftOut;
        if (Math.abs(sources[4 * frame + before]) < SMALLEST_LEFT_OUT || !this._roundInto(sources, frame, shift, false)) {
            this._leaveOut(largestOf(sources, 4 * frame), frame, frames, sources);
            this._roundInto(sources, frame, shift);
        }
        for (let c = 0; c < 3 && hasVelocity; c++) {
            velocities[c] = this._leftOut === before ? velocities[c] + (residuals[c] << shift) : 0;
        }
        return ((this._leftOut - before + 6) & 3) - 2;
    }

    /**
     * Moves the codes by multiples of 2^shift to the best of the eight roundings of the source; the multiples go into the residuals.
     * @returns whether it is within the bound; throws where it must be and is not
     */
    private _roundInto(sources: Float64Array, frame: number, shift: number, mustHold = true): boolean {
        const { codes, residuals } = this._planner;
        const unit = 1 << shift;
        const sign = sources[4 * frame + this._leftOut] < 0 ? -1 : 1;
        const perUnit = sign / (this._scale.step * unit);
        const w0 = perUnit * sources[4 * frame + (this._leftOut > 0 ? 0 : 1)] - codes[0] / unit;
        const w1 = perUnit * sources[4 * frame + (this._leftOut > 1 ? 1 : 2)] - codes[1] / unit;
        const w2 = perUnit * sources[4 * frame + (this._leftOut > 2 ? 2 : 3)] - codes[2] / unit;
        let best = Infinity;
        let found = 0;
        for (let choice = 0; choice < 8; choice++) {
            const error = this._error(
                sources,
                frame,
                codes[0] + unit * roundTo(w0, choice & 1),
                codes[1] + unit * roundTo(w1, choice & 2),
                codes[2] + unit * roundTo(w2, choice & 4),
            );
            if (error < best) {
                best = error;
                found = choice;
            }
        }
        if (!(best <= this._bound * this._factors[frame])) {
            if (mustHold) {
                throw new FvvError("BOUND_BROKEN", `A rotation cannot be kept within ${this._bound}; raise rotationError (--rot-error)`);
            }
            return false;
        }
        residuals[0] = roundTo(w0, found & 1);
        residuals[1] = roundTo(w1, found & 2);
        residuals[2] = roundTo(w2, found & 4);
        for (let c = 0; c < 3; c++) {
            codes[c] += residuals[c] * unit;
        }
        return true;
    }

    private get _bound(): number {
        return this._scale.tolerance * this._scale.step;
    }

    /** Leaves a component out from a frame on: lays the tube of the three others. */
    private _leaveOut(leftOut: number, from: number, frames: number, sources: Float64Array): void {
        this._leftOut = leftOut;
        if (this._tube.low.length < 3 * frames) {
            this._tube = { low: new Int32Array(3 * frames), high: new Int32Array(3 * frames), steadyFrom: frames };
        }
        const { low, high } = this._tube;
        const { step } = this._scale;
        for (let frame = from; frame < frames; frame++) {
            const tolerance = this._factors[frame] * this._scale.tolerance;
            const scale = (sources[4 * frame + leftOut] < 0 ? -1 : 1) / step;
            for (let c = 0; c < 3; c++) {
                const value = scale * sources[4 * frame + c + (c < leftOut ? 0 : 1)];
                low[3 * frame + c] = Math.max(Math.ceil(value - tolerance), 1 - ROTATION_BIAS);
                high[3 * frame + c] = Math.min(Math.floor(value + tolerance), ROTATION_BIAS - 1);
            }
        }
    }

    private _isGood(sources: Float64Array, frame: number, c0: number, c1: number, c2: number): boolean {
        const { low, high } = this._tube;
        const at = 3 * frame;
        return (
            c0 >= low[at] &&
            c0 <= high[at] &&
            c1 >= low[at + 1] &&
            c1 <= high[at + 1] &&
            c2 >= low[at + 2] &&
            c2 <= high[at + 2] &&
            this._error(sources, frame, c0, c1, c2) <= this._bound * this._factors[frame]
        );
    }

    /** Largest difference of a component, up to sign. */
    private _error(sources: Float64Array, frame: number, c0: number, c1: number, c2: number): number {
        const { step } = this._scale;
        if (Math.max(Math.abs(c0), Math.abs(c1), Math.abs(c2)) >= ROTATION_BIAS) {
            return Infinity;
        }
        const source = this._source;
        source[0] = sources[4 * frame];
        source[1] = sources[4 * frame + 1];
        source[2] = sources[4 * frame + 2];
        source[3] = sources[4 * frame + 3];
        rotationFromComponents(c0 * step, c1 * step, c2 * step, this._leftOut, this._decoded);
        return rotationError(source, this._decoded);
    }
}

/** Down where asked for, else up. */
function roundTo(value: number, isDown: number): number {
    return isDown ? Math.floor(value) : Math.ceil(value);
}

function largestOf(sources: Float64Array, at: number): number {
    let largest = 0;
    for (let c = 1; c < 4; c++) {
        largest = Math.abs(sources[at + c]) > Math.abs(sources[at + largest]) ? c : largest;
    }
    return largest;
}

/** Product of two quaternions. */
function multiply(a: Float64Array, atA: number, b: Float64Array, atB: number, out: Float64Array): void {
    const w = a[atA];
    const x = a[atA + 1];
    const y = a[atA + 2];
    const z = a[atA + 3];
    const bw = b[atB];
    const bx = b[atB + 1];
    const by = b[atB + 2];
    const bz = b[atB + 3];
    out[0] = w * bw - x * bx - y * by - z * bz;
    out[1] = w * bx + x * bw + y * bz - z * by;
    out[2] = w * by - x * bz + y * bw + z * bx;
    out[3] = w * bz + x * by - y * bx + z * bw;
}
