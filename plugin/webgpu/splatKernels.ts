import { projectKernelWgsl } from "../../shaders/wgsl/projectKernel.js";
import { radixHistogramKernelWgsl, radixScanKernelWgsl, radixScatterKernelWgsl } from "../../shaders/wgsl/radixKernels.js";

/** How a kernel uses a binding: uniform buffer, storage that it reads, storage that it writes. */
type Binding = "uniform" | "read-only-storage" | "storage";

/** A compiled kernel. */
export interface IKernel {
    pipeline: GPUComputePipeline;
    layout: GPUBindGroupLayout;
}

const READ = "read-only-storage";
const WRITE = "storage";
const COMPUTE_STAGE = 4;

/**
 * The compiled kernels of one device, in the order in which a frame needs them. Knows nothing of Babylon.
 */
export class SplatKernels {
    private constructor(
        /** The device that they were compiled for. */
        public readonly device: GPUDevice,
        /** Culls, projects, colours; writes cache and keys. */
        public readonly project: IKernel,
        /** Counts a digit of the keys. */
        public readonly histogram: IKernel,
        /** Places of the digits. */
        public readonly scan: IKernel,
        /** Sorts by a digit. */
        public readonly scatter: IKernel,
    ) {}

    /**
     * Compiles the kernels, without stopping the thread.
     * @param device the device
     * @param shDegree degree of the spherical harmonics, 0 to 3
     */
    public static async CreateAsync(device: GPUDevice, shDegree: number): Promise<SplatKernels> {
        const [project, histogram, scan, scatter] = await Promise.all([
            compileAsync(device, "project", projectKernelWgsl, ["uniform", READ, READ, READ, WRITE, WRITE, READ, READ], { shDegree }),
            compileAsync(device, "radixHistogram", radixHistogramKernelWgsl, ["uniform", READ, READ, WRITE]),
            compileAsync(device, "radixScan", radixScanKernelWgsl, ["uniform", WRITE, WRITE, WRITE, WRITE]),
            compileAsync(device, "radixScatter", radixScatterKernelWgsl, ["uniform", READ, READ, READ, READ, READ, WRITE, WRITE]),
        ]);
        return new SplatKernels(device, project, histogram, scan, scatter);
    }

    /** Binds buffers to a kernel, in the order of its bindings. */
    public bind({ layout }: IKernel, ...buffers: GPUBuffer[]): GPUBindGroup {
        return this.device.createBindGroup({ layout, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) });
    }
}

async function compileAsync(device: GPUDevice, label: string, code: string, bindings: Binding[], constants?: Record<string, number>): Promise<IKernel> {
    const layout = device.createBindGroupLayout({
        label,
        entries: bindings.map((type, binding) => ({ binding, visibility: COMPUTE_STAGE, buffer: { type } })),
    });
    const pipeline = await device.createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
        compute: { module: device.createShaderModule({ label, code }), entryPoint: "main", constants },
    });
    return { pipeline, layout };
}
