import { expect } from "chai";
import { ClipReader, type IErrorBounds, type ISplatFrame } from "../../encoder/index.js";
import type { IEncodedFrames } from "./encodeFrames.js";
import { worstErrors } from "./worstErrors.js";

/** Decoded values are float32: what rounding them to it may add. */
const ROUNDING = 1e-6;

/**
 * Expects that a clip holds its source: every frame has the splats of the source, each once, each within the bounds of the header. Works from values
 * and the permutation alone.
 * @param encoded the clip
 * @param frames its source
 * @returns the clip
 */
export async function expectHoldsAsync({ bytes, permutations }: IEncodedFrames, frames: readonly ISplatFrame[]): Promise<ClipReader> {
    const clip = new ClipReader(bytes);
    expect(clip.frameCount).to.equal(frames.length);
    expect(permutations.length).to.equal(frames.length);
    for (let number = 0; number < frames.length; number++) {
        const decoded = await clip.readFrameAsync(number);
        const rows = permutations[number];
        expect(decoded.count, `splats of frame ${number}`).to.equal(frames[number].count);
        expect([...rows].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: decoded.count }, (_, i) => i));
        const worst = worstErrors(decoded, frames[number], rows);
        for (const name of Object.keys(worst) as (keyof IErrorBounds)[]) {
            expect(worst[name], `${name} in frame ${number}`).to.be.at.most(clip.header.errorBounds[name] + ROUNDING);
        }
    }
    return clip;
}
