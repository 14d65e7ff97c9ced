import { CHANNEL_ROTATION_LARGEST, FIRST_SH_CHANNEL, GROUP_POSITION, GROUP_ROTATION, type IAttributeGroup } from "./attributeGroups.js";
import { GATE_STRIDE, residualContext } from "./frameContexts.js";
import type { FrameState, IStateHost } from "./frameState.js";
import { LOOK_GROUPS } from "./gateModel.js";
import { isPlain, stopRotations } from "./residualModel.js";
import { PREDICTOR_HOLD, PREDICTOR_VELOCITY, type Lifting } from "./segmentHeader.js";
import type { IReaderExports } from "./wasm/readerExports.js";

/** Reads the gates and residuals of a state that lives in the memory of a WebAssembly module: from bits to codes in one loop. */
export class WasmStateHost implements IStateHost {
    /**
     * @param _exports of the module
     * @param at address of the state
     */
    public constructor(
        private readonly _exports: IReaderExports,
        public readonly at: number,
    ) {}

    public get buffer(): ArrayBuffer {
        return this._exports.memory.buffer;
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

    private _age({ activeSlotCount, alive, born, changes }: FrameState, ages: Uint8Array, groups: number): void {
        this._exports.age(ages.byteOffset, groups, activeSlotCount, alive.byteOffset, born.byteOffset, changes.byteOffset);
    }

    private _readChannel(state: FrameState, group: IAttributeGroup, c: number, count: number): void {
        const { residualLifting, residualShift, predictor } = state.codings[group.id];
        const channel = group.firstChannel + c;
        const isLargest = channel === CHANNEL_ROTATION_LARGEST;
        const keeps = !isPlain(residualLifting) || predictor !== PREDICTOR_HOLD;
        this._placeDifferences(state, c, residualLifting);
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
