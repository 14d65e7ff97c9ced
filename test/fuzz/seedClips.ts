import type { IClipEncoderOptions, ISplatFrame } from "../../encoder/index.js";
import { ByteWriter } from "../../format/byteWriter.js";
import { writeClipEnd, writeClipHead } from "../../format/clipHead.js";
import { makeAudioBytes } from "../support/audioFiles.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { makeClipHeader, makeRandomSegment } from "../support/randomSegment.js";
import { makeRigidBodies } from "../support/rigidBodies.js";
import { makeWildFrames } from "../support/wildFrames.js";

/** Small clips that together use everything the format has: what is mutated. Some are the encoder's, some make random use of all features. */
export async function makeSeedClipsAsync(): Promise<Uint8Array<ArrayBuffer>[]> {
    const encoded: [ISplatFrame[], IClipEncoderOptions][] = [
        [withIds(makeMovingFrames({ count: 24, frames: 5, shDegree: 1, turnover: 0.1, seed: 8 })), { segmentLength: 3, metadata: { title: "Small" } }],
        [makeMovingFrames({ count: 10, frames: 3, seed: 11 }).frames, { tracked: true, segmentLength: 2, audio: { bytes: makeAudioBytes("audio/ogg"), startTime: 0.5 } }],
        [withIds(makeMovingFrames({ count: 40, frames: 8, turnover: 0.05, seed: 3 })), { segmentLength: 2, keyWindow: 4 }],
        [makeMovingFrames({ count: 16, frames: 4, shDegree: 3, seed: 5 }).frames, { tracked: true, segmentLength: 4 }],
        [withIds(makeMovingFrames({ count: 30, frames: 5, shDegree: 2, turnover: 0.1, seed: 4 })), { quality: 20, segmentLength: 3 }],
        [withIds(makeMovingFrames({ count: 30, frames: 5, seed: 6 })), { quality: 90, segmentLength: 5 }],
        [makeWildFrames({ count: 20, frames: 6, shDegree: 1, seed: 7, presence: 0.7, jumps: 0.2 }), { segmentLength: 3 }],
        [makeWildFrames({ count: 20, frames: 4, shDegree: 0, seed: 9, presence: 0, jumps: 0 }), { segmentLength: 2 }],
        [makeRigidBodies({ bodies: 3, splats: 60, frames: 6, seed: 2, turnover: 0.02 }), { segmentLength: 3 }],
    ];
    const clips = await Promise.all(encoded.map(async ([frames, options]) => (await encodeFramesAsync(frames, options)).bytes));
    for (const shDegree of [0, 1, 2, 3] as const) {
        for (let seed = 1; seed <= 3; seed++) {
            clips.push(makeRandomClip(shDegree, 10 * seed + shDegree));
        }
    }
    return clips;
}

/** Three segments: one that others refer to, one that does, and one that stands alone. */
function makeRandomClip(shDegree: 0 | 1 | 2 | 3, seed: number): Uint8Array<ArrayBuffer> {
    const slots = { slotCount: 30, activeSlotCount: 24, shDegree };
    const first = makeRandomSegment({ ...slots, frameCount: 3, seed, isReference: true });
    const second = makeRandomSegment({ ...slots, slotCount: 34, frameCount: 2, seed: seed + 100, firstFrame: 3, refersTo: first });
    const third = makeRandomSegment({ ...slots, frameCount: 2, seed: seed + 200, firstFrame: 5 });
    const segments = [first, second, third];
    const out = new ByteWriter();
    const entries = segments.map(({ entry, keyByteLength }, i) => ({ ...entry, keyByteLength, referenceDistance: i === 1 ? 1 : 0 }));
    out.bytes(writeClipHead(makeClipHeader(34, shDegree, 7), {}, entries));
    segments.forEach(({ bytes }) => out.bytes(bytes));
    out.bytes(writeClipEnd(7));
    return out.toBytes();
}
