/** A part of a bar, per cent of its width. */
export interface IBarPart {
    left: number;
    width: number;
}

/**
 * Where parts of a clip lie on a bar.
 * @param ranges the parts, seconds
 * @param duration of the clip, seconds
 */
export function layoutRanges(ranges: readonly { from: number; to: number }[], duration: number): IBarPart[] {
    const percent = (seconds: number): number => (duration > 0 ? Math.min(100, Math.max(0, (100 * seconds) / duration)) : 0);
    return ranges.map(({ from, to }) => ({ left: percent(from), width: percent(to) - percent(from) })).filter(({ width }) => width > 0);
}
