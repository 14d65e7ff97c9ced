import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer.js";

/*
 * What this library takes of Babylon that Babylon does not call public, and nothing else does. test/browser/internals.test.ts fails where a release changes it.
 */

const NOTHING = new Uint32Array(5);

interface IDrawContext {
    enableIndirectDraw: boolean;
    indirectDrawBuffer?: GPUBuffer;
    setIndirectData(count: number, instances: number, first: number): void;
}

interface IWebGpuEngine {
    _device: GPUDevice;
    _currentDrawContext: IDrawContext | undefined;
    readonly currentSampleCount: number;
    setStorageBuffer(name: string, buffer: StorageBuffer): void;
}

/** The WebGPU device of an engine. */
export function deviceOf(engine: AbstractEngine): GPUDevice {
    return (engine as unknown as IWebGpuEngine)._device;
}

/** Settles when the WebGPU device that an engine has now is lost. */
export async function whenDeviceLostAsync(engine: AbstractEngine): Promise<void> {
    await deviceOf(engine).lost;
}

/** Whether the pass that is being made has more than one sample in a pixel. */
export function isMultisampled(engine: AbstractEngine): boolean {
    return (engine as unknown as IWebGpuEngine).currentSampleCount > 1;
}

/** The GPU's buffer behind Babylon's. */
export function bufferOf(buffer: StorageBuffer): GPUBuffer {
    return buffer.getBuffer().underlyingResource as GPUBuffer;
}

/** Binds a storage buffer for the draw that is being made. */
export function bindStorage(engine: AbstractEngine, name: string, buffer: StorageBuffer): void {
    (engine as unknown as IWebGpuEngine).setStorageBuffer(name, buffer);
}

/**
 * The buffer that the draw that is being made takes its arguments from. Babylon writes it once, when it makes it, and again only for other numbers of instances; what a
 * kernel writes into it afterwards stays.
 * @param engine the engine
 * @param indexCount indices of an instance
 * @param instances instances that Babylon would draw
 */
export function indirectArgumentsOf(engine: AbstractEngine, indexCount: number, instances: number): GPUBuffer | undefined {
    const context = (engine as unknown as IWebGpuEngine)._currentDrawContext;
    if (context) {
        context.enableIndirectDraw = true;
        context.setIndirectData(indexCount, instances, 0);
    }
    return context?.indirectDrawBuffer;
}

/** Makes a draw draw nothing. */
export function drawNothing(engine: AbstractEngine, indirect: GPUBuffer): void {
    deviceOf(engine).queue.writeBuffer(indirect, 0, NOTHING);
}
