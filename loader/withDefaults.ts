import { FvvError } from "../format/fvvError.js";

/**
 * Completes options that are numbers of at least 0. One that is there and undefined has its default: options are often passed on unset.
 * @param defaults all options
 * @param options those that are set
 * @param name what they are called together, for messages
 */
export function withDefaults<T extends object>(defaults: Readonly<T>, options: Partial<T> | undefined, name: string): T {
    const completed: T = { ...defaults };
    for (const key of Object.keys(defaults) as (keyof T & string)[]) {
        const value: unknown = options?.[key] ?? defaults[key];
        if (!(typeof value === "number" && value >= 0)) {
            throw new FvvError("BAD_OPTION", `${name}.${key} is ${String(value)}; it must be a number of at least 0`, { source: `${name}.${key}` });
        }
        completed[key] = value as T[keyof T & string];
    }
    return completed;
}
