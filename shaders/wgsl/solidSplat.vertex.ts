import { projectSplatWgsl } from "./projectSplat.js";
import { splatLookWgsl } from "./splatLook.js";
import { splatStateWgsl } from "./splatState.js";

/**
 * Vertex stage of the solid material, WGSL: takes splats in the order of their slots and makes their quads as large as they are at least `threshold` opaque. All of a quad is at the
 * depth of the splat's centre. The same as shaders/glsl/solidSplat.vertex.ts.
 */
export const solidSplatVertexWgsl = `// Corner x, y in -1..1, z tells which quad of the batch. (No semicolons in comments of declarations: Babylon splits at them.)
attribute position: vec3f;

uniform world: mat4x4f;
uniform view: mat4x4f;
uniform projection: mat4x4f;
uniform viewportSize: vec2f;     // pixels
uniform pictureWindow: vec4f;    // centre of what is drawn of the picture and how much it is enlarged
uniform batch: vec2f;            // quads in a batch, slots
uniform lowPass: vec2f;          // px^2 added to the projected covariance, whether opacity makes up for it
uniform threshold: f32;          // least alpha of what is drawn
#ifdef SOLID_DEPTH
uniform depthValues: vec2f;      // as Babylon's depth renderer sets them
#endif
uniform positionStep: f32;
uniform positionOrigin: vec3f;
uniform rotationStep: f32;
uniform logScale: vec2f;         // step, origin
uniform opacityScale: vec2f;     // step, origin
uniform blend: f32;              // how far it is to the next frame, 0 to 1
uniform look: array<vec4f, 15>;
var<storage, read> splatA: array<vec4u>;
var<storage, read> splatB: array<vec2u>;
var<storage, read> nextA: array<vec4u>;
var<storage, read> nextB: array<vec2u>;

varying vCorner: vec2f;          // 1: where alpha is the threshold
flat varying vDepth: vec2f;      // as Babylon's depth renderer takes it, in the space of the camera
flat varying vSlot: f32;
${splatStateWgsl}${projectSplatWgsl}${splatLookWgsl}
fn readLook() -> Look {
    var planes: array<vec4f, 6>;
    for (var i = 0u; i < 6u; i++) { planes[i] = uniforms.look[7u + i]; }
    return Look(uniforms.look[0], uniforms.look[1], uniforms.look[2], uniforms.look[3], uniforms.look[4], uniforms.look[5], uniforms.look[6], planes, uniforms.look[13], uniforms.look[14]);
}
#ifdef SM_FLOAT
#include<shadowMapVertexExtraDeclaration>
#endif

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    vertexOutputs.position = vec4f(0.0, 0.0, 2.0, 1.0);
    vertexOutputs.vCorner = vec2f(0.0);
    vertexOutputs.vDepth = vec2f(0.0);
    vertexOutputs.vSlot = 0.0;
    let slot = vertexInputs.instanceIndex * u32(uniforms.batch.x) + u32(vertexInputs.position.z + 0.5);
    if (slot >= u32(uniforms.batch.y)) {
        return vertexOutputs;
    }
    let q = Quantization(uniforms.positionOrigin, uniforms.positionStep, uniforms.logScale, uniforms.opacityScale, vec2f(0.0), vec2f(0.0), uniforms.rotationStep);
    let splat = readBetween(splatA[slot], splatB[slot], nextA[slot], nextB[slot], uniforms.blend, q);
    let center = splat.center;
    var opacity = splat.opacity * lookOpacity(center, readLook());
    let worldPos = uniforms.world * vec4f(center, 1.0);
    let viewCenter = uniforms.view * worldPos;
    let clip = uniforms.projection * viewCenter;
    if (opacity <= uniforms.threshold || clip.w <= 0.0 || clip.z < 0.0 || clip.z > clip.w) {
        return vertexOutputs;
    }
    let ndc = clip.xy / clip.w;
    let worldView = uniforms.view * uniforms.world;
    let linear = mat3x3f(worldView[0].xyz, worldView[1].xyz, worldView[2].xyz);
    let ellipse = projectSplat(ndc, clip.w, linear, uniforms.projection, uniforms.viewportSize, uniforms.lowPass.x, rotationMatrix(splat.rotation), exp(splat.logScale));
    opacity *= mix(1.0, ellipse.density, uniforms.lowPass.y);
    if (opacity <= uniforms.threshold) {
        return vertexOutputs;
    }
    vertexOutputs.vCorner = vertexInputs.position.xy;
    vertexOutputs.vSlot = f32(slot);
    let at = ndc + offsetOf(ellipse, vertexInputs.position.xy * reachTo(opacity, uniforms.threshold)) * 2.0 / uniforms.viewportSize;
    vertexOutputs.position = vec4f((at - uniforms.pictureWindow.xy) * uniforms.pictureWindow.zw * clip.w, clip.zw);
#ifdef SOLID_DEPTH
#ifdef USE_REVERSE_DEPTHBUFFER
    vertexOutputs.vDepth.x = (uniforms.depthValues.x - clip.z) / uniforms.depthValues.y;
#else
    vertexOutputs.vDepth.x = (uniforms.depthValues.x + clip.z) / uniforms.depthValues.y;
#endif
#endif
    vertexOutputs.vDepth.y = viewCenter.z;
#ifdef SM_FLOAT
#include<shadowMapVertexMetric>
#endif
}
`;
