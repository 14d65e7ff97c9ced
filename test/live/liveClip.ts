/** Frames a second of the clips that are filmed. */
export const FPS = 30;
/** Frames of a segment of them. */
export const SEGMENT = 10;
