import { attributeGroups, channelCount, channelMask, FIRST_SH_CHANNEL, type IAttributeGroup } from "./attributeGroups.js";

/** Codes of one channel, by slot. Spherical harmonics have 8 bits, all else up to 21. */
export type ChannelCodes = Int32Array | Uint8Array;

/**
 * The integer state that a decoder accumulates over a segment, and the memory of the frame model. Allocated once for a
 * capacity; every segment reuses it.
 */
export class FrameState {
    /** Attribute groups of the clip. */
    public readonly groups: readonly IAttributeGroup[];
    /** Codes by channel and slot. */
    public readonly codes: readonly ChannelCodes[];
    /** Codes of each channel are taken modulo mask + 1. */
    public readonly masks: Int32Array;
    /** 1 for a slot that holds a live splat. */
    public readonly alive: Uint8Array;
    /** Change of a code per frame, by channel below FIRST_SH_CHANNEL and slot. */
    public readonly velocities: readonly Int32Array[];
    /** Which attribute groups of a slot had a residual in this frame: bit g for group g. */
    public changes: Uint8Array;
    /** The same for the frame before. */
    public previousChanges: Uint8Array;
    /** Class of the last residual, by channel below FIRST_SH_CHANNEL and slot; holds while the group's bit in `previousChanges` is set. */
    public readonly magnitudes: readonly Uint8Array[];
    /** 1 for a slot that is born in this frame (residual frames). */
    public readonly born: Uint8Array;
    /** Working memory: slots in the order of coding. */
    public readonly list: Int32Array;
    /** Working memory: magnitude class by place in the list. */
    public readonly classes: Uint8Array;

    /** Slots of the segment. */
    public slotCount = 0;
    /** Slots that can change after the key frame. */
    public activeSlotCount = 0;
    /** Live splats. */
    public liveCount = 0;
    /** Whether any splat was born or died in this frame (residual frames). */
    public hasFlips = false;
    /** Predictor of each attribute group in the segment. */
    public predictors: Uint8Array = new Uint8Array(0);

    /**
     * @param capacity most slots of a segment
     * @param shDegree of the clip
     */
    public constructor(
        public readonly capacity: number,
        public readonly shDegree: number,
    ) {
        this.groups = attributeGroups(shDegree);
        const channels = channelCount(shDegree);
        this.codes = Array.from({ length: channels }, (_, channel) => (channel < FIRST_SH_CHANNEL ? new Int32Array(capacity) : new Uint8Array(capacity)));
        this.masks = new Int32Array(channels);
        for (const group of this.groups) {
            for (let c = 0; c < group.channelCount; c++) {
                this.masks[group.firstChannel + c] = channelMask(group, group.firstChannel + c);
            }
        }
        this.alive = new Uint8Array(capacity);
        this.velocities = Array.from({ length: FIRST_SH_CHANNEL }, () => new Int32Array(capacity));
        this.magnitudes = Array.from({ length: FIRST_SH_CHANNEL }, () => new Uint8Array(capacity));
        this.changes = new Uint8Array(capacity);
        this.previousChanges = new Uint8Array(capacity);
        this.born = new Uint8Array(capacity);
        this.list = new Int32Array(capacity);
        this.classes = new Uint8Array(capacity);
    }

    /**
     * Forgets everything before a segment's key frame.
     * @param slotCount slots of the segment, at most the capacity
     * @param activeSlotCount slots that can change after the key frame
     * @param predictors predictor of each attribute group
     */
    public beginSegment(slotCount: number, activeSlotCount: number, predictors: Uint8Array): void {
        this.slotCount = slotCount;
        this.activeSlotCount = activeSlotCount;
        this.predictors = predictors;
        this.liveCount = 0;
        this.hasFlips = false;
        this.alive.fill(0, 0, slotCount);
        this.born.fill(0, 0, slotCount);
        this.changes.fill(0, 0, slotCount);
        this.previousChanges.fill(0, 0, slotCount);
        this.velocities.forEach((velocity) => velocity.fill(0, 0, slotCount));
    }
}
