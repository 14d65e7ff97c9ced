import { SH_C0, shCoefficientCount, type ISplatFrame } from "../../format/splatFrame.js";

/** Opacities of 0 and 1 have no finite logit; this near to them is near enough for eight bits of opacity. */
const SMALLEST_OPACITY = 1e-6;
/** A scale of 0 has no logarithm. */
const SMALLEST_SCALE = 1e-20;

/**
 * Writes a frame as INRIA's 3D Gaussian Splatting does: binary little-endian PLY with x y z, f_dc_*, f_rest_* (by channel), opacity before the sigmoid, logarithms of
 * the scales, rot_0..3 = w x y z. Identities are not written.
 * @param frame the frame
 */
export function writePly(frame: ISplatFrame): Uint8Array<ArrayBuffer> {
    const coefficients = shCoefficientCount(frame.shDegree);
    const names = [
        ...["x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2"],
        ...Array.from({ length: 3 * coefficients }, (_, i) => `f_rest_${i}`),
        ...["opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"],
    ];
    const header = ["ply", "format binary_little_endian 1.0", `element vertex ${frame.count}`, ...names.map((name) => `property float ${name}`), "end_header\n"].join(
        "\n",
    );
    const start = header.length;
    const bytes = new Uint8Array(start + 4 * names.length * frame.count);
    bytes.set(new TextEncoder().encode(header));
    const view = new DataView(bytes.buffer);
    let at = start;
    const put = (value: number): void => {
        view.setFloat32(at, value, true);
        at += 4;
    };
    for (let i = 0; i < frame.count; i++) {
        frame.positions.subarray(3 * i, 3 * i + 3).forEach(put);
        frame.colors.subarray(3 * i, 3 * i + 3).forEach((color) => put((color - 0.5) / SH_C0));
        for (let k = 0; k < 3 * coefficients; k++) {
            put(frame.sh[3 * coefficients * i + 3 * (k % coefficients) + Math.floor(k / coefficients)]);
        }
        put(logit(frame.opacities[i]));
        frame.scales.subarray(3 * i, 3 * i + 3).forEach((scale) => put(Math.log(Math.max(scale, SMALLEST_SCALE))));
        frame.rotations.subarray(4 * i, 4 * i + 4).forEach(put);
    }
    return bytes;
}

function logit(opacity: number): number {
    const limited = Math.min(Math.max(opacity, SMALLEST_OPACITY), 1 - SMALLEST_OPACITY);
    return Math.log(limited / (1 - limited));
}
