import type { ISortCamera } from "../../loader/framePacket.js";

/** A camera that stands still, but for what is given. */
export function makeCamera(camera: Partial<ISortCamera> = {}): ISortCamera {
    return { id: 0, forward: [0, 0, 1], turn: [0, 0, 0], time: 0, ...camera };
}
