import { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer.js";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.pure.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../../format/fvvError.js";
import { ROW_SPLATS, SPLAT_A_WORDS, SPLAT_B_WORDS, type IFramePacket, type IRowRun } from "../../loader/framePacket.js";
import { SplatStore } from "../splatStore.js";
import { bufferOf, deviceOf } from "./babylonDevice.js";
import { SortScratch } from "./sortScratch.js";
import { SplatKernels } from "./splatKernels.js";

/** What all clips on a device share. */
interface IShared {
    scratch: SortScratch;
    /** Kernels by SH degree. */
    kernels: Map<number, Promise<SplatKernels>>;
}

const SHARED = new WeakMap<GPUDevice, IShared>();

/** Words of a texel of spherical harmonics. */
const SH_WORDS = 4;

/** The state of a clip in storage buffers, for WebGPU: {@link SplatStore} whose splats the GPU sorts. */
export class SplatBuffers extends SplatStore {
    public override readonly takesOrder = false;
    /** Texel A of every slot, see loader/framePacket.ts. */
    public readonly splatA: StorageBuffer;
    /** Texel B of every slot. */
    public readonly splatB: StorageBuffer;
    /** Texels of the spherical harmonics, degree after degree, {@link slots} of each. */
    public readonly sh: StorageBuffer;
    /** The kernels, undefined while they are compiled. */
    public kernels: SplatKernels | undefined;
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
            throw new FvvError(
                "GPU_UNSUPPORTED",
                `The clip has ${capacity} splats, which needs a buffer of ${largest} bytes; this GPU takes at most ${maxStorageBufferBindingSize}; encode the clip with fewer`,
            );
        }
        this.splatA = this._createBuffer(SPLAT_A_WORDS, "splatA");
        this.splatB = this._createBuffer(SPLAT_B_WORDS, "splatB");
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

    public override upload(packet: IFramePacket): void {
        this._uploadRuns(this.splatA, packet.splatRuns, packet.splatA, SPLAT_A_WORDS, 0);
        this._uploadRuns(this.splatB, packet.splatRuns, packet.splatB, SPLAT_B_WORDS, 0);
        for (let degree = 0; degree < this.shDegree; degree++) {
            this._uploadRuns(this.sh, packet.shRuns, packet.sh[degree], SH_WORDS, degree * this.slots);
        }
    }

    public override hasOrder(): boolean {
        return true;
    }

    protected override _renew(): void {
        super._renew();
        this.kernels = undefined;
        this._ready = this._compileAsync();
    }

    protected override _uploadOrder(): void {}

    protected override _free(): void {
        [this.splatA, this.splatB, this.sh].forEach((buffer) => buffer.dispose());
    }

    private _uploadRuns(target: StorageBuffer, runs: readonly IRowRun[], words: Uint32Array, slotWords: number, firstSlot: number): void {
        const { queue } = deviceOf(this._engine);
        const buffer = bufferOf(target);
        let at = 0;
        for (const { firstRow, rowCount } of runs) {
            const length = rowCount * ROW_SPLATS * slotWords;
            queue.writeBuffer(buffer, 4 * slotWords * (firstSlot + firstRow * ROW_SPLATS), words, at, length);
            at += length;
        }
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

function sharedOf(device: GPUDevice): IShared {
    let shared = SHARED.get(device);
    if (!shared) {
        shared = { scratch: new SortScratch(device), kernels: new Map() };
        SHARED.set(device, shared);
    }
    return shared;
}
