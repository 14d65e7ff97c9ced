import type { IKeySnapshot } from "../format/frameState.js";
import type { IGroupScale } from "./groupScale.js";

/** A key frame that those of later segments are coded against. Plain data. */
export interface IKeyReference {
    /** What a decoder knows of it. */
    snapshot: IKeySnapshot;
    /** Place in the file of each provisional slot. */
    placeOf: Int32Array;
    /** How values became codes. */
    scales: IGroupScale[];
}
