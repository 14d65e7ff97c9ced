import { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import type { IClipHeader, UpAxis } from "../format/clipHeader.js";

/** Rows that turn an up axis to +y: the images of x, y and z. Proper rotations, so that they do not mirror. */
const TO_Y_UP: Readonly<Record<UpAxis, readonly [readonly number[], readonly number[], readonly number[]]>> = {
    "+y": [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
    ],
    // Half a turn about x: what looked along +z looks along -z, as cameras do in a right-handed y-up world.
    "-y": [
        [1, 0, 0],
        [0, -1, 0],
        [0, 0, -1],
    ],
    "+z": [
        [1, 0, 0],
        [0, 0, -1],
        [0, 1, 0],
    ],
    "-z": [
        [1, 0, 0],
        [0, 0, 1],
        [0, -1, 0],
    ],
    "+x": [
        [0, 1, 0],
        [-1, 0, 0],
        [0, 0, 1],
    ],
    "-x": [
        [0, -1, 0],
        [1, 0, 0],
        [0, 0, 1],
    ],
};

/**
 * The transform that stands a clip upright (y up) and unmirrored in a scene.
 * @param header says the clip's axes
 * @param isRightHandedScene the scene's handedness
 */
export function clipAxesMatrix(header: IClipHeader, isRightHandedScene: boolean): Matrix {
    const [x, y, z] = TO_Y_UP[header.up];
    // Between worlds of different handedness one axis turns round: z, as in Babylon's glTF loader.
    const flip = (header.handedness === "right") === isRightHandedScene ? 1 : -1;
    return Matrix.FromValues(x[0], x[1], flip * x[2], 0, y[0], y[1], flip * y[2], 0, z[0], z[1], flip * z[2], 0, 0, 0, 0, 1);
}
