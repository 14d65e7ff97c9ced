/** Fragment stage of the solid material, WGSL. The same as shaders/glsl/solidSplat.fragment.ts. */
export const solidSplatFragmentWgsl = `#ifdef SOLID_MESH_ID
uniform meshID: f32;
#endif
#ifdef SOLID_PACKED
#include<packingFunctions>
#endif
varying vCorner: vec2f;
flat varying vDepth: vec2f;
flat varying vSlot: f32;
#ifdef SM_FLOAT
#include<shadowMapFragmentExtraDeclaration>
#endif

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
    if (dot(fragmentInputs.vCorner, fragmentInputs.vCorner) > 1.0) {
        discard;
    }
    fragmentOutputs.color = vec4f(0.0);
#ifdef SOLID_DARK
    fragmentOutputs.color.a = 1.0;
#endif
#ifdef SOLID_DEPTH
    var depth = fragmentInputs.vDepth.x;
#ifdef SOLID_CAMERA_Z
    depth = fragmentInputs.vDepth.y;
#endif
#ifdef SOLID_NON_LINEAR
    depth = fragmentInputs.position.z;
#endif
#ifdef SOLID_PACKED
    fragmentOutputs.color = pack(depth);
#else
    fragmentOutputs.color = vec4f(depth, 0.0, 0.0, 1.0);
#endif
#endif
#ifdef SOLID_MESH_ID
    let id = i32(uniforms.meshID);
    fragmentOutputs.color = vec4f(vec3f(vec3i(id >> 16, id >> 8, id) & vec3i(255)) / 255.0, 1.0);
#endif
#ifdef SOLID_SLOT
    // Half floats hold integers up to 2048: depth in two parts, slot in two parts of 11 bits and 1 for something.
    let high = floor(fragmentInputs.vSlot / 2048.0);
    let near = unpack2x16float(pack2x16float(vec2f(fragmentInputs.vDepth.y, 0.0))).x;
    fragmentOutputs.color = vec4f(near, fragmentInputs.vDepth.y - near, fragmentInputs.vSlot - 2048.0 * high, high + 1.0);
#endif
#ifdef SM_FLOAT
#include<shadowMapFragment>
#endif
}
`;
