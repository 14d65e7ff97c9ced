import { randomNumbers } from "./makeFrame.js";

/**
 * A .splatv file of small moving Gaussians that last for ever.
 * @param count number of Gaussians
 */
export function makeSplatvFile(count: number): Uint8Array {
    const next = randomNumbers(5);
    const json = new TextEncoder().encode('[{"type":"splat"}]');
    const bytes = new Uint8Array(8 + json.length + 64 * count);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0x674b, true);
    view.setUint32(4, json.length, true);
    bytes.set(json, 8);
    for (let row = 0; row < count; row++) {
        const at = 8 + json.length + 64 * row;
        /** Half floats from 2^-7 to 2^-4. */
        const half = (offset: number): void => view.setUint16(at + offset, 0x2000 + Math.floor(next() * 0xc00), true);
        for (let c = 0; c < 3; c++) {
            view.setFloat32(at + 4 * c, next() * 2 - 1, true);
            half(20 + 2 * c);
        }
        for (let c = 0; c < 4; c++) {
            half(12 + 2 * c);
            half(52 + 2 * c);
            view.setUint8(at + 28 + c, 40 + Math.floor(200 * next()));
        }
        for (let c = 0; c < 9; c++) {
            half(32 + 2 * c);
        }
        view.setUint16(at + 60, 0, true);
        view.setUint16(at + 62, 0x7c00, true);
    }
    return bytes;
}
