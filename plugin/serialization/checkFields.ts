import { FvvError } from "../../format/fvvError.js";

/**
 * Checks what a `.babylon` file says, where anybody may have written anything. Throws BAD_OPTION for the first field that is wrong.
 * @param saved what it says
 * @param name what it says that of
 * @param checks for each field whether a value is one
 */
export function checkFields(saved: unknown, name: string, checks: Readonly<Record<string, (value: unknown) => boolean>>): void {
    const fields = Object(saved) as Record<string, unknown>;
    for (const [field, isValid] of Object.entries(checks)) {
        if (!isValid(fields[field])) {
            throw new FvvError("BAD_OPTION", `The .babylon file has a clip without a usable ${field}; save the scene again`, { source: `${name}.${field}` });
        }
    }
}

/** Whether a value is true or false. */
export function isBoolean(value: unknown): boolean {
    return typeof value === "boolean";
}
