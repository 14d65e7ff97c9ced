/**
 * A number and what it counts.
 * @param count how many
 * @param name name of one
 */
export function plural(count: number, name: string): string {
    return `${count} ${name}${count === 1 ? "" : "s"}`;
}
