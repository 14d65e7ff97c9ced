import { expect } from "chai";
import fc from "fast-check";
import { ClipReader, type IClipEncoderOptions, type ISplatFrame, type ShDegree } from "../../encoder/index.js";
import { allocateFrame } from "../../encoder/readers/frameArrays.js";
import { dequantizeRotation, opacityFromCode, scaleFromCode } from "../../format/dequantize.js";
import type { ISegmentHeader } from "../../format/segmentHeader.js";
import { findChunk, listChunks, withoutIndex } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectHoldsAsync } from "../support/expectClip.js";
import { randomNumbers } from "../support/makeFrame.js";
import { makeRigidBodies } from "../support/rigidBodies.js";
import { makeWildFrames } from "../support/wildFrames.js";

async function expectHolds(frames: readonly ISplatFrame[], options: IClipEncoderOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const encoded = await encodeFramesAsync(frames, options);
    await expectHoldsAsync(encoded, frames);
    return encoded.bytes;
}

/** The same splats in every frame: rotations from a function, all else as in a frame of one place. */
function turningFrames(frames: number, count: number, rotationAt: (frame: number, row: number) => readonly number[]): ISplatFrame[] {
    return Array.from({ length: frames }, (_, frame) => {
        const made = allocateFrame(count, 0);
        made.scales.fill(0.1);
        made.opacities.fill(1);
        for (let row = 0; row < count; row++) {
            made.rotations.set(rotationAt(frame, row), 4 * row);
        }
        return made;
    });
}

const WILD = fc.record({
    count: fc.constantFrom(0, 1, 2, 7, 25),
    frames: fc.integer({ min: 1, max: 9 }),
    shDegree: fc.constantFrom<ShDegree>(0, 0, 1, 3),
    seed: fc.integer(),
    presence: fc.constantFrom(0.1, 0.6, 0.95, 1),
    jumps: fc.constantFrom(0, 0.1, 1),
});

const BOUNDS = fc.record({
    positionError: fc.constantFrom(1e-4, 0.002, 0.3),
    scaleError: fc.constantFrom(0.013, 0.02, 0.5),
    rotationError: fc.constantFrom(1 / 510, 1 / 256, 0.1, 0.25),
    opacityError: fc.constantFrom(0.125, 4, 128),
    colorError: fc.constantFrom(0.5, 4, 128),
    shError: fc.constantFrom(0.02, 1),
    segmentLength: fc.constantFrom(1, 3, 30),
});

describe("What the encoder makes", () => {
    it("decodes within the bounds for splats that come, go, come back, jump, spin, vanish and grow without measure", async () => {
        await fc.assert(
            fc.asyncProperty(WILD, BOUNDS, async (options, bounds) => {
                await expectHolds(makeWildFrames(options), bounds);
            }),
            { numRuns: 120 },
        );
    });

    it("decodes within the bounds where everything is of the largest and smallest size that fits", async () => {
        // Steps of positions take all 23 bits; they jump from end to end.
        const next = randomNumbers(3);
        const frames = Array.from({ length: 8 }, () => {
            const frame = allocateFrame(12, 0);
            frame.positions.forEach((_, i) => (frame.positions[i] = (next() < 0.5 ? -1 : 1) * 8 * (i % 4 === 0 ? next() : 1)));
            frame.rotations.forEach((_, i) => (frame.rotations[i] = next() - 0.5));
            frame.scales.forEach((_, i) => (frame.scales[i] = [0, 1e-19, 1e-3, 1, 1e9, 3e38][Math.floor(6 * next())]));
            frame.opacities.forEach((_, i) => (frame.opacities[i] = [0, 1][Math.floor(2 * next())]));
            frame.colors.forEach((_, i) => (frame.colors[i] = [-2, 0, 1, 3][Math.floor(4 * next())]));
            return frame;
        });
        for (const positionError of [2e-6, 3e-6, 1e-5]) {
            await expectHolds(frames, { tracked: true, positionError });
        }
    });

    it("holds rotations that spin fast, each component left out in turn", async () => {
        const axes = [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
            [0.6, 0.64, 0.48],
        ];
        for (const degrees of [1, 7, 45, 89.9, 90, 170, 180, 359]) {
            const frames = turningFrames(24, axes.length * 4, (frame, row) => {
                const half = ((frame * degrees + 90 * (row >> 2)) * Math.PI) / 360;
                const [x, y, z] = axes[row & 3];
                const sign = (frame + row) % 3 === 0 ? -1 : 1;
                return [Math.cos(half), x * Math.sin(half), y * Math.sin(half), z * Math.sin(half)].map((value) => sign * value);
            });
            for (const rotationError of [1 / 510, 1 / 256, 0.05]) {
                await expectHolds(frames, { tracked: true, rotationError });
            }
        }
    });

    it("leaves each component out where it alone is large", async () => {
        // From one pole to the next: at each only one component is not zero.
        const frames = turningFrames(33, 4, (frame, row) => {
            const angle = ((frame % 8) * Math.PI) / 16;
            const q = [0, 0, 0, 0];
            q[((frame >> 3) + row) % 4] = Math.cos(angle);
            q[((frame >> 3) + row + 1) % 4] = Math.sin(angle);
            return q;
        });
        const clip = new ClipReader(await expectHolds(frames, { tracked: true }));
        const leftOut = new Set<number>();
        frames.forEach((_, frame) => {
            clip.decodeFrame(frame);
            leftOut.add(clip.decoder.state.codes[6][0]);
        });
        expect([...leftOut].sort()).to.deep.equal([0, 1, 2, 3]);
    });

    it("says nothing in frames in which nothing happens", async () => {
        const [still] = makeWildFrames({ count: 60, frames: 1, shDegree: 1, seed: 5, presence: 1, jumps: 0 });
        const bytes = await expectHolds(
            Array.from({ length: 12 }, () => still),
            { tracked: true },
        );
        const clip = new ClipReader(bytes);
        clip.decodeFrame(0);
        expect(clip.decoder.state.activeSlotCount).to.equal(0);
        for (let frame = 1; frame < 12; frame++) {
            const { start, end } = findChunk(bytes, "RESF", frame - 1);
            expect(end - start).to.be.below(40);
        }
    });

    it("has no residual in a group whose prediction is within the bounds", async () => {
        await fc.assert(
            fc.asyncProperty(WILD, async (options) => {
                const frames = makeWildFrames({ ...options, jumps: 0.1 });
                const { bytes, permutations } = await encodeFramesAsync(frames);
                const clip = new ClipReader(bytes);
                for (let number = 0; number < frames.length; number++) {
                    const predicted = number > 0 ? predictedState(clip) : undefined;
                    clip.decodeFrame(number);
                    const { state, segment } = clip.decoder;
                    let row = 0;
                    for (let slot = 0; slot < state.slotCount; slot++) {
                        if (state.alive[slot]) {
                            const errors =
                                predicted && number > 0 && slot < state.activeSlotCount
                                    ? errorsOf(predicted, slot, segment, frames[number], permutations[number][row])
                                    : [];
                            errors.forEach((error, group) => {
                                if (error < 0.95 * boundOf(clip, group)) {
                                    expect(state.changes[slot] & (1 << group), `group ${group} of slot ${slot} in frame ${number}`).to.equal(0);
                                }
                            });
                            row++;
                        }
                    }
                }
            }),
            { numRuns: 40 },
        );
    });

    it("has residuals only where the frame before, moved on, is out of the bounds", async () => {
        // One splat steps at known frames; every other frame must go without a residual of it.
        for (const steps of [[5], [3, 4, 9], [1, 2, 3]]) {
            const frames = Array.from({ length: 14 }, (_, t) => {
                const frame = allocateFrame(3, 0);
                frame.scales.fill(0.1);
                frame.opacities.fill(0.5);
                frame.rotations.forEach((_value, i) => (frame.rotations[i] = i % 4 === 0 ? 1 : 0));
                frame.positions[3] = steps.filter((step) => step <= t).reduce((sum, step) => sum + 0.37 * step * (step % 2 ? 1 : -1), 0);
                return frame;
            });
            const clip = new ClipReader(await expectHolds(frames, { tracked: true }));
            const changed = frames.map((_, frame) => {
                clip.decodeFrame(frame);
                const { state } = clip.decoder;
                return frame === 0 ? 0 : state.changes.subarray(0, state.activeSlotCount).reduce((sum, mask) => sum + mask, 0);
            });
            expect(changed).to.deep.equal(frames.map((_, t) => (steps.includes(t) ? 1 : 0)));
        }
    });

    it("goes on to the next segment without the frames before", async () => {
        const frames = makeWildFrames({ count: 20, frames: 12, shDegree: 1, seed: 2, presence: 0.7, jumps: 0.1 });
        const bytes = await expectHolds(frames, { segmentLength: 4 });
        const inOrder = new ClipReader(bytes);
        const expected = await Promise.all(frames.map((_, frame) => inOrder.readFrameAsync(frame)));
        for (const frame of [11, 3, 8, 4, 0, 7]) {
            expect(await new ClipReader(bytes).readFrameAsync(frame)).to.deep.equal(expected[frame]);
        }
    });

    it("decodes up to where the file ends", async () => {
        const bytes = withoutIndex((await makeRigidClip(1e-4)).bytes);
        const whole = new ClipReader(bytes);
        const frameEnds = listChunks(bytes).filter(({ name }) => name === "KEYF" || name === "RESF");
        const next = randomNumbers(6);
        for (let run = 0; run < 40; run++) {
            const length = frameEnds[0].end + Math.floor(next() * (bytes.length - frameEnds[0].end));
            const cut = new ClipReader(bytes.subarray(0, length));
            const there = frameEnds.filter(({ end }) => end <= length).length;
            expect(cut.frameCount).to.equal(there);
            for (let frame = 0; frame < there; frame++) {
                expect(decodedState(cut, frame)).to.deep.equal(decodedState(whole, frame));
            }
        }
    });
});

/** Codes that the next frame adds its residuals to, where no cluster moves them. */
function predictedState(clip: ClipReader): Int32Array[] {
    const { codes, velocities, masks, groups, codings } = clip.decoder.state;
    return groups.flatMap(({ id, firstChannel, channelCount }) =>
        Array.from({ length: channelCount }, (_, c) => {
            const channel = firstChannel + c;
            const speed = codings[id].predictor & 1 ? velocities[channel] : undefined;
            return Int32Array.from(codes[channel], (code, slot) => (code + (speed?.[slot] ?? 0)) & masks[channel]);
        }),
    );
}

/** Errors of a slot by attribute group. */
function errorsOf(codes: readonly Int32Array[], slot: number, { quantization: q }: ISegmentHeader, frame: ISplatFrame, row: number): number[] {
    const most = (channels: number, errorOf: (c: number) => number): number => Array.from({ length: channels }, (_, c) => errorOf(c)).reduce((a, b) => Math.max(a, b), 0);
    const rotation = new Float64Array(4);
    dequantizeRotation(codes, slot, q, rotation);
    const source = Array.from(frame.rotations.subarray(4 * row, 4 * row + 4));
    const length = Math.hypot(...source);
    const unit = length > 0 ? source.map((value) => value / length) : [1, 0, 0, 0];
    const turned = (sign: number): number => most(4, (c) => Math.abs(rotation[c] - sign * unit[c]));
    const size = 3 * ((frame.shDegree + 1) ** 2 - 1);
    return [
        most(3, (c) => Math.abs(Math.fround(q.positionStep * (q.positionBase[c] + codes[c][slot])) - frame.positions[3 * row + c])),
        Math.min(turned(1), turned(-1)),
        most(3, (c) => Math.abs(scaleFromCode(codes[7 + c][slot], q) / Math.max(1e-20, frame.scales[3 * row + c]) - 1)),
        Math.abs(opacityFromCode(codes[10][slot], q) - frame.opacities[row]),
        most(3, (c) => Math.abs(q.colorStep * (q.colorBase + codes[11 + c][slot]) - frame.colors[3 * row + c])),
        ...(size > 0 ? [most(size, (c) => Math.abs(q.shStep * (q.shBase + codes[14 + c][slot]) - frame.sh[size * row + c]))] : []),
    ];
}

function boundOf({ header: { errorBounds: b } }: ClipReader, group: number): number {
    return [b.position, b.rotation, b.scale, b.opacity, b.color, b.sh][group];
}

/** Everything that a player takes from a frame. */
function decodedState(clip: ClipReader, frame: number): unknown {
    clip.decodeFrame(frame);
    const { alive, codes, slotCount } = clip.decoder.state;
    return [alive, ...codes].map((values) => Array.from(values.subarray(0, slotCount)).map((value, slot) => (alive[slot] ? value : 0)));
}

async function makeRigidClip(positionError: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; frames: ISplatFrame[] }> {
    const frames = makeRigidBodies({ bodies: 2, splats: 150, frames: 6, seed: 4 });
    return { bytes: (await encodeFramesAsync(frames, { tracked: true, positionError })).bytes, frames };
}

describe("Bodies that move as a whole", () => {
    const MOVES = fc.record({
        bodies: fc.integer({ min: 1, max: 3 }),
        seed: fc.integer(),
        turn: fc.constantFrom(0, 0.03, 0.5, 2, 3.1),
        speed: fc.constantFrom(0, 0.01, 0.5, 3),
    });

    it("decode within the bounds, however they turn, translate and jump, with splats that come and go", async () => {
        await fc.assert(
            fc.asyncProperty(MOVES, fc.constantFrom(2e-5, 1e-4, 0.002, 0.05), fc.constantFrom(0, 0.05), async (moves, positionError, turnover) => {
                const frames = makeRigidBodies({ ...moves, splats: 120, frames: 6, turnover });
                await expectHolds(frames, { positionError });
            }),
            { numRuns: 25 },
        );
    });

    it("decode within the bounds when they jump from one end of the codes to the other", async () => {
        const frames = makeRigidBodies({ bodies: 1, splats: 250, frames: 7, seed: 9, turn: 0.1, speed: 0.01 });
        frames.forEach(({ positions }, frame) => positions.forEach((value, i) => (positions[i] = value + (frame % 2 ? 7 : -7))));
        await expectHolds(frames, { tracked: true, positionError: 2e-6 });
    });

    it("cost far less than the same splats that each go their own way", async () => {
        const options = { bodies: 3, splats: 400, frames: 30, seed: 3, turn: 0.06, speed: 0.02 };
        const together = await expectHolds(makeRigidBodies(options), { tracked: true });
        const apart = await expectHolds(makeRigidBodies({ ...options, isScattered: true }), { tracked: true });
        expect(residualBytes(together)).to.be.below(0.2 * residualBytes(apart));
    });

    it("use the clusters", async () => {
        const clip = new ClipReader((await makeRigidClip(1e-4)).bytes);
        clip.decodeFrame(0);
        expect(clip.decoder.segment.clusterCount).to.be.above(0);
        expect(clip.decoder.segment.codings[0].predictor & 2).to.equal(2);
    });
});

function residualBytes(bytes: Uint8Array): number {
    return listChunks(bytes).reduce((sum, { name, start, end }) => sum + (name === "RESF" ? end - start : 0), 0);
}

describe("Latent decoders", () => {
    it("stay within the numbers of the format when one residual of many is very large", async () => {
        // Many small steps along one line make the weights large; one splat jumps across it, and is none of those that the weights are chosen on.
        const count = 3600;
        const frames = Array.from({ length: 12 }, (_, t) => {
            const frame = allocateFrame(count, 0);
            frame.scales.fill(0.1);
            frame.opacities.fill(0.5);
            frame.rotations.forEach((_value, i) => (frame.rotations[i] = i % 4 === 0 ? 1 : 0));
            const next = randomNumbers(t + 1);
            for (let i = 4; i < count; i++) {
                const step = i % 2 ? 0 : 0.002 * (next() - 0.5);
                frame.positions.set([step + i * 1e-3, 8 * step, 0], 3 * i);
            }
            frame.positions.set(t < 4 ? [0, 0, 0] : [0.001, 0.008, 0], 0);
            frame.positions.set(t < 6 ? [-5, 5, 0] : [0, 0, 0], 3);
            frame.positions.set([-7, -7, -7, 7, 7, 7], 6);
            return frame;
        });
        await expectHolds(frames, { tracked: true, positionError: 3e-6 });
    });
});
