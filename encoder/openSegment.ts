import { SegmentDecoder } from "../format/segmentDecoder.js";
import { FvvError } from "../format/fvvError.js";
import type { IClipHeader } from "../format/clipHeader.js";
import type { BoundsChecker } from "./boundsChecker.js";
import { errorBoundsOf, type ClipEncoderSettings } from "./encoderOptions.js";
import { SegmentBuilder, type IBuiltSegment } from "./segmentBuilder.js";
import type { ISplatFrame } from "./splatFrame.js";

/** The segment that an encoder is working on: its builder, and the source frames to verify it with. */
export class OpenSegment {
    private readonly _builder: SegmentBuilder;
    private readonly _frames: { frame: ISplatFrame; slotOf: Int32Array }[] = [];

    /**
     * @param _settings of the encoder
     * @param _firstFrame number of the first frame in the clip
     * @param first first frame
     */
    public constructor(
        private readonly _settings: ClipEncoderSettings,
        private readonly _firstFrame: number,
        first: ISplatFrame,
    ) {
        this._builder = new SegmentBuilder(_settings, _firstFrame, first);
    }

    /** Frames so far. */
    public get frameCount(): number {
        return this._frames.length;
    }

    /**
     * Adds a frame.
     * @param frame source
     * @param slotOf provisional slot of each source splat
     * @param slotCount provisional slots so far
     */
    public addFrame(frame: ISplatFrame, slotOf: Int32Array, slotCount: number): void {
        this._builder.addFrame(frame, slotOf, slotCount);
        this._frames.push({ frame, slotOf });
    }

    /**
     * Writes the segment, decodes it again and compares every splat of every frame with its source.
     * @param checker takes the errors; throws when a bound is broken
     * @param onFramePermutation told which source splat each decoded splat is
     */
    public finish(checker: BoundsChecker, onFramePermutation?: (frame: number, sourceIndices: Uint32Array) => void): IBuiltSegment {
        const built = this._builder.finish();
        const decoder = new SegmentDecoder(this._verifyHeader(built), { segmentBytes: built.bytes.length, segmentFrames: this.frameCount });
        const { firstFrame, frameCount, bounds, keyByteLength, bytes } = built;
        decoder.begin(bytes, { offset: 0, byteLength: bytes.length, keyByteLength, firstFrame, frameCount, bounds });
        const provisional = new Int32Array(built.slotCount);
        for (const { frame, slotOf } of this._frames) {
            const number = decoder.decodeFrame();
            provisional.fill(-1);
            slotOf.forEach((slot, i) => (provisional[slot] = i));
            const sourceIndices = this._compare(decoder, built, frame, number, provisional, checker);
            onFramePermutation?.(number, sourceIndices);
        }
        return built;
    }

    /** Compares a decoded frame with its source; returns the source row of each live slot in order. */
    private _compare(
        decoder: SegmentDecoder,
        { slotOrder, quantization }: IBuiltSegment,
        frame: ISplatFrame,
        number: number,
        sourceOf: Int32Array,
        checker: BoundsChecker,
    ): Uint32Array {
        const { state } = decoder;
        const sourceIndices = new Uint32Array(frame.count);
        let live = 0;
        for (let slot = 0; slot < slotOrder.length; slot++) {
            const index = sourceOf[slotOrder[slot]];
            if ((state.alive[slot] === 1) !== index >= 0) {
                throw new FvvError("VERIFY_MISMATCH", `Slot ${slot} does not decode to the splat that was encoded; this is an error of the encoder, please report it`, {
                    frame: number,
                });
            }
            if (index >= 0) {
                checker.check(state.codes, slot, quantization, frame, index, number);
                sourceIndices[live++] = frame.sourceIndices?.[index] ?? index;
            }
        }
        return sourceIndices;
    }

    /** What a decoder needs to know of the clip, before the clip's own header can be written. */
    private _verifyHeader(built: IBuiltSegment): IClipHeader {
        return {
            fpsNumerator: 1,
            fpsDenominator: 1,
            frameCount: this._firstFrame + this.frameCount,
            capacity: built.slotCount,
            shDegree: this._frames[0].frame.shDegree,
            up: this._settings.up,
            handedness: this._settings.handedness,
            antialiased: this._settings.antialiased,
            metresPerUnit: 0,
            bounds: built.bounds,
            errorBounds: errorBoundsOf(this._settings),
        };
    }
}
