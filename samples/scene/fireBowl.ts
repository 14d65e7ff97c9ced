import type { Lighting } from "./lighting.js";
import { addLimb } from "./solids.js";
import type { SplatList } from "./splatList.js";
import { add, type Vec3 } from "./vec3.js";

const IRON: Vec3 = [0.34, 0.31, 0.32];
const EMBER: Vec3 = [1, 0.5, 0.14];
const GLOW: Vec3 = [1, 0.8, 0.4];

/** Where the two fires stand: the top of their embers, metres. */
export const FIRE_BOWLS: readonly Vec3[] = [
    [1.45, 0.42, -0.75],
    [-1.5, 0.42, 0.75],
];

/**
 * Adds the iron bowls of the two fires with their embers.
 * @param list takes the splats
 * @param firstId identity of its first splat
 * @param lighting light of the frame
 * @returns the next free identity
 */
export function addFireBowls(list: SplatList, firstId: number, lighting: Lighting): number {
    let id = firstId;
    for (const top of FIRE_BOWLS) {
        const foot: Vec3 = [top[0], 0.03, top[2]];
        const color = (): Vec3 => IRON;
        id = addLimb(list, id, lighting, { from: foot, to: add(foot, [0, 0.01, 0]), radii: [0.1, 0.1], front: [0, 0, 1], flatten: [1, 1], color });
        id = addLimb(list, id, lighting, { from: add(foot, [0, 0.08, 0]), to: add(top, [0, -0.16, 0]), radii: [0.022, 0.022], front: [0, 0, 1], color });
        id = addLimb(list, id, lighting, {
            from: add(top, [0, -0.1, 0]),
            to: add(top, [0, -0.03, 0]),
            radii: [0.07, 0.135],
            front: [0, 0, 1],
            color: (t) => (t >= 1 ? EMBER : IRON),
        });
        id = addEmbers(list, id, top);
    }
    return id;
}

function addEmbers(list: SplatList, firstId: number, top: Vec3): number {
    const count = 700;
    for (let i = 0; i < count; i++) {
        const radius = 0.125 * Math.sqrt((i + 0.5) / count);
        const angle = 2.399963 * i;
        const height = 0.105 * Math.sqrt(1 - (radius / 0.13) ** 2);
        const position = add(top, [radius * Math.cos(angle), height - 0.01, radius * Math.sin(angle)]);
        const color = (i * 7919) % 13 < 5 ? GLOW : EMBER;
        list.add(firstId + i, { position, normal: [0, 1, 0], tangent: [1, 0, 0], size: [0.006, 0.006], color });
    }
    return firstId + count;
}
