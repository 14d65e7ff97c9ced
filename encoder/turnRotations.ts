/**
 * Turns rotations by another.
 * @param by unit quaternion w, x, y, z
 * @param rotations 4 N
 */
export function turnRotations([w, x, y, z]: readonly number[], rotations: Float64Array): Float64Array {
    const turned = new Float64Array(rotations.length);
    for (let at = 0; at < rotations.length; at += 4) {
        const a = rotations[at];
        const b = rotations[at + 1];
        const c = rotations[at + 2];
        const d = rotations[at + 3];
        turned[at] = w * a - x * b - y * c - z * d;
        turned[at + 1] = w * b + x * a + y * d - z * c;
        turned[at + 2] = w * c - x * d + y * a + z * b;
        turned[at + 3] = w * d + x * c - y * b + z * a;
    }
    return turned;
}
