import { LEAST_OPACITY } from "./sceneBox.js";
import type { ISplatFrame } from "./splatFrame.js";
import { PICTURE_SIZE, spanRow, type IFootprint, type IView, type SplatView } from "./splatView.js";

/** What is behind so little light is not drawn. */
const LEAST_LIGHT = 0.003;
/** Light and colour of a pixel: how much passes all splats so far, then red, green, blue. */
export const PICTURE_CHANNELS = 4;
/** Red, green and blue behind all splats. */
const BACKGROUND = 0.1;

/**
 * Draws a frame, without its spherical harmonics.
 * @param frame the frame
 * @param scene the same, ready to be looked at
 * @param view where from
 * @returns light left, red, green and blue of each pixel
 */
export function drawPicture(frame: ISplatFrame, scene: SplatView, view: IView): Float32Array {
    const picture = new Float32Array(PICTURE_CHANNELS * PICTURE_SIZE * PICTURE_SIZE);
    for (let at = 0; at < picture.length; at += PICTURE_CHANNELS) {
        picture[at] = 1;
    }
    scene.look(view, (i, footprint) => draw(frame, i, footprint, picture));
    for (let at = 0; at < picture.length; at += PICTURE_CHANNELS) {
        for (let c = 1; c < PICTURE_CHANNELS; c++) {
            picture[at + c] += picture[at] * BACKGROUND;
        }
    }
    return picture;
}

/**
 * A colour as it is drawn.
 * @param value red, green or blue
 */
export function shown(value: number): number {
    return Math.min(1, Math.max(0, value));
}

function draw({ opacities, colors }: ISplatFrame, i: number, footprint: IFootprint, picture: Float32Array): void {
    const opacity = opacities[i];
    const red = shown(colors[3 * i]);
    const green = shown(colors[3 * i + 1]);
    const blue = shown(colors[3 * i + 2]);
    const { x, y, xx, xy, yy, bottom } = footprint;
    for (let row = footprint.top; row <= bottom; row++) {
        const dy = row + 0.5 - y;
        spanRow(footprint, dy);
        for (let column = footprint.left; column <= footprint.right; column++) {
            const at = PICTURE_CHANNELS * (row * PICTURE_SIZE + column);
            const light = picture[at];
            if (light < LEAST_LIGHT) {
                continue;
            }
            const dx = column + 0.5 - x;
            const alpha = opacity * Math.exp(-0.5 * (xx * dx * dx + yy * dy * dy) - xy * dx * dy);
            if (alpha >= LEAST_OPACITY) {
                const share = alpha * light;
                picture[at] = light - share;
                picture[at + 1] += share * red;
                picture[at + 2] += share * green;
                picture[at + 3] += share * blue;
            }
        }
    }
}

/**
 * Peak signal-to-noise ratio of two pictures, dB.
 * @param a a picture
 * @param b another
 */
export function psnrOf(a: Float32Array, b: Float32Array): number {
    let sum = 0;
    for (let at = 0; at < a.length; at += PICTURE_CHANNELS) {
        sum += (a[at + 1] - b[at + 1]) ** 2 + (a[at + 2] - b[at + 2]) ** 2 + (a[at + 3] - b[at + 3]) ** 2;
    }
    return -10 * Math.log10(sum / ((a.length / PICTURE_CHANNELS) * (PICTURE_CHANNELS - 1)));
}
