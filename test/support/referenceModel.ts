import { attributeGroups, channelMask, type IAttributeGroup } from "../../format/attributeGroups.js";
import type { IFrameContent } from "../../format/frameContent.js";
import type { ISegmentHeader } from "../../format/segmentHeader.js";

/** What a decoder holds after a frame. */
export interface IExpectedState {
    /** 1 for each slot that is alive. */
    alive: Uint8Array;
    /** Codes by channel and slot, those of dead slots included. */
    codes: Int32Array[];
    /** Levels by group and slot. */
    levels: Uint8Array[];
}

/** What the model needs to know of a segment. */
export type ModelledSegment = Pick<ISegmentHeader, "slotCount" | "activeSlotCount" | "codings" | "clusterCount" | "quantization">;

interface ISlot {
    isAlive: boolean;
    wasBorn: boolean;
    codes: number[];
    levels: number[];
    fractions: number[];
    velocities: number[];
    label: number | undefined;
}

interface ICluster {
    centre: bigint[];
    motion: number[];
}

const LARGEST_CHANNEL = 6;
const FIRST_SH = 14;
const GROUP_OF_SH = 5;

/**
 * A decoder's state as docs/FORMAT.md describes it, without any bitstream: one slot after the other, one rule after the other. Positions are moved in exact
 * integers, so that it also tells where a decoder's double precision would not do.
 */
export class ReferenceModel {
    private readonly _groups: IAttributeGroup[];
    private readonly _masks: number[];
    private readonly _slots: ISlot[];
    private readonly _clusters: ICluster[];
    private _frames = 0;

    /**
     * @param _segment what its header says
     * @param shDegree of the clip
     */
    public constructor(
        private readonly _segment: ModelledSegment,
        shDegree: number,
    ) {
        this._groups = attributeGroups(shDegree);
        this._masks = this._groups.flatMap((group) => Array.from({ length: group.channelCount }, (_, c) => channelMask(group, group.firstChannel + c)));
        this._slots = Array.from({ length: _segment.slotCount }, () => ({
            isAlive: false,
            wasBorn: false,
            codes: this._masks.map(() => 0),
            levels: this._groups.map(() => 0),
            fractions: [0, 0, 0, 0, 0, 0],
            velocities: this._masks.map(() => 0),
            label: undefined,
        }));
        this._clusters = Array.from({ length: _segment.clusterCount }, () => ({ centre: [0n, 0n, 0n], motion: [0, 0, 0, 0, 0, 0] }));
    }

    /**
     * Goes on by a frame.
     * @param content what the encoder is given
     * @returns what a decoder must hold then
     */
    public next(content: IFrameContent): IExpectedState {
        if (this._frames++ === 0) {
            this._keyFrame(content);
        } else {
            this._residualFrame(content);
        }
        return {
            alive: Uint8Array.from(this._slots, ({ isAlive }) => (isAlive ? 1 : 0)),
            codes: this._masks.map((_, channel) => Int32Array.from(this._slots, ({ codes }) => codes[channel])),
            levels: this._groups.map((_, group) => Uint8Array.from(this._slots, ({ levels }) => levels[group])),
        };
    }

    private _keyFrame(content: IFrameContent): void {
        let before = this._masks.map(() => 0);
        this._slots.forEach((slot, s) => {
            slot.isAlive = content.alive[s] === 1;
            slot.codes = slot.isAlive ? codesOf(content, s) : before;
            slot.levels = content.levels.map((levels) => (slot.isAlive ? levels[s] : 0));
            before = [...slot.codes];
        });
    }

    private _residualFrame(content: IFrameContent): void {
        const active = this._slots.slice(0, this._segment.activeSlotCount);
        active.forEach((slot, s) => {
            const lives = content.alive[s] === 1;
            slot.wasBorn = lives && !slot.isAlive;
            slot.isAlive = lives;
            if (slot.wasBorn) {
                slot.codes = codesOf(content, s);
                slot.levels = content.levels.map((levels) => levels[s]);
                slot.fractions.fill(0);
                slot.velocities.fill(0);
                slot.label = undefined;
            }
            if (lives) {
                slot.label ??= content.labels[s];
            }
        });
        this._clusters.forEach((cluster, k) => {
            if (this._frames === 2) {
                cluster.centre = [0, 1, 2].map((c) => BigInt(content.centres[3 * k + c]) * 64n);
            }
            cluster.motion = Array.from(content.motions.subarray(6 * k, 6 * k + 6), (value) => Math.max(-(2 ** 24), Math.min(2 ** 24, value)));
        });
        active.forEach((slot, s) => {
            if (slot.isAlive && !slot.wasBorn) {
                this._move(slot);
                this._correct(slot, s, content);
            }
        });
        this._clusters.forEach(({ centre, motion }) => centre.forEach((value, c) => (centre[c] = value + 16n * BigInt(motion[3 + c]))));
    }

    private _move(slot: ISlot): void {
        const { codings, quantization } = this._segment;
        const cluster = this._clusters[(slot.label ?? 0) - 1] as ICluster | undefined;
        if (cluster && codings[0].predictor & 2) {
            movePosition(slot, cluster, this._masks[0]);
        }
        if (cluster && codings[1].predictor & 2) {
            turn(slot, cluster, quantization.rotationStep);
        }
        for (const { id, firstChannel, channelCount } of this._groups) {
            for (let channel = firstChannel; codings[id].predictor & 1 && channel < firstChannel + channelCount; channel++) {
                slot.codes[channel] = wrap(slot.codes[channel] + slot.velocities[channel], this._masks[channel]);
            }
        }
    }

    private _correct(slot: ISlot, s: number, content: IFrameContent): void {
        const { masks, residuals } = content;
        for (const { id, firstChannel, channelCount } of this._groups) {
            const { predictor, residualShift, paletteSize } = this._segment.codings[id];
            if (paletteSize > 0) {
                slot.codes = masks[s] & (1 << GROUP_OF_SH) ? [...slot.codes.slice(0, FIRST_SH), ...codesOf(content, s).slice(FIRST_SH)] : slot.codes;
                continue;
            }
            const unit = 2 ** (residualShift + slot.levels[id]);
            for (let channel = firstChannel; masks[s] & (1 << id) && channel < firstChannel + channelCount; channel++) {
                const residual = residuals[channel][s];
                if (channel === LARGEST_CHANNEL) {
                    slot.codes[channel] = wrap(slot.codes[channel] + residual, 3);
                    if (wrap(residual, 3) !== 0 && predictor !== 0) {
                        slot.velocities.fill(0, 3, 6);
                        slot.fractions.fill(0, 3, 6);
                    }
                } else {
                    slot.codes[channel] = wrap(slot.codes[channel] + residual * unit, this._masks[channel]);
                    slot.velocities[channel] += predictor & 1 ? residual * unit : 0;
                }
            }
        }
    }
}

/** Those of the palette where there is one. */
function codesOf({ codes, palette }: IFrameContent, s: number): number[] {
    return codes.map((channel, c) => (palette && c >= FIRST_SH ? palette.codes[c - FIRST_SH][palette.labels[s]] : channel[s]));
}

function wrap(value: number, mask: number): number {
    const modulus = mask + 1;
    return ((value % modulus) + modulus) % modulus;
}

/** Rotation matrix less the identity, in 2^-20, rounded: 2 (v v^T - |v|^2 + w [v]) / (w^2 + |v|^2) of the Gibbs vector v / w. */
export function turnMatrix([x, y, z]: readonly number[]): number[][] {
    const w = 1024;
    const scale = 2 ** 21 / (w * w + x * x + y * y + z * z);
    const rows = [
        [-(y * y + z * z), x * y - w * z, x * z + w * y],
        [x * y + w * z, -(x * x + z * z), y * z - w * x],
        [x * z - w * y, y * z + w * x, -(x * x + y * y)],
    ];
    return rows.map((row) => row.map((value) => Math.floor(value * scale + 0.5)));
}

function movePosition(slot: ISlot, { centre, motion }: ICluster, mask: number): void {
    const here = [0, 1, 2].map((c) => BigInt(slot.codes[c]) * 16n + BigInt(slot.fractions[c]));
    const rows = turnMatrix(motion);
    here.forEach((value, c) => {
        const sum = rows[c].reduce((total, part, k) => total + BigInt(part) * (here[k] - centre[k]), 0n);
        // Rounded to the nearest, halves upwards; a shift of a bigint rounds downwards.
        const moved = value + 16n * BigInt(motion[3 + c]) + ((sum + (1n << 19n)) >> 20n);
        slot.codes[c] = Number(BigInt.asUintN(32, moved >> 4n)) & mask;
        slot.fractions[c] = Number(moved & 15n);
    });
}

function turn(slot: ISlot, { motion }: ICluster, step: number): void {
    const leftOut = slot.codes[LARGEST_CHANNEL];
    const present = [0, 1, 2, 3].filter((c) => c !== leftOut);
    const unit = 16 / step;
    const q = [0, 0, 0, 0];
    const sum = present.reduce((total, c, i) => {
        q[c] = (slot.codes[3 + i] - 2048) * 16 + slot.fractions[3 + i];
        return total + q[c] * q[c];
    }, 0);
    q[leftOut] = Math.sqrt(Math.max(0, unit * unit - sum));
    const [x, y, z] = motion;
    const length = Math.sqrt(1024 * 1024 + x * x + y * y + z * z);
    const [a, b, c, d] = [1024 / length, x / length, y / length, z / length];
    const turned = [
        a * q[0] - b * q[1] - c * q[2] - d * q[3],
        a * q[1] + b * q[0] + c * q[3] - d * q[2],
        a * q[2] - b * q[3] + c * q[0] + d * q[1],
        a * q[3] + b * q[2] - c * q[1] + d * q[0],
    ];
    const sign = turned[leftOut] < 0 ? -1 : 1;
    present.forEach((component, i) => {
        const part = Math.max(-32760, Math.min(32760, Math.floor(sign * turned[component] + 0.5)));
        slot.codes[3 + i] = Math.floor(part / 16) + 2048;
        slot.fractions[3 + i] = part - 16 * Math.floor(part / 16);
    });
}
