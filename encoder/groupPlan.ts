import type { IGroupCoding } from "../format/segmentHeader.js";
import { GrowingInt32 } from "./growingInt32.js";

/** Where planners put what happens to splats in one attribute group. */
export interface IPlanSink {
    /** Channels of the group. */
    readonly channelCount: number;
    /** How they are coded. */
    readonly coding: IGroupCoding;
    /** Level of the life that is being planned: its shifts are larger by it. */
    level: number;
    /** Whether any code will do for the life that is being planned. */
    isFree: boolean;
    /**
     * A splat begins to live.
     * @param slot its slot
     * @param frame frame in the segment
     * @param codes its codes
     * @param frames frames that it lives
     * @param isKept whether these are the codes of another key frame, which cost nothing
     */
    addBirth(slot: number, frame: number, codes: Int32Array, frames: number, isKept?: boolean): void;
    /**
     * A splat has a residual.
     * @param slot its slot
     * @param frame frame in the segment
     * @param residuals in units of 2^residualShift
     */
    addResidual(slot: number, frame: number, residuals: Int32Array): void;
}

/** Bits of a gate that opens. */
const GATE_BITS = 6;

/** Adds up about what residuals cost, and keeps nothing. */
export class PlanMeter implements IPlanSink {
    /** Bits so far. */
    public bits = 0;
    public level = 0;
    public isFree = false;

    public constructor(
        public readonly channelCount: number,
        public readonly coding: IGroupCoding,
    ) {}

    public addBirth(): void {}

    public addResidual(_slot: number, _frame: number, residuals: Int32Array): void {
        this.bits += GATE_BITS;
        for (let c = 0; c < this.channelCount; c++) {
            this.bits += residuals[c] === 0 ? 1 : 2 + Math.log2(Math.abs(residuals[c]));
        }
    }
}

/**
 * What happens to the splats of a segment in one attribute group: the codes that they are born with (in the key frame or later) and their residuals. Slots are provisional. Collected
 * splat by splat, read frame by frame.
 */
export class GroupPlan implements IPlanSink {
    public level = 0;
    public isFree = false;
    private readonly _births: GrowingInt32;
    private readonly _events: GrowingInt32;
    private _slotFrames = 0;
    private _bornCount = 0;

    /**
     * @param channelCount channels of the group
     * @param coding how they are coded
     */
    public constructor(
        public readonly channelCount: number,
        public readonly coding: IGroupCoding,
    ) {
        this._births = new GrowingInt32(1024 * (channelCount + 2));
        this._events = new GrowingInt32(1024 * (channelCount + 2));
    }

    public addBirth(slot: number, frame: number, codes: Int32Array, frames: number, isKept = false): void {
        this._bornCount += isKept ? 0 : 1;
        this._births.push2(slot, frame);
        for (let c = 0; c < this.channelCount; c++) {
            this._births.push(codes[c]);
        }
        this._births.push(this.isFree ? -1 : this.level);
        this._slotFrames += frames - 1;
    }

    public addResidual(slot: number, frame: number, residuals: Int32Array): void {
        this._events.push2(slot, frame);
        for (let c = 0; c < this.channelCount; c++) {
            this._events.push(residuals[c]);
        }
    }

    /** All births: slot, frame, then a code for each channel. */
    public get births(): Int32Array {
        return this._births.view;
    }

    /** All residuals: slot, frame, then one for each channel. */
    public get residuals(): Int32Array {
        return this._events.view;
    }

    /** Residuals so far. */
    public get residualCount(): number {
        return this._events.length / (this.channelCount + 2);
    }

    /** Births so far whose codes must be told. */
    public get bornCount(): number {
        return this._bornCount;
    }

    /** Frames in which a residual could have been, over all splats. */
    public get slotFrames(): number {
        return this._slotFrames;
    }

    /** Which frames have what: entries by frame, `channelCount` + 2 numbers each (slot, frame, codes or residuals). */
    public sorted(frameCount: number): { births: IEntriesByFrame; residuals: IEntriesByFrame } {
        const stride = this.channelCount + 2;
        return { births: sortByFrame(this._births.view, stride + 1, frameCount), residuals: sortByFrame(this._events.view, stride, frameCount) };
    }
}

/** Entries in the order of their frames. */
export interface IEntriesByFrame {
    /** All entries, each `stride` numbers: slot, frame, then one number a channel. */
    entries: Int32Array;
    /** Place of each entry in `entries`, by frame. */
    order: Uint32Array;
    /** Where each frame begins in `order`; one more at the end. */
    starts: Uint32Array;
}

function sortByFrame(entries: Int32Array, stride: number, frameCount: number): IEntriesByFrame {
    const starts = new Uint32Array(frameCount + 1);
    for (let at = 1; at < entries.length; at += stride) {
        starts[entries[at] + 1]++;
    }
    for (let frame = 0; frame < frameCount; frame++) {
        starts[frame + 1] += starts[frame];
    }
    const next = starts.slice();
    const order = new Uint32Array(entries.length / stride);
    for (let at = 0; at < entries.length; at += stride) {
        order[next[entries[at + 1]]++] = at;
    }
    return { entries, order, starts };
}
