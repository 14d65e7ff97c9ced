import { FvvError } from "../format/fvvError.js";
import { SplatMatcher } from "./splatMatcher.js";
import type { ClipEncoderSettings } from "./encoderOptions.js";
import { haveSameIds, type ISplatFrame } from "./splatFrame.js";

/**
 * Gives each splat of a frame its slot in the segment: by id, by index or by matching with the frame before. A slot whose splat is
 * gone is free for another from the frame after next on, so that no slot changes its splat without a gap.
 */
export class SlotTracker {
    private readonly _matcher: SplatMatcher;
    private _previous: ISplatFrame | undefined;
    private _previousSlots: Int32Array = new Int32Array(0);
    private _previousCount: number | undefined;
    private _freeSlots: number[] = [];
    private _freedSlots: number[] = [];
    private _slotCount = 0;

    /** @param _settings of the encoder */
    public constructor(private readonly _settings: ClipEncoderSettings) {
        this._matcher = new SplatMatcher(_settings);
    }

    /** Slots used so far in this segment. */
    public get slotCount(): number {
        return this._slotCount;
    }

    /**
     * Goes on after segments that another tracker followed.
     * @param count splats of the frame before
     */
    public resume(count: number): void {
        this._previousCount = count;
    }

    /**
     * Begins a segment: every splat gets a slot of its own.
     * @param frame first frame
     * @param number its number in the clip, for messages
     * @returns slot of each splat
     */
    public begin(frame: ISplatFrame, number: number): Int32Array {
        this._checkCount(frame, number);
        this._freeSlots = [];
        this._freedSlots = [];
        this._slotCount = frame.count;
        const slots = new Int32Array(frame.count).map((_, i) => i);
        this._remember(frame, slots);
        return slots;
    }

    /**
     * Follows the splats into the next frame.
     * @param frame next frame
     * @param number its number in the clip, for messages
     * @returns slot of each splat, or undefined when so little of the frame before is found again that a new segment is better
     */
    public follow(frame: ISplatFrame, number: number): Int32Array | undefined {
        this._checkCount(frame, number);
        const slots = this._identify(frame);
        if (!slots || (slots !== this._previousSlots && !this._deal(slots))) {
            return undefined;
        }
        this._remember(frame, slots);
        return slots;
    }

    /** Gives slots to the splats that have none; false when hardly any has one. */
    private _deal(slots: Int32Array): boolean {
        const isTaken = new Uint8Array(this._slotCount);
        let found = 0;
        for (let i = 0; i < slots.length; i++) {
            if (slots[i] >= 0) {
                isTaken[slots[i]] = 1;
                found++;
            }
        }
        if (2 * found < Math.min(slots.length, this._previousSlots.length)) {
            return false;
        }
        this._freeSlots.push(...this._freedSlots);
        this._freedSlots = [];
        for (const slot of this._previousSlots) {
            if (!isTaken[slot]) {
                this._freedSlots.push(slot);
            }
        }
        for (let i = 0; i < slots.length; i++) {
            if (slots[i] < 0) {
                slots[i] = this._freeSlots.pop() ?? this._slotCount++;
            }
        }
        return true;
    }

    /** Slot of each splat that was there in the frame before, -1 for the others; the same array as before where the rows are the same splats. */
    private _identify(frame: ISplatFrame): Int32Array | undefined {
        if (frame.ids) {
            return haveSameIds(frame, this._previous) ? this._previousSlots : this._findIds(frame.ids.subarray(0, frame.count));
        }
        if (this._settings.tracked) {
            return this._previousSlots;
        }
        const matches = this._matcher.match(frame);
        return matches && Int32Array.from(matches, (previous) => (previous < 0 ? -1 : this._previousSlots[previous]));
    }

    private _findIds(ids: Int32Array): Int32Array {
        const slotOfId = new Map<number, number>();
        const before = this._previous?.ids;
        this._previousSlots.forEach((slot, i) => before && slotOfId.set(before[i], slot));
        return ids.map((id) => slotOfId.get(id) ?? -1);
    }

    /** Rows are splats: also where a new segment begins, their number must be the same. */
    private _checkCount(frame: ISplatFrame, number: number): void {
        const previous = this._previousCount;
        if (this._settings.tracked && !frame.ids && previous !== undefined && frame.count !== previous) {
            throw new FvvError(
                "COUNT_CHANGED",
                `The frame has ${frame.count} splats, the one before ${previous}; splats that come and go need ids or no --tracked (tracked: false)`,
                { frame: number },
            );
        }
    }

    private _remember(frame: ISplatFrame, slots: Int32Array): void {
        this._previousSlots = slots;
        this._previousCount = frame.count;
        this._previous = frame;
        // The next frame may have no ids.
        this._matcher.remember(frame);
    }
}
