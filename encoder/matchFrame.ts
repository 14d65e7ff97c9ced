import type { ClipEncoderSettings } from "./encoderOptions.js";
import { readRotation, SMALLEST_SCALE } from "./rotations.js";
import { SpatialGrid } from "./spatialGrid.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Values of a splat in {@link MatchFrame.features}: colour (3), opacity and log scales (3), in steps of their bounds. */
export const FEATURES = 7;
/** First of the log scales. */
export const FEATURE_SCALE = 4;

/** A frame made ready for matching: its splats in the order of a grid, so that neighbours lie together in memory, their values in steps. */
export class MatchFrame {
    /** Number of splats. */
    public readonly count: number;
    /** The grid, whose order of splats is that of all arrays here. */
    public readonly grid: SpatialGrid;
    /** 3 N: centres. */
    public readonly positions: Float64Array;
    /** 4 N: unit quaternions. */
    public readonly rotations: Float64Array;
    /** FEATURES x N. */
    public readonly features: Float64Array;

    /**
     * @param frame the frame
     * @param settings error bounds
     */
    public constructor(frame: ISplatFrame, settings: ClipEncoderSettings) {
        this.count = frame.count;
        this.grid = new SpatialGrid(frame);
        this.positions = new Float64Array(3 * frame.count);
        this.rotations = new Float64Array(4 * frame.count);
        this.features = new Float64Array(FEATURES * frame.count);
        const rotation = new Float64Array(4);
        const colorScale = 255 / settings.colorError;
        const scaleScale = 1 / Math.log1p(settings.scaleError);
        const { order } = this.grid;
        for (let k = 0; k < frame.count; k++) {
            const i = order[k];
            const at = k * FEATURES;
            for (let c = 0; c < 3; c++) {
                this.positions[3 * k + c] = frame.positions[3 * i + c];
                this.features[at + c] = frame.colors[3 * i + c] * colorScale;
                this.features[at + FEATURE_SCALE + c] = Math.log(Math.max(frame.scales[3 * i + c], SMALLEST_SCALE)) * scaleScale;
            }
            this.features[at + 3] = (frame.opacities[i] * 255) / settings.opacityError;
            readRotation(frame, i, rotation);
            this.rotations.set(rotation, 4 * k);
        }
    }
}
