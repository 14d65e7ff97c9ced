/** Opens a device with all the memory that its adapter gives, and with timestamps where it has them. */
export async function openDeviceAsync(adapter: GPUAdapter): Promise<GPUDevice> {
    const requiredFeatures = ["timestamp-query" as const].filter((feature) => adapter.features.has(feature));
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    return await adapter.requestDevice({ requiredFeatures, requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
}
