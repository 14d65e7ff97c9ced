import type { ISegmentQuantization } from "../format/quantization.js";

/**
 * Splats in one row of the state textures. Slot s is at column `s % ROW_SPLATS` of row `floor(s / ROW_SPLATS)`.
 */
export const ROW_SPLATS = 1024;

/**
 * The integer state of a splat as the GPU reads it, 24 bytes in two texels.
 *
 * Codes: position 23 bits, rotation components 12, scale 13, opacity 10, colour 12.
 *
 * Texel A (RGBA32UI): x = px | r >> 3 << 23, y = py | g >> 3 << 23, z = pz | b >> 3 << 23,
 * w = c0 >> 2 | c1 >> 2 << 10 | c2 >> 2 << 20 | largest << 30 (rotation: the three components that are not the largest, in the order w, x, y, z;
 * `largest` is the index, in w, x, y, z, of the component that is left out and is not negative).
 *
 * Texel B (RG32UI): the rest. x = sx | sy << 13 | (r & 7) << 26 | (g & 7) << 29,
 * y = sz | (b & 7) << 13 | opacity << 16 | (c0 & 3) << 26 | (c1 & 3) << 28 | (c2 & 3) << 30.
 *
 * A slot that is dead or left out has all bits of c0, c1 and c2 set: three components of a unit quaternion cannot be that large.
 *
 * Texels SH (one RGBA32UI texel a degree: 1, 2, 3): byte k * 3 + channel of the 16 * degree bytes is the code of coefficient k,
 * little-endian; texel t of slot s is in layer texture t.
 */
export const SPLAT_A_WORDS = 4;
export const SPLAT_B_WORDS = 2;

/** Bits of a dead slot, in A.w and B.y. */
export const DEAD_ROTATION_HIGH = 0x3fffffff;
export const DEAD_ROTATION_LOW = 0xfc000000;

/** A run of whole rows of the state textures, with the new words of those rows. */
export interface IRowRun {
    /** First row. */
    firstRow: number;
    /** Number of rows. */
    rowCount: number;
}

/** What one frame changes on the GPU against the frame committed before it. Committed whole, together with an order of the same frame. */
export interface IFramePacket {
    /** Frame number in the clip, from 0. */
    frame: number;
    /** Counts seeks: packets of an older generation are dropped. */
    generation: number;
    /** Whether it is shown until the frame sought has come. */
    isPreview: boolean;
    /** Segment number, from 0. */
    segment: number;
    /** Rendition that it was decoded from. */
    rendition: number;
    /** Slots of the segment; `<= capacity` of the clip. */
    slotCount: number;
    /** Splats of this frame that are drawn, all live ones where there is no budget: the length of its order. */
    liveCount: number;
    /** How codes become values in this segment. */
    quantization: ISegmentQuantization;
    /** Bounds of all live splats of the segment, their 3-sigma extent included: min x, y, z, max x, y, z, in clip space units. */
    bounds: Float32Array;
    /** Runs of rows that change in the textures A and B, ascending. */
    splatRuns: IRowRun[];
    /** Words of texture A for all runs, one run after the other: rowCount * ROW_SPLATS * 4 words each. */
    splatA: Uint32Array;
    /** Words of texture B for all runs: rowCount * ROW_SPLATS * 2 words each. */
    splatB: Uint32Array;
    /** Runs of rows that change in the SH textures; empty for degree 0. */
    shRuns: IRowRun[];
    /** Words of the SH textures for all runs, one array a texture (as many as the SH degree). */
    sh: Uint32Array[];
    /** Time the worker took to decode this frame and pack it, ms. */
    decodeMs: number;
}

/** Back-to-front order of the live splats of one frame along one direction: every camera that looks that way may use it. */
export interface IOrderPacket {
    /** Frame that was sorted. */
    frame: number;
    /** Generation of that frame. */
    generation: number;
    /** Number of splats in `order`. */
    count: number;
    /** Slots, farthest first. Its length is that of whole rows of the order texture; what is behind `count` is of no meaning. */
    order: Uint32Array;
    /** Camera that it was sorted for, see {@link ISortCamera.id}. */
    camera: number;
    /** Direction that it was sorted along: that of the camera, or the one that the camera was expected to have. */
    forward: [number, number, number];
    /** Time of the sort, ms. */
    sortMs: number;
}

/** Camera of a sort, in the clip's local space. Where it stands does not matter: moving without turning changes all depths alike. */
export interface ISortCamera {
    /** Tells cameras apart. */
    id: number;
    /** Viewing direction (pointing away from the camera), local space, any length. */
    forward: [number, number, number];
    /** Change of `forward` per second, as it was of late. */
    turn: [number, number, number];
    /** When the camera was there, seconds of the sender's clock. */
    time: number;
}

/** The memory of a packet that moves with it. */
export function packetBuffers(packet: IFramePacket): ArrayBuffer[] {
    return [packet.splatA, packet.splatB, ...packet.sh].map((words) => words.buffer as ArrayBuffer);
}
