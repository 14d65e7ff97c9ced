import { attributeGroups, channelCount, channelMask, CHANNEL_ROTATION_LARGEST, FIRST_SH_CHANNEL, type IAttributeGroup } from "./attributeGroups.js";
import { ClusterMotion, motionByteLength } from "./clusterMotion.js";
import { NEVER } from "./frameContexts.js";
import { MAX_PALETTE, type IGroupCoding, type ISegmentHeader } from "./segmentHeader.js";
import { arrayByteLength, StateMemory } from "./stateMemory.js";

/** Codes of one channel, by slot. Spherical harmonics have 8 bits, all else up to 23. */
export type ChannelCodes = Int32Array | Uint8Array;

/** A key frame that key frames of later segments are coded against. Plain data. */
export interface IKeySnapshot {
    /** Its number. */
    firstFrame: number;
    /** Its slots. */
    slotCount: number;
    /** 1 for a live slot. */
    alive: Uint8Array;
    /** Codes by channel and slot. */
    codes: ChannelCodes[];
    /** Their levels by group. */
    levels: Uint8Array[];
}

/** Room for a state in the memory of what moves, reads and packs it faster than the TypeScript that defines these steps. */
export interface IStateHost {
    /** The memory. */
    readonly buffer: ArrayBuffer;
    /** Where the room is: {@link stateByteLength} zeros. */
    readonly at: number;
    /** Adds velocities to the codes of a group, see codeResidualFrame. */
    moveOn(state: FrameState, group: IAttributeGroup): void;
    /** Moves the slots that go with a cluster, see moveClusters.ts. */
    movePositions(state: FrameState): void;
    /** Turns them. */
    moveRotations(state: FrameState): void;
    /**
     * Reads the gates of a frame, see codeGates.
     * @returns how many slots have a residual
     */
    readGates(state: FrameState): number;
    /**
     * Reads and adds the residuals of a group, see codeResiduals.
     * @param changedCount how many slots have a residual
     */
    readResiduals(state: FrameState, group: IAttributeGroup, changedCount: number): void;
    /**
     * Packs splats for the GPU, see FramePacker.
     * @param firstSlot the first
     * @param count how many
     * @param splatA four words each
     * @param splatB two words each; both have room for whole rows of splats
     * @param firstOut at which splat of the words to begin
     */
    packSplats(state: FrameState, firstSlot: number, count: number, splatA: Uint32Array, splatB: Uint32Array, firstOut: number): void;
}

/** Arrays of 32 bits that a state has besides its codes: velocities, lists and differences. */
const WORD_ARRAYS = FIRST_SH_CHANNEL + 5;
/** Arrays of 8 bits besides codes and levels: fractions, magnitudes, and seven of which there is one. */
const BYTE_ARRAYS = CHANNEL_ROTATION_LARGEST + FIRST_SH_CHANNEL + 7;

/**
 * Bytes of a state's arrays.
 * @param capacity most slots of a segment
 * @param shDegree of the clip
 */
export function stateByteLength(capacity: number, shDegree: number): number {
    const words = FIRST_SH_CHANNEL + WORD_ARRAYS;
    const bytes = channelCount(shDegree) - FIRST_SH_CHANNEL + BYTE_ARRAYS + attributeGroups(shDegree).length;
    return arrayByteLength(4 * capacity) * words + arrayByteLength(capacity) * bytes + motionByteLength(capacity);
}

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
    /** Levels by group and slot: how many bits coarser a splat's codes and residuals are than its group's. */
    public readonly levels: readonly Uint8Array[];
    /** Change of a code per frame, by channel below FIRST_SH_CHANNEL and slot. */
    public readonly velocities: readonly Int32Array[];
    /** Sixteenths of a code that slots of clusters have on top of their codes, by channel up to the rotation's and slot. */
    public readonly fractions: readonly Uint8Array[];
    /** Which attribute groups of a slot had a residual in this frame: bit g for group g. */
    public readonly changes: Uint8Array;
    /** Frames since the position of a slot had a residual: 0 this one, up to LONG_AGO, or NEVER. */
    public readonly sincePosition: Uint8Array;
    /** The same for the rotation. */
    public readonly sinceRotation: Uint8Array;
    /** The same for the other groups. */
    public readonly sinceLook: Uint8Array;
    /** Class of the last residual, by channel below FIRST_SH_CHANNEL and slot: 0 none yet, 1 zero, 2 small, 3 large. */
    public readonly magnitudes: readonly Uint8Array[];
    /** Vectors that splats share, see shPalette.ts: `palette[vector * channels + channel]`. */
    public readonly palette: Uint8Array;
    /** Clusters that move together. */
    public readonly motion: ClusterMotion;
    /** 1 for a slot that is born in this frame (residual frames). */
    public readonly born: Uint8Array;
    /** Working memory: slots in the order of coding. */
    public readonly list: Int32Array;
    /** Working memory: slots with a residual in this frame. */
    public readonly changed: Int32Array;
    /** Working memory: magnitude class by place in the list. */
    public readonly classes: Uint8Array;
    /** Working memory: differences of three channels by place in the list. */
    public readonly differences: readonly [Int32Array, Int32Array, Int32Array];

    /** Slots of the segment. */
    public slotCount = 0;
    /** Slots that can change after the key frame. */
    public activeSlotCount = 0;
    /** Live splats. */
    public liveCount = 0;
    /** Whether any splat was born or died in this frame (residual frames). */
    public hasFlips = false;
    /** Whether the clusters have their centres. */
    public hasMoved = false;
    /** How each attribute group is coded in the segment. */
    public codings: readonly IGroupCoding[] = [];
    /** Step of a rotation code in the segment. */
    public rotationStep = 1;

    /**
     * @param capacity most slots of a segment
     * @param shDegree of the clip
     * @param host memory for it, where what reads its residuals has such
     */
    public constructor(
        public readonly capacity: number,
        public readonly shDegree: number,
        public readonly host?: IStateHost,
    ) {
        this.groups = attributeGroups(shDegree);
        const channels = channelCount(shDegree);
        this.masks = new Int32Array(channels);
        for (const group of this.groups) {
            for (let c = 0; c < group.channelCount; c++) {
                this.masks[group.firstChannel + c] = channelMask(group, group.firstChannel + c);
            }
        }
        const memory = new StateMemory(host?.buffer ?? new ArrayBuffer(stateByteLength(capacity, shDegree)), host?.at ?? 0);
        const words = (): Int32Array => memory.words(capacity);
        const bytes = (): Uint8Array => memory.bytes(capacity);
        const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
        this.velocities = many(FIRST_SH_CHANNEL, words);
        this.list = words();
        this.changed = words();
        this.differences = [words(), words(), words()];
        const codes: ChannelCodes[] = many(FIRST_SH_CHANNEL, words);
        this.codes = codes.concat(many(channels - FIRST_SH_CHANNEL, bytes));
        this.fractions = many(CHANNEL_ROTATION_LARGEST, bytes);
        this.magnitudes = many(FIRST_SH_CHANNEL, bytes);
        this.alive = bytes();
        this.changes = bytes();
        this.sincePosition = bytes();
        this.sinceRotation = bytes();
        this.sinceLook = bytes();
        this.born = bytes();
        this.classes = bytes();
        this.levels = this.groups.map(bytes);
        this.palette = new Uint8Array(MAX_PALETTE * (channels - FIRST_SH_CHANNEL));
        this.motion = new ClusterMotion(capacity, memory);
    }

    /**
     * Forgets everything before a segment's key frame.
     * @param segment what the segment's header says
     * @param reference the key frame that its key frame is coded against
     */
    public beginSegment(segment: Pick<ISegmentHeader, "slotCount" | "activeSlotCount" | "codings" | "clusterCount" | "quantization">, reference?: IKeySnapshot): void {
        const { slotCount } = segment;
        this.slotCount = slotCount;
        this.activeSlotCount = segment.activeSlotCount;
        this.codings = segment.codings;
        this.rotationStep = segment.quantization.rotationStep;
        this.liveCount = 0;
        this.hasFlips = false;
        this.hasMoved = false;
        for (const array of [this.alive, this.born, this.changes, ...this.levels, ...this.magnitudes, ...this.velocities, ...this.fractions]) {
            array.fill(0, 0, slotCount);
        }
        this.sincePosition.fill(NEVER, 0, slotCount);
        this.sinceRotation.fill(NEVER, 0, slotCount);
        this.sinceLook.fill(NEVER, 0, slotCount);
        this.motion.begin(segment.clusterCount, slotCount);
        if (reference) {
            this._restore(reference);
        }
    }

    /**
     * Copies what key frames of later segments are coded against.
     * @param firstFrame number of the present frame, a key frame
     */
    public takeSnapshot(firstFrame: number): IKeySnapshot {
        const { slotCount } = this;
        return {
            firstFrame,
            slotCount,
            alive: this.alive.slice(0, slotCount),
            codes: this.codes.map((codes) => codes.slice(0, slotCount)),
            levels: this.levels.map((levels) => levels.slice(0, slotCount)),
        };
    }

    private _restore({ slotCount, alive, codes, levels }: IKeySnapshot): void {
        this.alive.set(alive);
        levels.forEach((from, group) => this.codings[group].hasLevels && this.levels[group].set(from));
        for (let slot = 0; slot < slotCount; slot++) {
            this.liveCount += alive[slot];
        }
        codes.forEach((from, channel) => {
            this.codes[channel].set(from);
            this.codes[channel].fill(0, slotCount, this.slotCount);
        });
    }
}
