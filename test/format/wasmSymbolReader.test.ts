import { expect } from "chai";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { ClipReader, FvvError } from "../../encoder/index.js";
import { createSymbolReader } from "../../format/createSymbolReader.js";
import { buildTables, type IEntropyTables } from "../../format/entropyTables.js";
import { LEVELS, RESIDUAL_CONTEXTS } from "../../format/frameContexts.js";
import { codeResidualFrame, mostSymbols } from "../../format/frameModel.js";
import { FrameState, stateByteLength } from "../../format/frameState.js";
import { encodeRans, RANS_MAX_SYMBOLS, RANS_TOTAL } from "../../format/rans.js";
import type { Lifting } from "../../format/segmentHeader.js";
import { SymbolReader, type ISymbolReader } from "../../format/symbolReader.js";
import { SymbolRecorder } from "../../format/symbolRecorder.js";
import { WasmSymbolReader } from "../../format/wasmSymbolReader.js";
import { compileWasmAsync, WASM_MODULES } from "../../scripts/compileWasm.js";
import { repairCrcs } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { randomNumbers } from "../support/makeFrame.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { makeQuantization } from "../support/randomSegment.js";

/** Contexts of the batches, those that a stride leads to included. */
const CONTEXTS = 60;
const MOST_CONTEXT = 20;

interface IBatch {
    areNumbers: boolean;
    stride: number;
    contexts: number[];
    values: number[];
}

/** Values of all sizes, most of them small. */
const NUMBER = fc.tuple(fc.nat(24), fc.nat(0xffffff)).map(([bits, value]) => value & ((1 << bits) - 1));
const BATCH: fc.Arbitrary<IBatch> = fc
    .tuple(fc.boolean(), fc.nat(3), fc.array(fc.tuple(fc.nat(MOST_CONTEXT), NUMBER), { maxLength: 70 }))
    .map(([areNumbers, stride, symbols]) => ({
        areNumbers,
        stride,
        contexts: symbols.map(([context]) => context),
        values: symbols.map(([, value]) => (areNumbers ? value : value % RANS_MAX_SYMBOLS)),
    }));
const BATCHES = fc.array(BATCH, { minLength: 1, maxLength: 8 });

interface IStreams {
    tables: IEntropyTables;
    symbols: Uint8Array;
    raw: Uint8Array;
}

function encode(batches: readonly IBatch[]): IStreams {
    const recorder = new SymbolRecorder(100);
    for (const { areNumbers, stride, contexts, values } of batches) {
        recorder.contexts.set(contexts);
        recorder.values.set(values);
        recorder[areNumbers ? "numbers" : "masks"](values.length, stride);
    }
    const { contexts, symbols, lanes, raw } = recorder.take();
    const histograms: (Uint32Array | undefined)[] = new Array<undefined>(CONTEXTS).fill(undefined);
    contexts.forEach((context, i) => (histograms[context] ??= new Uint32Array(RANS_MAX_SYMBOLS))[symbols[i]]++);
    const tables = buildTables(histograms, CONTEXTS);
    return { tables, symbols: encodeRans(contexts.map((context) => tables.contextMap[context]) as unknown as Uint8Array, symbols, lanes, tables.frequencies), raw };
}

/** All that a reader makes of streams: the values of each batch, and whether the streams end with the last. */
function read(reader: ISymbolReader, { symbols, raw }: IStreams, batches: readonly IBatch[]): unknown {
    reader.start(symbols, raw);
    const values = batches.map(({ areNumbers, stride, contexts }) => {
        reader.contexts.set(contexts);
        reader[areNumbers ? "numbers" : "masks"](contexts.length, stride);
        return [...reader.values.subarray(0, contexts.length)];
    });
    return [values, reader.isComplete];
}

function wasmReader(): WasmSymbolReader {
    const reader = createSymbolReader();
    expect(reader).to.be.instanceOf(WasmSymbolReader);
    return reader as WasmSymbolReader;
}

describe("The symbol reader in WebAssembly", () => {
    let wasm: WasmSymbolReader;
    let script: SymbolReader;

    beforeEach(() => {
        wasm = wasmReader();
        script = new SymbolReader();
    });

    function setTables({ tables }: IStreams): void {
        wasm.setTables(tables);
        script.setTables(tables);
    }

    it("is what its source compiles to", async () => {
        const [module] = WASM_MODULES;
        expect(await compileWasmAsync(module)).to.equal(readFileSync(module.file, "utf8"));
    });

    it("reads what was written", () => {
        fc.assert(
            fc.property(BATCHES, (batches) => {
                const streams = encode(batches);
                setTables(streams);
                const expected = [batches.map(({ values }) => values), true];
                expect(read(wasm, streams, batches)).to.deep.equal(expected);
                expect(read(script, streams, batches)).to.deep.equal(expected);
            }),
        );
    });

    it("reads the same as the one in TypeScript from streams that are cut, too long, changed or of any bytes", () => {
        const noise = fc.uint8Array({ minLength: 16, maxLength: 300 });
        const damage = (bytes: Uint8Array, least: number, [kind, at, value]: [number, number, number]): Uint8Array => {
            const place = bytes.length > 0 ? at % bytes.length : 0;
            const longer = Uint8Array.of(...bytes, ...new Uint8Array(1 + (value % 9)).fill(value));
            return [bytes, bytes.slice(0, Math.max(least, place)), longer, bytes.map((byte, i) => (i === place ? value : byte))][kind];
        };
        const harm = fc.tuple(fc.nat(3), fc.nat(0xffff), fc.nat(255));
        fc.assert(
            fc.property(BATCHES, harm, harm, fc.option(noise), (batches, symbolHarm, rawHarm, any) => {
                const streams = encode(batches);
                setTables(streams);
                const damaged = { ...streams, symbols: any ?? damage(streams.symbols, 16, symbolHarm), raw: damage(streams.raw, 0, rawHarm) };
                expect(read(wasm, damaged, batches)).to.deep.equal(read(script, damaged, batches));
            }),
            { numRuns: 500 },
        );
    });

    it("reads nothing where there are no tables", () => {
        const batches = [{ areNumbers: true, stride: 0, contexts: [1, 2, 1, 2, 3], values: [1, 500, 2, 70000, 3] }];
        const streams = encode(batches);
        const empty = { ...streams, symbols: encode([]).symbols, raw: new Uint8Array(0) };
        for (const given of [streams, empty]) {
            expect(read(wasm, given, batches)).to.deep.equal([[[0, 0, 0, 0, 0]], false]);
            expect(read(script, given, batches)).to.deep.equal([[[0, 0, 0, 0, 0]], false]);
        }
        expect(read(wasm, empty, [])).to.deep.equal([[], true]);
        setTables(streams);
        expect(read(wasm, streams, batches)).to.deep.equal(read(script, streams, batches));
        setTables({ ...streams, tables: { contextMap: new Uint8Array(10), frequencies: [] } });
        expect(read(wasm, streams, batches)).to.deep.equal(read(script, streams, batches));
    });

    it("takes batches and streams larger than all before", () => {
        const next = randomNumbers(7);
        for (const count of [100, 20000, 300, 300000]) {
            const values = Array.from({ length: count }, () => Math.floor(1 / (next() + 1e-5)));
            const batches = [{ areNumbers: true, stride: 0, contexts: values.map((_, i) => i % MOST_CONTEXT), values }];
            wasm.reserve(count, 4 * count, 0);
            script.reserve(count);
            expect(wasm.values.length).to.be.at.least(count);
            // Noise of a megabyte and more: the memory has to grow for it.
            const noise = Uint8Array.from({ length: 16 + 5 * count }, () => Math.floor(256 * next()));
            const streams = { ...encode([]), tables: { contextMap: new Uint8Array(CONTEXTS), frequencies: [new Uint16Array(64).fill(64)] }, symbols: noise, raw: noise };
            setTables(streams);
            expect(read(wasm, streams, batches)).to.deep.equal(read(script, streams, batches));
        }
    });

    it("gives way to the one in TypeScript where WebAssembly is missing or refused", () => {
        const { WebAssembly } = globalThis;
        try {
            Object.assign(globalThis, { WebAssembly: undefined });
            expect(createSymbolReader()).to.be.instanceOf(SymbolReader);
            Object.assign(globalThis, { WebAssembly: { ...WebAssembly, Instance: refuse } });
            expect(createSymbolReader()).to.be.instanceOf(SymbolReader);
        } finally {
            Object.assign(globalThis, { WebAssembly });
        }
        expect(createSymbolReader()).to.be.instanceOf(WasmSymbolReader);
    });

    it("gives way where there is no memory of its size", async () => {
        const { bytes } = await encodeFramesAsync(makeMovingFrames({ count: 30000, frames: 2 }).frames);
        const grow = Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, "grow")!;
        const expected = outcomes(bytes, script);
        try {
            Object.defineProperty(WebAssembly.Memory.prototype, "grow", { ...grow, value: refuse });
            expect(outcomes(bytes)).to.deep.equal(expected);
        } finally {
            Object.defineProperty(WebAssembly.Memory.prototype, "grow", grow);
        }
    });

    it("makes the same state of any streams, however groups are coded", () => {
        const weight = fc.oneof(fc.constant(0), fc.integer({ min: -32768, max: 32767 }));
        const lifting: fc.Arbitrary<Lifting> = fc.tuple(weight, weight, weight);
        const coding = fc.record({
            predictor: fc.nat(3),
            keyShift: fc.nat(12),
            residualShift: fc.nat(12),
            hasLevels: fc.boolean(),
            paletteSize: fc.constant(0),
            keyLifting: lifting,
            residualLifting: lifting,
        });
        const codings = fc.tuple(
            coding,
            coding,
            ...[1, 1, 1, 0].map((predictors) =>
                coding.map((any) => ({ ...any, predictor: any.predictor & predictors, paletteSize: predictors === 0 ? any.keyShift : 0 })),
            ),
        );
        fc.assert(
            fc.property(
                codings,
                fc.nat(90),
                fc.nat(3),
                fc.nat(2),
                fc.constantFrom(1 / 2048, 0.5, 1e-200),
                fc.nat(),
                (groups, slotCount, shDegree, clusterCount, rotationStep, seed) => {
                    const next = randomNumbers(seed);
                    const segment = {
                        slotCount,
                        activeSlotCount: Math.floor(slotCount * (0.5 + next())),
                        codings: groups,
                        clusterCount,
                        quantization: makeQuantization(shDegree),
                    };
                    segment.activeSlotCount = Math.min(slotCount, segment.activeSlotCount);
                    const tables = randomTables(next);
                    const streams = Array.from({ length: 3 }, () => ({
                        symbols: randomBytes(16 + next() * 600, next),
                        raw: randomBytes(next() * 100, next),
                        hasFlips: next() < 0.5,
                    }));
                    const decode = (reader: ISymbolReader): unknown[] => {
                        const host = reader.reserve(100, mostSymbols(100, shDegree), stateByteLength(100, shDegree));
                        const state = new FrameState(100, shDegree, host);
                        state.beginSegment(segment);
                        state.alive.forEach((_, slot) => (state.alive[slot] = slot < slotCount && slot % 5 > 0 ? 1 : 0));
                        state.levels.forEach((levels, group) => levels.forEach((__, slot) => (levels[slot] = (slot + group) % LEVELS)));
                        state.rotationStep = rotationStep;
                        reader.setTables(tables);
                        return streams.map(({ symbols, raw, hasFlips }) => {
                            reader.start(symbols, raw);
                            codeResidualFrame(reader, state, hasFlips);
                            return [hashOf(state), reader.isComplete];
                        });
                    };
                    expect(decode(wasm)).to.deep.equal(decode(script));
                },
            ),
            { numRuns: 300 },
        );
    });

    it("decodes clips, whole and damaged, to the same states and errors", async () => {
        const next = randomNumbers(3);
        for (const shDegree of [0, 2] as const) {
            const frames = withIds(makeMovingFrames({ count: 300, frames: 5, shDegree, turnover: 0.1, seed: 4 }));
            const { bytes } = await encodeFramesAsync(frames, { segmentLength: 3 });
            expect(outcomes(bytes, wasm)).to.deep.equal(outcomes(bytes, script));
            for (let i = 0; i < 60; i++) {
                const damaged = new Uint8Array(bytes);
                damaged[Math.floor(next() * bytes.length)] ^= 1 << Math.floor(8 * next());
                repairCrcs(damaged);
                expect(outcomes(damaged, wasm)).to.deep.equal(outcomes(damaged, script));
            }
        }
    });
});

function refuse(): never {
    throw new RangeError("refused");
}

function randomBytes(length: number, next: () => number): Uint8Array {
    return Uint8Array.from({ length: Math.floor(length) }, () => Math.floor(256 * next()));
}

/** Tables in which small symbols are likely, but every symbol occurs. */
function randomTables(next: () => number): IEntropyTables {
    const frequencies = Array.from({ length: 8 }, () => {
        const table = new Uint16Array(RANS_MAX_SYMBOLS).fill(8);
        for (let left = RANS_TOTAL - 8 * RANS_MAX_SYMBOLS; left > 0; left -= 64) {
            table[Math.floor(next() ** 3 * RANS_MAX_SYMBOLS)] += 64;
        }
        return table;
    });
    return { contextMap: Uint8Array.from({ length: RESIDUAL_CONTEXTS }, () => Math.floor(8 * next())), frequencies };
}

/** What each frame of a clip decodes to, errors included. */
function outcomes(bytes: Uint8Array, reader?: ISymbolReader): string[] {
    const frames: string[] = [];
    const opening = attempt(() => {
        const clip = new ClipReader(bytes, { splats: 100000, frames: 64 }, reader);
        for (let frame = 0; frame < clip.frameCount; frame++) {
            const outcome = attempt(() => clip.decodeFrame(frame));
            frames.push(`${outcome} ${hashOf(clip.decoder.state)}`);
        }
    });
    return [opening, ...frames];
}

function attempt(work: () => void): string {
    try {
        work();
        return "done";
    } catch (error) {
        return error instanceof FvvError ? `${error.code} ${error.message}` : String(error);
    }
}

/** Stands for all that a decoder has accumulated. */
function hashOf(state: FrameState): number {
    const { codes, velocities, fractions, magnitudes, alive, born, changes, sincePosition, sinceRotation, sinceLook, motion } = state;
    let hash = state.liveCount;
    for (const array of [
        ...codes,
        ...velocities,
        ...fractions,
        ...magnitudes,
        alive,
        born,
        changes,
        sincePosition,
        sinceRotation,
        sinceLook,
        motion.labels,
        motion.motions,
        motion.centres,
    ]) {
        for (let i = 0; i < array.length; i++) {
            hash = (Math.imul(hash, 31) + array[i]) | 0;
        }
    }
    return hash;
}
