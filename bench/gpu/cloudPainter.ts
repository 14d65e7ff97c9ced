import { splatCacheWgsl } from "../../shaders/wgsl/splatCache.js";
import type { ViewedCloud } from "./viewedCloud.js";

/** The two stages of the plugin's draw (shaders/wgsl/cachedSplat.vertex.ts, splatVideo.fragment.ts) without Babylon's words. */
const DRAW_WGSL = `${splatCacheWgsl}
@group(0) @binding(0) var<uniform> viewport: vec2f;
@group(0) @binding(1) var<storage, read> cache: array<vec4u>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> drawArguments: array<u32>;

struct Corner {
    @builtin(position) position: vec4f,
    @location(0) color: vec4f,
    @location(1) corner: vec2f,
}

@vertex
fn place(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Corner {
    let index = instance * 64u + vertex / 4u;
    if (index >= drawArguments[5]) {
        return Corner(vec4f(0.0, 0.0, 2.0, 1.0), vec4f(0.0), vec2f(0.0));
    }
    let at = 2u * order[index];
    let splat = unpackCached(cache[at], cache[at + 1u]);
    let corner = splat.reach * (vec2f(f32(((vertex + 1u) >> 1u) & 1u), f32((vertex >> 1u) & 1u)) * 2.0 - 1.0);
    return Corner(placeCorner(splat, corner, viewport), splat.color, corner);
}

@fragment
fn shade(in: Corner) -> @location(0) vec4f {
    let alpha = in.color.a * exp(-0.5 * dot(in.corner, in.corner));
    if (alpha < 1.0 / 255.0 || dot(in.corner, in.corner) > 8.0) {
        discard;
    }
    return vec4f(in.color.rgb * alpha, alpha);
}
`;

const BLEND: GPUBlendComponent = { srcFactor: "one", dstFactor: "one-minus-src-alpha" };

/** Draws a cloud into a texture of its own, as the plugin does into Babylon's. */
export class CloudPainter {
    private readonly _target: GPUTextureView;
    private readonly _indices: GPUBuffer;
    private readonly _group: GPUBindGroup;

    private constructor(
        private readonly _cloud: ViewedCloud,
        private readonly _pipeline: GPURenderPipeline,
        width: number,
        height: number,
    ) {
        const { device } = _cloud.kernels;
        this._target = device.createTexture({ size: [width, height], format: "rgba8unorm", usage: 0x10 }).createView();
        this._indices = device.createBuffer({ size: 2 * 384, usage: 0x18 });
        device.queue.writeBuffer(
            this._indices,
            0,
            Uint16Array.from({ length: 384 }, (_, i) => 4 * Math.floor(i / 6) + [0, 1, 2, 0, 2, 3][i % 6]),
        );
        const viewport = device.createBuffer({ size: 8, usage: 0x48 });
        device.queue.writeBuffer(viewport, 0, new Float32Array([width, height]));
        this._group = device.createBindGroup({
            layout: _pipeline.getBindGroupLayout(0),
            entries: [viewport, _cloud.cache, _cloud.order, _cloud.drawArguments].map((buffer, binding) => ({ binding, resource: { buffer } })),
        });
    }

    /** Compiles the draw. */
    public static async CreateAsync(cloud: ViewedCloud, width: number, height: number): Promise<CloudPainter> {
        const { device } = cloud.kernels;
        const module = device.createShaderModule({ code: DRAW_WGSL });
        const pipeline = await device.createRenderPipelineAsync({
            layout: "auto",
            vertex: { module, entryPoint: "place" },
            fragment: { module, entryPoint: "shade", targets: [{ format: "rgba8unorm", blend: { color: BLEND, alpha: BLEND } }] },
        });
        return new CloudPainter(cloud, pipeline, width, height);
    }

    /** Encodes the draw, in a render pass of its own. */
    public encode(encoder: GPUCommandEncoder, timestampWrites?: GPURenderPassTimestampWrites): void {
        const pass = encoder.beginRenderPass({ colorAttachments: [{ view: this._target, loadOp: "clear", storeOp: "store" }], timestampWrites });
        pass.setPipeline(this._pipeline);
        pass.setBindGroup(0, this._group);
        pass.setIndexBuffer(this._indices, "uint16");
        pass.drawIndexedIndirect(this._cloud.drawArguments, 0);
        pass.end();
    }
}
