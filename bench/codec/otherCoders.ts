import { compress, init } from "@bokuweb/zstd-wasm";
import { MeshoptEncoder } from "meshoptimizer";

/** Loads the coders; to be called before any other function here. */
export async function loadOtherCodersAsync(): Promise<void> {
    await init();
    await MeshoptEncoder.ready;
}

/**
 * Compresses byte planes, one after the other, by zstd at level 19.
 * @param planes the planes
 */
export function compressZstd19(planes: readonly Uint8Array[]): Uint8Array {
    return compress(joinPlanes(planes), 19);
}

/**
 * Puts byte planes one after the other.
 * @param planes the planes
 */
export function joinPlanes(planes: readonly Uint8Array[]): Uint8Array {
    const joined = new Uint8Array(planes.reduce((sum, plane) => sum + plane.length, 0));
    planes.reduce((at, plane) => {
        joined.set(plane, at);
        return at + plane.length;
    }, 0);
    return joined;
}

/**
 * Bytes that meshoptimizer's vertex codec (version 1, level 3) needs for byte planes, as a vertex buffer with a byte of each plane in every vertex.
 * @param planes planes of the same length
 */
export function meshoptByteLength(planes: readonly Uint8Array[]): number {
    const count = planes[0].length;
    const stride = Math.ceil(planes.length / 4) * 4;
    const vertices = new Uint8Array(stride * count);
    planes.forEach((plane, p) => plane.forEach((byte, i) => (vertices[i * stride + p] = byte)));
    return MeshoptEncoder.encodeVertexBufferLevel(vertices, count, stride, 3, 1).length;
}
