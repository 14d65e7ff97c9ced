import { FvvError } from "../../format/fvvError.js";
import type { IFrameSource, ISplatFrame } from "../splatFrame.js";
import { allocateFrame } from "./frameArrays.js";
import { halfToFloat } from "./halfFloat.js";

/** How a `.splatv` file is sampled. */
export interface ISplatvOptions {
    /** Frames a second. Default 30. */
    fps?: number;
    /** Seconds that the whole file, its t from 0 to 1, lasts. Default 2. */
    duration?: number;
}

const MAGIC = 0x674b;
const ROW_BYTES = 64;

/** Floats of a Gaussian after reading. */
const POSITION = 0;
const ROTATION = 3;
const SCALE = 7;
const COLOR = 10;
const OPACITY = 13;
const MOTION = 14;
const SPIN = 23;
const CENTER = 27;
const LIFETIME = 28;
const ROW_FLOATS = 29;

/**
 * A `.splatv` file (antimatter15/splaTV, after SpacetimeGaussians) as a sequence of frames. With dt = t - c a Gaussian is at p0 + m1 dt + m2 dt^2 + m3 dt^3, turned
 * by q0 + w dt (normalised), and its opacity is that of the file times exp(-(dt / s)^2); an infinite s means always there. Frame f of N is at t = f / (N - 1).
 * Gaussians that are not finite are dropped. The identity of a splat is its row.
 */
export class SplatvSource implements IFrameSource {
    public readonly frameCount: number;
    public readonly fps: number;
    /** Gaussians of the file that were dropped because a value was not finite. */
    public readonly droppedCount: number;
    private readonly _rows: Uint32Array;
    private readonly _values: Float32Array;

    /**
     * @param bytes the file; its payload may be shorter than its header says
     * @param _source its name, for messages
     * @param options how to sample it
     */
    public constructor(
        bytes: Uint8Array,
        private readonly _source: string,
        options: ISplatvOptions = {},
    ) {
        const { fps = 30, duration = 2 } = options;
        if (!(fps > 0 && duration > 0 && fps * duration <= 1e6)) {
            throw new FvvError("BAD_OPTION", `fps ${fps} and duration ${duration} make no sequence; both must be positive numbers`, {
                source: "duration",
            });
        }
        this.fps = fps;
        this.frameCount = Math.max(1, Math.round(fps * duration));
        const payload = bytes.subarray(payloadOffset(bytes, _source));
        const count = Math.floor(payload.length / ROW_BYTES);
        if (count === 0) {
            throw new FvvError("UNREADABLE_INPUT", "The .splatv file holds no Gaussian; it was cut, export it again", {
                source: _source,
                offset: bytes.length,
            });
        }
        const values = readRows(payload, count);
        this._rows = Uint32Array.from({ length: count }, (_, row) => row).filter((row) => isUsable(values, row));
        this._values = values;
        this.droppedCount = count - this._rows.length;
        if (this._rows.length === 0) {
            throw new FvvError("NOT_FINITE", "No Gaussian of the .splatv file is finite; the training or the export went wrong, make the file again", {
                source: _source,
            });
        }
    }

    public frameName(index: number): string {
        return `${this._source} at frame ${index}`;
    }

    public readFrameAsync(index: number): Promise<ISplatFrame> {
        const frame = allocateFrame(this._rows.length, 0);
        const t = this.frameCount > 1 ? index / (this.frameCount - 1) : 0;
        for (let i = 0; i < this._rows.length; i++) {
            sample(this._values, this._rows[i] * ROW_FLOATS, t, frame, i);
        }
        // Dropped Gaussians count once, not once a frame.
        return Promise.resolve({
            ...frame,
            ids: new Int32Array(this._rows),
            sourceIndices: this._rows,
            droppedCount: index === 0 ? this.droppedCount : 0,
        });
    }
}

function payloadOffset(bytes: Uint8Array, source: string): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC) {
        throw new FvvError("UNREADABLE_INPUT", "The file does not begin like a .splatv file; export it again", { source, offset: 0 });
    }
    const offset = 8 + view.getUint32(4, true);
    if (offset > bytes.length) {
        throw new FvvError("UNREADABLE_INPUT", "The file ends inside the header of its .splatv data; it was cut, export it again", {
            source,
            offset: bytes.length,
        });
    }
    return offset;
}

function readRows(payload: Uint8Array, count: number): Float32Array {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const values = new Float32Array(count * ROW_FLOATS);
    for (let row = 0; row < count; row++) {
        const at = row * ROW_BYTES;
        const to = row * ROW_FLOATS;
        const half = (byte: number): number => halfToFloat(view.getUint16(at + byte, true));
        for (let c = 0; c < 3; c++) {
            values[to + POSITION + c] = view.getFloat32(at + 4 * c, true);
            values[to + SCALE + c] = half(20 + 2 * c);
            values[to + COLOR + c] = view.getUint8(at + 28 + c) / 255;
        }
        for (let c = 0; c < 4; c++) {
            values[to + ROTATION + c] = half(12 + 2 * c);
            values[to + SPIN + c] = half(52 + 2 * c);
        }
        for (let c = 0; c < 9; c++) {
            values[to + MOTION + c] = half(32 + 2 * c);
        }
        values[to + OPACITY] = view.getUint8(at + 31) / 255;
        values[to + CENTER] = half(60);
        values[to + LIFETIME] = half(62);
    }
    return values;
}

function isUsable(values: Float32Array, row: number): boolean {
    const at = row * ROW_FLOATS;
    for (let i = 0; i < LIFETIME; i++) {
        if (!Number.isFinite(values[at + i])) {
            return false;
        }
    }
    return !Number.isNaN(values[at + LIFETIME]);
}

function sample(values: Float32Array, at: number, t: number, { positions, scales, colors, rotations, opacities }: ISplatFrame, i: number): void {
    const dt = t - values[at + CENTER];
    for (let c = 0; c < 3; c++) {
        const m = at + MOTION + c;
        positions[3 * i + c] = values[at + POSITION + c] + dt * (values[m] + dt * (values[m + 3] + dt * values[m + 6]));
        scales[3 * i + c] = values[at + SCALE + c];
        colors[3 * i + c] = values[at + COLOR + c];
    }
    for (let c = 0; c < 4; c++) {
        rotations[4 * i + c] = values[at + ROTATION + c] + dt * values[at + SPIN + c];
    }
    const age = dt === 0 ? 0 : dt / values[at + LIFETIME];
    opacities[i] = values[at + OPACITY] * Math.exp(-age * age);
}
