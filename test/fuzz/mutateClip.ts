import { CHUNK_HEADER_BYTES, CHUNK_TYPES, fourCc } from "../../format/chunk.js";
import { chunkBytes, listChunks, repairCrcs, spliced, type IChunkPlace } from "../support/chunkTools.js";
import { randomNumbers } from "../support/makeFrame.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a mutation is made with: numbers, and a clip to take parts from. */
interface IMutator {
    /** A whole number from 0 to below a limit. */
    below: (limit: number) => number;
    donor: Bytes;
}

/** Changes a copy of a file, or gives it back as it is where there is nothing to change. */
type Mutation = (bytes: Bytes, mutator: IMutator) => Bytes;

/** Share of the files whose CRCs are made right, so that the damage gets to what lies behind them, and of those that lose their index, so that segments are found where they are. */
const REPAIRED = 0.8;
const WITHOUT_INDEX = 0.4;
/** Bytes at the start of a payload where its counts and scales are. */
const COUNT_BYTES = 240;
const MOST_MUTATIONS = 5;
/** Numbers that are the least, the greatest or just beyond of something; as floats, infinity and no number. */
const EXTREMES = [
    0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0xfff, 0x1000, 0x1001, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7f800000, 0x7fc00000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];
/** Numbers at the ends of what a step may be, and beyond. */
const STEPS = [5e-324, 1e-200, 1e-30, 1e29, 1e300, NaN];
const TYPES = [...Object.values(CHUNK_TYPES), fourCc("skip"), fourCc("MUST")];

const MUTATIONS: readonly Mutation[] = [
    // Anywhere in the file.
    (bytes, { below }) => overwritten(bytes, below(bytes.length), Uint8Array.of(1 << below(8)), (before, bit) => before ^ bit),
    (bytes, mutator) => overwritten(bytes, mutator.below(bytes.length), extreme(mutator)),
    (bytes, { below }) => spliced(bytes, below(bytes.length), 1 + below(400)),
    (bytes, mutator) => spliced(bytes, mutator.below(bytes.length), 0, noise(mutator, 40)),
    (bytes, { below }) => bytes.slice(0, below(bytes.length)),
    (bytes, { below, donor }) => overwritten(bytes, below(bytes.length), donor.subarray(below(donor.length)).subarray(0, 1 + below(200))),
    // The counts and scales that a payload begins with.
    inChunk((bytes, { start, end }, mutator) => overwritten(bytes, start + mutator.below(Math.min(COUNT_BYTES, end - start)), extreme(mutator))),
    inChunk((bytes, { start, end }, { below }) =>
        overwritten(bytes, start + below(Math.min(COUNT_BYTES, end - start)), Uint8Array.of(below(3)), (before, d) => before + d - 1),
    ),
    inChunk((bytes, { start, end }, { below }) => overwritten(bytes, start + below(Math.min(COUNT_BYTES, end - start)), bytesOf(Float64Array.of(pick(STEPS, below))))),
    // What it holds: a part overwritten, taken out or put in; the chunk is as long as it says.
    inChunk((bytes, { start, end }, mutator) => overwritten(bytes, start + mutator.below(end - start), noise(mutator, 8))),
    inChunk((bytes, { start, end }, { below }) => overwritten(bytes, start + below(end - start), Uint8Array.of(1 << below(8)), (before, bit) => before ^ bit)),
    inChunk((bytes, { start, end, ...chunk }, mutator) => {
        const at = mutator.below(end - start);
        return withPayload(bytes, { start, end, ...chunk }, spliced(bytes.subarray(start, end), at, mutator.below(9), noise(mutator, 8)));
    }),
    inChunk((bytes, chunk, { below }) => withPayload(bytes, chunk, bytes.slice(chunk.start, chunk.end - below(chunk.end - chunk.start)))),
    // The payload of another clip's chunk, of the same kind where there is one.
    inChunk((bytes, chunk, { below, donor }) => {
        const all = listChunks(donor);
        const alike = all.filter(({ name }) => name === chunk.name);
        const { start, end } = pick(alike.length > 0 ? alike : all, below);
        return withPayload(bytes, chunk, donor.subarray(start, end));
    }),
    // Whole chunks.
    inChunk((bytes, { offset, end }) => spliced(bytes, offset, 0, bytes.slice(offset, end))),
    inChunk((bytes, { offset, end }) => spliced(bytes, offset, end - offset)),
    inChunk((bytes, { offset, end }, { below }) => {
        const rest = spliced(bytes, offset, end - offset);
        const places = listChunks(rest);
        return places.length > 0 ? spliced(rest, pick(places, below).offset, 0, bytes.slice(offset, end)) : bytes;
    }),
    inChunk((bytes, { offset }, { below }) => overwritten(bytes, offset, bytesOf(Uint32Array.of(pick(TYPES, below))))),
    inChunk((bytes, { offset }, mutator) => overwritten(bytes, offset + 4, extreme(mutator))),
];

/**
 * The file of a number: a clip with some damage. The same for the same seed, number and clips.
 * @param clips what to damage
 * @param seed seed of the run
 * @param number number of the file
 */
export function mutateClip(clips: readonly Bytes[], seed: number, number: number): Bytes {
    const next = randomNumbers(Math.imul(number + 1, 0x9e3779b1) ^ seed);
    const below = (limit: number): number => Math.floor(next() * limit);
    const clip = pick(clips, below);
    const mutator = { below, donor: pick(clips, below) };
    let bytes = next() < WITHOUT_INDEX ? withoutChunks(clip, "INDX") : clip.slice();
    for (let left = 1 + Math.floor(next() ** 2 * MOST_MUTATIONS); left > 0; left--) {
        bytes = bytes.length > 0 ? pick(MUTATIONS, below)(bytes, mutator) : bytes;
    }
    return next() < REPAIRED ? repairCrcs(bytes) : bytes;
}

/** A mutation of one of the chunks that are not empty. */
function inChunk(mutate: (bytes: Bytes, chunk: IChunkPlace, mutator: IMutator) => Bytes): Mutation {
    return (bytes, mutator) => {
        const chunks = listChunks(bytes).filter(({ start, end }) => end > start);
        return chunks.length > 0 ? mutate(bytes, pick(chunks, mutator.below), mutator) : bytes;
    };
}

function overwritten(bytes: Bytes, at: number, values: Uint8Array, combine: (before: number, value: number) => number = (_, value) => value): Bytes {
    const copy = bytes.slice();
    for (let i = 0; i < Math.min(values.length, copy.length - at); i++) {
        copy[at + i] = combine(copy[at + i], values[i]);
    }
    return copy;
}

function withPayload(bytes: Bytes, { offset, start, end }: IChunkPlace, payload: Uint8Array): Bytes {
    const type = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
    return spliced(bytes, offset, end - start + CHUNK_HEADER_BYTES, chunkBytes(type, payload));
}

function withoutChunks(bytes: Bytes, name: string): Bytes {
    return listChunks(bytes)
        .filter((chunk) => chunk.name === name)
        .reduceRight((rest, { offset, end }) => spliced(rest, offset, end - offset), bytes);
}

/** An extreme of one, two or four bytes. */
function extreme({ below }: IMutator): Uint8Array {
    return bytesOf(Uint32Array.of(pick(EXTREMES, below))).subarray(0, 1 << below(3));
}

function noise({ below }: IMutator, most: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: 1 + below(most) }, () => below(256));
}

function bytesOf({ buffer }: Uint32Array | Float64Array): Uint8Array {
    return new Uint8Array(buffer);
}

function pick<T>(values: readonly T[], below: (limit: number) => number): T {
    return values[below(values.length)];
}
