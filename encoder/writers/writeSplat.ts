import type { ISplatFrame } from "../../format/splatFrame.js";

/** Bytes of a splat in a `.splat` file. */
export const SPLAT_ROW_BYTES = 32;

/**
 * Writes a frame as a `.splat` file (antimatter15): 32 bytes a splat, colour, opacity and rotation in eight bits, colours limited to 0..1, no spherical harmonics.
 * @param frame the frame
 */
export function writeSplat(frame: ISplatFrame): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(SPLAT_ROW_BYTES * frame.count);
    const view = new DataView(bytes.buffer);
    for (let i = 0, at = 0; i < frame.count; i++, at += SPLAT_ROW_BYTES) {
        for (let c = 0; c < 3; c++) {
            view.setFloat32(at + 4 * c, frame.positions[3 * i + c], true);
            view.setFloat32(at + 12 + 4 * c, frame.scales[3 * i + c], true);
            bytes[at + 24 + c] = toByte(255 * frame.colors[3 * i + c]);
        }
        bytes[at + 27] = toByte(255 * frame.opacities[i]);
        writeRotation(frame.rotations.subarray(4 * i, 4 * i + 4), bytes, at + 28);
    }
    return bytes;
}

/** A byte holds -1 but not 1: of the two quaternions of a rotation the one whose largest component is negative loses less. */
function writeRotation(rotation: Float32Array, bytes: Uint8Array, at: number): void {
    const length = Math.hypot(...rotation);
    const largest = rotation.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const scale = length > 0 ? (largest > 0 ? -128 : 128) / length : 0;
    rotation.forEach((value, c) => (bytes[at + c] = toByte(128 + scale * value)));
}

function toByte(value: number): number {
    return Math.min(255, Math.max(0, Math.round(value)));
}
