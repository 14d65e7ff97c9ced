import { allocateFrame, takeRows } from "../../encoder/readers/frameArrays.js";
import type { IFrameSource, ISplatFrame, ShDegree } from "../../encoder/splatFrame.js";
import { makeFrame, randomNumbers } from "./makeFrame.js";

/** What a moving sequence is like. */
export interface IMovingOptions {
    /** Splats of the first frame. */
    count: number;
    /** Number of frames. */
    frames: number;
    /** Degree of the spherical harmonics. Default 0. */
    shDegree?: ShDegree;
    /** Same seed, same sequence. Default 1. */
    seed?: number;
    /** Share of the splats that die in a frame; as many are born. Default 0. */
    turnover?: number;
    /** Whether the rows of every frame are in another order. Default false. */
    isShuffled?: boolean;
    /** How far a splat moves in a frame, at most. Default 0.01. */
    speed?: number;
    /** Share of the splats that do not move. Default 0.3. */
    stillShare?: number;
}

/** A sequence whose splats are known by name. */
export interface IMovingFrames {
    /** The frames, without ids. */
    frames: ISplatFrame[];
    /** Name of each row, by frame. */
    names: Int32Array[];
}

/**
 * Makes a sequence of splats that move, turn, grow and change colour evenly, with some noise.
 * @param options what it is like
 */
export function makeMovingFrames(options: IMovingOptions): IMovingFrames {
    const { count, frames, shDegree = 0, seed = 1, turnover = 0, isShuffled = false, speed = 0.01, stillShare = 0.3 } = options;
    const next = randomNumbers(seed);
    // Every splat that ever lives has a row here; a frame takes the rows of those alive.
    const births = Math.ceil(count * turnover);
    const total = count + births * (frames - 1);
    const start = makeFrame(total, shDegree, seed + 1);
    const drift = makeFrame(total, shDegree, seed + 2);
    for (let i = 0; i < total; i++) {
        if (next() < stillShare) {
            for (const values of [drift.positions, drift.rotations, drift.scales, drift.opacities, drift.colors, drift.sh]) {
                const size = values.length / total;
                values.fill(0, size * i, size * (i + 1));
            }
        }
    }
    let alive = Array.from({ length: count }, (_, i) => i);
    let unborn = count;
    const names: Int32Array[] = [];
    const made = Array.from({ length: frames }, (_, t) => {
        if (t > 0) {
            alive = alive.filter(() => next() >= turnover);
            for (let i = 0; i < births; i++) {
                alive.push(unborn++);
            }
        }
        const order = isShuffled ? shuffled(alive, next) : alive;
        names.push(Int32Array.from(order));
        return { ...takeRows(moved(start, drift, t, speed), Uint32Array.from(order)), sourceIndices: undefined, droppedCount: 0 };
    });
    return { frames: made, names };
}

/**
 * The frames with their names as ids.
 * @param moving a sequence
 */
export function withIds({ frames, names }: IMovingFrames): ISplatFrame[] {
    return frames.map((frame, t) => ({ ...frame, ids: names[t] }));
}

/**
 * Frames in memory as a source.
 * @param frames the frames
 */
export function sourceOf(frames: readonly ISplatFrame[]): IFrameSource {
    return {
        frameCount: frames.length,
        frameName: (index) => `frame ${index}`,
        readFrameAsync: (index) => Promise.resolve(frames[index]),
    };
}

function moved(start: ISplatFrame, drift: ISplatFrame, t: number, speed: number): ISplatFrame {
    const frame = allocateFrame(start.count, start.shDegree);
    const limit = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
    start.positions.forEach((value, i) => (frame.positions[i] = value + drift.positions[i] * speed * t));
    start.rotations.forEach((value, i) => (frame.rotations[i] = value + drift.rotations[i] * 0.05 * t));
    start.scales.forEach((value, i) => (frame.scales[i] = value * (1 + drift.scales[i] * t)));
    start.opacities.forEach((value, i) => (frame.opacities[i] = limit(value + drift.opacities[i] * (i % 2 ? 0.01 : -0.01) * t, 0, 1)));
    start.colors.forEach((value, i) => (frame.colors[i] = value + drift.colors[i] * 0.01 * Math.sin(t)));
    start.sh.forEach((value, i) => (frame.sh[i] = value + drift.sh[i] * 0.05 * Math.sin(t)));
    return frame;
}

function shuffled(values: readonly number[], next: () => number): number[] {
    const out = [...values];
    for (let i = out.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
}
