import { expect } from "chai";

/**
 * Peak signal-to-noise ratio of two pictures in dB; infinite for equal ones.
 * @param a RGBA bytes; alpha does not count
 * @param b RGBA bytes of the same size
 */
export function psnr(a: Uint8Array, b: Uint8Array): number {
    expect(a.length).to.equal(b.length).and.to.be.above(0);
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
        sum += i % 4 === 3 ? 0 : (a[i] - b[i]) ** 2;
    }
    return 10 * Math.log10((255 * 255) / (sum / (0.75 * a.length)));
}

/** How far a picture is from a reference. */
export interface IDifference {
    /** Peak signal-to-noise ratio, dB. */
    psnr: number;
    /** Largest difference of a channel, levels of 255. */
    max: number;
    /** Share of the pixels with a channel that is off by more than three levels. */
    offShare: number;
}

/**
 * Compares a picture with what it should be.
 * @param picture RGBA, levels of 255; alpha does not count
 * @param reference RGBA of the same size, 0 to 1; what is outside is cut, as a screen cuts it
 */
export function differenceTo(picture: Uint8Array | Float32Array, reference: Float64Array): IDifference {
    expect(picture.length).to.equal(reference.length).and.to.be.above(0);
    let sum = 0;
    let max = 0;
    let off = 0;
    for (let at = 0; at < picture.length; at += 4) {
        let worst = 0;
        for (let i = at; i < at + 3; i++) {
            const difference = Math.abs(picture[i] - 255 * Math.min(1, Math.max(0, reference[i])));
            sum += difference ** 2;
            worst = Math.max(worst, difference);
        }
        max = Math.max(max, worst);
        off += worst > 3 ? 1 : 0;
    }
    const pixels = picture.length / 4;
    return { psnr: 10 * Math.log10((255 * 255) / (sum / (3 * pixels))), max, offShare: off / pixels };
}

/**
 * Share of pixels that differ from the one in the corner: how much of a picture is not background.
 * @param pixels RGBA bytes
 */
export function foregroundShare(pixels: Uint8Array): number {
    let count = 0;
    for (let i = 0; i < pixels.length; i += 4) {
        count += Math.abs(pixels[i] - pixels[0]) + Math.abs(pixels[i + 1] - pixels[1]) + Math.abs(pixels[i + 2] - pixels[2]) > 12 ? 1 : 0;
    }
    return count / (pixels.length / 4);
}
