import { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer.js";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../../format/fvvError.js";
import { ROW_SPLATS, SPLAT_A_WORDS, SPLAT_B_WORDS, type IFramePacket, type IRowRun } from "../../loader/framePacket.js";
import { SplatStore } from "../splatStore.js";
import { bufferOf, deviceOf } from "./babylonDevice.js";
import { SortScratch } from "./sortScratch.js";
import { SplatKernels } from "./splatKernels.js";
import { StagingMemory } from "./stagingMemory.js";

/** What all clips on a device share. */
interface IShared {
    scratch: SortScratch;
    /** Kernels by SH degree. */
    kernels: Map<number, Promise<SplatKernels>>;
}

/** One state of all splats. */
export interface ISplatSet {
    /** Texel A of every slot, see loader/framePacket.ts. */
    splatA: StorageBuffer;
    /** Texel B of every slot. */
    splatB: StorageBuffer;
}

const SHARED = new WeakMap<GPUDevice, IShared>();

/** Words of a texel of spherical harmonics. */
const SH_WORDS = 4;

/** The state of a clip in storage buffers, for WebGPU: {@link SplatStore} whose splats the GPU sorts. */
export class SplatBuffers extends SplatStore {
    public override readonly takesOrder = false;
    /** Texels of the spherical harmonics, degree after degree, {@link slots} of each. */
    public readonly sh: StorageBuffer;
    /** The kernels, undefined while they are compiled. */
    public kernels: SplatKernels | undefined;
    /** Counts changes of the buffers, after which whatever was bound to them is to be bound anew. */
    public bufferVersion = 0;
    /** One set of splats, or two where frames are staged. */
    public readonly sets: ISplatSet[];
    private _staging: StagingMemory;
    private _ready: Promise<void>;

    /**
     * @param scene scene whose engine holds the buffers
     * @param capacity most slots of a segment
     * @param shDegree of the clip
     */
    public constructor(scene: Scene, capacity: number, shDegree: number) {
        super(scene.getEngine(), capacity, shDegree);
        const { maxStorageBufferBindingSize } = deviceOf(this._engine).limits;
        const largest = 4 * SH_WORDS * this.slots * Math.max(2, shDegree);
        if (largest > maxStorageBufferBindingSize) {
            this._refuse(`The clip has ${capacity} splats, which needs a buffer of ${largest} bytes; this GPU takes at most ${maxStorageBufferBindingSize}`);
        }
        this._staging = new StagingMemory(deviceOf(this._engine));
        this.sets = [this._createSet()];
        this.sh = this._createBuffer(SH_WORDS * Math.max(1, shDegree), "splatSh");
        this._ready = this._compileAsync();
    }

    /** Room for sorts. */
    public get scratch(): SortScratch {
        return sharedOf(deviceOf(this._engine)).scratch;
    }

    public override whenReadyAsync(): Promise<void> {
        return this._ready;
    }

    /** Which set of splats is in place; the other is the staged one. */
    public get current(): 0 | 1 {
        return this._current;
    }

    public override hasOrder(): boolean {
        return true;
    }

    protected override _renew(): void {
        super._renew();
        this.bufferVersion++;
        this._staging.dispose();
        this._staging = new StagingMemory(deviceOf(this._engine));
        this.kernels = undefined;
        this._ready = this._compileAsync();
    }

    protected override _uploadOrder(): void {}

    protected override _free(): void {
        this.sets.forEach(disposeSet);
        this.sh.dispose();
        this._staging.dispose();
    }

    protected override _uploadSplats(packet: IFramePacket, set: 0 | 1): void {
        uploadRuns(this._staging, this.sets[set].splatA, packet.splatRuns, packet.splatA, SPLAT_A_WORDS, 0);
        uploadRuns(this._staging, this.sets[set].splatB, packet.splatRuns, packet.splatB, SPLAT_B_WORDS, 0);
        this._staging.submit();
    }

    protected override _uploadSh(packet: IFramePacket): void {
        for (let degree = 0; degree < this.shDegree; degree++) {
            uploadRuns(this._staging, this.sh, packet.shRuns, packet.sh[degree], SH_WORDS, degree * this.slots);
        }
        this._staging.submit();
    }

    protected override _makeOtherSet(): void {
        this.sets.push(this._createSet());
        this.bufferVersion++;
    }

    protected override _freeOtherSet(): void {
        this.sets.splice(1 - this._current, 1).forEach(disposeSet);
        this._current = 0;
        this.bufferVersion++;
    }

    protected override _copyToOther(runs: readonly IRowRun[]): void {
        const device = deviceOf(this._engine);
        const encoder = device.createCommandEncoder();
        const copy = (from: StorageBuffer, to: StorageBuffer, slotWords: number): void => {
            for (const { firstRow, rowCount } of runs) {
                const rowBytes = 4 * slotWords * ROW_SPLATS;
                encoder.copyBufferToBuffer(bufferOf(from), firstRow * rowBytes, bufferOf(to), firstRow * rowBytes, rowCount * rowBytes);
            }
        };
        const [from, to] = [this.sets[this._current], this.sets[1 - this._current]];
        copy(from.splatA, to.splatA, SPLAT_A_WORDS);
        copy(from.splatB, to.splatB, SPLAT_B_WORDS);
        device.queue.submit([encoder.finish()]);
    }

    private _createSet(): ISplatSet {
        return { splatA: this._createBuffer(SPLAT_A_WORDS, "splatA"), splatB: this._createBuffer(SPLAT_B_WORDS, "splatB") };
    }

    private _compileAsync(): Promise<void> {
        const ready = this._findKernelsAsync();
        // Who does not wait for it finds that nothing is drawn.
        ready.catch(() => {});
        return ready;
    }

    private async _findKernelsAsync(): Promise<void> {
        const device = deviceOf(this._engine);
        const { kernels } = sharedOf(device);
        let compiling = kernels.get(this.shDegree);
        if (!compiling) {
            compiling = SplatKernels.CreateAsync(device, this.shDegree);
            kernels.set(this.shDegree, compiling);
        }
        try {
            this.kernels = await compiling;
        } catch (error) {
            kernels.delete(this.shDegree);
            throw FvvError.From(error, "GPU_UNSUPPORTED", "The GPU does not take the kernels that draw splats; use WebGL2");
        }
    }

    private _createBuffer(slotWords: number, label: string): StorageBuffer {
        return new StorageBuffer(this._engine as WebGPUEngine, 4 * slotWords * this.slots, undefined, label);
    }
}

/** Uploads runs of rows into a buffer in which a slot takes some words, from a slot on. */
function uploadRuns(staging: StagingMemory, target: StorageBuffer, runs: readonly IRowRun[], words: Uint32Array, slotWords: number, firstSlot: number): void {
    const buffer = bufferOf(target);
    let at = 0;
    for (const { firstRow, rowCount } of runs) {
        const length = rowCount * ROW_SPLATS * slotWords;
        staging.write(buffer, slotWords * (firstSlot + firstRow * ROW_SPLATS), words, at, length);
        at += length;
    }
}

function disposeSet({ splatA, splatB }: ISplatSet): void {
    splatA.dispose();
    splatB.dispose();
}

function sharedOf(device: GPUDevice): IShared {
    let shared = SHARED.get(device);
    if (!shared) {
        shared = { scratch: new SortScratch(device), kernels: new Map() };
        SHARED.set(device, shared);
    }
    return shared;
}
