import type { Lighting } from "./lighting.js";
import type { SplatList } from "./splatList.js";
import { add, cross, dot, length, mix, normalize, subtract, type Vec3 } from "./vec3.js";

/** Three directions at right angles: along the axis, to the side, to the front. */
export interface IFrameOfReference {
    axis: Vec3;
    side: Vec3;
    front: Vec3;
}

/** A limb: a rounded cone between two points. */
export interface ILimb {
    from: Vec3;
    to: Vec3;
    /** Radius at both ends, metres. */
    radii: readonly [number, number];
    /** Which way its front looks; what is along the axis does not count. */
    front: Vec3;
    /** How much wider to the side and to the front than round. Default 1, 1. */
    flatten?: readonly [number, number];
    /**
     * Colour in white light.
     * @param t 0 at `from`, 1 at `to`
     * @param angle round the axis, 0 in front, -pi..pi
     */
    color: (t: number, angle: number) => Vec3;
}

/** Distance of splats on a surface, metres. */
const SPACING = 0.0098;

/** The directions of a limb. */
export function frameOf(from: Vec3, to: Vec3, front: Vec3): IFrameOfReference {
    const axis = normalize(subtract(to, from));
    const forward = normalize(add(front, axis, -dot(front, axis)));
    return { axis, side: cross(axis, forward), front: forward };
}

/**
 * Covers a limb with splats. How many does not depend on the pose, only on the radii and on `rings`.
 * @param list takes the splats
 * @param firstId identity of its first splat
 * @param lighting light of the frame
 * @param limb the limb
 * @param restLength length that the number of rings goes by; default the length it has
 * @returns the next free identity
 */
export function addLimb(list: SplatList, firstId: number, lighting: Lighting, limb: ILimb, restLength = length(subtract(limb.to, limb.from))): number {
    const { from, to, radii, flatten = [1, 1], color } = limb;
    const { axis, side, front } = frameOf(from, to, limb.front);
    const span = length(subtract(to, from));
    const spacing = SPACING * list.spacing;
    const size = 0.64 * spacing;
    const [r0, r1] = radii;
    // The profile: a half circle, the cone, a half circle, walked by arc length.
    const total = (Math.PI / 2) * (r0 + r1) + restLength;
    const rings = Math.round(total / spacing);
    let id = firstId;
    for (let ring = 0; ring < rings; ring++) {
        const { along, radius, slope } = profile(((ring + 0.5) / rings) * total, r0, r1, restLength, span);
        const around = Math.max(3, Math.round((2 * Math.PI * radius * Math.max(...flatten)) / spacing));
        for (let i = 0; i < around; i++) {
            const angle = (2 * Math.PI * (i + 0.5 * (ring & 1))) / around - Math.PI;
            const [s, c] = [Math.sin(angle), Math.cos(angle)];
            const position = add(add(add(from, axis, along), side, radius * flatten[0] * s), front, radius * flatten[1] * c);
            const outward = normalize(add(add([0, 0, 0], side, s / flatten[0]), front, c / flatten[1]));
            const normal = normalize(add(mix([0, 0, 0], outward, Math.sqrt(1 - slope * slope)), axis, slope));
            const tangent = normalize(cross(axis, outward));
            const t = Math.min(1, Math.max(0, along / span));
            list.add(id++, { position, normal, tangent, size: [size, size], color: lighting.shade(position, normal, color(t, angle)) });
        }
    }
    return id;
}

/** Place along the axis, radius and lean of the normal at an arc length of the profile. */
function profile(s: number, r0: number, r1: number, rest: number, span: number): { along: number; radius: number; slope: number } {
    const [first, last] = [(Math.PI / 2) * r0, (Math.PI / 2) * r1];
    if (s < first) {
        const angle = s / r0;
        return { along: -r0 * Math.cos(angle), radius: r0 * Math.sin(angle), slope: -Math.cos(angle) };
    }
    if (s < first + rest) {
        const t = (s - first) / rest;
        return { along: span * t, radius: r0 + t * (r1 - r0), slope: (r0 - r1) / Math.hypot(span, r0 - r1) };
    }
    const angle = Math.min(Math.PI / 2, (s - first - rest) / Math.max(r1, 1e-6));
    return { along: span + r1 * Math.sin(angle), radius: Math.max(1e-4, r1 * Math.cos(angle)), slope: last > 0 ? Math.sin(angle) : 1 };
}
