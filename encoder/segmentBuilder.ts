import {
    attributeGroups,
    GROUP_COUNT,
    GROUP_SH,
    GROUP_COLOR,
    GROUP_OPACITY,
    GROUP_POSITION,
    GROUP_ROTATION,
    GROUP_SCALE,
    channelMask,
} from "../format/attributeGroups.js";
import { FvvError } from "../format/fvvError.js";
import type { IFrameTarget } from "../format/frameModel.js";
import { ROTATION_BIAS, type ISegmentQuantization } from "../format/quantization.js";
import { SegmentWriter, type IWrittenSegment } from "../format/segmentWriter.js";
import type { ClipEncoderSettings } from "./encoderOptions.js";
import { GroupTrack, predictorsToTry } from "./groupTrack.js";
import { createQuantizers } from "./quantizers.js";
import { orderSlots } from "./slotOrder.js";
import type { ISplatFrame } from "./splatFrame.js";

/** A segment that was encoded. */
export interface IBuiltSegment extends IWrittenSegment {
    /** Its number of slots. */
    slotCount: number;
    /** First frame and number of frames. */
    firstFrame: number;
    frameCount: number;
    /** min x, y, z, max x, y, z of all its splats, 3-sigma extents included; zero where it has none. */
    bounds: Float32Array;
    /** Provisional slot of each slot of the file. */
    slotOrder: Int32Array;
    /** How codes become values. */
    quantization: ISegmentQuantization;
    /** Live splats in the frame with fewest and in that with most. */
    minLive: number;
    maxLive: number;
}

/**
 * Collects the frames of one segment, quantised closed loop, and writes the segment at the end. It keeps what changes from frame to
 * frame, never the frames.
 */
export class SegmentBuilder {
    private readonly _tracks: GroupTrack[][];
    private readonly _aliveSlots: Int32Array[] = [];
    private readonly _bornSlots: Int32Array[] = [];
    private readonly _bounds = Float32Array.of(Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity);
    private readonly _shDegree: number;
    private _alive = new Uint8Array(0);
    private _slotCount = 0;

    /**
     * @param settings of the encoder
     * @param _firstFrame number of the first frame in the clip
     * @param frames all its frames, which {@link addFrame} then adds one by one
     */
    public constructor(
        settings: ClipEncoderSettings,
        private readonly _firstFrame: number,
        frames: readonly ISplatFrame[],
    ) {
        const quantizers = createQuantizers(settings, frames);
        this._shDegree = frames[0].shDegree;
        this._tracks = attributeGroups(this._shDegree).map((group) =>
            predictorsToTry(group, GROUP_SH).map((predictor) => new GroupTrack(group, quantizers[group.id], predictor)),
        );
    }

    /** Frames so far. */
    public get frameCount(): number {
        return this._aliveSlots.length;
    }

    /**
     * Adds a frame.
     * @param frame source
     * @param slotOf provisional slot of each source splat
     * @param slotCount provisional slots so far
     */
    public addFrame(frame: ISplatFrame, slotOf: Int32Array, slotCount: number): void {
        this._slotCount = slotCount;
        const alive = new Uint8Array(slotCount);
        const isNew = new Uint8Array(slotCount);
        const born: number[] = [];
        for (let i = 0; i < frame.count; i++) {
            const slot = slotOf[i];
            alive[slot] = 1;
            if (!this._alive[slot]) {
                isNew[slot] = 1;
                born.push(slot);
            }
        }
        for (const tracks of this._tracks) {
            for (const track of tracks) {
                track.addFrame(frame, slotOf, isNew, slotCount);
            }
        }
        this._alive = alive;
        this._aliveSlots.push(slotOf.slice(0, frame.count));
        this._bornSlots.push(Int32Array.from(born));
        extendBounds(this._bounds, frame);
    }

    /** Writes the segment. */
    public finish(): IBuiltSegment {
        if (this._slotCount === 0) {
            this._bounds.fill(0);
        }
        const tracks = this._tracks.map((candidates) => candidates.reduce((best, track) => (track.cost < best.cost ? track : best)));
        const bases = channelBases(tracks);
        const isActive = this._activeSlots(tracks);
        const { order, activeCount } = orderSlots(this._slotCount, isActive, this._birthPositions(tracks[GROUP_POSITION]));
        const predictors = new Uint8Array(GROUP_COUNT);
        tracks.forEach((track) => (predictors[track.group.id] = track.predictor));
        const quantization = quantizationOf(tracks, bases);
        const writer = new SegmentWriter(
            {
                firstFrame: this._firstFrame,
                slotCount: this._slotCount,
                activeSlotCount: activeCount,
                bounds: this._bounds,
                quantization,
                predictors,
            },
            this._shDegree,
        );
        this._writeFrames(writer, tracks, bases, order);
        const counts = this._aliveSlots.map((slots) => slots.length);
        return {
            ...writer.finish(),
            slotCount: this._slotCount,
            firstFrame: this._firstFrame,
            frameCount: this.frameCount,
            bounds: this._bounds,
            slotOrder: order,
            quantization,
            minLive: Math.min(...counts),
            maxLive: Math.max(...counts),
        };
    }

    /** Replays the frames and hands each to the writer in the final order of slots. */
    private _writeFrames(writer: SegmentWriter, tracks: readonly GroupTrack[], bases: Int32Array, order: Int32Array): void {
        const provisionalAlive = new Uint8Array(this._slotCount);
        const isNew = new Uint8Array(this._slotCount);
        const masks: number[] = [];
        for (const { group } of tracks) {
            for (let c = 0; c < group.channelCount; c++) {
                masks.push(channelMask(group, group.firstChannel + c));
            }
        }
        const target: IFrameTarget = { alive: new Uint8Array(this._slotCount), codes: masks.map(() => new Int32Array(this._slotCount)) };
        tracks.forEach((track) => track.rewind());
        for (let frame = 0; frame < this.frameCount; frame++) {
            provisionalAlive.fill(0);
            this._aliveSlots[frame].forEach((slot) => (provisionalAlive[slot] = 1));
            this._bornSlots[frame].forEach((slot) => (isNew[slot] = 1));
            for (let slot = 0; slot < order.length; slot++) {
                target.alive[slot] = provisionalAlive[order[slot]];
            }
            for (const track of tracks) {
                track.replay(frame, provisionalAlive, isNew);
                const { firstChannel, channelCount } = track.group;
                for (let c = 0; c < channelCount; c++) {
                    const codes = target.codes[firstChannel + c];
                    const base = bases[firstChannel + c];
                    const mask = masks[firstChannel + c];
                    for (let slot = 0; slot < order.length; slot++) {
                        codes[slot] = (track.codes[order[slot] * channelCount + c] - base) & mask;
                    }
                }
            }
            this._bornSlots[frame].forEach((slot) => (isNew[slot] = 0));
            writer.addFrame(target);
        }
    }

    /** Slots that anything happens to after the key frame. */
    private _activeSlots(tracks: readonly GroupTrack[]): Uint8Array {
        const lives = new Uint32Array(this._slotCount);
        this._aliveSlots.forEach((slots) => slots.forEach((slot) => lives[slot]++));
        // A slot is static when it lives through the whole segment and no group changes it.
        const isActive = Uint8Array.from(lives, (frames) => (frames === this.frameCount ? 0 : 1));
        for (const track of tracks) {
            for (let frame = 1; frame < this.frameCount; frame++) {
                track.changedSlots(frame).forEach((slot) => (isActive[slot] = 1));
            }
        }
        return isActive;
    }

    /** Position codes of each slot when it is born first, for the order of slots. */
    private _birthPositions(track: GroupTrack): Int32Array {
        const positions = new Int32Array(this._slotCount * 3);
        const seen = new Uint8Array(this._slotCount);
        for (let frame = 0; frame < this.frameCount; frame++) {
            const codes = track.changedCodes(frame);
            track.changedSlots(frame).forEach((slot, i) => {
                if (!seen[slot]) {
                    seen[slot] = 1;
                    positions.set(codes.subarray(3 * i, 3 * i + 3), 3 * slot);
                }
            });
        }
        return positions;
    }
}

/** Bounds are finite in the file, however large a splat is. */
const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

function extendBounds(bounds: Float32Array, frame: ISplatFrame): void {
    for (let i = 0; i < frame.count; i++) {
        const reach = 3 * Math.max(frame.scales[3 * i], frame.scales[3 * i + 1], frame.scales[3 * i + 2]);
        for (let c = 0; c < 3; c++) {
            const p = frame.positions[3 * i + c];
            bounds[c] = Math.min(bounds[c], Math.max(p - reach, -LARGEST_FLOAT32));
            bounds[3 + c] = Math.max(bounds[3 + c], Math.min(p + reach, LARGEST_FLOAT32));
        }
    }
}

/** First code of each channel; throws when the codes of a segment span more than a channel's bits. */
function channelBases(tracks: readonly GroupTrack[]): Int32Array {
    const bases: number[] = [];
    for (const { group, lowest, highest, quantizer } of tracks) {
        const low = Math.min(...lowest);
        for (let c = 0; c < group.channelCount; c++) {
            bases.push(group.id === GROUP_POSITION ? lowest[c] : group.id === GROUP_ROTATION ? (c < 3 ? -ROTATION_BIAS : 0) : group.id === GROUP_OPACITY ? 0 : low);
            const codes = highest[c] - bases[bases.length - 1];
            const mask = channelMask(group, group.firstChannel + c);
            if (codes > mask) {
                throw rangeError(group.id, quantizer.step, codes, mask);
            }
        }
    }
    return Int32Array.from(bases, (base) => (Number.isFinite(base) && base < 0x7fffffff ? base : 0));
}

const RANGE_OPTIONS: Readonly<Record<number, string>> = {
    [GROUP_POSITION]: "positionError (--pos-error)",
    [GROUP_SCALE]: "scaleError (--scale-error)",
    [GROUP_OPACITY]: "opacityError (--opacity-error)",
    [GROUP_COLOR]: "colorError (--color-error)",
    [GROUP_SH]: "shError (--sh-error)",
};

function rangeError(group: number, step: number, codes: number, mask: number): FvvError {
    const factor = Math.ceil((codes / mask) * 100) / 100;
    return new FvvError(
        "RANGE_EXCEEDED",
        `The values of a segment span ${(codes * step).toPrecision(4)}, ${codes + 1} steps of ${step.toPrecision(4)}, where ${mask + 1} fit; raise ${RANGE_OPTIONS[group]} ${factor} times or remove far splats`,
    );
}

function quantizationOf(tracks: readonly GroupTrack[], bases: Int32Array): ISegmentQuantization {
    const step = (group: number): number => tracks[group]?.quantizer.step ?? 1;
    const base = (group: number): number => (tracks[group] ? bases[tracks[group].group.firstChannel] : 0);
    return {
        positionStep: step(GROUP_POSITION),
        positionBase: [bases[0], bases[1], bases[2]],
        rotationStep: step(GROUP_ROTATION),
        scaleStep: step(GROUP_SCALE),
        scaleBase: base(GROUP_SCALE),
        opacityStep: step(GROUP_OPACITY),
        colorStep: step(GROUP_COLOR),
        colorBase: base(GROUP_COLOR),
        shStep: step(GROUP_SH),
        shBase: base(GROUP_SH),
    };
}
