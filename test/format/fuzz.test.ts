import { expect } from "chai";
import fc from "fast-check";
import { ClipReader, describeClip, FVV_ERROR_CODES, FvvError } from "../../encoder/index.js";
import type { FrameState } from "../../format/frameState.js";
import { repairCrcs, spliced, withoutIndex } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";

/** Small enough that no file, however hostile, takes long. */
const LIMITS = { splats: 256, frames: 64, segments: 8, segmentFrames: 16, segmentBytes: 1 << 20, chunkBytes: 1 << 16 };

/** Codes that bad bytes may give; an error of any other kind is one of ours. */
const CODES = Object.entries(FVV_ERROR_CODES)
    .filter(([, category]) => category === "format" || category === "limit")
    .map(([code]) => code);

type Damage =
    | { kind: "flip"; at: number; bit: number }
    | { kind: "set"; at: number; value: number }
    | { kind: "cut"; at: number; count: number }
    | { kind: "insert"; at: number; bytes: Uint8Array };

const AT = fc.nat(0xffffff);
const DAMAGE: fc.Arbitrary<Damage> = fc.oneof(
    fc.record({ kind: fc.constant("flip" as const), at: AT, bit: fc.nat(7) }),
    fc.record({ kind: fc.constant("set" as const), at: AT, value: fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff) }),
    fc.record({ kind: fc.constant("cut" as const), at: AT, count: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ kind: fc.constant("insert" as const), at: AT, bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
);

function apply(bytes: Uint8Array<ArrayBuffer>, damage: Damage): Uint8Array<ArrayBuffer> {
    const at = damage.at % bytes.length;
    switch (damage.kind) {
        case "flip":
            return bytes.map((byte, i) => (i === at ? byte ^ (1 << damage.bit) : byte));
        case "set":
            return spliced(bytes, at, 4, new Uint8Array(Uint32Array.of(damage.value).buffer));
        case "cut":
            return spliced(bytes, at, damage.count);
        case "insert":
            return spliced(bytes, at, 0, damage.bytes);
    }
}

/** Decodes all that can be decoded, in both directions: the outcome must be the same. Says what came of each frame. */
function decodeWhatThereIs(bytes: Uint8Array): string[] {
    const clip = new ClipReader(bytes, LIMITS);
    expect(clip.frameCount).to.be.at.most(LIMITS.frames);
    const attempt = (frame: number): string => {
        try {
            clip.decodeFrame(frame);
            return describeState(clip.decoder.state);
        } catch (error) {
            return codeOf(error);
        }
    };
    const outcomes = Array.from({ length: clip.frameCount }, (_, frame) => attempt(frame));
    for (let frame = clip.frameCount - 1; frame >= 0; frame--) {
        expect(attempt(frame)).to.equal(outcomes[frame]);
    }
    return outcomes.map((outcome) => (CODES.includes(outcome) ? outcome : "decoded"));
}

/** Stands for all that is in the state. */
function describeState({ liveCount, slotCount, codes }: FrameState): string {
    expect(slotCount).to.be.at.most(LIMITS.splats);
    expect(liveCount).to.be.within(0, slotCount);
    let hash = liveCount;
    for (const channel of codes) {
        for (let slot = 0; slot < slotCount; slot++) {
            hash = (Math.imul(hash, 31) + channel[slot]) | 0;
        }
    }
    return `${liveCount} ${hash}`;
}

function codeOf(error: unknown): string {
    if (!(error instanceof FvvError)) {
        throw error;
    }
    expect(CODES, error.message).to.include(error.code);
    return error.code;
}

describe("Hostile files", () => {
    let clips: Uint8Array<ArrayBuffer>[];

    before(async () => {
        const frames = withIds(makeMovingFrames({ count: 24, frames: 5, shDegree: 1, turnover: 0.1, seed: 8 }));
        const { bytes } = await encodeFramesAsync(frames, { segmentLength: 3, metadata: { title: "Small" } });
        clips = [bytes, withoutIndex(bytes)];
    });

    /** Codes of all errors, and "decoded" where a frame could be decoded. */
    function expectSafe(damaged: Uint8Array): string[] {
        try {
            const outcomes = decodeWhatThereIs(damaged);
            if (outcomes.every((outcome) => outcome === "decoded")) {
                describeClip(damaged, LIMITS);
            }
            return outcomes;
        } catch (error) {
            return [codeOf(error)];
        }
    }

    it("with any damage, and CRCs that are right, decode or give an error with a code, the same each time", () => {
        const outcomes = new Set<string>();
        fc.assert(
            fc.property(fc.nat(1), fc.array(DAMAGE, { minLength: 1, maxLength: 4 }), (number, damages) => {
                expectSafe(repairCrcs(damages.reduce(apply, clips[number]))).forEach((outcome) => outcomes.add(outcome));
            }),
            { numRuns: 700 },
        );
        // The damage gets everywhere: the head, the segments and the frames.
        expect([...outcomes]).to.include.members(["decoded", "TRUNCATED", "BAD_HEADER", "BAD_SEGMENT", "BAD_FRAME"]);
    });

    it("with every byte of the head and the first segment's header changed", () => {
        const end = clips[0].findIndex((_, at) => String.fromCharCode(...clips[0].subarray(at, at + 4)) === "KEYF");
        for (let at = 0; at < end; at++) {
            const damaged = new Uint8Array(clips[0]);
            damaged[at] ^= 0xff;
            expectSafe(repairCrcs(damaged));
        }
    });

    it("of any bytes after the magic", () => {
        fc.assert(
            fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 8, max: 60 }), (noise, kept) => {
                expectSafe(spliced(clips[1], kept, clips[1].length - kept, noise));
            }),
            { numRuns: 200 },
        );
    });
});
