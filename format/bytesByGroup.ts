import { GROUP_NAMES } from "./attributeGroups.js";
import { PART_GATES, PART_LIFE, PART_MOTION } from "./frameContexts.js";
import type { SymbolMeter } from "./symbolMeter.js";

/**
 * Where bytes that were decoded go: the attribute groups; `gates`, which groups of which splats have a residual; `motion`, clusters that move; `life`, births and deaths; `tables`, the rest. They add up.
 * @param meter what read them
 * @param byteLength how many there were
 * @param shDegree of the clip
 */
export function bytesByGroup(meter: SymbolMeter, byteLength: number, shDegree: number): Record<string, number> {
    const groups: Record<string, number> = {};
    GROUP_NAMES.slice(0, shDegree > 0 ? undefined : -1).forEach((name, group) => (groups[name] = Math.round(meter.bitsByPart[group] / 8)));
    groups.gates = Math.round(meter.bitsByPart[PART_GATES] / 8);
    groups.motion = Math.round(meter.bitsByPart[PART_MOTION] / 8);
    groups.life = Math.round(meter.bitsByPart[PART_LIFE] / 8);
    groups.tables = byteLength - Object.values(groups).reduce((sum, bytes) => sum + bytes, 0);
    return groups;
}
