import { attributeGroups } from "../../format/attributeGroups.js";
import { ByteReader } from "../../format/byteReader.js";
import type { IFrameContent } from "../../format/frameContent.js";
import type { ISegmentHeader } from "../../format/segmentHeader.js";
import { ReferenceModel, turnMatrix, type IExpectedState } from "./referenceModel.js";

interface ITables {
    map: number[];
    tables: number[][];
}

interface IPredictor {
    mean: number;
    weight: number;
    rate: number;
}

const KEY_CONTEXTS = 730;
const RESIDUAL_CONTEXTS = 1532;
const FIRST_SH = 14;
const GROUP_OF_SH = 5;
/** Where the classes of the running mean begin. */
const MEAN_STARTS = [0, 8, 16, 24, 32, 48, 64, 96, 128, 176, 240, 320];

/** Decodes the payloads of KEYF and RESF as docs/FORMAT.md says it, symbol after symbol, with none of the reference implementation's coder. Slow, and for good files only. */
export class DocumentedDecoder {
    private readonly _model: ReferenceModel;
    private readonly _channels: { group: number; channel: number; kind: number; place: number; bits: number }[];
    private _state: IExpectedState | undefined;
    private _tables: ITables = { map: [], tables: [] };
    /** By group and slot. */
    private readonly _levels: number[][];
    private readonly _ages: [position: number, rotation: number, look: number][];
    private readonly _magnitudes: number[][];
    private readonly _labels: (number | undefined)[];
    private readonly _recent: number[];
    private readonly _centres: number[] = [];
    private readonly _motions: number[];
    /** Centres in 1/16 codes, as they move. */
    private _places: number[] = [];
    /** By vector and channel. */
    private _palette: number[][] = [];
    private _isKey = true;

    /**
     * @param _segment header of the segment
     * @param shDegree of the clip
     * @param reference the key frame that the segment's is coded against
     */
    public constructor(
        private readonly _segment: ISegmentHeader,
        shDegree: number,
        reference?: IExpectedState,
    ) {
        this._state = reference;
        this._model = new ReferenceModel(_segment, shDegree);
        this._channels = attributeGroups(shDegree).flatMap(({ id, firstChannel, channelCount }) =>
            Array.from({ length: channelCount }, (_, c) => {
                const channel = firstChannel + c;
                const coefficient = Math.floor((channel - 14) / 3);
                const kind = channel < 14 ? channel : coefficient < 3 ? 14 : coefficient < 8 ? 15 : 16;
                // The place in a whole three, else 0.
                const place = c - (c % 3) + 3 <= channelCount ? c % 3 : 0;
                return { group: id, channel, kind, place, bits: channel === 6 ? 2 : [23, 12, 13, 10, 12, 8][id] };
            }),
        );
        const slots = Array.from({ length: _segment.slotCount });
        this._levels = _segment.codings.map(({ hasLevels }, group) => slots.map((_, slot) => (hasLevels ? (reference?.levels[group][slot] ?? 0) : 0)));
        this._ages = slots.map(() => [Infinity, Infinity, Infinity]);
        this._magnitudes = slots.map(() => this._channels.map(() => 0));
        this._labels = slots.map(() => undefined);
        this._recent = Array.from({ length: _segment.clusterCount + 1 }, (_, label) => label);
        this._motions = Array.from({ length: 6 * _segment.clusterCount }, () => 0);
    }

    /**
     * Decodes the next frame.
     * @param payload of its chunk
     * @returns the state after it
     */
    public next(payload: Uint8Array): IExpectedState {
        const bytes = new ByteReader(payload);
        bytes.u32();
        bytes.u32();
        bytes.u8();
        const flags = bytes.u8();
        const isKey = this._isKey;
        this._isKey = false;
        const predictors = isKey ? this._channels.map(() => ({ mean: bytes.i32(), weight: bytes.u16(), rate: bytes.u8() })) : [];
        if (flags & 1) {
            this._tables = readTables(bytes, isKey ? KEY_CONTEXTS : RESIDUAL_CONTEXTS);
        }
        const raw = bytes.bytes(bytes.varint());
        const streams = new Streams(this._tables, raw, bytes);
        const content = isKey ? this._key(streams, predictors) : this._residual(streams, (flags & 2) !== 0);
        streams.expectEnd();
        content.levels = this._levels.map((levels) => Uint8Array.from(levels));
        this._state = this._model.next(content);
        return this._state;
    }

    private _empty(alive: Uint8Array): IFrameContent {
        const perChannel = (): Int32Array[] => this._channels.map(() => new Int32Array(alive.length));
        return {
            alive,
            codes: perChannel(),
            levels: [],
            free: new Uint8Array(alive.length),
            masks: new Uint8Array(alive.length),
            residuals: perChannel(),
            labels: new Uint16Array(alive.length),
            centres: new Int32Array(0),
            motions: new Int32Array(0),
        };
    }

    private _life(streams: Streams, slots: number, alive: Uint8Array): number[] {
        const masks = streams.masks(Array.from({ length: Math.ceil(slots / 6) }, () => 0));
        const flipped = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => (masks[Math.floor(slot / 6)] >> (slot % 6)) & 1);
        flipped.forEach((slot) => (alive[slot] ^= 1));
        return flipped.filter((slot) => alive[slot] === 1);
    }

    private _key(streams: Streams, predictors: readonly IPredictor[]): IFrameContent {
        const { slotCount, codings } = this._segment;
        const alive = new Uint8Array(slotCount);
        alive.set(this._state?.alive ?? []);
        const content = this._empty(alive);
        content.codes.forEach((codes, channel) => codes.set(this._state?.codes[channel] ?? []));
        const born = this._life(streams, slotCount, alive);
        const size = codings[GROUP_OF_SH]?.paletteSize ?? 0;
        this._palette = Array.from({ length: size }, () => []);
        for (const { kind } of size > 0 ? this._channels.slice(FIRST_SH) : []) {
            streams.numbers(new Array<number>(size).fill(1 + 36 * kind), 3).forEach((n, vector) => this._palette[vector].push((128 + unzigzag(n)) & 255));
        }
        const going = Array.from(alive.keys()).filter((slot) => alive[slot] && !born.includes(slot));
        const masks = streams.masks(
            going.map(() => 726),
            1,
        );
        codings.forEach((_, group) => {
            const slots = going.filter((_slot, i) => masks[i] & (1 << group));
            this._group(streams, group, slots, content, (channel, i, shift) => floorTo(content.codes[channel][slots[i]], shift));
        });
        const averages = predictors.map(({ mean }) => 16 * mean);
        this._codes(streams, born, content, (channel, i, shift) => {
            const { mean, weight, rate } = predictors[channel];
            if (i > 0) {
                averages[channel] += Math.floor((16 * content.codes[channel][born[i - 1]] - averages[channel]) / 2 ** rate);
            }
            return floorTo(mean + Math.floor((weight * (averages[channel] - 16 * mean)) / 4096), shift);
        });
        return content;
    }

    private _codes(streams: Streams, slots: readonly number[], content: IFrameContent, predict: (channel: number, i: number, shift: number) => number): void {
        this._segment.codings.forEach((_, group) => this._group(streams, group, slots, content, predict));
    }

    private _group(
        streams: Streams,
        group: number,
        slots: readonly number[],
        content: IFrameContent,
        predict: (channel: number, i: number, shift: number) => number,
    ): void {
        const { keyShift, keyLifting, paletteSize } = this._segment.codings[group];
        const classes = slots.map(() => 0);
        const differences: number[][] = slots.map(() => []);
        if (paletteSize > 0) {
            this._labelled(streams, slots).forEach((label, i) => this._palette[label].forEach((code, c) => (content.codes[FIRST_SH + c][slots[i]] = code)));
            return;
        }
        this._readLevels(streams, group, slots);
        for (const { channel, kind, place, bits } of this._channels.filter((candidate) => candidate.group === group)) {
            const numbers = streams.numbers(
                classes.map((size) => 1 + 36 * kind + size),
                3,
            );
            numbers.forEach((n, i) => {
                const shift = channel === 6 ? 0 : keyShift + this._levels[group][slots[i]];
                const d = differenceOf(n, place, keyLifting, differences[i]);
                content.codes[channel][slots[i]] = (predict(channel, i, shift) + d * 2 ** shift) & (2 ** bits - 1);
                classes[i] = Math.max(classes[i], n < 3 ? 0 : n < 24 ? 1 : 2);
            });
        }
    }

    private _readLevels(streams: Streams, group: number, slots: readonly number[]): void {
        const { codings } = this._segment;
        if (codings[group].hasLevels) {
            const before = this._levels.filter((_, other) => other < group && codings[other].hasLevels).pop();
            const levels = streams.masks(slots.map((slot) => 678 + 8 * group + (before?.[slot] ?? 0)));
            levels.forEach((level, i) => (this._levels[group][slots[i]] = level & 7));
        }
    }

    /** Labels of the palette. */
    private _labelled(streams: Streams, slots: readonly number[]): number[] {
        const high = streams.masks(slots.map(() => 613));
        const low = streams.masks(high.map((bits) => 614 + bits));
        return low.map((bits, i) => Math.min(64 * high[i] + bits, this._palette.length - 1));
    }

    private _residual(streams: Streams, hasFlips: boolean): IFrameContent {
        const { activeSlotCount, clusterCount } = this._segment;
        const before = this._state as IExpectedState;
        const alive = before.alive.slice();
        const content = this._empty(alive);
        const born = hasFlips ? this._life(streams, activeSlotCount, alive) : [];
        born.forEach((slot) => {
            this._ages[slot] = [Infinity, Infinity, Infinity];
            this._magnitudes[slot].fill(0);
            this._labels[slot] = undefined;
        });
        if (hasFlips) {
            this._codes(streams, born, content, (channel, i, shift) => floorTo(before.codes[channel][born[i]], shift));
        }
        const live = Array.from({ length: activeSlotCount }, (_, slot) => slot).filter((slot) => alive[slot] === 1);
        if (clusterCount > 0) {
            this._clusters(streams, live, content);
        }
        const going = live.filter((slot) => !born.includes(slot));
        const contexts = going.map((slot) => {
            const [position, rotation, look] = this._ages[slot].map(ageClass);
            return 726 + 96 * position + 16 * rotation + 4 * [0, 0, 0, 1, 2, 3][look];
        });
        streams.masks(contexts, 1).forEach((symbol, i) => {
            const mask = symbol & (2 ** this._segment.codings.length - 1);
            this._ages[going[i]] = this._ages[going[i]].map((age, kind) => (mask & [1, 2, ~3][kind] ? 0 : age + 1)) as [number, number, number];
            content.masks[going[i]] = mask;
        });
        this._residuals(streams, content);
        return content;
    }

    private _clusters(streams: Streams, live: readonly number[], content: IFrameContent): void {
        const { clusterCount } = this._segment;
        const unknown = live.filter((slot) => this._labels[slot] === undefined);
        streams.numbers(unknown.map(() => 1506)).forEach((n, i) => {
            const [label] = this._recent.splice(Math.min(n, clusterCount), 1);
            this._recent.unshift(label);
            this._labels[unknown[i]] = label;
        });
        live.forEach((slot) => (content.labels[slot] = this._labels[slot] ?? 0));
        if (this._centres.length === 0) {
            streams.numbers(Array.from({ length: 3 * clusterCount }, () => 1507)).forEach((n, i) => this._centres.push((i < 3 ? 0 : this._centres[i - 3]) + unzigzag(n)));
        }
        content.centres = Int32Array.from(this._centres);
        this._places = this._places.length === 0 ? this._centres.map((value) => 64 * value) : this._places;
        const contexts = this._motions.map((_, i) => (i % 6 < 3 ? 1508 : 1520));
        const numbers = streams.numbers(contexts, 1);
        for (let cluster = 0; cluster < clusterCount; cluster++) {
            this._predictMotion(cluster).forEach((value, i) => (this._motions[6 * cluster + i] = cutMotion(value + unzigzag(numbers[6 * cluster + i]))));
        }
        this._places.forEach((place, i) => (this._places[i] = place + 16 * this._motions[6 * Math.floor(i / 3) + 3 + (i % 3)]));
        content.motions = Int32Array.from(this._motions);
    }

    private _predictMotion(cluster: number): number[] {
        const own = this._motions.slice(6 * cluster, 6 * cluster + 6);
        if (cluster === 0) {
            return own;
        }
        const before = this._motions.slice(6 * cluster - 6, 6 * cluster);
        const arm = [0, 1, 2].map((c) => this._places[3 * cluster + c] - this._places[3 * cluster - 3 + c]);
        const rows = turnMatrix(before);
        return own.map((value, i) =>
            i < 3
                ? Math.floor((value + before[i]) / 2)
                : cutMotion(before[i] + Math.floor((rows[i - 3][0] * arm[0] + rows[i - 3][1] * arm[1] + rows[i - 3][2] * arm[2]) / 2 ** 24 + 0.5)),
        );
    }

    private _residuals(streams: Streams, content: IFrameContent): void {
        const { masks, residuals } = content;
        let classes: number[] = [];
        let differences: number[][] = [];
        this._channels.forEach(({ group, channel, kind, place }, c) => {
            if (this._segment.codings[group].paletteSize > 0) {
                return;
            }
            const slots = Array.from(masks.keys()).filter((slot) => masks[slot] & (1 << group));
            if (c === 0 || this._channels[c - 1].group !== group) {
                classes = slots.map(() => 0);
                differences = slots.map(() => []);
            }
            const numbers = streams.numbers(slots.map((slot, i) => 1302 + 12 * kind + 3 * (channel < 14 ? this._magnitudes[slot][channel] : 0) + classes[i]));
            numbers.forEach((n, i) => {
                const size = n === 0 ? 0 : n < 3 ? 1 : 2;
                residuals[channel][slots[i]] = differenceOf(n, place, this._segment.codings[group].residualLifting, differences[i]);
                classes[i] = Math.max(classes[i], size);
                this._magnitudes[slots[i]][channel] = size + 1;
            });
        });
        if (this._palette.length > 0) {
            this._relabel(streams, content);
        }
    }

    private _relabel(streams: Streams, content: IFrameContent): void {
        const { masks, codes } = content;
        const slots = Array.from(masks.keys()).filter((slot) => masks[slot] & (1 << GROUP_OF_SH));
        // A vector for each slot, that of births included: labels are not kept.
        const vectors = codes.slice(FIRST_SH).map((channel) => Uint8Array.from(channel));
        this._labelled(streams, slots).forEach((label, i) => this._palette[label].forEach((code, c) => (vectors[c][slots[i]] = code)));
        content.palette = { codes: vectors, labels: Uint16Array.from(masks.keys()) };
    }
}

/** To a multiple of 2^shift, downwards. */
function floorTo(code: number, shift: number): number {
    return Math.floor(code / 2 ** shift) * 2 ** shift;
}

function cutMotion(value: number): number {
    return Math.max(-(2 ** 24), Math.min(2 ** 24, value));
}

function unzigzag(n: number): number {
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
}

/** Keeps the differences of a three. */
function differenceOf(n: number, place: number, [w0, w1, w2]: readonly number[], three: number[]): number {
    const [d0, d1] = three;
    const sum = place === 1 ? w0 * d0 : place === 2 ? w1 * d0 + w2 * d1 : 0;
    const d = unzigzag(n) + Math.floor(((sum + 128) | 0) / 256);
    three[place] = d;
    return d;
}

/** Frames since the last residual, 0 for the one before. */
function ageClass(frames: number): number {
    return frames === Infinity ? 5 : frames === 0 ? 0 : frames === 1 ? 1 : frames < 4 ? 2 : frames < 8 ? 3 : 4;
}

function readTables(bytes: ByteReader, contextCount: number): ITables {
    const count = bytes.varint();
    const map: number[] = [];
    while (map.length < contextCount) {
        const table = bytes.u8();
        map.push(...Array.from({ length: bytes.varint() }, () => table));
    }
    const tables = Array.from({ length: count }, () => {
        const frequencies: number[] = [];
        for (let sum = 0; sum < 4096;) {
            const frequency = bytes.varint();
            frequencies.push(frequency);
            sum += frequency;
            if (frequency === 0) {
                frequencies.push(...Array.from({ length: bytes.varint() }, () => 0));
            }
        }
        return frequencies;
    });
    return { map, tables };
}

class Streams {
    private readonly _states: number[];
    private _rawBit = 0;

    public constructor(
        private readonly _tables: ITables,
        private readonly _raw: Uint8Array,
        private readonly _words: ByteReader,
    ) {
        this._states = [0, 1, 2, 3].map(() => _words.u32());
    }

    public masks(contexts: readonly number[], stride = 0): number[] {
        return this._batch(contexts, stride, (mask) => mask % 4);
    }

    public numbers(contexts: readonly number[], stride = 0): number[] {
        let mean = 0;
        const classOf = (t: number): number => {
            mean += Math.floor((16 * t - mean) / 4);
            return MEAN_STARTS.filter((start) => start <= mean).length - 1;
        };
        return this._batch(contexts, stride, classOf).map((t) => {
            const n = Math.floor((t - 16) / 2) + 4;
            return t < 16 ? t : n > 23 ? 0 : (2 + (t % 2)) * 2 ** (n - 1) + this._bits(n - 1);
        });
    }

    public expectEnd(): void {
        if (this._words.remaining > 0 || this._states.some((state) => state !== 65536) || Math.ceil(this._rawBit / 8) !== this._raw.length) {
            throw new Error("The streams do not end with the frame");
        }
    }

    private _batch(contexts: readonly number[], stride: number, classOf: (symbol: number) => number): number[] {
        let before = 0;
        return contexts.map((context, i) => {
            const frequencies = this._tables.tables[this._tables.map[context + stride * before]];
            const x = this._states[i % 4];
            const slot = x % 4096;
            let symbol = 0;
            let start = 0;
            while (start + frequencies[symbol] <= slot) {
                start += frequencies[symbol++];
            }
            const next = frequencies[symbol] * Math.floor(x / 4096) + slot - start;
            this._states[i % 4] = next < 65536 ? 65536 * next + this._words.u16() : next;
            before = classOf(symbol);
            return symbol;
        });
    }

    private _bits(count: number): number {
        let value = 0;
        for (let i = 0; i < count; i++, this._rawBit++) {
            value += ((this._raw[this._rawBit >> 3] >> (this._rawBit & 7)) & 1) * 2 ** i;
        }
        return value;
    }
}
