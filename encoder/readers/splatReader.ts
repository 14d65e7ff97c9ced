import { FvvError } from "../../format/fvvError.js";
import type { ISplatFrame } from "../splatFrame.js";
import { SPLAT_ROW_BYTES } from "../writers/writeSplat.js";
import { allocateFrame, keepFinite } from "./frameArrays.js";

/**
 * Reads a frame from a `.splat` file (antimatter15): rows of 3 f32 position, 3 f32 linear scale, 4 u8 colour and opacity, 4 u8 rotation w x y z
 * as (b - 128) / 128. Four rotation bytes of 128 are no rotation.
 * @param bytes the file
 * @param source its name, for messages
 */
export function readSplat(bytes: Uint8Array, source: string): ISplatFrame {
    if (bytes.length % SPLAT_ROW_BYTES !== 0) {
        throw new FvvError("UNREADABLE_INPUT", `The file has ${bytes.length} bytes, not a multiple of ${SPLAT_ROW_BYTES}; it was cut or is not a .splat file`, {
            source,
            offset: bytes.length,
        });
    }
    const frame = allocateFrame(bytes.length / SPLAT_ROW_BYTES, 0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0, at = 0; i < frame.count; i++, at += SPLAT_ROW_BYTES) {
        for (let c = 0; c < 3; c++) {
            frame.positions[3 * i + c] = view.getFloat32(at + 4 * c, true);
            frame.scales[3 * i + c] = view.getFloat32(at + 12 + 4 * c, true);
            frame.colors[3 * i + c] = bytes[at + 24 + c] / 255;
        }
        frame.opacities[i] = bytes[at + 27] / 255;
        for (let c = 0; c < 4; c++) {
            frame.rotations[4 * i + c] = (bytes[at + 28 + c] - 128) / 128;
        }
    }
    return keepFinite(frame, source);
}
