import { attributeGroups, channelMask, GROUP_COUNT, GROUP_SH } from "../../format/attributeGroups.js";
import type { IClipHeader } from "../../format/clipHeader.js";
import type { ISegmentEntry } from "../../format/clipIndex.js";
import type { IFrameTarget } from "../../format/frameModel.js";
import { PREDICTOR_VELOCITY, type ISegmentHeader } from "../../format/segmentHeader.js";
import { SegmentWriter, type IWrittenSegment } from "../../format/segmentWriter.js";
import { randomNumbers } from "./makeFrame.js";

/** What a random segment is like. */
export interface IRandomSegmentOptions {
    slotCount: number;
    activeSlotCount: number;
    frameCount: number;
    shDegree: 0 | 1 | 2 | 3;
    seed: number;
    /** Number of the first frame. Default 0. */
    firstFrame?: number;
}

/** A segment, and what it must decode to. */
export interface IRandomSegment extends IWrittenSegment {
    targets: IFrameTarget[];
    header: IClipHeader;
    entry: ISegmentEntry;
}

/**
 * Writes a segment of random codes: some slots jump anywhere, some move evenly, some keep still; splats are born and die in the active
 * slots.
 * @param options what it is like
 */
export function makeRandomSegment(options: IRandomSegmentOptions): IRandomSegment {
    const { slotCount, activeSlotCount, frameCount, shDegree, seed, firstFrame = 0 } = options;
    const next = randomNumbers(seed);
    const bounds = Float32Array.of(-1, -2, -3, 1, 2, 3);
    const head = {
        firstFrame,
        slotCount,
        activeSlotCount,
        bounds,
        quantization: makeQuantization(shDegree),
        predictors: Uint8Array.from({ length: GROUP_COUNT }, (_, group) => (group === GROUP_SH || next() < 0.5 ? 0 : PREDICTOR_VELOCITY)),
    };
    const targets = makeTargets(options, next);
    const writer = new SegmentWriter(head, shDegree);
    targets.forEach((target) => writer.addFrame(target));
    const written = writer.finish();
    return {
        ...written,
        targets,
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
        rotationStep: 1 / 256,
        scaleStep: 0.01,
        scaleBase: -2000,
        opacityStep: 1 / 255,
        colorStep: 1 / 128,
        colorBase: -300,
        shStep: shDegree > 0 ? 0.02 : 0,
        shBase: shDegree > 0 ? -128 : 0,
    };
}

function makeTargets({ slotCount, activeSlotCount, frameCount, shDegree }: IRandomSegmentOptions, next: () => number): IFrameTarget[] {
    const masks = attributeGroups(shDegree).flatMap((group) => Array.from({ length: group.channelCount }, (_, c) => channelMask(group, group.firstChannel + c)));
    const codes = masks.map((mask) => Int32Array.from({ length: slotCount }, () => Math.floor(next() * (mask + 1))));
    const alive = Uint8Array.from({ length: slotCount }, () => (next() < 0.7 ? 1 : 0));
    const speed = codes.map(() => Math.floor(7 * next()) - 3);
    const life = [0, 0.02, 0.5][Math.floor(3 * next())];
    return Array.from({ length: frameCount }, (_, frame) => {
        for (let slot = 0; frame > 0 && slot < activeSlotCount; slot++) {
            alive[slot] ^= next() < life ? 1 : 0;
            const kind = slot % 3;
            codes.forEach((channel, c) => {
                // Codes wrap: beyond the last comes the first.
                const moved = kind === 0 ? channel[slot] + speed[c] : kind === 1 && next() < 0.2 ? Math.floor(next() * (masks[c] + 1)) : channel[slot];
                channel[slot] = moved & masks[c];
            });
        }
        return { alive: alive.slice(), codes: codes.map((channel) => channel.slice()) };
    });
}
