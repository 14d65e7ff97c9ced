import { CHANNEL_ROTATION_LARGEST, GROUP_ROTATION, type IAttributeGroup } from "../format/attributeGroups.js";
import { PREDICTOR_HOLD, PREDICTOR_VELOCITY } from "../format/segmentHeader.js";
import { GrowingInt32 } from "./growingInt32.js";
import type { IGroupQuantizer } from "./quantizers.js";
import type { ISplatFrame } from "./splatFrame.js";

/** Residual sizes that are counted one by one for the cost; from the last on by magnitude. */
const COUNTED_SIZES = 64;

/** What one frame changes in a group: slots, and `channelCount` codes for each. */
interface ITrackFrame {
    slots: Int32Array;
    codes: Int32Array;
}

/**
 * Follows one attribute group through a segment with one predictor, closed loop, and keeps only what changes. Codes are in steps
 * from zero; slots are provisional.
 */
export class GroupTrack {
    private readonly _frames: ITrackFrame[] = [];
    private _codes: Int32Array;
    private _velocities: Int32Array | undefined;
    private readonly _scratch: Int32Array;
    private readonly _residualCounts = new Uint32Array(COUNTED_SIZES);
    private _extraBits = 0;
    /** Smallest and largest code of each channel so far. */
    public readonly lowest: Int32Array;
    public readonly highest: Int32Array;

    /**
     * @param group the group
     * @param quantizer its quantiser in this segment
     * @param predictor PREDICTOR_HOLD or PREDICTOR_VELOCITY
     */
    public constructor(
        public readonly group: IAttributeGroup,
        public readonly quantizer: IGroupQuantizer,
        public readonly predictor: number,
    ) {
        this._codes = new Int32Array(0);
        this._velocities = predictor === PREDICTOR_VELOCITY ? new Int32Array(0) : undefined;
        this._scratch = new Int32Array(group.channelCount);
        this.lowest = new Int32Array(group.channelCount).fill(0x7fffffff);
        this.highest = new Int32Array(group.channelCount).fill(-0x80000000);
    }

    /** Present codes: `codes[slot * channelCount + channel]`. */
    public get codes(): Int32Array {
        return this._codes;
    }

    /** Estimated bits of all residuals so far: the entropy of their sizes, channels taken together. */
    public get cost(): number {
        const total = this._residualCounts.reduce((sum, count) => sum + count, 0);
        return this._residualCounts.reduce((bits, count) => bits - (count > 0 ? count * Math.log2(count / total) : 0), this._extraBits);
    }

    /** Slots that a frame changes, births included. */
    public changedSlots(frame: number): Int32Array {
        return this._frames[frame].slots;
    }

    /** Codes that a frame gives to its changed slots: `channelCount` each. */
    public changedCodes(frame: number): Int32Array {
        return this._frames[frame].codes;
    }

    /**
     * Adds a frame.
     * @param frame source
     * @param slotOf slot of each source splat
     * @param isNew 1 for a slot that is born in this frame (all in a key frame)
     * @param slotCount slots so far
     */
    public addFrame(frame: ISplatFrame, slotOf: Int32Array, isNew: Uint8Array, slotCount: number): void {
        const n = this.group.channelCount;
        this._ensure(slotCount * n);
        const codes = this._codes;
        const scratch = this._scratch;
        const slots = new GrowingInt32(1024);
        const values = new GrowingInt32(1024 * n);
        for (let i = 0; i < frame.count; i++) {
            const slot = slotOf[i];
            const at = slot * n;
            const born = isNew[slot] === 1;
            for (let c = 0; c < n; c++) {
                scratch[c] = codes[at + c] + (this._velocities && !born ? this._velocities[at + c] : 0);
            }
            const isChanged = this.quantizer.quantize(frame, i, scratch, !born);
            if (isChanged || born) {
                slots.push(slot);
                for (let c = 0; c < n; c++) {
                    values.push(scratch[c]);
                }
            }
            if (!born) {
                this._count(at);
            }
            this._store(at, born);
        }
        this._frames.push({ slots: slots.toArray(), codes: values.toArray() });
    }

    /** Starts a replay of the frames from the key frame on, into `codes`. */
    public rewind(): void {
        this._codes.fill(0);
        this._velocities?.fill(0);
    }

    /**
     * Replays a frame; in order, after {@link rewind}.
     * @param frame number of the frame in the segment
     * @param alive 1 for each slot that is alive in this frame
     * @param isNew 1 for each slot that is born in it
     */
    public replay(frame: number, alive: Uint8Array, isNew: Uint8Array): void {
        const n = this.group.channelCount;
        const { slots, codes } = this._frames[frame];
        if (this._velocities) {
            this._moveOn(alive, isNew, this._velocities);
        }
        for (let i = 0; i < slots.length; i++) {
            const at = slots[i] * n;
            for (let c = 0; c < n; c++) {
                const code = codes[i * n + c];
                if (this._velocities) {
                    // The codes hold the prediction by now: what is left is the residual.
                    this._velocities[at + c] = isNew[slots[i]] ? 0 : this._velocities[at + c] + code - this._codes[at + c];
                }
                this._scratch[c] = code;
            }
            this._stopTurning(at);
            this._codes.set(this._scratch, at);
        }
    }

    private _moveOn(alive: Uint8Array, isNew: Uint8Array, velocities: Int32Array): void {
        const n = this.group.channelCount;
        for (let slot = 0; slot < alive.length; slot++) {
            if (alive[slot] && !isNew[slot]) {
                for (let c = slot * n; c < slot * n + n; c++) {
                    this._codes[c] += velocities[c];
                }
            }
        }
    }

    private _store(at: number, born: boolean): void {
        const velocities = this._velocities;
        for (let c = 0; c < this.group.channelCount; c++) {
            const code = this._scratch[c];
            if (velocities) {
                velocities[at + c] = born ? 0 : code - this._codes[at + c];
            }
            this.lowest[c] = Math.min(this.lowest[c], code);
            this.highest[c] = Math.max(this.highest[c], code);
        }
        this._stopTurning(at);
        this._codes.set(this._scratch, at);
    }

    /** A rotation that changes which component it leaves out has no velocity after it. */
    private _stopTurning(at: number): void {
        if (this._velocities && this.group.id === GROUP_ROTATION) {
            const largest = CHANNEL_ROTATION_LARGEST - this.group.firstChannel;
            if (this._codes[at + largest] !== this._scratch[largest]) {
                this._velocities.fill(0, at, at + largest);
            }
            this._velocities[at + largest] = 0;
        }
    }

    private _count(at: number): void {
        for (let c = 0; c < this.group.channelCount; c++) {
            const predicted = this._codes[at + c] + (this._velocities ? this._velocities[at + c] : 0);
            const size = Math.abs(this._scratch[c] - predicted);
            this._residualCounts[Math.min(size, COUNTED_SIZES - 1)]++;
            this._extraBits += size < COUNTED_SIZES - 1 ? (size > 0 ? 1 : 0) : 2 + Math.log2(size / COUNTED_SIZES);
        }
    }

    private _ensure(length: number): void {
        if (this._codes.length < length) {
            const grown = new Int32Array(Math.max(length, this._codes.length * 2));
            grown.set(this._codes);
            this._codes = grown;
            if (this._velocities) {
                const velocities = new Int32Array(grown.length);
                velocities.set(this._velocities);
                this._velocities = velocities;
            }
        }
    }
}

/** Predictors that an encoder tries for a group. */
export function predictorsToTry(group: IAttributeGroup, shGroup: number): number[] {
    return group.id === shGroup ? [PREDICTOR_HOLD] : [PREDICTOR_HOLD, PREDICTOR_VELOCITY];
}
