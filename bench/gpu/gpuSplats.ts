import { randomStream } from "../codec/randomStream.js";
import { ROW_SPLATS } from "../../loader/framePacket.js";
import type { ISegmentQuantization } from "../../format/quantization.js";
import type { ISplatBuffers } from "../../plugin/webgpu/splatView.js";

const STORAGE_COPY = 0x80 | 0x08 | 0x04;

/** Splats in the layout of loader/framePacket.ts: a flat cloud of half width 2 around the origin, seen well from a distance of 4. */
export interface IPackedSplats {
    count: number;
    /** Room in slots, whole rows. */
    slots: number;
    splatA: Uint32Array<ArrayBuffer>;
    splatB: Uint32Array<ArrayBuffer>;
    quantization: ISegmentQuantization;
    /** min x, y, z, max x, y, z. */
    bounds: Float32Array;
}

/**
 * Makes a cloud.
 * @param count number of splats
 * @param size typical standard deviation of a splat, world units
 * @param seed of the random numbers
 */
export function makeSplats(count: number, size: number, seed = 1): IPackedSplats {
    const random = randomStream(seed);
    const slots = Math.ceil(count / ROW_SPLATS) * ROW_SPLATS;
    const splatA = new Uint32Array(slots * 4);
    const splatB = new Uint32Array(slots * 2);
    const code = (bits: number): number => Math.floor(random() * 2 ** bits);
    for (let s = 0; s < count; s++) {
        const position = [code(23), code(23), code(23)];
        splatA.set(
            position.map((value) => (value | (code(9) << 23)) >>> 0),
            4 * s,
        );
        // Rotation codes within a half of their range, so that their squares sum to less than 1.
        const rotation = [0, 0, 0].map(() => 1024 + code(11));
        splatA[4 * s + 3] = (rotation[0] >> 2) | ((rotation[1] >> 2) << 10) | ((rotation[2] >> 2) << 20) | (code(2) << 30);
        splatB[2 * s] = code(13) | (code(13) << 13) | (code(6) << 26);
        splatB[2 * s + 1] = code(13) | (code(3) << 13) | (code(10) << 16) | ((rotation[0] & 3) << 26) | ((rotation[1] & 3) << 28) | ((rotation[2] & 3) << 30);
    }
    const step = 4 / 2 ** 23;
    const scaleStep = 2 / 8192;
    return {
        count,
        slots,
        splatA,
        splatB,
        quantization: {
            positionStep: step,
            positionBase: [-2 / step, -2 / step, -2 / step],
            rotationStep: 0.7072 / 2047,
            scaleStep,
            scaleBase: (Math.log(size) - 1) / scaleStep,
            opacityStep: 1 / 1023,
            opacityBase: 0,
            colorStep: 1 / 4095,
            colorBase: 0,
            shStep: 1 / 128,
            shBase: -128,
        },
        bounds: new Float32Array([-2, -2, -2, 2, 2, 2]),
    };
}

/** Puts splats on a device. */
export function uploadSplats(device: GPUDevice, { splatA, splatB }: IPackedSplats): ISplatBuffers {
    const upload = (label: string, words: Uint32Array<ArrayBuffer>): GPUBuffer => {
        const buffer = device.createBuffer({ label, size: words.byteLength, usage: STORAGE_COPY });
        device.queue.writeBuffer(buffer, 0, words);
        return buffer;
    };
    const state = { splatA: upload("splatA", splatA), splatB: upload("splatB", splatB) };
    return { states: [state, state], sh: upload("sh", new Uint32Array(4)) };
}
