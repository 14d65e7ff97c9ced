import type { IShPaletteContent } from "./shPalette.js";

/** What a frame is, for an encoder. Slots are those of the segment. */
export interface IFrameContent {
    /** 1 for each slot that is alive in this frame. */
    alive: Uint8Array;
    /** Codes by channel and slot, multiples of 2^keyShift: of each live slot in a key frame, of each slot that bears a splat in a residual frame. */
    codes: readonly Int32Array[];
    /** Level of each slot by group, where `codes` are read; 0 in groups without levels. */
    levels: readonly Uint8Array[];
    /** Groups of a slot whose codes are what is predicted, bit g for group g, where `codes` are read. */
    free: Uint8Array;
    /** Which groups of a slot have a residual, bit g for group g (residual frames, slots that live on). */
    masks: Uint8Array;
    /** Residuals by channel and slot, in units of 2^residualShift; read where the mask says so. */
    residuals: readonly Int32Array[];
    /** Cluster of each slot, from 1; 0: none (residual frames). */
    labels: Uint16Array;
    /** Centre of each cluster in the key frame, see ClusterMotion (first residual frame). */
    centres: Int32Array;
    /** Motion of each cluster from the frame before, see ClusterMotion (residual frames). */
    motions: Int32Array;
    /** Spherical harmonics as a palette, where the segment has one. */
    palette?: IShPaletteContent;
}
