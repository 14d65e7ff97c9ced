import { GROUP_POSITION, GROUP_ROTATION } from "../format/attributeGroups.js";
import type { IErrorBounds, UpAxis } from "../format/clipHeader.js";
import { findCoarseness } from "./coarsenessSearch.js";
import { PictureTrial } from "./pictureTrial.js";
import { leastTolerances, mostTolerances, psnrOfQuality, TOLERANCE_MODELS } from "./qualityModel.js";
import { roughenFrame } from "./roughFrame.js";
import { findSceneBox, LEAST_OPACITY, type ISceneBox } from "./sceneBox.js";
import type { ITrackedFrame } from "./trackedFrame.js";
import { measureSight, type ISight } from "./splatSight.js";
import { SplatView } from "./splatView.js";
import type { ISplatFrame } from "./splatFrame.js";

/** A pixel of a picture that holds the scene, as a share of the scene's radius. */
const PIXEL = 1.4e-3;
/** A scale is told from a smaller one down to this share of a pixel. */
const THIN = 0.3;
/** Weight of what nobody sees. */
const LEAST_WEIGHT = 1e-5;
/** A splat may be off by this share of its own size. */
const LARGEST_SHIFT = 0.4;
/** What a turn out of the picture's plane counts, against one in it. */
const TILT = 0.5;
/** Groups whose errors show as far as a splat differs from what is behind it. Rotations were better by all that is in sight. */
const SHAPED: readonly boolean[] = [true, false, true, true, false, false];
/** A round splat may be turned as one that is as long as this. */
const LEAST_LENGTH = 1e-3;

/**
 * How far each splat of a segment may be off, by attribute group. It follows what the splat makes of the picture from all sides: how much of it is in sight, how large and opaque it is, how far its colour is from what is behind it and, for
 * rotations, how long. All are then as coarse as the pictures may be bad. A splat that is not visible in a frame has free attributes there.
 */
export class SplatTolerance {
    /** What the splats that matter most are held to. */
    public readonly least: IErrorBounds;
    /** What the splats that matter least are held to. */
    public readonly most: IErrorBounds;
    /** How many times coarser the tolerances are than the models. */
    public readonly coarseness: number;
    /** A scale whose square is less is as good as zero. */
    public readonly thin: number;
    private readonly _radius: number;
    private readonly _pixel: number;
    private readonly _visibility: ISight;
    private readonly _slotOf: Map<ISplatFrame, Int32Array>;
    private readonly _axes = new Float64Array(3);

    /**
     * @param frames frames of the segment
     * @param quality 0 to 100
     * @param up axis that points up
     */
    public constructor(frames: readonly ITrackedFrame[], quality: number, up: UpAxis) {
        const box = findSceneBox(frames[0].frame);
        this._radius = box.radius;
        this._pixel = (PIXEL * box.radius) ** 2;
        this.thin = THIN * THIN * this._pixel;
        this._slotOf = new Map(frames.map(({ frame, slotOf }) => [frame, slotOf]));
        this._visibility = this._look(frames, box, up);
        const { frame } = frames[(frames.length - 1) >> 1];
        const trial = new PictureTrial(frame, box, up);
        this.coarseness = findCoarseness(psnrOfQuality(quality), (coarseness) => trial.judge(roughenFrame(frame, this._tolerances(frame, coarseness))));
        this.least = leastTolerances(this.coarseness, box.radius);
        this.most = mostTolerances(this.coarseness, box.radius);
    }

    /**
     * How many times a bound a splat may be off in a frame.
     * @param group number of the attribute group
     * @param bound the bound, about the least tolerance of the group
     * @param frame a frame of the segment
     * @param index splat of the frame
     * @returns at least 1; Infinity where any value will do
     */
    public factorOf(group: number, bound: number, frame: ISplatFrame, index: number): number {
        if (frame.opacities[index] < LEAST_OPACITY) {
            return Infinity;
        }
        return Math.max(1, this._toleranceOf(group, frame, index, this.coarseness) / bound);
    }

    /** How much of what each slot could make of the pictures it does make, in the best of the first, the middle and the last frame. */
    private _look(frames: readonly ITrackedFrame[], box: ISceneBox, up: UpAxis): ISight {
        const last = frames.length - 1;
        const color = new Float64Array(frames[last].slotCount).fill(-1);
        const shape = color.slice();
        for (const sample of new Set([0, last >> 1, last])) {
            const { frame, slotOf } = frames[sample];
            const sight = measureSight(frame, new SplatView(frame, box, up));
            for (let i = 0; i < frame.count; i++) {
                if (frame.opacities[i] >= LEAST_OPACITY) {
                    const slot = slotOf[i];
                    const full = this._fullSight(frame, i);
                    color[slot] = Math.max(color[slot], sight.color[i] / full);
                    shape[slot] = Math.max(shape[slot], sight.shape[i] / full);
                }
            }
        }
        return { color: fillGaps(color), shape: fillGaps(shape) };
    }

    private _toleranceOf(group: number, frame: ISplatFrame, index: number, coarseness: number): number {
        const slot = this._slotOf.get(frame)?.[index] ?? 0;
        const weight = (SHAPED[group] ? this._visibility.shape : this._visibility.color)[slot] * this._fullSight(frame, index) + LEAST_WEIGHT;
        const { typical, power, most, limits } = TOLERANCE_MODELS[group];
        const unit = group === GROUP_POSITION ? this._radius : 1;
        const [a, b, c] = this._axes;
        let share = weight;
        let limit = unit * Math.min(limits[2], most * coarseness);
        if (group === GROUP_POSITION) {
            const width = Math.sqrt(b * c);
            share *= this._pixel / width;
            limit = Math.min(limit, LARGEST_SHIFT * Math.sqrt(width * coarseness));
        } else if (group === GROUP_ROTATION) {
            share *= Math.max(LEAST_LENGTH, (a - b) ** 2 / (a * b) + TILT * ((a - c) ** 2 / (a * c) + (b - c) ** 2 / (b * c)));
        }
        return Math.min(limit, unit * typical * coarseness * share ** -power);
    }

    /** Tolerances at a coarseness, as they are coded: never under the least of the group. */
    private _tolerances(frame: ISplatFrame, coarseness: number): (group: number, index: number) => number {
        const { position, rotation, scale, opacity, color, sh } = leastTolerances(coarseness, this._radius);
        const least = [position, rotation, scale, opacity, color, sh];
        return (group, index) => Math.max(least[group], this._toleranceOf(group, frame, index, coarseness));
    }

    /** What a splat would make of the pictures if nothing stood before it. Leaves the squares of its axes, blurred by a pixel, longest first. */
    private _fullSight({ opacities, scales }: ISplatFrame, index: number): number {
        const axes = this._axes;
        for (let c = 0; c < 3; c++) {
            axes[c] = scales[3 * index + c] ** 2 + this._pixel;
        }
        axes.sort().reverse();
        return opacities[index] ** 2 * Math.sqrt(axes[0] * axes[1]);
    }
}

/** Splats that are in no picture are as visible as the median of those that are. */
function fillGaps(visibility: Float64Array): Float64Array {
    const known = visibility.filter((value) => value >= 0).sort();
    const usual = known[known.length >> 1] ?? 1;
    return visibility.map((value) => (value < 0 ? usual : value));
}
