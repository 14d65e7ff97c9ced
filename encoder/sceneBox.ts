import type { ISplatFrame } from "./splatFrame.js";

/** Where most of a scene is. */
export interface ISceneBox {
    /** Its middle. */
    centre: readonly [number, number, number];
    /** Half of its diagonal. */
    radius: number;
}

/** A splat of less opacity is not drawn. */
export const LEAST_OPACITY = 1 / 255;

/** Share of the splats that are outside, on each side of each axis. */
const OUTSIDE = 0.05;

/**
 * The box that most of the visible splats are in: captures have some far away.
 * @param frame the scene
 */
export function findSceneBox({ positions, opacities, count }: ISplatFrame): ISceneBox {
    const centre: [number, number, number] = [0, 0, 0];
    let square = 0;
    for (let c = 0; c < 3; c++) {
        const values = Float64Array.from({ length: count }, (_, i) => positions[3 * i + c])
            .filter((_, i) => opacities[i] >= LEAST_OPACITY)
            .sort();
        const last = values.length - 1;
        const low = values[Math.floor(OUTSIDE * last)] ?? 0;
        const high = values[Math.ceil((1 - OUTSIDE) * last)] ?? 0;
        centre[c] = (low + high) / 2;
        square += ((high - low) / 2) ** 2;
    }
    return { centre, radius: Math.sqrt(square) };
}
