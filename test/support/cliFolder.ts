import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSplat, type ISplatFrame } from "../../encoder/index.js";
import type { FvvErrorCode } from "../../format/fvvError.js";
import { makeFrame } from "./makeFrame.js";
import { runFvvAsync, type IFvvRun } from "./runFvv.js";

/**
 * A frame of a small cloud that turns; splat i is the same in each.
 * @param number which frame
 */
export function turningFrame(number: number): ISplatFrame {
    const frame = makeFrame(40, 0, 9);
    const [sin, cos] = [Math.sin(0.02 * number), Math.cos(0.02 * number)];
    for (let i = 0; i < frame.count; i += 2) {
        const [x, , z] = frame.positions.subarray(3 * i);
        frame.positions[3 * i] = cos * x - sin * z;
        frame.positions[3 * i + 2] = sin * x + cos * z;
    }
    return frame;
}

/**
 * Writes frame files; without leading zeros, so that only natural order is right.
 * @param folder where to; made where it is missing
 * @param numbers which frames
 */
export function writeTurningFrames(folder: string, numbers: readonly number[]): string {
    mkdirSync(folder, { recursive: true });
    for (const number of numbers) {
        writeFileSync(join(folder, `frame_${number}.splat`), writeSplat(turningFrame(number)));
    }
    return folder;
}

/**
 * Runs `fvv`, which must succeed.
 * @param args words after `fvv`
 */
export async function expectFvvAsync(...args: string[]): Promise<IFvvRun> {
    const run = await runFvvAsync(args);
    expect(run.code, run.err).to.equal(0);
    return run;
}

/**
 * Runs `fvv`, which must fail with one line.
 * @param code of the error
 * @param args words after `fvv`
 */
export async function expectFvvErrorAsync(code: FvvErrorCode, ...args: string[]): Promise<IFvvRun> {
    const run = await runFvvAsync(args);
    expect(run.code, run.err).to.equal(2);
    expect(run.err.trim().split("\n").at(-1)).to.match(new RegExp(`^fvv: ${code}: .+`));
    expect(run.out).to.equal("");
    return run;
}

/**
 * Expects that two files hold the same bytes, without printing them.
 * @param path a file
 * @param other the other
 */
export function expectSameFile(path: string, other: string): void {
    expect(readFileSync(path).equals(readFileSync(other)), `${path} and ${other} hold the same bytes`).to.equal(true);
}
