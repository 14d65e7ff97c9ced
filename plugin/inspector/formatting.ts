/** Bytes, as B, kB or MB of 1000. */
export function formatBytes(bytes: number): string {
    return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

/** A whole number with separators between thousands. */
export function formatCount(count: number): string {
    return count.toLocaleString("en-GB");
}

/** Seconds to hundredths. */
export function formatSeconds(seconds: number): string {
    return `${seconds.toFixed(2)} s`;
}
