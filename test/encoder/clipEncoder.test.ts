import { expect } from "chai";
import fc from "fast-check";
import {
    buildSegment,
    ClipEncoder,
    ClipReader,
    FvvError,
    MemoryClipOutput,
    type IKeyReference,
    type ISegmentJob,
    type ISegmentResult,
    type IClipEncoderOptions,
    type IErrorBounds,
    type ISplatFrame,
    type ShDegree,
} from "../../encoder/index.js";
import { allocateFrame, takeRows } from "../../encoder/readers/frameArrays.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectHoldsAsync } from "../support/expectClip.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeFrame } from "../support/makeFrame.js";
import { makeMovingFrames, withIds, type IMovingFrames, type IMovingOptions } from "../support/movingFrames.js";

const MOVING: fc.Arbitrary<IMovingOptions> = fc.record({
    count: fc.integer({ min: 1, max: 50 }),
    frames: fc.integer({ min: 1, max: 7 }),
    shDegree: fc.constantFrom<ShDegree>(0, 1, 2, 3),
    seed: fc.integer(),
    turnover: fc.constantFrom(0, 0.1, 0.4),
    isShuffled: fc.boolean(),
    speed: fc.constantFrom(0.001, 0.02, 1),
});

/** Bounds from tight to loose, each within its limits. */
const BOUNDS: fc.Arbitrary<IClipEncoderOptions> = fc.record({
    positionError: fc.constantFrom(0.00001, 0.002, 0.1),
    scaleError: fc.constantFrom(0.001, 0.02, 0.3),
    rotationError: fc.constantFrom(1 / 510, 1 / 256, 0.1),
    colorError: fc.constantFrom(0.4, 4, 40),
    // Opacities from 0 to 1 have 10 bits: 1/8 of a level is the least that fits.
    opacityError: fc.constantFrom(0.125, 4, 60),
    shError: fc.constantFrom(0.008, 0.02, 0.5),
    segmentLength: fc.constantFrom(1, 3, 30),
});

/** Frames of an encoded clip per segment. */
function segmentLengths({ report }: { report: { segments: { frameCount: number }[] } }): number[] {
    return report.segments.map(({ frameCount }) => frameCount);
}

/** By name of the splat, the slots that it has over a segment. */
async function slotsByNameAsync(moving: IMovingFrames, frames: readonly ISplatFrame[], options: IClipEncoderOptions): Promise<Map<number, Set<number>>> {
    const { bytes, permutations } = await encodeFramesAsync(frames, { ...options, segmentLength: 100 });
    const clip = new ClipReader(bytes);
    expect(clip.segments.length).to.equal(1);
    const slots = new Map<number, Set<number>>();
    for (let number = 0; number < frames.length; number++) {
        clip.decodeFrame(number);
        const { alive, slotCount } = clip.decoder.state;
        Array.from({ length: slotCount }, (_, slot) => slot)
            .filter((slot) => alive[slot] === 1)
            .forEach((slot, i) => {
                const name = moving.names[number][permutations[number][i]];
                slots.set(name, (slots.get(name) ?? new Set()).add(slot));
            });
    }
    return slots;
}

describe("ClipEncoder", () => {
    describe("holds every bound for every splat of every frame", () => {
        it("by ids, with births, deaths and shuffled rows", async () => {
            await fc.assert(
                fc.asyncProperty(MOVING, BOUNDS, async (moving, bounds) => {
                    const frames = withIds(makeMovingFrames(moving));
                    await expectHoldsAsync(await encodeFramesAsync(frames, bounds), frames);
                }),
                { numRuns: 15 },
            );
        });

        it("by row, tracked", async () => {
            await fc.assert(
                fc.asyncProperty(MOVING, BOUNDS, async (moving, bounds) => {
                    const { frames } = makeMovingFrames({ ...moving, turnover: 0, isShuffled: false });
                    await expectHoldsAsync(await encodeFramesAsync(frames, { ...bounds, tracked: true }), frames);
                }),
                { numRuns: 12 },
            );
        });

        it("matched", async () => {
            await fc.assert(
                fc.asyncProperty(MOVING, BOUNDS, async (moving, bounds) => {
                    const { frames } = makeMovingFrames(moving);
                    await expectHoldsAsync(await encodeFramesAsync(frames, bounds), frames);
                }),
                { numRuns: 15 },
            );
        });

        it("where frames have nothing to do with one another", async () => {
            await fc.assert(
                fc.asyncProperty(fc.array(fc.tuple(fc.nat(30), fc.integer()), { minLength: 1, maxLength: 6 }), fc.boolean(), async (list, hasIds) => {
                    const frames = list.map(([count, seed]) => {
                        const ids = Int32Array.from({ length: count }, (_, i) => seed + 7 * i);
                        return { ...makeFrame(count, 1, seed), ...(hasIds ? { ids } : {}) };
                    });
                    await expectHoldsAsync(await encodeFramesAsync(frames, { positionError: 0.01 }), frames);
                }),
                { numRuns: 15 },
            );
        });

        it("where only some frames have ids", async () => {
            await fc.assert(
                fc.asyncProperty(MOVING, fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), fc.boolean(), async (moving, hasIds, tracked) => {
                    const made = makeMovingFrames({ ...moving, ...(tracked ? { turnover: 0, isShuffled: false } : {}) });
                    const named = withIds(made);
                    const frames = made.frames.map((frame, t) => (hasIds[t] ? named[t] : frame));
                    await expectHoldsAsync(await encodeFramesAsync(frames, { tracked }), frames);
                }),
                { numRuns: 15 },
            );
        });

        it("where frames without ids follow frames with ids and other splats", async () => {
            const whole = makeFrame(20);
            const part = {
                ...takeRows(
                    whole,
                    Uint32Array.from({ length: 10 }, (_, i) => 2 * i),
                ),
                sourceIndices: undefined,
            };
            const frames = [whole, { ...part, ids: Int32Array.from({ length: 10 }, (_, i) => i) }, whole, part];
            await expectHoldsAsync(await encodeFramesAsync(frames), frames);
        });

        it("where later frames reach farther than the first, so that float32 rounds more", async () => {
            const { frames } = makeMovingFrames({ count: 200, frames: 4 });
            frames[2].positions.forEach((value, i, positions) => (positions[i] = 5000 + 20 * value));
            await expectHoldsAsync(await encodeFramesAsync(frames, { tracked: true, positionError: 0.0037 }), frames);
        });

        it("where arrays are longer than the splats need", async () => {
            const moving = makeMovingFrames({ count: 20, frames: 5, turnover: 0.2, shDegree: 1 });
            const longer = (values: Float32Array): Float32Array => Float32Array.of(...values, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN);
            const frames = withIds(moving);
            const padded = frames.map((frame) => ({
                ...frame,
                positions: longer(frame.positions),
                rotations: longer(frame.rotations),
                scales: longer(frame.scales),
                opacities: longer(frame.opacities),
                colors: longer(frame.colors),
                sh: longer(frame.sh),
                ids: Int32Array.of(...frame.ids!, 0, frame.ids![0], -5),
            }));
            const encoded = await encodeFramesAsync(padded);
            await expectHoldsAsync(encoded, frames);
            expect(encoded.bytes).to.deep.equal((await encodeFramesAsync(frames)).bytes);
        });

        it("where frames are empty", async () => {
            const some = makeFrame(5);
            const none = allocateFrame(0, 0);
            for (const frames of [[none], [none, none], [none, some], [some, none, some], [none, some, none, none]]) {
                for (const segmentLength of [1, 2, 30]) {
                    for (const ids of [false, true]) {
                        const named = ids ? frames.map((frame) => ({ ...frame, ids: Int32Array.from({ length: frame.count }, (_, i) => i) })) : frames;
                        const clip = await expectHoldsAsync(await encodeFramesAsync(named, { segmentLength }), named);
                        const bounds = clip.header.bounds;
                        expect(bounds[0]).to.be.at.most(bounds[3]);
                        if (frames.includes(some)) {
                            // An empty segment adds nothing to the bounds of the clip.
                            expect([...bounds]).to.deep.equal([...new ClipReader((await encodeFramesAsync([some])).bytes).header.bounds]);
                        }
                    }
                }
            }
        });
    });

    describe("keeps slots", () => {
        it("of a splat the same over a segment, by ids", async () => {
            const moving = makeMovingFrames({ count: 60, frames: 8, turnover: 0.1, isShuffled: true });
            const slots = await slotsByNameAsync(moving, withIds(moving), {});
            slots.forEach((taken) => expect(taken.size).to.equal(1));
        });

        it("of a splat the same over a segment, by row", async () => {
            const moving = makeMovingFrames({ count: 60, frames: 8, speed: 1 });
            const slots = await slotsByNameAsync(moving, moving.frames, { tracked: true });
            slots.forEach((taken) => expect(taken.size).to.equal(1));
        });

        it("of a splat the same over a segment, matched, where splats move less than they are apart", async () => {
            const moving = makeMovingFrames({ count: 60, frames: 8, turnover: 0.05, isShuffled: true, speed: 0.004 });
            const slots = await slotsByNameAsync(moving, moving.frames, {});
            const moved = [...slots.values()].filter((taken) => taken.size > 1).length;
            expect(moved).to.be.at.most(0.02 * slots.size);
        });

        it("free of dead splats, for those born later", async () => {
            const moving = makeMovingFrames({ count: 50, frames: 30, turnover: 0.1 });
            const { report } = await encodeFramesAsync(withIds(moving), { segmentLength: 30 });
            const everBorn = 50 + 5 * 29;
            expect(report.capacity).to.be.below(0.6 * everBorn);
        });
    });

    describe("cuts segments", () => {
        it("after their length", async () => {
            const { frames } = makeMovingFrames({ count: 10, frames: 8 });
            expect(segmentLengths(await encodeFramesAsync(frames, { segmentLength: 3 }))).to.deep.equal([3, 3, 2]);
            expect(segmentLengths(await encodeFramesAsync(frames, { segmentLength: 1 }))).to.deep.equal([1, 1, 1, 1, 1, 1, 1, 1]);
        });

        it("where a scene cut leaves no splat to be found again", async () => {
            const before = makeMovingFrames({ count: 40, frames: 4, seed: 1, speed: 0.004 }).frames;
            const after = makeMovingFrames({ count: 40, frames: 4, seed: 99, speed: 0.004 }).frames;
            after.forEach((frame) => frame.positions.forEach((value, i, positions) => (positions[i] = value + 10)));
            expect(segmentLengths(await encodeFramesAsync([...before, ...after]))).to.deep.equal([4, 4]);
        });

        it("where ids change, and not where half of them stay", async () => {
            const idsFrom = (first: number): ISplatFrame => ({ ...makeFrame(20, 0, 3), ids: Int32Array.from({ length: 20 }, (_, i) => first + i) });
            expect(segmentLengths(await encodeFramesAsync([idsFrom(0), idsFrom(0), idsFrom(11), idsFrom(11)]))).to.deep.equal([2, 2]);
            expect(segmentLengths(await encodeFramesAsync([idsFrom(0), idsFrom(10), idsFrom(20)]))).to.deep.equal([3]);
        });
    });

    it("gives the same bytes for the same input", async () => {
        for (const tracked of [true, false]) {
            const frames = (): ISplatFrame[] => makeMovingFrames({ count: 50, frames: 5, shDegree: 2 }).frames;
            expect((await encodeFramesAsync(frames(), { tracked })).bytes).to.deep.equal((await encodeFramesAsync(frames(), { tracked })).bytes);
        }
    });

    it("changes none of the frames", async () => {
        const { frames } = makeMovingFrames({ count: 20, frames: 3, shDegree: 1 });
        const copy = structuredClone(frames);
        await encodeFramesAsync(frames);
        expect(frames).to.deep.equal(copy);
    });

    it("tells the rows of the source file where rows were left out", async () => {
        const rows = Uint32Array.of(3, 0, 7, 8);
        const frames = makeMovingFrames({ count: 10, frames: 2 }).frames.map((frame) => takeRows(frame, rows));
        const { permutations, report } = await encodeFramesAsync(frames, { tracked: true });
        permutations.forEach((permutation) => expect([...permutation].sort()).to.deep.equal([0, 3, 7, 8]));
        expect(report.droppedCount).to.equal(12);
    });

    it("takes few bytes where little happens", async () => {
        const { frames } = makeMovingFrames({ count: 2000, frames: 20, stillShare: 1 });
        const still = (await encodeFramesAsync(frames, { tracked: true })).report.segments[0];
        expect(still.byteLength - still.keyByteLength).to.be.below(19 * 48 + 200);
    });

    it("reports what it did, as the header and the events say", async () => {
        const moving = makeMovingFrames({ count: 30, frames: 5, turnover: 0.1, shDegree: 1 });
        const told: number[][] = [];
        const output = new MemoryClipOutput();
        const encoder = new ClipEncoder(
            { fps: 29.97, segmentLength: 2, up: "+z", handedness: "left", antialiased: true, metresPerUnit: 0.5, metadata: { title: "T" } },
            output,
            { onSegment: ({ segment, firstFrame, frameCount, byteLength, slotCount }) => told.push([segment, firstFrame, frameCount, byteLength, slotCount]) },
        );
        for (const frame of withIds(moving)) {
            await encoder.addFrameAsync(frame);
        }
        const report = await encoder.finishAsync();
        const bytes = output.toBytes();
        const clip = new ClipReader(bytes);
        expect(report.byteLength).to.equal(bytes.length);
        expect(report.frameCount).to.equal(5);
        expect(told).to.deep.equal(report.segments.map(({ firstFrame, frameCount, byteLength, slotCount }, i) => [i, firstFrame, frameCount, byteLength, slotCount]));
        expect(clip.segments.map(({ byteLength, keyByteLength }) => [byteLength, keyByteLength])).to.deep.equal(
            report.segments.map(({ byteLength, keyByteLength }) => [byteLength, keyByteLength]),
        );
        const counts = moving.frames.map(({ count }) => count);
        expect([report.minLive, report.maxLive]).to.deep.equal([Math.min(...counts), Math.max(...counts)]);
        expect(report.capacity)
            .to.equal(clip.header.capacity)
            .and.to.equal(Math.max(...report.segments.map(({ slotCount }) => slotCount)));
        const { fpsNumerator, fpsDenominator, up, handedness, antialiased, metresPerUnit, shDegree } = clip.header;
        expect([fpsNumerator, fpsDenominator, up, handedness, antialiased, metresPerUnit, shDegree]).to.deep.equal([30000, 1001, "+z", "left", true, 0.5, 1]);
        expect(clip.metadata).to.deep.equal({ title: "T" });
        for (const name of Object.keys(report.worstErrors) as (keyof IErrorBounds)[]) {
            expect(report.worstErrors[name]).to.be.above(0).and.at.most(report.errorBounds[name]);
        }
        expect(clip.header.errorBounds).to.deep.equal(report.errorBounds);
    });

    it("bounds its splats with three standard deviations", async () => {
        const { frames } = makeMovingFrames({ count: 30, frames: 4 });
        const clip = new ClipReader((await encodeFramesAsync(frames, { segmentLength: 2 })).bytes);
        const expected = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
        for (const { count, positions, scales } of frames) {
            for (let i = 0; i < 3 * count; i++) {
                const row = 3 * Math.floor(i / 3);
                const reach = 3 * Math.max(scales[row], scales[row + 1], scales[row + 2]);
                expected[i % 3] = Math.min(expected[i % 3], positions[i] - reach);
                expected[3 + (i % 3)] = Math.max(expected[3 + (i % 3)], positions[i] + reach);
            }
        }
        expected.forEach((value, i) => expect(clip.header.bounds[i]).to.be.closeTo(value, 1e-6));
    });

    it("tells that its output failed with the next frame, not only when other segments close", async () => {
        const output = {
            writeBodyAsync: () => Promise.reject(new FvvError("UNWRITABLE_OUTPUT", "The disk is full; make room")),
            writeHeadAsync: () => Promise.resolve(),
        };
        const workers = { count: 9, buildAsync: (job: ISegmentJob) => Promise.resolve(buildSegment(job)) };
        const encoder = new ClipEncoder({ segmentLength: 1, tracked: true }, output, {}, workers);
        await encoder.addFrameAsync(makeFrame(3));
        await new Promise((resolve) => setImmediate(resolve));
        await expectErrorAsync(() => encoder.addFrameAsync(makeFrame(3)), "UNWRITABLE_OUTPUT");
    });

    it("writes the same clip where later segments begin before the first of their window is written", async () => {
        const frames = withIds(makeMovingFrames({ count: 200, frames: 8, turnover: 0.05 }));
        const clips: Uint8Array[] = [];
        for (const isEarly of [false, true]) {
            const buildAsync = (job: ISegmentJob, onKey?: (key: IKeyReference) => void): Promise<ISegmentResult> =>
                Promise.resolve().then(() => buildSegment(job, isEarly ? onKey : undefined));
            const output = new MemoryClipOutput();
            const encoder = new ClipEncoder({ segmentLength: 2 }, output, {}, { count: 9, buildAsync });
            for (const frame of frames) {
                await encoder.addFrameAsync(frame);
            }
            await encoder.finishAsync();
            clips.push(output.toBytes());
        }
        expect(clips[1]).to.deep.equal(clips[0]);
    });

    describe("refuses", () => {
        it("no frame at all: NO_INPUT", async () => {
            await expectErrorAsync(() => encodeFramesAsync([]), "NO_INPUT");
        });

        for (const name of ["positions", "rotations", "scales", "opacities", "colors", "sh"] as const) {
            it(`a value in ${name} that is not finite: NOT_FINITE`, async () => {
                for (const value of [NaN, Infinity, -Infinity]) {
                    const frames = [makeFrame(4, 1), makeFrame(4, 1)];
                    const values = frames[1][name];
                    values[values.length - 1] = value;
                    const error = await expectErrorAsync(() => encodeFramesAsync(frames), "NOT_FINITE");
                    expect(error.where.frame).to.equal(1);
                    expect(error.message).to.include("Splat 3").and.to.include(name);
                }
            });

            it(`too few ${name}: UNREADABLE_INPUT`, async () => {
                const frame = makeFrame(4, 1);
                await expectErrorAsync(() => encodeFramesAsync([{ ...frame, [name]: frame[name].subarray(1) }]), "UNREADABLE_INPUT");
            });
        }

        it("frames of mixed SH degree: MIXED_SH_DEGREE", async () => {
            const error = await expectErrorAsync(() => encodeFramesAsync([makeFrame(4, 1), makeFrame(4, 2)]), "MIXED_SH_DEGREE");
            expect(error.where.frame).to.equal(1);
        });

        it("an id that occurs twice: DUPLICATE_ID", async () => {
            await expectErrorAsync(() => encodeFramesAsync([{ ...makeFrame(3), ids: Int32Array.of(1, 2, 1) }]), "DUPLICATE_ID");
        });

        it("fewer ids than splats: UNREADABLE_INPUT", async () => {
            await expectErrorAsync(() => encodeFramesAsync([{ ...makeFrame(3), ids: Int32Array.of(1, 2) }]), "UNREADABLE_INPUT");
        });

        it("another number of splats where rows are tracked: COUNT_CHANGED", async () => {
            for (const segmentLength of [30, 1]) {
                const error = await expectErrorAsync(() => encodeFramesAsync([makeFrame(4), makeFrame(5)], { tracked: true, segmentLength }), "COUNT_CHANGED");
                expect(error.where.frame).to.equal(1);
            }
        });

        it("frames after it has finished: INTERNAL", async () => {
            const encoder = new ClipEncoder({}, new MemoryClipOutput());
            await encoder.addFrameAsync(makeFrame(2));
            await encoder.finishAsync();
            await expectErrorAsync(() => encoder.addFrameAsync(makeFrame(2)), "INTERNAL");
        });

        it("opacities that are none: BOUND_BROKEN, and no head is written", async () => {
            for (const opacity of [1.5, -0.5]) {
                const frame = makeFrame(3);
                frame.opacities[1] = opacity;
                await expectErrorAsync(() => encodeFramesAsync([frame]), "BOUND_BROKEN");
            }
        });
    });
});
