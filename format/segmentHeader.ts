import { attributeGroups, GROUP_COLOR, GROUP_COUNT, GROUP_NAMES, GROUP_OPACITY, GROUP_POSITION, GROUP_ROTATION, GROUP_SCALE, GROUP_SH } from "./attributeGroups.js";
import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { readBounds } from "./clipHeader.js";
import { FvvError } from "./fvvError.js";
import { checkLimit, type IFvvLimits } from "./limits.js";
import type { ISegmentQuantization } from "./quantization.js";

/** How the codes of an attribute group are predicted from the frames before. */
export const PREDICTOR_HOLD = 0;
export const PREDICTOR_VELOCITY = 1;

/** How latents become a residual: identity is the only kind of this version. */
const LATENT_DECODER_IDENTITY = 0;

/** What the SEGM chunk of a segment says. */
export interface ISegmentHeader {
    /** Number of its first frame in the clip. */
    firstFrame: number;
    /** Number of frames, 0 when not known yet (live). */
    frameCount: number;
    /** Slots of the segment. */
    slotCount: number;
    /** Slots from here on do not change after the key frame. */
    activeSlotCount: number;
    /** min x, y, z, max x, y, z of its splats, 3-sigma extents included. */
    bounds: Float32Array;
    /** How codes become values. */
    quantization: ISegmentQuantization;
    /** PREDICTOR_HOLD or PREDICTOR_VELOCITY, by attribute group. */
    predictors: Uint8Array;
    /** Bytes of each frame's chunk, chunk headers included; empty when the frame count is not known. */
    frameByteLengths: Uint32Array;
}

type GroupScale = [step: keyof ISegmentQuantization, base?: keyof ISegmentQuantization];

const GROUP_SCALES: Readonly<Record<number, GroupScale>> = {
    [GROUP_POSITION]: ["positionStep", "positionBase"],
    [GROUP_ROTATION]: ["rotationStep"],
    [GROUP_SCALE]: ["scaleStep", "scaleBase"],
    [GROUP_OPACITY]: ["opacityStep"],
    [GROUP_COLOR]: ["colorStep", "colorBase"],
    [GROUP_SH]: ["shStep", "shBase"],
};

/**
 * Writes the payload of a SEGM chunk.
 * @param header the header
 * @param shDegree of the clip
 */
export function writeSegmentHeader(header: ISegmentHeader, shDegree: number): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.u32(header.firstFrame);
    out.u32(header.frameCount);
    out.u32(header.slotCount);
    out.u32(header.activeSlotCount);
    header.bounds.forEach((value) => out.f32(value));
    const groups = attributeGroups(shDegree);
    out.u8(groups.length);
    for (const { id } of groups) {
        const [step, base] = GROUP_SCALES[id];
        const bases = base === undefined ? [] : [header.quantization[base]].flat();
        out.u8(id);
        out.u8(LATENT_DECODER_IDENTITY);
        out.u8(header.predictors[id]);
        out.u8(8 + 4 * bases.length);
        out.f64(header.quantization[step] as number);
        bases.forEach((value) => out.i32(value));
    }
    header.frameByteLengths.forEach((length) => out.u32(length));
    return out.toBytes();
}

/**
 * Reads the payload of a SEGM chunk.
 * @param payload payload
 * @param origin its byte offset in the file
 * @param limits limits for the counts
 * @param shDegree of the clip
 * @param capacity of the clip
 */
export function readSegmentHeader(payload: Uint8Array, origin: number, limits: IFvvLimits, shDegree: number, capacity: number): ISegmentHeader {
    const reader = new ByteReader(payload, origin, "The segment header", "BAD_SEGMENT");
    const firstFrame = reader.u32();
    const frameCount = reader.u32();
    checkLimit(limits, "segmentFrames", frameCount, reader.offset - 4);
    const slotCount = reader.u32();
    checkLimit(limits, "splats", slotCount, reader.offset - 4);
    const activeSlotCount = reader.u32();
    if (slotCount > capacity || activeSlotCount > slotCount) {
        throw reader.error(`has ${slotCount} slots, ${activeSlotCount} of them active, in a clip of capacity ${capacity}`);
    }
    const bounds = readBounds(reader);
    const predictors = new Uint8Array(GROUP_COUNT);
    const quantization = readGroups(reader, shDegree, predictors);
    if (reader.remaining < 4 * frameCount) {
        throw reader.error(`is too short for its ${frameCount} frames`);
    }
    const frameByteLengths = new Uint32Array(frameCount);
    for (let i = 0; i < frameCount; i++) {
        frameByteLengths[i] = reader.u32();
    }
    return { firstFrame, frameCount, slotCount, activeSlotCount, bounds, quantization, predictors, frameByteLengths };
}

function readGroups(reader: ByteReader, shDegree: number, predictors: Uint8Array): ISegmentQuantization {
    const quantization: ISegmentQuantization = {
        positionStep: 0,
        positionBase: [0, 0, 0],
        rotationStep: 0,
        scaleStep: 0,
        scaleBase: 0,
        opacityStep: 0,
        colorStep: 0,
        colorBase: 0,
        shStep: 0,
        shBase: 0,
    };
    const groups = attributeGroups(shDegree);
    if (reader.u8() !== groups.length) {
        throw reader.error(`does not have the ${groups.length} attribute groups of its clip`);
    }
    for (const { id } of groups) {
        if (reader.u8() !== id) {
            throw reader.error(`does not have its attribute groups in order (${GROUP_NAMES[id]} is missing)`);
        }
        const latentDecoder = reader.u8();
        const predictor = reader.u8();
        const recordLength = reader.u8();
        const recordOffset = reader.offset;
        const record = new ByteReader(reader.bytes(recordLength), recordOffset, "An attribute group", "BAD_SEGMENT");
        if (latentDecoder !== LATENT_DECODER_IDENTITY) {
            throw unsupported(`latent decoder ${latentDecoder} of attribute group ${GROUP_NAMES[id]}`, reader.offset);
        }
        if (predictor > PREDICTOR_VELOCITY || (predictor === PREDICTOR_VELOCITY && id === GROUP_SH)) {
            throw unsupported(`predictor ${predictor} of attribute group ${GROUP_NAMES[id]}`, reader.offset);
        }
        predictors[id] = predictor;
        readScale(record, quantization, GROUP_SCALES[id]);
    }
    return quantization;
}

function readScale(record: ByteReader, quantization: ISegmentQuantization, [stepName, baseName]: GroupScale): void {
    const step = record.f64();
    if (!(step > 0 && step < 1e30)) {
        throw record.error(`has an impossible step of ${step}`);
    }
    (quantization[stepName] as number) = step;
    if (baseName === "positionBase") {
        quantization.positionBase = [record.i32(), record.i32(), record.i32()];
    } else if (baseName !== undefined) {
        quantization[baseName] = record.i32();
    }
}

function unsupported(what: string, offset: number): FvvError {
    return new FvvError("UNSUPPORTED_FEATURE", `The clip needs ${what}, which this version of babylon-fvv does not have; update it`, { offset });
}
