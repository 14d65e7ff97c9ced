import { opacityFromCode } from "../format/dequantize.js";
import type { FrameState } from "../format/frameState.js";
import type { ISegmentQuantization } from "../format/quantization.js";
import { COLOR_CHANNEL, OPACITY_CHANNEL } from "../format/channels.js";
import { LEAST_OPACITY } from "./sceneBox.js";
import { CROWD, SpatialGrid } from "./spatialGrid.js";
import type { ISplatFrame } from "./splatFrame.js";

/** A difference of colour or opacity of 1 counts as so many cells of the grid. */
const LOOK_CELLS = 1;

/**
 * Finds, for each visible splat of a decoded frame, the most similar of the source, which is likely the one that it was made of. Used where no bounds tell which splats can be one.
 * @param state a decoded frame
 * @param q scales of its segment
 * @param frame source
 * @param onPair told each slot and the source splat
 */
export function pairClosest(state: FrameState, q: ISegmentQuantization, frame: ISplatFrame, onPair: (slot: number, source: number) => void): void {
    const grid = new SpatialGrid(frame);
    const { codes, alive, slotCount } = state;
    const position = new Float64Array(3);
    for (let slot = 0; slot < slotCount; slot++) {
        const opacity = alive[slot] ? opacityFromCode(codes[OPACITY_CHANNEL][slot], q) : 0;
        if (opacity < LEAST_OPACITY) {
            continue;
        }
        position.forEach((_, c) => (position[c] = q.positionStep * (q.positionBase[c] + codes[c][slot])));
        let best = -1;
        let least = Infinity;
        for (const source of around(grid, position)) {
            let distance = LOOK_CELLS * Math.abs(opacity - frame.opacities[source]);
            for (let c = 0; c < 3; c++) {
                const color = q.colorStep * (q.colorBase + codes[COLOR_CHANNEL + c][slot]);
                distance += Math.abs(position[c] - frame.positions[3 * source + c]) / grid.cell + LOOK_CELLS * Math.abs(color - frame.colors[3 * source + c]);
            }
            if (distance < least && frame.opacities[source] >= LEAST_OPACITY) {
                least = distance;
                best = source;
            }
        }
        if (best >= 0) {
            onPair(slot, best);
        }
    }
}

/** Splats in the cells around a place; of crowded cells not all. */
function* around(grid: SpatialGrid, position: Float64Array): Generator<number> {
    const [x, y, z] = Array.from(position, (value) => grid.coordinate(value));
    for (let n = 0; n < 27; n++) {
        const cell = grid.cellAt(x + (n % 3) - 1, y + (Math.floor(n / 3) % 3) - 1, z + Math.floor(n / 9) - 1);
        const end = Math.min(grid.starts[cell + 1], grid.starts[cell] + 4 * CROWD);
        for (let at = grid.starts[cell]; at < end; at++) {
            yield grid.order[at];
        }
    }
}
