import { attributeGroups, GROUP_COLOR, GROUP_NAMES, GROUP_OPACITY, GROUP_POSITION, GROUP_ROTATION, GROUP_SCALE, GROUP_SH } from "./attributeGroups.js";
import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { readBounds } from "./clipHeader.js";
import { MAX_CLUSTERS } from "./clusterMotion.js";
import { FvvError } from "./fvvError.js";
import { checkLimit, type IFvvLimits } from "./limits.js";
import type { ISegmentQuantization } from "./quantization.js";

/** How the codes of an attribute group are predicted from the frames before. */
export const PREDICTOR_HOLD = 0;
export const PREDICTOR_VELOCITY = 1;
/** A bit for position and rotation: splats of a cluster move with it first. */
export const PREDICTOR_MOTION = 2;

/** How latents become a residual. */
const LATENT_DECODER_IDENTITY = 0;
const LATENT_DECODER_LIFTING = 1;
const LATENT_DECODER_PALETTE = 2;

/** Most vectors of a palette of spherical harmonics. */
export const MAX_PALETTE = 4096;
/** Weights of a lifting are in 1/256. */
export const LIFTING_SHIFT = 8;
/** Largest shift of key frames and residuals. */
const MAX_SHIFT = 12;

/**
 * Latent decoder of a group: residual = A q with A lower triangular with a unit diagonal, so that every residual can be reached exactly. Channels go in threes; within three,
 * `r0 = q0`, `r1 = q1 + w0 r0`, `r2 = q2 + w1 r0 + w2 r1`, weights in 1/256, sums rounded to the nearest.
 */
export type Lifting = readonly [number, number, number];

/** How the codes of an attribute group are coded in a segment. */
export interface IGroupCoding {
    /** PREDICTOR_HOLD or PREDICTOR_VELOCITY, and PREDICTOR_MOTION or not. */
    predictor: number;
    /** Key frames and births code multiples of 2^keyShift. */
    keyShift: number;
    /** Residuals are coded in units of 2^residualShift. */
    residualShift: number;
    /** Whether each splat has a level, by which its shifts are larger. */
    hasLevels: boolean;
    /** Latent decoder of key frames and births. */
    keyLifting: Lifting;
    /** Latent decoder of residuals. */
    residualLifting: Lifting;
    /** Number of vectors that the splats share (spherical harmonics); 0: each splat has its own. */
    paletteSize: number;
}

/** A coding that transforms nothing. */
export const PLAIN_CODING: IGroupCoding = {
    predictor: PREDICTOR_HOLD,
    keyShift: 0,
    residualShift: 0,
    hasLevels: false,
    keyLifting: [0, 0, 0],
    residualLifting: [0, 0, 0],
    paletteSize: 0,
};

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
    /** How many frames back the key frame is that this key frame is coded against; 0: none. */
    referenceFrames: number;
    /** Whether key frames of later segments are coded against this one. */
    isReference: boolean;
    /** min x, y, z, max x, y, z of its splats, 3-sigma extents included. */
    bounds: Float32Array;
    /** How codes become values. */
    quantization: ISegmentQuantization;
    /** Number of clusters that move together. */
    clusterCount: number;
    /** How each attribute group of the clip is coded. */
    codings: readonly IGroupCoding[];
    /** Bytes of each frame's chunk, chunk headers included; empty when the frame count is not known. */
    frameByteLengths: Uint32Array;
}

const FLAG_REFERENCE = 1;

type GroupScale = [step: keyof ISegmentQuantization, base?: keyof ISegmentQuantization];

const GROUP_SCALES: Readonly<Record<number, GroupScale>> = {
    [GROUP_POSITION]: ["positionStep", "positionBase"],
    [GROUP_ROTATION]: ["rotationStep"],
    [GROUP_SCALE]: ["scaleStep", "scaleBase"],
    [GROUP_OPACITY]: ["opacityStep", "opacityBase"],
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
    out.u32(header.referenceFrames);
    out.u8(header.isReference ? FLAG_REFERENCE : 0);
    header.bounds.forEach((value) => out.f32(value));
    const groups = attributeGroups(shDegree);
    out.u8(groups.length);
    for (const { id } of groups) {
        const [step, base] = GROUP_SCALES[id];
        const bases = base === undefined ? [] : [header.quantization[base]].flat();
        const coding = header.codings[id];
        const weights = [...coding.keyLifting, ...coding.residualLifting];
        const isLifted = weights.some((weight) => weight !== 0);
        out.u8(id);
        out.u8(coding.paletteSize > 0 ? LATENT_DECODER_PALETTE : isLifted ? LATENT_DECODER_LIFTING : LATENT_DECODER_IDENTITY);
        out.u8(coding.predictor);
        out.u8(11 + 4 * bases.length + (coding.paletteSize > 0 ? 2 : isLifted ? 2 * weights.length : 0));
        out.f64(header.quantization[step] as number);
        bases.forEach((value) => out.i32(value));
        out.u8(coding.keyShift);
        out.u8(coding.residualShift);
        out.u8(coding.hasLevels ? 1 : 0);
        if (coding.paletteSize > 0) {
            out.u16(coding.paletteSize);
        } else if (isLifted) {
            weights.forEach((weight) => out.u16(weight & 0xffff));
        }
    }
    out.u16(header.clusterCount);
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
    const referenceFrames = reader.u32();
    const isReference = (reader.u8() & FLAG_REFERENCE) !== 0;
    if (referenceFrames > firstFrame || (isReference && referenceFrames > 0)) {
        throw reader.error(`refers ${referenceFrames} frames back from frame ${firstFrame}, to no key frame that stands alone`);
    }
    const bounds = readBounds(reader);
    const { quantization, codings } = readGroups(reader, shDegree);
    const clusterCount = reader.u16();
    if (clusterCount > MAX_CLUSTERS) {
        throw reader.error(`has ${clusterCount} clusters, over ${MAX_CLUSTERS}`);
    }
    if (reader.remaining < 4 * frameCount) {
        throw reader.error(`is too short for its ${frameCount} frames`);
    }
    const frameByteLengths = new Uint32Array(frameCount);
    for (let i = 0; i < frameCount; i++) {
        frameByteLengths[i] = reader.u32();
    }
    return { firstFrame, frameCount, slotCount, activeSlotCount, referenceFrames, isReference, bounds, quantization, clusterCount, codings, frameByteLengths };
}

function readGroups(reader: ByteReader, shDegree: number): { quantization: ISegmentQuantization; codings: IGroupCoding[] } {
    const quantization: ISegmentQuantization = {
        positionStep: 0,
        positionBase: [0, 0, 0],
        rotationStep: 0,
        scaleStep: 0,
        scaleBase: 0,
        opacityStep: 0,
        opacityBase: 0,
        colorStep: 0,
        colorBase: 0,
        shStep: 0,
        shBase: 0,
    };
    const groups = attributeGroups(shDegree);
    if (reader.u8() !== groups.length) {
        throw reader.error(`does not have the ${groups.length} attribute groups of its clip`);
    }
    const codings: IGroupCoding[] = [];
    for (const { id } of groups) {
        if (reader.u8() !== id) {
            throw reader.error(`does not have its attribute groups in order (${GROUP_NAMES[id]} is missing)`);
        }
        const latentDecoder = reader.u8();
        const predictor = reader.u8();
        const recordLength = reader.u8();
        const recordOffset = reader.offset;
        const record = new ByteReader(reader.bytes(recordLength), recordOffset, "An attribute group", "BAD_SEGMENT");
        if (latentDecoder > (id === GROUP_SH ? LATENT_DECODER_PALETTE : LATENT_DECODER_LIFTING)) {
            throw unsupported(`latent decoder ${latentDecoder} of attribute group ${GROUP_NAMES[id]}`, reader.offset);
        }
        if (predictor > largestPredictor(id)) {
            throw unsupported(`predictor ${predictor} of attribute group ${GROUP_NAMES[id]}`, reader.offset);
        }
        readScale(record, quantization, GROUP_SCALES[id]);
        codings.push(readCoding(record, predictor, latentDecoder));
    }
    return { quantization, codings };
}

function largestPredictor(group: number): number {
    return group === GROUP_SH ? PREDICTOR_HOLD : group === GROUP_POSITION || group === GROUP_ROTATION ? PREDICTOR_MOTION | PREDICTOR_VELOCITY : PREDICTOR_VELOCITY;
}

function readCoding(record: ByteReader, predictor: number, latentDecoder: number): IGroupCoding {
    const keyShift = record.u8();
    const residualShift = record.u8();
    const hasLevels = record.u8();
    if (keyShift > MAX_SHIFT || residualShift > MAX_SHIFT) {
        throw record.error(`has an impossible shift of ${Math.max(keyShift, residualShift)}`);
    }
    if (hasLevels > (latentDecoder === LATENT_DECODER_PALETTE ? 0 : 1)) {
        throw record.error(`says ${hasLevels} where 0 or 1 says whether splats have levels`);
    }
    const readLifting = (): Lifting => (latentDecoder === LATENT_DECODER_LIFTING ? [record.i16(), record.i16(), record.i16()] : [0, 0, 0]);
    const paletteSize = latentDecoder === LATENT_DECODER_PALETTE ? record.u16() : 0;
    if (paletteSize > MAX_PALETTE || (latentDecoder === LATENT_DECODER_PALETTE && paletteSize === 0)) {
        throw record.error(`has a palette of ${paletteSize} vectors, of 1 to ${MAX_PALETTE}`);
    }
    return { predictor, keyShift, residualShift, hasLevels: hasLevels === 1, keyLifting: readLifting(), residualLifting: readLifting(), paletteSize };
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
