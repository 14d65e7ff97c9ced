import { FEATURES, type MatchFrame } from "./matchFrame.js";

/** What has likely become of the splats of a frame, in the order of its grid. */
export interface IMotion {
    /** 3 N: centres. */
    positions: Float64Array;
    /** 4 N: unit quaternions. */
    rotations: Float64Array;
    /** What each of the other features gains, the same for all splats. */
    shift: Float64Array;
}

/** No motion at all. */
export function stillMotion({ positions, rotations }: MatchFrame): IMotion {
    return { positions, rotations, shift: new Float64Array(FEATURES) };
}
