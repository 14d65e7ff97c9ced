/**
 * Whether numbers are finite.
 * @param values the numbers
 * @param count how many of them to look at
 */
export function areFinite(values: Float32Array, count: number): boolean {
    // Zero times a value is no number where the value is not finite: one sum instead of a branch for each.
    let sum = 0;
    for (let i = 0; i < count; i++) {
        sum += 0 * values[i];
    }
    return sum === 0;
}
