import { splatCacheWgsl } from "./splatCache.js";

/** Vertex stage on WebGPU: places the corners of the quads of splats that the kernel `project` has projected. */
export const cachedSplatVertexWgsl = `// Corner x, y in -1..1, z tells which quad of the batch. (No semicolons in comments of declarations: Babylon splits at them.)
attribute position: vec3f;

uniform viewportSize: vec2f;     // pixels
uniform batchQuads: f32;         // quads in a batch
var<storage, read> splatCache: array<vec4u>;
var<storage, read> splatOrder: array<u32>;
var<storage, read> splatDraw: array<u32>;   // the sixth: number of splats in the order

varying vColor: vec4f;
varying vCorner: vec2f;
${splatCacheWgsl}
@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    vertexOutputs.position = vec4f(0.0, 0.0, 2.0, 1.0);
    vertexOutputs.vColor = vec4f(0.0);
    vertexOutputs.vCorner = vec2f(0.0);
    let index = vertexInputs.instanceIndex * u32(uniforms.batchQuads) + u32(vertexInputs.position.z + 0.5);
    if (index >= splatDraw[5]) {
        return vertexOutputs;
    }
    let at = 2u * splatOrder[index];
    let splat = unpackCached(splatCache[at], splatCache[at + 1u]);
    vertexOutputs.vColor = splat.color;
    vertexOutputs.vCorner = vertexInputs.position.xy * splat.reach;
    vertexOutputs.position = placeCorner(splat, vertexOutputs.vCorner, uniforms.viewportSize);
}
`;
