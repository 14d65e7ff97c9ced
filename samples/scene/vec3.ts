/** A point or direction: x, y, z. Metres, y up, right-handed. */
export type Vec3 = readonly [number, number, number];

/** a + s b. */
export function add(a: Vec3, b: Vec3, s = 1): Vec3 {
    return [a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2]];
}

/** a - b. */
export function subtract(a: Vec3, b: Vec3): Vec3 {
    return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** Scalar product. */
export function dot(a: Vec3, b: Vec3): number {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Vector product. */
export function cross(a: Vec3, b: Vec3): Vec3 {
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Length. */
export function length(a: Vec3): number {
    return Math.sqrt(dot(a, a));
}

/** The direction of a vector, of length 1. */
export function normalize(a: Vec3): Vec3 {
    const inverse = 1 / Math.max(length(a), 1e-12);
    return [a[0] * inverse, a[1] * inverse, a[2] * inverse];
}

/** a where t is 0, b where it is 1. */
export function mix(a: Vec3, b: Vec3, t: number): Vec3 {
    return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothstep(low: number, high: number, x: number): number {
    const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
    return t * t * (3 - 2 * t);
}
