import type { IErrorBounds } from "../../format/clipHeader.js";

/**
 * A number of bytes for people.
 * @param bytes number of bytes
 */
export function formatBytes(bytes: number): string {
    if (bytes < 1000) {
        return `${Math.round(bytes)} B`;
    }
    return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

/**
 * Errors or bounds for people, in the units of the options.
 * @param errors errors or bounds
 */
export function formatErrors(errors: IErrorBounds): string {
    const number = (value: number): string => String(Number(value.toPrecision(4)));
    return (
        `position ${number(errors.position)}, scale ${number(errors.scale)}, rotation ${number(errors.rotation)}, ` +
        `color ${number(255 * errors.color)}/255, opacity ${number(255 * errors.opacity)}/255, sh ${number(errors.sh)}`
    );
}
