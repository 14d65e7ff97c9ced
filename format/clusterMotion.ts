import { CONTEXT_CENTRES, CONTEXT_LABELS, CONTEXT_MOTION, MOTION_STRIDE } from "./frameContexts.js";
import { arrayByteLength, StateMemory } from "./stateMemory.js";
import { TOKEN_MEANS, type ISymbolCoder } from "./symbolCoder.js";

/** Most clusters of a segment. */
export const MAX_CLUSTERS = 1024;
/** A slot that was not told yet which cluster it goes with. */
export const LABEL_UNKNOWN = 0xffff;
/** Numbers that describe the motion of a cluster from one frame to the next: see {@link ClusterMotion}. */
export const MOTION_NUMBERS = 6;
/** Positions and rotations of slots that go with a cluster have this many more bits than their codes. */
export const FRACTION_BITS = 4;

const FRACTION = 1 << FRACTION_BITS;
/** Position codes in the unit of the first centres. */
export const CENTRE_UNIT = 4;

/** Motions stay within this, positive and negative. */
export const MOTION_LIMIT = 2 ** 24;

/** Unit of the Gibbs vector of a rotation: tan(half the angle) times the axis. */
export const GIBBS_UNIT = 1024;
/** Unit of a translation, in 1/16 of a position code. */
export const TRANSLATION_UNIT = 16;
/** What is left of a turn's 2^20 and the 1/16 codes of a centre in TRANSLATION_UNIT. */
const ARM_UNIT = 1048576 * TRANSLATION_UNIT;

/** Bytes of the arrays of a {@link ClusterMotion}. */
export function motionByteLength(capacity: number): number {
    return arrayByteLength(2 * capacity) + MAX_CLUSTERS * (4 * MOTION_NUMBERS + 8 * (3 + 9 + 4));
}

/**
 * Rigid motion of clusters of splats from frame to frame, which predicts where they are and how they are turned. A motion is six numbers: the Gibbs vector of its rotation, in 1/1024, and
 * its translation in x, y and z, in position codes. It turns about the centre of the cluster, which moves along.
 */
export class ClusterMotion {
    /** Cluster of each slot, from 1; 0: none. */
    public readonly labels: Uint16Array;
    /** Number of clusters. */
    public count = 0;
    /** Motions of the present frame. */
    public readonly motions: Int32Array;
    /** Centres, in 1/16 of a position code. */
    public readonly centres: Float64Array;
    /** Rotation matrix less the identity, in 2^-20, row by row. */
    public readonly turns: Float64Array;
    /** Unit quaternions w, x, y, z. */
    public readonly quaternions: Float64Array;
    private readonly _predicted = new Int32Array(MOTION_NUMBERS);
    private readonly _recent = new Uint16Array(MAX_CLUSTERS + 1);

    /**
     * @param capacity most slots of a segment
     * @param memory where its arrays go: {@link motionByteLength}
     */
    public constructor(capacity: number, memory = new StateMemory(new ArrayBuffer(motionByteLength(capacity)), 0)) {
        this.labels = memory.halves(capacity);
        this.motions = memory.words(MAX_CLUSTERS * MOTION_NUMBERS);
        this.centres = memory.doubles(MAX_CLUSTERS * 3);
        this.turns = memory.doubles(MAX_CLUSTERS * 9);
        this.quaternions = memory.doubles(MAX_CLUSTERS * 4);
    }

    /**
     * Begins a segment.
     * @param count number of its clusters
     * @param slotCount number of its slots
     */
    public begin(count: number, slotCount: number): void {
        this.count = count;
        this.labels.fill(LABEL_UNKNOWN, 0, slotCount);
        this.motions.fill(0, 0, count * MOTION_NUMBERS);
        this.centres.fill(0, 0, count * 3);
        for (let label = 0; label <= count; label++) {
            this._recent[label] = label;
        }
    }

    /**
     * Codes the labels of slots: how many other labels were seen since each was seen last.
     * @param coder either end
     * @param slots the slots
     * @param slotCount how many
     * @param wanted labels by slot, when the coder is a recorder
     */
    public codeLabels(coder: ISymbolCoder, slots: Int32Array, slotCount: number, wanted?: Uint16Array): void {
        const { contexts, values } = coder;
        contexts.fill(CONTEXT_LABELS, 0, slotCount);
        if (wanted) {
            const before = this._recent.slice(0, this.count + 1);
            for (let i = 0; i < slotCount; i++) {
                values[i] = before.indexOf(wanted[slots[i]]);
                moveToFront(before, values[i]);
            }
        }
        coder.numbers(slotCount, 0);
        for (let i = 0; i < slotCount; i++) {
            // A hostile stream can name a label that is not there: then it is the last.
            const age = Math.min(values[i], this.count);
            this.labels[slots[i]] = moveToFront(this._recent, age);
        }
    }

    /**
     * Codes the first centres.
     * @param coder either end
     * @param wanted the centres, by cluster and axis in {@link CENTRE_UNIT} position codes, when the coder is a recorder
     */
    public codeCentres(coder: ISymbolCoder, wanted?: Int32Array): void {
        const { contexts, values } = coder;
        const count = 3 * this.count;
        contexts.fill(CONTEXT_CENTRES, 0, count);
        for (let i = 0; wanted && i < count; i++) {
            const difference = wanted[i] - (i < 3 ? 0 : wanted[i - 3]);
            values[i] = (difference << 1) ^ (difference >> 31);
        }
        coder.numbers(count, 0);
        for (let i = 0; i < count; i++) {
            const difference = (values[i] >>> 1) ^ -(values[i] & 1);
            this.centres[i] = (i < 3 ? 0 : this.centres[i - 3]) + difference * CENTRE_UNIT * FRACTION;
        }
    }

    /**
     * Codes the motions of a frame, as differences from what is predicted, and readies them.
     * @param coder either end
     * @param wanted the motions, when the coder is a recorder
     */
    public codeMotions(coder: ISymbolCoder, wanted?: Int32Array): void {
        const { contexts, values } = coder;
        const count = this.count * MOTION_NUMBERS;
        for (let i = 0; i < count; i++) {
            contexts[i] = CONTEXT_MOTION + (i % MOTION_NUMBERS < 3 ? 0 : TOKEN_MEANS * MOTION_STRIDE);
        }
        for (let at = 0; wanted && at < count; at += MOTION_NUMBERS) {
            const predicted = this.predict(at / MOTION_NUMBERS);
            for (let i = 0; i < MOTION_NUMBERS; i++) {
                const difference = wanted[at + i] - predicted[i];
                values[at + i] = (difference << 1) ^ (difference >> 31);
                this.motions[at + i] = clampMotion(wanted[at + i]);
            }
            this.ready(at / MOTION_NUMBERS);
        }
        coder.numbers(count, MOTION_STRIDE);
        for (let at = 0; !wanted && at < count; at += MOTION_NUMBERS) {
            const predicted = this.predict(at / MOTION_NUMBERS);
            for (let i = 0; i < MOTION_NUMBERS; i++) {
                this.motions[at + i] = clampMotion(predicted[i] + ((values[at + i] >>> 1) ^ -(values[at + i] & 1)));
            }
            this.ready(at / MOTION_NUMBERS);
        }
    }

    /**
     * Predicts the motion of a cluster from its own in the frame before and that of the cluster before in this frame: rotations from both, translations as if the two were one body.
     * @param cluster the cluster; those before it are ready
     * @returns its six numbers; valid until the next call
     */
    public predict(cluster: number): Int32Array {
        const { motions, centres, turns, _predicted: predicted } = this;
        const at = MOTION_NUMBERS * cluster;
        for (let i = 0; i < MOTION_NUMBERS; i++) {
            predicted[i] = motions[at + i];
        }
        for (let i = 0; cluster > 0 && i < 3; i++) {
            const row = 9 * (cluster - 1) + 3 * i;
            const centre = 3 * cluster;
            const arm =
                turns[row] * (centres[centre] - centres[centre - 3]) +
                turns[row + 1] * (centres[centre + 1] - centres[centre - 2]) +
                turns[row + 2] * (centres[centre + 2] - centres[centre - 1]);
            predicted[i] = (motions[at + i] + motions[at + i - MOTION_NUMBERS]) >> 1;
            predicted[3 + i] = clampMotion(motions[at + i - MOTION_NUMBERS + 3] + Math.floor(arm / ARM_UNIT + 0.5));
        }
        return predicted;
    }

    /**
     * Readies what follows from the motion of a cluster: matrix and quaternion of its rotation.
     * @param cluster the cluster
     */
    public ready(cluster: number): void {
        const at = MOTION_NUMBERS * cluster;
        const x = this.motions[at];
        const y = this.motions[at + 1];
        const z = this.motions[at + 2];
        const w = GIBBS_UNIT;
        const square = w * w + x * x + y * y + z * z;
        const scale = 2097152 / square;
        const t = this.turns;
        const m = 9 * cluster;
        t[m] = Math.floor(-(y * y + z * z) * scale + 0.5);
        t[m + 1] = Math.floor((x * y - w * z) * scale + 0.5);
        t[m + 2] = Math.floor((x * z + w * y) * scale + 0.5);
        t[m + 3] = Math.floor((x * y + w * z) * scale + 0.5);
        t[m + 4] = Math.floor(-(x * x + z * z) * scale + 0.5);
        t[m + 5] = Math.floor((y * z - w * x) * scale + 0.5);
        t[m + 6] = Math.floor((x * z - w * y) * scale + 0.5);
        t[m + 7] = Math.floor((y * z + w * x) * scale + 0.5);
        t[m + 8] = Math.floor(-(x * x + y * y) * scale + 0.5);
        const length = Math.sqrt(square);
        const q = this.quaternions;
        q[4 * cluster] = w / length;
        q[4 * cluster + 1] = x / length;
        q[4 * cluster + 2] = y / length;
        q[4 * cluster + 3] = z / length;
    }

    /** After the slots have moved: the centres move along. */
    public moveCentres(): void {
        for (let cluster = 0; cluster < this.count; cluster++) {
            for (let c = 0; c < 3; c++) {
                this.centres[3 * cluster + c] += TRANSLATION_UNIT * this.motions[MOTION_NUMBERS * cluster + 3 + c];
            }
        }
    }
}

/** Bounded, so that all that follows is exact. */
function clampMotion(value: number): number {
    return Math.max(-MOTION_LIMIT, Math.min(MOTION_LIMIT, value));
}

function moveToFront(list: Uint16Array, index: number): number {
    const label = list[index];
    list.copyWithin(1, 0, index);
    list[0] = label;
    return label;
}
