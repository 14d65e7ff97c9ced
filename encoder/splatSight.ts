import { LEAST_OPACITY } from "./sceneBox.js";
import type { ISplatFrame } from "./splatFrame.js";
import { drawPicture, PICTURE_CHANNELS, shown } from "./splatPicture.js";
import { PICTURE_SIZE, spanRow, type IFootprint, type IView, type SplatView } from "./splatView.js";

/** Views from eight sides, some from near. */
const VIEWS: readonly IView[] = Array.from({ length: 8 }, (_, i) => ({ azimuth: 45 * i, elevation: i % 2 ? 25 : 10, nearness: (i >> 1) % 2 ? 0.45 : 0.9 }));
/** What is behind so little light is not looked at. */
const LEAST_LIGHT = 0.003;
/** What is behind a splat that lets less through than this is seen too badly to be told. */
const LEAST_REST = 0.1;

/** What each splat makes of the pictures. */
export interface ISight {
    /** Square of its share of a pixel's colour, over all pixels: the error of the pictures grows by this times the square of an error of its colour. */
    color: Float64Array;
    /** The same, times the square of how far its colour is from what is behind it: an error of its shape only shows as far as the two differ. */
    shape: Float64Array;
}

/**
 * Looks at a frame from all sides and adds up what each splat makes of the pictures. Splats behind others make little, whatever their size.
 * @param frame the frame
 * @param scene the same, ready to be looked at
 */
export function measureSight(frame: ISplatFrame, scene: SplatView): ISight {
    const sight: ISight = { color: new Float64Array(frame.count), shape: new Float64Array(frame.count) };
    const light = new Float32Array(PICTURE_SIZE * PICTURE_SIZE);
    for (const view of VIEWS) {
        light.fill(1);
        // What is left of the picture once the splats in front are taken away.
        const rest = drawPicture(frame, scene, view);
        scene.look(view, (i, footprint) => look(frame, i, footprint, light, rest, sight));
    }
    return sight;
}

/** Adds what a splat makes of a picture, and takes it away. */
function look({ opacities, colors }: ISplatFrame, i: number, footprint: IFootprint, light: Float32Array, rest: Float32Array, sight: ISight): void {
    const opacity = opacities[i];
    const red = shown(colors[3 * i]);
    const green = shown(colors[3 * i + 1]);
    const blue = shown(colors[3 * i + 2]);
    let [color, shape] = [0, 0];
    const { x, y, xx, xy, yy, bottom } = footprint;
    for (let row = footprint.top; row <= bottom; row++) {
        const dy = row + 0.5 - y;
        spanRow(footprint, dy);
        for (let column = footprint.left; column <= footprint.right; column++) {
            const pixel = row * PICTURE_SIZE + column;
            const there = light[pixel];
            if (there < LEAST_LIGHT) {
                continue;
            }
            const dx = column + 0.5 - x;
            const alpha = opacity * Math.exp(-0.5 * (xx * dx * dx + yy * dy * dy) - xy * dx * dy);
            if (alpha >= LEAST_OPACITY) {
                const at = PICTURE_CHANNELS * pixel;
                const contrast = (red * there - rest[at + 1]) ** 2 + (green * there - rest[at + 2]) ** 2 + (blue * there - rest[at + 3]) ** 2;
                const share = alpha * there;
                rest[at + 1] -= share * red;
                rest[at + 2] -= share * green;
                rest[at + 3] -= share * blue;
                color += share * share;
                shape += contrast * (alpha / Math.max(LEAST_REST, 1 - alpha)) ** 2;
                light[pixel] = there * (1 - alpha);
            }
        }
    }
    sight.color[i] += color;
    sight.shape[i] += shape / 3;
}
