import fc from "fast-check";
import type { IAnswer } from "./fakeServer.js";

/** How the network fails for some requests. */
export interface IFault {
    type: "fault";
    /** How many requests. */
    count: number;
    answer: IAnswer;
    /** Share of the file, 0 to 1, at which a bit is flipped on the way; undefined: nowhere. */
    flipAt?: number;
}

/** What somebody does with a player, or what befalls it. */
export type PlayAction =
    | { type: "play" | "pause" | "stop" }
    | { type: "seek"; share: number; mode: "exact" | "key" }
    | { type: "speed"; value: number }
    | { type: "loop"; value: boolean }
    | { type: "range"; from: number; share: number }
    | { type: "rendition"; value: number | null }
    | { type: "wait"; ticks: number }
    | IFault;

/** Answers of a network that fails, briefly. */
const ANSWERS: readonly IAnswer[] = [
    { isRefused: true },
    { status: 503 },
    { status: 404 },
    { status: 429, headers: { "Retry-After": "1" } },
    { stallsAfter: 150, partBytes: 50 },
    { stallsAfter: 0 },
    { breaksAfter: 210, partBytes: 70 },
    { endsAfter: 333 },
    { headers: { "Content-Range": "bytes 1-2/3" } },
    { latencyMs: 90 },
    { bytesPerSecond: 4000, partBytes: 40 },
    { bytesPerSecond: 1500, partBytes: 100 },
];

/**
 * What is done, by kind.
 * @param renditions number of renditions of the clip
 */
export function playActions(renditions: number): fc.Arbitrary<PlayAction> {
    const share = fc.integer({ min: 0, max: 999 }).map((value) => value / 1000);
    const fault = fc.record({ type: fc.constant("fault" as const), count: fc.integer({ min: 1, max: 5 }), answer: fc.constantFrom(...ANSWERS) });
    const flip = fc.record({ type: fc.constant("fault" as const), count: fc.integer({ min: 1, max: 2 }), answer: fc.constant({}), flipAt: share });
    return fc.oneof(
        { weight: 4, arbitrary: fc.record({ type: fc.constant("play" as const) }) },
        { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("pause" as const, "stop" as const) }) },
        { weight: 5, arbitrary: fc.record({ type: fc.constant("seek" as const), share, mode: fc.constantFrom("exact" as const, "key" as const) }) },
        { weight: 2, arbitrary: fc.record({ type: fc.constant("speed" as const), value: fc.constantFrom(0.25, 0.5, 1, 2, 3, 8, -0.25, -1, -2, -8) }) },
        { weight: 1, arbitrary: fc.record({ type: fc.constant("loop" as const), value: fc.boolean() }) },
        { weight: 1, arbitrary: fc.record({ type: fc.constant("range" as const), from: share, share }) },
        { weight: 3, arbitrary: fc.record({ type: fc.constant("rendition" as const), value: fc.constantFrom(null, ...Array(renditions).keys()) }) },
        { weight: 4, arbitrary: fc.record({ type: fc.constant("wait" as const), ticks: fc.integer({ min: 1, max: 12 }) }) },
        { weight: 3, arbitrary: fault },
        { weight: 1, arbitrary: flip },
    );
}
