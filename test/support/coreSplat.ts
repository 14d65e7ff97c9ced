import type { ISplatFrame } from "../../encoder/index.js";

/**
 * Bytes for `GaussianSplattingMesh.updateData` of Babylon.js, which reads a rotation byte as (b - 127.5) / 127.5.
 * @param frame frame without spherical harmonics
 */
export function toCoreSplat(frame: ISplatFrame): Uint8Array {
    const bytes = new Uint8Array(32 * frame.count);
    const view = new DataView(bytes.buffer);
    const toByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));
    for (let i = 0; i < frame.count; i++) {
        for (let c = 0; c < 3; c++) {
            view.setFloat32(32 * i + 4 * c, frame.positions[3 * i + c], true);
            view.setFloat32(32 * i + 12 + 4 * c, frame.scales[3 * i + c], true);
            bytes[32 * i + 24 + c] = toByte(255 * frame.colors[3 * i + c]);
        }
        bytes[32 * i + 27] = toByte(255 * frame.opacities[i]);
        for (let c = 0; c < 4; c++) {
            bytes[32 * i + 28 + c] = toByte(127.5 + 127.5 * frame.rotations[4 * i + c]);
        }
    }
    return bytes;
}
