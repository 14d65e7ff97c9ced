import { CHANNEL_ROTATION_LARGEST, FIRST_SH_CHANNEL, GROUP_POSITION, GROUP_ROTATION, type IAttributeGroup } from "./attributeGroups.js";
import { FRACTION_BITS } from "./clusterMotion.js";
import { GATE_STRIDE, residualContext } from "./frameContexts.js";
import type { FrameState, IStateHost } from "./frameState.js";
import { LOOK_GROUPS } from "./gateModel.js";
import { isPlain, stopRotations } from "./residualModel.js";
import { PREDICTOR_HOLD, PREDICTOR_VELOCITY, type Lifting } from "./segmentHeader.js";
import type { IReaderExports } from "./wasm/readerExports.js";

const FIRST_ROTATION = CHANNEL_ROTATION_LARGEST - 3;
/** Splats that are packed at once, and the words of each. */
const PACKED_SPLATS = 1024;
const WORDS_A = 4;
const WORDS_B = 2;

/** Moves, reads and packs a state that lives in the memory of a WebAssembly module: residuals go from bits to codes in one loop. */
export class WasmStateHost implements IStateHost {
    /** Packed splats; the memory is that of a batch, which nobody needs between frames. */
    private readonly _packedA: Uint32Array;
    private readonly _packedB: Uint32Array;

    /**
     * @param _exports of the module
     * @param at address of the state
     * @param batch memory of a batch
     */
    public constructor(
        private readonly _exports: IReaderExports,
        public readonly at: number,
        batch: Int32Array,
    ) {
        this._packedA = new Uint32Array(batch.buffer, batch.byteOffset, WORDS_A * PACKED_SPLATS);
        this._packedB = new Uint32Array(batch.buffer, batch.byteOffset + this._packedA.byteLength, WORDS_B * PACKED_SPLATS);
    }

    public get buffer(): ArrayBuffer {
        return this._exports.memory.buffer;
    }

    public moveOn(state: FrameState, { firstChannel, channelCount }: IAttributeGroup): void {
        this._placeSlots(state);
        for (let channel = firstChannel; channel < firstChannel + channelCount; channel++) {
            this._exports.moveOn(state.codes[channel].byteOffset, state.velocities[channel].byteOffset, state.masks[channel]);
        }
    }

    public movePositions(state: FrameState): void {
        const { codes, fractions, masks, motion } = state;
        this._placeSlots(state);
        this._exports.movePositions(
            codes[0].byteOffset,
            distance(codes),
            fractions[0].byteOffset,
            distance(fractions),
            motion.centres.byteOffset,
            motion.motions.byteOffset,
            motion.turns.byteOffset,
            masks[0],
        );
    }

    public moveRotations(state: FrameState): void {
        const { codes, fractions, motion, rotationStep } = state;
        this._placeSlots(state);
        this._exports.moveRotations(
            codes[FIRST_ROTATION].byteOffset,
            distance(codes),
            fractions[FIRST_ROTATION].byteOffset,
            distance(fractions),
            motion.quaternions.byteOffset,
            (1 << FRACTION_BITS) / rotationStep,
        );
    }

    public readGates(state: FrameState): number {
        const { alive, born, sincePosition, sinceRotation, sinceLook, changes, changed } = state;
        const changedCount = this._exports.gates(
            state.activeSlotCount,
            GATE_STRIDE,
            (1 << state.groups.length) - 1,
            alive.byteOffset,
            born.byteOffset,
            sincePosition.byteOffset,
            sinceRotation.byteOffset,
            sinceLook.byteOffset,
            changes.byteOffset,
            changed.byteOffset,
        );
        this._age(state, sincePosition, 1 << GROUP_POSITION);
        this._age(state, sinceRotation, 1 << GROUP_ROTATION);
        this._age(state, sinceLook, LOOK_GROUPS);
        return changedCount;
    }

    public readResiduals(state: FrameState, group: IAttributeGroup, changedCount: number): void {
        const { list, changed, changes, classes } = state;
        const count = this._exports.listSlots(list.byteOffset, 1 << group.id, changed.byteOffset, changedCount, changes.byteOffset);
        if (count > 0) {
            this._exports.placeList(list.byteOffset, classes.byteOffset, count);
            for (let c = 0; c < group.channelCount; c++) {
                this._readChannel(state, group, c, count);
            }
        }
    }

    public packSplats({ codes }: FrameState, firstSlot: number, count: number, splatA: Uint32Array, splatB: Uint32Array, firstOut: number): void {
        const { _packedA: a, _packedB: b } = this;
        for (let done = 0; done < count; done += PACKED_SPLATS) {
            const from = codes[0].byteOffset + 4 * (firstSlot + done);
            this._exports.packSplats(Math.min(PACKED_SPLATS, count - done), from, distance(codes), a.byteOffset, b.byteOffset);
            splatA.set(a, WORDS_A * (firstOut + done));
            splatB.set(b, WORDS_B * (firstOut + done));
        }
    }

    private _placeSlots({ activeSlotCount, alive, born, motion }: FrameState): void {
        this._exports.placeSlots(activeSlotCount, alive.byteOffset, born.byteOffset, motion.labels.byteOffset);
    }

    private _age({ activeSlotCount, alive, born, changes }: FrameState, ages: Uint8Array, groups: number): void {
        this._exports.age(ages.byteOffset, groups, activeSlotCount, alive.byteOffset, born.byteOffset, changes.byteOffset);
    }

    private _readChannel(state: FrameState, group: IAttributeGroup, c: number, count: number): void {
        const { residualLifting, residualShift, predictor, hasLevels } = state.codings[group.id];
        const channel = group.firstChannel + c;
        const isLargest = channel === CHANNEL_ROTATION_LARGEST;
        const keeps = !isPlain(residualLifting) || predictor !== PREDICTOR_HOLD;
        this._placeDifferences(state, c, residualLifting);
        this._exports.placeLevels(hasLevels && !isLargest ? state.levels[group.id].byteOffset : 0);
        this._exports.residuals(
            count,
            residualContext(channel),
            isLargest ? 0 : residualShift,
            state.masks[channel],
            state.codes[channel].byteOffset,
            channel < FIRST_SH_CHANNEL ? state.magnitudes[channel].byteOffset : 0,
            Number(keeps),
        );
        if (isLargest) {
            if (predictor !== PREDICTOR_HOLD) {
                stopRotations(state, state.differences[c % 3], count);
            }
        } else if (predictor & PREDICTOR_VELOCITY) {
            this._exports.addVelocities(count, state.velocities[channel].byteOffset);
        }
    }

    private _placeDifferences({ differences }: FrameState, c: number, lifting: Lifting): void {
        const place = c % 3;
        this._exports.placeDifferences(
            differences[place].byteOffset,
            differences[0].byteOffset,
            differences[1].byteOffset,
            place === 0 ? 0 : lifting[place - 1],
            place === 2 ? lifting[2] : 0,
        );
    }
}

/** Bytes from the array of a channel to that of the next. */
function distance([first, second]: readonly { byteOffset: number }[]): number {
    return second.byteOffset - first.byteOffset;
}
