import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { checkLimit, type IFvvLimits } from "./limits.js";

/** Axis that points up in the clip's world. */
export type UpAxis = "+x" | "-x" | "+y" | "-y" | "+z" | "-z";

/** The up axes in the order of their number in the file. */
export const UP_AXES: readonly UpAxis[] = ["+x", "-x", "+y", "-y", "+z", "-z"];

/** Frame count of a clip whose end is not known yet (live). */
export const UNKNOWN_COUNT = 0xffffffff;

/** Largest errors that the encoder allowed between a decoded splat and its source; 0 where it promises nothing. */
export interface IErrorBounds {
    /** Each coordinate of the centre, world units. */
    position: number;
    /** Relative error of each scale. */
    scale: number;
    /** Each component of the unit quaternion, up to sign. */
    rotation: number;
    /** Opacity, 1 = opaque. */
    opacity: number;
    /** Each colour channel, 1 = white. */
    color: number;
    /** Each spherical-harmonics coefficient beyond DC. */
    sh: number;
}

/** What the header chunk of a clip says. */
export interface IClipHeader {
    /** Frames a second, as a fraction. */
    fpsNumerator: number;
    fpsDenominator: number;
    /** Number of frames, or UNKNOWN_COUNT. */
    frameCount: number;
    /** Most slots of any segment: what a player must allocate. */
    capacity: number;
    /** Degree of the spherical harmonics, 0..3. */
    shDegree: 0 | 1 | 2 | 3;
    /** Up axis of the splats' coordinates. */
    up: UpAxis;
    /** Handedness of the splats' coordinates. */
    handedness: "right" | "left";
    /** Whether the splats were trained with Mip-style opacity compensation. */
    antialiased: boolean;
    /** Metres in a world unit; 0 when not known. */
    metresPerUnit: number;
    /** min x, y, z, max x, y, z over the clip, 3-sigma extents included; all zero when not known. */
    bounds: Float32Array;
    /** Error bounds used. */
    errorBounds: IErrorBounds;
}

const FLAG_ANTIALIASED = 1;
const BOUND_NAMES = ["position", "scale", "rotation", "opacity", "color", "sh"] as const;

/** Writes the payload of a HEAD chunk. */
export function writeClipHeader(header: IClipHeader): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(72);
    out.u32(header.fpsNumerator);
    out.u32(header.fpsDenominator);
    out.u32(header.frameCount);
    out.u32(header.capacity);
    out.u8(header.shDegree);
    out.u8(UP_AXES.indexOf(header.up));
    out.u8(header.handedness === "right" ? 0 : 1);
    out.u8(header.antialiased ? FLAG_ANTIALIASED : 0);
    out.f32(header.metresPerUnit);
    header.bounds.forEach((value) => out.f32(value));
    BOUND_NAMES.forEach((name) => out.f32(header.errorBounds[name]));
    return out.toBytes();
}

/**
 * Reads the payload of a HEAD chunk. Bytes after the fields that this version knows are ignored.
 * @param payload payload
 * @param origin its byte offset in the file
 * @param limits limits for the counts
 */
export function readClipHeader(payload: Uint8Array, origin: number, limits: IFvvLimits): IClipHeader {
    const reader = new ByteReader(payload, origin, "The clip header", "BAD_HEADER");
    const fpsNumerator = reader.u32();
    const fpsDenominator = reader.u32();
    if (fpsNumerator === 0 || fpsDenominator === 0 || fpsNumerator / fpsDenominator > 1000) {
        throw reader.error(`has an impossible frame rate of ${fpsNumerator}/${fpsDenominator}`);
    }
    const frameCount = reader.u32();
    if (frameCount !== UNKNOWN_COUNT) {
        checkLimit(limits, "frames", frameCount, reader.offset - 4);
    }
    const capacity = reader.u32();
    checkLimit(limits, "splats", capacity, reader.offset - 4);
    const shDegree = reader.u8();
    if (shDegree > 3) {
        throw reader.error(`has spherical harmonics of degree ${shDegree}, over 3`);
    }
    const up = UP_AXES[reader.u8()];
    const handedness = reader.u8();
    if (up === undefined || handedness > 1) {
        throw reader.error("has an unknown coordinate system");
    }
    const flags = reader.u8();
    const metresPerUnit = reader.f32();
    const bounds = readBounds(reader);
    const errorBounds: IErrorBounds = { position: 0, scale: 0, rotation: 0, opacity: 0, color: 0, sh: 0 };
    for (const name of BOUND_NAMES) {
        errorBounds[name] = reader.f32();
    }
    return {
        fpsNumerator,
        fpsDenominator,
        frameCount,
        capacity,
        shDegree: shDegree as IClipHeader["shDegree"],
        up,
        handedness: handedness === 0 ? "right" : "left",
        antialiased: (flags & FLAG_ANTIALIASED) !== 0,
        metresPerUnit,
        bounds,
        errorBounds,
    };
}

/** Reads six finite floats: min x, y, z, max x, y, z. */
export function readBounds(reader: ByteReader): Float32Array {
    const bounds = new Float32Array(6);
    for (let i = 0; i < 6; i++) {
        bounds[i] = reader.f32();
        if (!Number.isFinite(bounds[i])) {
            throw reader.error("has bounds that are not finite");
        }
    }
    return bounds;
}

/** Frames a second of a clip. */
export function framesPerSecond(header: IClipHeader): number {
    return header.fpsNumerator / header.fpsDenominator;
}
