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
