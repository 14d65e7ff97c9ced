import type { IGroupCoding } from "../format/segmentHeader.js";
import type { GroupPlan } from "./groupPlan.js";

/** For now: no transform. */
export function withLiftings(plans: readonly GroupPlan[], _slotOrder: Int32Array, _first: Int32Array): IGroupCoding[] {
    return plans.map(({ coding }) => coding);
}
