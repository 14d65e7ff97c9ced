import type { ISortCamera } from "../../loader/framePacket.js";

/** A camera that stands still, but for what is given. */
export function makeCamera(camera: Partial<ISortCamera> = {}): ISortCamera {
    return { forward: [0, 0, 1], position: [0, 0, 0], turn: [0, 0, 0], time: 0, version: 1, ...camera };
}
