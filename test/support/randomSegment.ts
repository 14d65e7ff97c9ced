import {
    attributeGroups,
    channelMask,
    CHANNEL_ROTATION_LARGEST,
    FIRST_SH_CHANNEL,
    GROUP_POSITION,
    GROUP_ROTATION,
    GROUP_SH,
    type IAttributeGroup,
} from "../../format/attributeGroups.js";
import type { IClipHeader } from "../../format/clipHeader.js";
import type { ISegmentEntry } from "../../format/clipIndex.js";
import type { IFrameContent } from "../../format/frameContent.js";
import type { IKeySnapshot } from "../../format/frameState.js";
import { PLAIN_CODING, PREDICTOR_MOTION, PREDICTOR_VELOCITY, type IGroupCoding, type ISegmentHeader, type Lifting } from "../../format/segmentHeader.js";
import { SegmentWriter, type IWrittenSegment } from "../../format/segmentWriter.js";
import type { IShPaletteContent } from "../../format/shPalette.js";
import { randomNumbers } from "./makeFrame.js";
import { ReferenceModel, type IExpectedState } from "./referenceModel.js";

/** What a random segment is like. */
export interface IRandomSegmentOptions {
    slotCount: number;
    activeSlotCount: number;
    frameCount: number;
    shDegree: 0 | 1 | 2 | 3;
    seed: number;
    /** Number of the first frame. Default 0. */
    firstFrame?: number;
    /** Whether key frames of other segments may be coded against its own. Default false. */
    isReference?: boolean;
    /** A segment whose key frame its own is coded against: of fewer or as many slots, before it. */
    refersTo?: IRandomSegment;
}

/** A segment, and what it must decode to. */
export interface IRandomSegment extends IWrittenSegment {
    /** What its frames were written from. */
    contents: IFrameContent[];
    /** What they must decode to. */
    targets: IExpectedState[];
    /** Its header, but for what follows from the frames. */
    head: Omit<ISegmentHeader, "frameCount" | "frameByteLengths">;
    /** Its key frame. */
    snapshot: IKeySnapshot;
    header: IClipHeader;
    entry: ISegmentEntry;
}

/**
 * Writes a segment that makes random use of everything that the format has: predictors, shifts, levels, liftings, palettes, clusters that move, births and deaths in the active slots, codes that wrap, and
 * what its key frame may have of another.
 * @param options what it is like
 */
export function makeRandomSegment(options: IRandomSegmentOptions): IRandomSegment {
    const { slotCount, activeSlotCount, frameCount, shDegree, seed, firstFrame = 0, isReference = false, refersTo } = options;
    const next = randomNumbers(seed);
    const bounds = Float32Array.of(-1, -2, -3, 1, 2, 3);
    const head = {
        firstFrame,
        slotCount,
        activeSlotCount,
        referenceFrames: refersTo ? firstFrame - refersTo.entry.firstFrame : 0,
        isReference,
        bounds,
        quantization: makeQuantization(shDegree),
        clusterCount: next() < 0.3 ? 0 : Math.ceil(5 * next()),
        codings: attributeGroups(shDegree).map((group) => makeCoding(group, next)),
    };
    const contents = makeContents(options, head, next);
    const model = new ReferenceModel(head, shDegree);
    const writer = new SegmentWriter(head, shDegree, refersTo?.snapshot);
    const targets = contents.map((content) => {
        writer.addFrame(content);
        return model.next(content);
    });
    const written = writer.finish();
    return {
        ...written,
        contents,
        targets,
        head,
        snapshot: { firstFrame, slotCount, ...targets[0] },
        header: makeClipHeader(slotCount, shDegree, firstFrame + frameCount),
        entry: { offset: 0, byteLength: written.bytes.length, keyByteLength: written.keyByteLength, firstFrame, frameCount, bounds },
    };
}

/**
 * A clip header for tests.
 * @param capacity slots
 * @param shDegree degree of the spherical harmonics
 * @param frameCount frames
 */
export function makeClipHeader(capacity: number, shDegree: 0 | 1 | 2 | 3, frameCount: number): IClipHeader {
    return {
        fpsNumerator: 30,
        fpsDenominator: 1,
        frameCount,
        capacity,
        shDegree,
        up: "+y",
        handedness: "right",
        antialiased: false,
        metresPerUnit: 1,
        bounds: Float32Array.of(-1, -2, -3, 1, 2, 3),
        errorBounds: { position: 0.5, scale: 0.5, rotation: 0.25, opacity: 0.25, color: 0.25, sh: 0.25 },
    };
}

/**
 * Scales of a segment for tests. Without spherical harmonics a reader leaves theirs at 0.
 * @param shDegree degree of the spherical harmonics
 */
export function makeQuantization(shDegree: number): ISegmentHeader["quantization"] {
    return {
        positionStep: 0.001,
        positionBase: [-1000000, 5, 0],
        rotationStep: 1 / 2048,
        scaleStep: 0.01,
        scaleBase: -2000,
        opacityStep: 1 / 255,
        opacityBase: -3,
        colorStep: 1 / 128,
        colorBase: -300,
        shStep: shDegree > 0 ? 0.02 : 0,
        shBase: shDegree > 0 ? -128 : 0,
    };
}

function makeCoding({ id, channelCount }: IAttributeGroup, next: () => number): IGroupCoding {
    const velocity = id !== GROUP_SH && next() < 0.5 ? PREDICTOR_VELOCITY : 0;
    const motion = (id === GROUP_POSITION || id === GROUP_ROTATION) && next() < 0.7 ? PREDICTOR_MOTION : 0;
    // Small enough that a difference of the largest size stays below 2^24.
    const weight = (): number => Math.floor(129 * next()) - 64;
    const lifting = (): Lifting => (channelCount < 3 || next() < 0.4 ? [0, 0, 0] : [weight(), weight(), weight()]);
    const shift = (): number => (next() < 0.5 ? 0 : Math.floor(6 * next()));
    if (id === GROUP_SH && next() < 0.4) {
        return { ...PLAIN_CODING, keyShift: shift(), paletteSize: next() < 0.5 ? Math.ceil(5 * next()) : Math.ceil(300 * next()) };
    }
    return {
        predictor: velocity | motion,
        keyShift: shift(),
        residualShift: shift(),
        hasLevels: next() < 0.4,
        keyLifting: lifting(),
        residualLifting: lifting(),
        paletteSize: 0,
    };
}

type SegmentHead = Pick<ISegmentHeader, "codings" | "clusterCount">;

function makeContents(
    { slotCount, activeSlotCount, frameCount, shDegree, refersTo }: IRandomSegmentOptions,
    { codings, clusterCount }: SegmentHead,
    next: () => number,
): IFrameContent[] {
    const channels = attributeGroups(shDegree).flatMap((group) =>
        Array.from({ length: group.channelCount }, (_, c) => ({ group: group.id, channel: group.firstChannel + c, mask: channelMask(group, group.firstChannel + c) })),
    );
    const alive = Uint8Array.from({ length: slotCount }, () => (next() < 0.7 ? 1 : 0));
    const life = [0, 0.02, 0.5][Math.floor(3 * next())];
    const change = [0.02, 0.3, 0.9][Math.floor(3 * next())];
    const shiftOf = (channel: number, shift: number): number => (channel === CHANNEL_ROTATION_LARGEST ? 0 : shift);
    const { codes: before, alive: aliveBefore, levels: levelsBefore } = refersTo?.targets[0] ?? {};
    // What is kept of the other key frame: all, nothing or some groups of some slots.
    const keeps = [0, 0.7, 1][Math.floor(3 * next())];
    const isKept = Uint8Array.from({ length: slotCount }, () => (next() < keeps ? Math.floor(64 * next()) | (next() < 0.5 ? 63 : 0) : 0));
    const isSame = (slot: number, group: number, frame: number): boolean => frame === 0 && aliveBefore?.[slot] === 1 && (isKept[slot] & (1 << group)) > 0;
    const anyLevels = (frame: number): Uint8Array[] =>
        codings.map(({ hasLevels }, group) =>
            Uint8Array.from({ length: slotCount }, (_, slot) =>
                !hasLevels ? 0 : isSame(slot, group, frame) ? (levelsBefore?.[group][slot] ?? 0) : Math.floor(8 * next() ** 3),
            ),
        );
    const anyCodes = (channel: number, group: number, mask: number, frame: number, levels: readonly Uint8Array[]): Int32Array => {
        // Anywhere, or near to the code before: different predictors are best.
        const reach = next() < 0.5 ? 1 : next() ** 3;
        let last = Math.floor(next() * (mask + 1));
        return Int32Array.from({ length: slotCount }, (_, slot) => {
            last = (last + Math.floor((next() - 0.5) * reach * (mask + 1))) & mask;
            const shift = shiftOf(channel, codings[group].keyShift + levels[group][slot]);
            return before && isSame(slot, group, frame) ? before[channel][slot] : (last >> shift) << shift;
        });
    };
    const palette = makePalette(codings[GROUP_SH]?.paletteSize ?? 0, channels.length - FIRST_SH_CHANNEL, before, next);
    const labels = (): Uint16Array =>
        Uint16Array.from({ length: slotCount }, (_, slot) => (palette && next() < 0.4 ? slot % palette[0].length : Math.floor(next() * (palette?.[0].length ?? 0))));
    // Mostly small; now and then larger than the codes, which wrap: beyond the last comes the first.
    const anyResidual = (channel: number, group: number, mask: number): number => {
        const some = next() < 0.6 ? Math.floor(7 * next()) - 3 : Math.floor((4 * next() - 2) * (mask + 1));
        return some >> shiftOf(channel, codings[group].residualShift);
    };
    let motions = new Int32Array(6 * clusterCount);
    const centres = Int32Array.from({ length: 3 * clusterCount }, () => Math.floor(next() * 2 ** 16));
    const anyMotion = (size: number): number => Math.floor(size * (2 * next() - 1) * next() ** 4);
    return Array.from({ length: frameCount }, (_, frame) => {
        for (let slot = 0; frame > 0 && slot < activeSlotCount; slot++) {
            alive[slot] ^= next() < life ? 1 : 0;
        }
        motions = motions.map((value, i) => (next() < 0.5 ? value : anyMotion(i % 6 < 3 ? 2 ** 14 : 2 ** 16)));
        const levels = anyLevels(frame);
        return {
            alive: alive.slice(),
            levels,
            free: new Uint8Array(slotCount),
            codes: channels.map(({ channel, group, mask }) => anyCodes(channel, group, mask, frame, levels)),
            masks: Uint8Array.from({ length: slotCount }, () => (next() < change ? Math.floor(64 * next()) & ((1 << codings.length) - 1) : 0)),
            residuals: channels.map(({ channel, group, mask }) => Int32Array.from({ length: slotCount }, () => anyResidual(channel, group, mask))),
            labels: Uint16Array.from({ length: slotCount }, () => Math.floor(next() * (clusterCount + 1))),
            centres,
            motions,
            palette: palette && { codes: palette, labels: labels() },
        };
    });
}

/** Vectors anywhere, or those that slots of the other key frame have. */
function makePalette(size: number, channelCount: number, before: readonly Int32Array[] | undefined, next: () => number): IShPaletteContent["codes"] | undefined {
    if (size === 0) {
        return undefined;
    }
    const isTaken = Uint8Array.from({ length: size }, () => (next() < 0.5 ? 1 : 0));
    return Array.from({ length: channelCount }, (_, c) => {
        const codes = before?.[FIRST_SH_CHANNEL + c];
        return Uint8Array.from({ length: size }, (__, vector) => (codes && isTaken[vector] && vector < codes.length ? codes[vector] : Math.floor(256 * next())));
    });
}
