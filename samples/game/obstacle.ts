import type { Vector3 } from "@babylonjs/core/Maths/math.vector.js";

/** A round thing on the ground, metres. */
export interface IObstacle {
    x: number;
    z: number;
    radius: number;
}

/**
 * Pushes someone out of what stands in the way, so that one slides along it.
 * @param position where the middle of the one who walks is; changed
 * @param radius his radius
 * @param obstacles what stands there
 */
export function pushOut(position: Vector3, radius: number, obstacles: readonly IObstacle[]): void {
    for (const obstacle of obstacles) {
        const [dx, dz, least] = [position.x - obstacle.x, position.z - obstacle.z, obstacle.radius + radius];
        const distance = Math.hypot(dx, dz);
        if (distance < least && distance > 0) {
            position.x = obstacle.x + (dx * least) / distance;
            position.z = obstacle.z + (dz * least) / distance;
        }
    }
}

/**
 * Keeps someone within a circle around the middle of the world.
 * @param position where he is; changed
 * @param radius radius of the circle
 */
export function keepWithin(position: Vector3, radius: number): void {
    const distance = Math.hypot(position.x, position.z);
    if (distance > radius) {
        position.x *= radius / distance;
        position.z *= radius / distance;
    }
}
